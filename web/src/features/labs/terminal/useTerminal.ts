import { useEffect, useRef, useState } from "react";
import type { RefObject } from "react";
import { answerOnlyWhen } from "./answers";
import { commonOptions, darkTheme, lightTheme, loadTerminal } from "./load";
import { useDark } from "./useDark";
import type { Options, Terminal } from "./xterm";

interface Settings {
  readonly fontSize: number;
  readonly isForScreenReader: boolean;
  /** Read when the terminal is made. */
  readonly options?: Options;
  /** So many columns and rows, in smaller letters if there is no room for them; without it, as many as there is room for. */
  readonly size?: { readonly cols: number; readonly rows: number };
  /** While it says true, questions of programs to the terminal stay unanswered. */
  readonly isQuiet: () => boolean;
}

export interface MadeTerminal {
  readonly terminal: Terminal;
  /** Takes the size that the place has room for. */
  readonly fit: () => void;
}

/** In pixels; whoever cannot read it enlarges the page. */
const smallestFont = 7;

/** A terminal in `place`, as large as that is; null until its code is there. */
export function useTerminal(place: RefObject<HTMLElement>, settings: Settings): [MadeTerminal | null, string] {
  const { fontSize, isForScreenReader } = settings;
  const isDark = useDark();
  const [made, setMade] = useState<MadeTerminal | null>(null);
  const [problem, setProblem] = useState("");
  const latest = useRef(settings);
  latest.current = settings;
  useEffect(() => {
    const element = place.current;
    if (!element) return;
    let isOver = false;
    let end = () => undefined as void;
    loadTerminal().then(
      ({ Terminal, FitAddon }) => {
        if (isOver) return;
        const { fontSize, isForScreenReader, options } = latest.current;
        const terminal = new Terminal({
          ...commonOptions,
          fontSize,
          screenReaderMode: isForScreenReader,
          theme: isDark ? darkTheme : lightTheme,
          cursorBlink: !matchMedia("(prefers-reduced-motion: reduce)").matches,
          ...options,
        });
        const fitting = new FitAddon();
        terminal.loadAddon(fitting);
        terminal.open(element);
        answerOnlyWhen(terminal, () => latest.current.isQuiet());
        const fit = () => {
          // What is hidden has no size, and a terminal of no size would break the lines of what runs in it.
          if (element.clientWidth === 0 || element.clientHeight === 0) return;
          const { size, fontSize } = latest.current;
          if (!size) return fitting.fit();
          terminal.options.fontSize = fontSize;
          const room = fitting.proposeDimensions();
          const share = room ? Math.min(1, room.cols / size.cols, room.rows / size.rows) : 1;
          terminal.options.fontSize = Math.max(smallestFont, Math.floor(fontSize * share));
          terminal.resize(size.cols, size.rows);
        };
        const observer = new ResizeObserver(fit);
        observer.observe(element);
        fit();
        end = () => {
          observer.disconnect();
          terminal.dispose();
        };
        setMade({ terminal, fit });
      },
      () => setProblem("The terminal's code did not load. Check the connection and load the page again."),
    );
    return () => {
      isOver = true;
      end();
      setMade(null);
    };
    // Settings are handed on below; a terminal is made once.
  }, [place]);
  useEffect(() => {
    if (!made) return;
    made.terminal.options.theme = isDark ? darkTheme : lightTheme;
  }, [made, isDark]);
  useEffect(() => {
    if (!made) return;
    if (!latest.current.size) made.terminal.options.fontSize = fontSize;
    made.terminal.options.screenReaderMode = isForScreenReader;
    made.fit();
  }, [made, fontSize, isForScreenReader]);
  return [made, problem];
}
