import type { Bundle, Theme } from "./xterm";

/** Where the build has put the bundle. */
declare const __XTERM__: string;

const fontFamily = '"JetBrains Mono", ui-monospace, monospace';

let loading: Promise<Bundle> | null = null;

/** The terminal's code and its font; a failure is not remembered. */
export function loadTerminal(): Promise<Bundle> {
  loading ??= Promise.all([import(__XTERM__) as Promise<Bundle>, document.fonts.load(`14px ${fontFamily}`)])
    .then(([bundle]) => bundle)
    .catch((error: unknown) => {
      loading = null;
      throw error;
    });
  return loading;
}

/** What every terminal of Atlas has. Links are off: what a program prints must not lead anywhere. */
export const commonOptions = {
  fontFamily,
  lineHeight: 1.2,
  minimumContrastRatio: 4.5,
  scrollback: 10_000,
  linkHandler: { activate: () => undefined },
} as const;

export const lightTheme: Theme = {
  background: "#fbfbf9",
  foreground: "#12151c",
  cursor: "#2441c4",
  cursorAccent: "#ffffff",
  selectionBackground: "#c8d3fb",
  selectionInactiveBackground: "#dfe3ee",
  black: "#12151c",
  red: "#b3261a",
  green: "#146b3e",
  yellow: "#7a5200",
  blue: "#2441c4",
  magenta: "#8a1a8f",
  cyan: "#0b6477",
  white: "#5b6270",
  brightBlack: "#5b6270",
  brightRed: "#c22d20",
  brightGreen: "#167544",
  brightYellow: "#8a5c00",
  brightBlue: "#2f4ee0",
  brightMagenta: "#9c27a3",
  brightCyan: "#0e7085",
  brightWhite: "#3d4350",
};

export const darkTheme: Theme = {
  background: "#10141a",
  foreground: "#e4e7ee",
  cursor: "#a3b5ff",
  cursorAccent: "#0d1016",
  selectionBackground: "#33406b",
  selectionInactiveBackground: "#2a3140",
  black: "#98a0ae",
  red: "#ff9c90",
  green: "#7fd9a6",
  yellow: "#e9c46a",
  blue: "#8fb0ff",
  magenta: "#e292ec",
  cyan: "#6fd3e0",
  white: "#c3c8d2",
  brightBlack: "#98a0ae",
  brightRed: "#ffb3aa",
  brightGreen: "#9be6bb",
  brightYellow: "#f4d98c",
  brightBlue: "#aac3ff",
  brightMagenta: "#edaef4",
  brightCyan: "#93e1eb",
  brightWhite: "#ffffff",
};
