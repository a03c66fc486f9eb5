// Light or dark: as the machine says until somebody chooses, and then as chosen.

export type Theme = "light" | "dark";

const KEPT_AS = "openline.theme";

class Look {
  theme = $state<Theme>("dark");

  constructor() {
    const kept = localStorage.getItem(KEPT_AS);
    const machine = matchMedia("(prefers-color-scheme: light)").matches ? "light" : "dark";
    this.set(kept === "light" || kept === "dark" ? kept : machine);
  }

  switch(): void {
    this.set(this.theme === "light" ? "dark" : "light");
    localStorage.setItem(KEPT_AS, this.theme);
  }

  private set(theme: Theme): void {
    this.theme = theme;
    document.documentElement.dataset.theme = theme;
  }
}

export const look = new Look();

/** A colour of the tokens as it is now, for whoever paints without CSS. */
export function token(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}
