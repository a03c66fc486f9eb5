// Bundles the console's own modules with a test of them, so that Node runs both: bundle.mjs WEB OUT TEST…
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const [web, outDir, ...input] = process.argv.slice(2);
const packages = createRequire(join(web, "package.json"));
const of = (name) => import(pathToFileURL(packages.resolve(name)).href);
const [{ build }, { svelte }] = [await of("vite"), await of("@sveltejs/vite-plugin-svelte")];

await build({
  configFile: false,
  root: web,
  logLevel: "warn",
  plugins: [svelte({ configFile: false })],
  ssr: { noExternal: true },
  build: { ssr: true, outDir, emptyOutDir: true, minify: false, rollupOptions: { input } },
});
