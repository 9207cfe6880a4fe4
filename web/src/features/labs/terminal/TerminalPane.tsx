import { forwardRef, useEffect, useImperativeHandle, useRef, useState, useSyncExternalStore } from "react";
import { useSession } from "../../../api/session";
import { Icon } from "../../../design/Icon";
import { connectNow, holdConnection } from "../../../realtime/connection";
import { TerminalLink } from "./link";
import type { LinkState } from "./link";
import { MoreKeys } from "./MoreKeys";
import { fontSizes, usePreferences } from "./preferences";
import { Speaker } from "./speaker";
import { useTerminal } from "./useTerminal";
import type { Terminal } from "./xterm";

interface Props {
  readonly labId: string;
  readonly isRunning: boolean;
  /** When this run began; another text for another run. */
  readonly startedAt: string;
  /** Leaves the terminal by keyboard: `forward` to what follows it. */
  readonly onLeave: (forward: boolean) => void;
}

export interface TerminalHandle {
  readonly focus: () => void;
  /** Puts text at the prompt without running it. */
  readonly paste: (text: string) => void;
}

const noLink: LinkState = { status: "attaching" };
const noWatch = () => () => undefined;

/** The learner's terminal. */
export const TerminalPane = forwardRef<TerminalHandle, Props>(function TerminalPane({ labId, isRunning, startedAt, onLeave }, handle) {
  const user = useSession().user?.id ?? "";
  const place = useRef<HTMLDivElement>(null);
  const [preferences, change] = usePreferences();
  const [link, setLink] = useState<TerminalLink | null>(null);
  const current = useRef<TerminalLink | null>(null);
  current.current = link;
  const speaker = useRef<Speaker | null>(null);
  const leave = useRef(onLeave);
  leave.current = onLeave;
  const [made, problem] = useTerminal(place, {
    ...preferences,
    isQuiet: () => !(speaker.current?.isSpeaking ?? false) || (current.current?.isReplaying ?? true),
  });
  const [hasSelection, setHasSelection] = useState(false);
  const [said, setSaid] = useState("");

  useEffect(() => holdConnection(user), [user]);
  useEffect(() => {
    const made = new Speaker(labId);
    speaker.current = made;
    return () => made.close();
  }, [labId]);
  useEffect(() => {
    if (!made || !isRunning) return;
    const { terminal } = made;
    terminal.reset();
    const link = new TerminalLink(
      labId,
      {
        write: (data, shown) => terminal.write(data, shown),
        clear: () => terminal.reset(),
        note: (text) => terminal.write(`\r\n\x1b[7m ${text} \x1b[0m\r\n`),
      },
      { cols: terminal.cols, rows: terminal.rows },
    );
    setLink(link);
    return () => {
      link.close();
      setLink(null);
    };
  }, [made, labId, isRunning, startedAt]);
  useEffect(() => {
    if (!made) return;
    const { terminal } = made;
    const ends = [
      terminal.onData((data) => current.current?.type(data)),
      terminal.onBinary((data) => current.current?.send(Uint8Array.from(data, (letter) => letter.charCodeAt(0)))),
      terminal.onResize(({ cols, rows }) => current.current?.resize(cols, rows)),
      terminal.onSelectionChange(() => setHasSelection(terminal.hasSelection())),
    ];
    terminal.attachCustomKeyEventHandler((event) => {
      speaker.current?.claim();
      return takesKey(event, terminal, leave.current, setSaid);
    });
    return () => ends.forEach((each) => each.dispose());
  }, [made]);
  const state = useSyncExternalStore(link?.watch ?? noWatch, link?.snapshot ?? (() => noLink));
  useImperativeHandle(handle, () => ({
    focus: () => made?.terminal.focus(),
    paste: (text) => {
      made?.terminal.paste(text);
      made?.terminal.focus();
    },
  }));

  const size = fontSizes.findIndex((each) => each === preferences.fontSize);
  const resize = (by: number) => change({ fontSize: fontSizes[size + by] ?? preferences.fontSize });
  const paste = async () => {
    try {
      made?.terminal.paste(await navigator.clipboard.readText());
    } catch {
      setSaid("The browser does not let this page read the clipboard. Press Ctrl V in the terminal.");
    }
    made?.terminal.focus();
  };
  return (
    <div className="terminal-pane">
      <div className="terminal-tools" role="toolbar" aria-label="Terminal">
        <button type="button" disabled={!hasSelection} onClick={() => made && copySelection(made.terminal, setSaid)} title="Ctrl Shift C">
          Copy
        </button>
        <button type="button" disabled={state.status !== "attached"} onClick={() => void paste()} title="Ctrl V">
          Paste
        </button>
        <span className="terminal-tools-gap" />
        <button type="button" aria-label="Smaller letters" disabled={size === 0} onClick={() => resize(-1)}>
          <Icon name="minus" />
        </button>
        <button type="button" aria-label="Larger letters" disabled={size === fontSizes.length - 1} onClick={() => resize(1)}>
          <Icon name="plus" />
        </button>
        <button
          type="button"
          aria-pressed={preferences.isForScreenReader}
          title="What appears is read aloud, and lines can be walked through"
          onClick={() => change({ isForScreenReader: !preferences.isForScreenReader })}
        >
          Screen reader
        </button>
        <span className="terminal-keys">F6 leaves the terminal</span>
      </div>
      <MoreKeys terminal={made?.terminal ?? null} isOn={state.status === "attached"} />
      <TerminalState state={state} isRunning={isRunning} problem={problem} onRetry={() => link?.attach()} />
      <div ref={place} className="terminal-place" data-dim={state.status !== "attached"} />
      <p className="visually-hidden" role="status">
        {said}
      </p>
    </div>
  );
});

