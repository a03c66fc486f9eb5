import { existsSync, readFileSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig, type Plugin } from "vite";

const PACKAGE = /^(.*\/node_modules\/(?:@[^/]+\/)?[^/]+)\//;

/** Writes the licence of every package of which anything was bundled beside what it was built into. */
function licences(): Plugin {
  return {
    name: "licences",
    generateBundle(_options, bundle) {
      const folders = new Set<string>();
      for (const chunk of Object.values(bundle)) {
        for (const id of chunk.type === "chunk" ? Object.keys(chunk.modules) : chunk.originalFileNames) {
          const folder = PACKAGE.exec(id.startsWith("\0") ? id.slice(1) : id)?.[1] ?? packageOf(id);
          if (folder !== undefined && existsSync(join(folder, "package.json"))) folders.add(folder);
        }
      }
      const source = [...folders].map(licenceOf).sort().join(`\n${"=".repeat(80)}\n\n`);
      this.emitFile({ type: "asset", fileName: "licences.txt", source });
    },
  };
}

function packageOf(id: string): string | undefined {
  const at = /(?:^|\/)(node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(id)?.[1];
  return at === undefined ? undefined : join(dirname(new URL(import.meta.url).pathname), at);
}

function licenceOf(folder: string): string {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const file = readdirSync(folder).find((each) => /^licen[cs]e(\.(md|txt))?$/i.test(each));
  if (file === undefined) throw new Error(`${name}: no licence lies with it`);
  return `${name} ${version} (${license})\n\n${readFileSync(join(folder, file), "utf8").trim()}\n`;
}

// Nothing is inlined and nothing is fetched: every file is one of ours, under a name with its digest.
export default defineConfig({
  plugins: [svelte(), licences()],
  build: {
    outDir: "../built",
    emptyOutDir: true,
    target: "es2022",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1200,
  },
  worker: { format: "es" },
});
