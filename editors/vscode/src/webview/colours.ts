// The colours of the map: those of the editor's theme, and one for each cycle. It must not know what is drawn.

/** Reds, oranges and purples: blue and green tell directions. Readable on dark and on light ground. */
const CYCLES = ["#e5484d", "#f08c1a", "#b06be0", "#e0559b", "#c9a30c", "#d9663b", "#8f6fe8", "#b8574e"];

/** The colour of a cycle. */
export function cycleColour(cycle: number): string {
  return CYCLES[cycle % CYCLES.length]!;
}

/** Colours of the theme. */
export interface Theme {
  readonly ground: string;
  readonly text: string;
  readonly faint: string;
  readonly node: string;
  readonly imports: string;
  readonly importers: string;
  readonly focus: string;
  readonly font: string;
}

/** Reads them from the document, which the editor gives its theme as variables. */
export function theme(): Theme {
  const style = getComputedStyle(document.documentElement);
  const read = (name: string, fallback: string) => style.getPropertyValue(`--vscode-${name}`).trim() || fallback;
  return {
    ground: read("editor-background", "#1e1e1e"),
    text: read("editor-foreground", "#cccccc"),
    faint: read("descriptionForeground", "#8c8c8c"),
    node: read("descriptionForeground", "#8c8c8c"),
    imports: read("charts-blue", "#3794ff"),
    importers: read("charts-green", "#89d185"),
    focus: read("focusBorder", "#007fd4"),
    font: read("font-family", "sans-serif"),
  };
}