function TerminalState({ state, isRunning, problem, onRetry }: { state: LinkState; isRunning: boolean; problem: string; onRetry: () => void }) {
  return (
    <div role="status" className="terminal-state">
      {problem !== "" && <p className="connection-bar bad">{problem}</p>}
      {isRunning && state.status === "offline" && (
        <p className="connection-bar">
          <span>No connection. The lab goes on without you; what it shows meanwhile comes when the connection is back. You cannot type now.</span>
          <button type="button" className="button" onClick={connectNow}>
            Try now
          </button>
        </p>
      )}
      {isRunning && state.status === "refused" && (
        <p className="connection-bar bad">
          <span>{state.message}</span>
          <button type="button" className="button" onClick={onRetry}>
            Try again
          </button>
        </p>
      )}
    </div>
  );
}

/** Whether a key is the terminal's own; the others are the page's or the browser's. */
function takesKey(event: KeyboardEvent, terminal: Terminal, leave: (forward: boolean) => void, say: (text: string) => void): boolean {
  if (event.type !== "keydown") return !isOurs(event);
  if (event.key === "F6") {
    event.preventDefault();
    leave(!event.shiftKey);
    return false;
  }
  const command = (event.ctrlKey || event.metaKey) && !event.altKey;
  const letter = event.key.toLowerCase();
  if (command && letter === "c" && (event.shiftKey || event.metaKey || terminal.hasSelection())) {
    if (!terminal.hasSelection()) return !event.shiftKey && !event.metaKey;
    event.preventDefault();
    copySelection(terminal, say);
    return false;
  }
  return !isOurs(event);
}

/** Ctrl Enter checks; Ctrl V is left to the browser, which pastes. */
function isOurs(event: KeyboardEvent): boolean {
  const command = (event.ctrlKey || event.metaKey) && !event.altKey;
  return event.key === "F6" || (command && (event.key === "Enter" || event.key.toLowerCase() === "v"));
}

function copySelection(terminal: Terminal, say: (text: string) => void): void {
  const text = terminal.getSelection();
  const copied = navigator.clipboard ? navigator.clipboard.writeText(text) : Promise.reject(new Error("no clipboard"));
  copied.then(
    () => {
      terminal.clearSelection();
      say("Copied.");
    },
    () => say("The browser did not allow copying."),
  );
}
