// What Atlas uses of xterm.js 5.5; scripts/build-web.sh fetches the bundle, which carries no types.

export interface Disposable {
  readonly dispose: () => void;
}

export interface Theme {
  readonly background: string;
  readonly foreground: string;
  readonly cursor: string;
  readonly cursorAccent: string;
  readonly selectionBackground: string;
  readonly selectionInactiveBackground: string;
  readonly black: string;
  readonly red: string;
  readonly green: string;
  readonly yellow: string;
  readonly blue: string;
  readonly magenta: string;
  readonly cyan: string;
  readonly white: string;
  readonly brightBlack: string;
  readonly brightRed: string;
  readonly brightGreen: string;
  readonly brightYellow: string;
  readonly brightBlue: string;
  readonly brightMagenta: string;
  readonly brightCyan: string;
  readonly brightWhite: string;
}

export interface Options {
  cols?: number;
  rows?: number;
  cursorBlink?: boolean;
  cursorInactiveStyle?: "outline" | "none";
  disableStdin?: boolean;
  fontFamily?: string;
  fontSize?: number;
  lineHeight?: number;
  minimumContrastRatio?: number;
  rightClickSelectsWord?: boolean;
  screenReaderMode?: boolean;
  scrollback?: number;
  tabStopWidth?: number;
  theme?: Theme;
  /** What an OSC 8 link does. */
  linkHandler?: { activate: () => void; hover?: () => void; leave?: () => void } | null;
}

export interface FunctionIdentifier {
  readonly prefix?: string;
  readonly intermediates?: string;
  readonly final: string;
}

export interface Terminal {
  readonly cols: number;
  readonly rows: number;
  readonly element: HTMLElement | undefined;
  readonly textarea: HTMLTextAreaElement | undefined;
  readonly options: Options;
  readonly modes: { readonly applicationCursorKeysMode: boolean };
  readonly buffer: { readonly active: { readonly viewportY: number; readonly baseY: number } };
  /** A handler that returns true has dealt with the sequence. */
  readonly parser: {
    registerCsiHandler(id: FunctionIdentifier, handler: () => boolean): Disposable;
    registerDcsHandler(id: FunctionIdentifier, handler: () => boolean): Disposable;
    registerOscHandler(id: number, handler: (data: string) => boolean): Disposable;
  };
  open(parent: HTMLElement): void;
  write(data: string | Uint8Array, done?: () => void): void;
  reset(): void;
  clear(): void;
  focus(): void;
  paste(text: string): void;
  /** As if it had been typed. */
  input(data: string): void;
  resize(cols: number, rows: number): void;
  hasSelection(): boolean;
  getSelection(): string;
  clearSelection(): void;
  selectAll(): void;
  scrollToBottom(): void;
  scrollLines(count: number): void;
  loadAddon(addon: Fit): void;
  onData(listener: (data: string) => void): Disposable;
  onBinary(listener: (data: string) => void): Disposable;
  onResize(listener: (size: { readonly cols: number; readonly rows: number }) => void): Disposable;
  onSelectionChange(listener: () => void): Disposable;
  /** The terminal does nothing with a key for which the handler returns false. */
  attachCustomKeyEventHandler(handler: (event: KeyboardEvent) => boolean): void;
  dispose(): void;
}

export interface Fit {
  fit(): void;
  proposeDimensions(): { readonly cols: number; readonly rows: number } | undefined;
}

export interface Bundle {
  readonly Terminal: new (options: Options) => Terminal;
  readonly FitAddon: new () => Fit;
}
