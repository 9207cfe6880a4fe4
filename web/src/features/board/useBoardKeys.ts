import { useCallback, useRef } from "react";
import type { KeyboardEvent } from "react";
import { connect, duplicate, remove, shift, wordsField } from "./actions";
import type { Placed } from "./actions";
import type { DialogName } from "./BoardDialogs";
import { tools } from "./BoardTools";
import type { Tool } from "./hands";
import type { BoardSession } from "./session";
import { shortID } from "./session";
import type { Sheet } from "./sheet";
import { endName } from "./words";

interface Keys {
  readonly session: BoardSession;
  readonly sheet: Sheet | null;
  readonly tool: Tool;
  readonly selected: ReadonlySet<string>;
  readonly setTool: (tool: Tool) => void;
  readonly select: (ids: Iterable<string>) => void;
  readonly add: (type: Placed) => void;
  readonly step: (by: 1 | -1) => void;
  readonly say: (text: string) => void;
  readonly write: (id: string) => void;
  readonly open: (name: DialogName) => void;
  readonly toggleList: () => void;
}

const arrows: Readonly<Record<string, readonly [number, number]>> = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const stepPx = 8;
const panPx = 60;
/** Presses that follow within this are one step of undo. */
const togetherMs = 1_000;

/** What the board's keys do while the board has the focus. */
export function useBoardKeys(keys: Keys): (event: KeyboardEvent) => void {
  const current = useRef(keys);
  current.current = keys;
  /** Where an edge begins that is being drawn by keyboard. */
  const source = useRef<string | null>(null);
  const nudge = useRef({ group: "", at: 0 });
  return useCallback((event: KeyboardEvent) => {
    const { session, sheet, selected } = current.current;
    const command = event.ctrlKey || event.metaKey;
    const arrow = arrows[event.key];
    const done = command ? commanded(event, current.current) : arrow ? moved(arrow, event) : pressed(event);
    if (done) event.preventDefault();

    function moved([x, y]: readonly [number, number], { shiftKey, altKey }: KeyboardEvent): boolean {
      if (selected.size === 0 || altKey) sheet?.pan(x * panPx, y * panPx);
      else {
        const now = performance.now();
        if (now - nudge.current.at > togetherMs) nudge.current.group = shortID();
        nudge.current.at = now;
        const step = shiftKey ? 1 : stepPx;
        shift(session, selected, x * step, y * step, nudge.current.group);
      }
      return true;
    }

    function pressed({ key, altKey }: KeyboardEvent): boolean {
      if (altKey) return false;
      const { tool, setTool, select, add, step, say, write, open, toggleList } = current.current;
      const [only] = selected;
      const chosen = tools.find((each) => each.key === key.toLowerCase());
      if (chosen?.tool === "connect" && only !== undefined && selected.size === 1) {
        source.current = only;
        setTool("connect");
        say(`Connect from ${endName(only, (id) => session.records.get(id))}: go to the other end with the bracket keys and press Enter.`);
      } else if (chosen) setTool(chosen.tool);
      else if (key === "Enter") {
        if (tool === "connect" && source.current !== null && only !== undefined) {
          const edge = connect(session, source.current, only);
          say(edge === null ? "These two cannot be connected." : `Connected to ${endName(only, (id) => session.records.get(id))}.`);
          source.current = null;
          setTool("select");
          if (edge !== null) select([edge]);
        } else if (tool === "node" || tool === "note" || tool === "text") add(tool);
        else if (only !== undefined) {
          const record = session.records.get(only);
          if (record && wordsField(record)) write(only);
        } else return false;
      } else if (key === "]") step(1);
      else if (key === "[") step(-1);
      else if (key === "Delete" || key === "Backspace") {
        if (selected.size === 0 || !session.mayDraw) return false;
        say(`${remove(session, selected)} deleted.`);
        select([]);
      } else if (key === "Escape") {
        source.current = null;
        setTool("select");
        select([]);
      } else if (key === "PageUp") stack(session.top());
      else if (key === "PageDown") stack(session.bottom());
      else if (key === "+" || key === "=") sheet?.zoom(1.25);
      else if (key === "-") sheet?.zoom(1 / 1.25);
      else if (key === "0") sheet?.fit();
      else if (key.toLowerCase() === "l") toggleList();
      else if (key === "?") open("help");
      else return false;
      return true;
    }

    function stack(z: string): void {
      session.edit([...selected].map((id) => ["set", id, { z }]));
    }
  }, []);
}

function commanded(event: KeyboardEvent, { session, selected, select, say }: Keys): boolean {
  const key = event.key.toLowerCase();
  if (key === "z") say((event.shiftKey ? session.redo() : session.undo()) ? (event.shiftKey ? "Redone." : "Undone.") : "Nothing is left to change.");
  else if (key === "y") say(session.redo() ? "Redone." : "Nothing is left to change.");
  else if (key === "a") select(session.records.keys());
  else if (key === "d" && selected.size > 0) select(duplicate(session, selected));
  else return false;
  return true;
}
