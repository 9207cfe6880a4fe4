import { forwardRef, useEffect, useImperativeHandle, useLayoutEffect, useMemo, useRef } from "react";
import type { Dispatch, KeyboardEvent } from "react";
import { typing } from "./draft";
import type { Draft, DraftAction } from "./draft";
import { countLines, lineAt, startOfLine } from "./lines";
import type { Problem } from "./problems";

interface Props {
  readonly draft: Draft;
  readonly dispatch: Dispatch<DraftAction>;
  readonly problems: readonly Problem[];
  readonly label: string;
  readonly describedBy: string;
  /** What a line is moved in by. */
  readonly step?: string;
  readonly onLine: (line: number) => void;
}

export interface SourceEditorHandle {
  /** Puts the caret somewhere and brings it into sight. */
  readonly goTo: (offset: number, focus: boolean) => void;
  readonly line: () => number;
  readonly caret: () => number;
}

const tabWidth = 2;
const lineHeightPx = 22;
const linesAbove = 4;

/** A text area with line numbers beside it and marks behind it. */
export const SourceEditor = forwardRef<SourceEditorHandle, Props>(function SourceEditor(
  { draft, dispatch, problems, label, describedBy, step = "  ", onLine },
  handle,
) {
  const area = useRef<HTMLTextAreaElement>(null);
  const numbers = useRef<HTMLDivElement>(null);
  const marks = useRef<HTMLDivElement>(null);
  const { text, selection, moves } = draft;

  const scrolled = () => {
    const { scrollTop = 0, scrollLeft = 0 } = area.current ?? {};
    if (numbers.current) numbers.current.style.transform = `translateY(${-scrollTop}px)`;
    if (marks.current) marks.current.style.transform = `translate(${-scrollLeft}px, ${-scrollTop}px)`;
  };
  const show = (offset: number) => {
    const element = area.current;
    if (!element) return;
    const top = (lineAt(element.value, offset) - 1) * lineHeightPx;
    const seen = top >= element.scrollTop && top <= element.scrollTop + element.clientHeight - 2 * lineHeightPx;
    if (!seen) element.scrollTop = Math.max(0, top - linesAbove * lineHeightPx);
    scrolled();
  };
  useImperativeHandle(handle, () => ({
    goTo: (offset, focus) => {
      area.current?.setSelectionRange(offset, offset);
      if (focus) area.current?.focus({ preventScroll: true });
      show(offset);
      onLine(lineAt(area.current?.value ?? "", offset));
    },
    line: () => lineAt(area.current?.value ?? "", area.current?.selectionStart ?? 0),
    caret: () => area.current?.selectionStart ?? 0,
  }));
  useLayoutEffect(() => {
    if (moves === 0) return;
    area.current?.setSelectionRange(selection.start, selection.end);
    show(selection.start);
    // Only a move puts the selection somewhere; typing has put it there already.
  }, [moves]);
  useEffect(scrolled, [text]);

  // The browser's own undoing knows nothing of what the form changed, so it must not happen.
  useEffect(() => {
    const element = area.current;
    if (!element) return;
    const before = (event: InputEvent) => {
      if (event.inputType !== "historyUndo" && event.inputType !== "historyRedo") return;
      event.preventDefault();
      dispatch({ type: event.inputType === "historyUndo" ? "undo" : "redo" });
    };
    element.addEventListener("beforeinput", before);
    return () => element.removeEventListener("beforeinput", before);
  }, [dispatch]);

  const edit = (next: string, start: number, end: number, group: string) =>
    dispatch({ type: "edit", text: next, selection: { start, end }, group, at: performance.now() });
  const keyed = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    const element = event.currentTarget;
    const { selectionStart: start, selectionEnd: end } = element;
    const command = event.ctrlKey || event.metaKey;
    if (event.key === "Enter" && !command && !event.shiftKey && !event.nativeEvent.isComposing) {
      const head = text.slice(text.lastIndexOf("\n", start - 1) + 1, start);
      const indent = /^ */.exec(head)?.[0] ?? "";
      if (indent === "") return;
      event.preventDefault();
      edit(`${text.slice(0, start)}\n${indent}${text.slice(end)}`, start + 1 + indent.length, start + 1 + indent.length, "enter");
    } else if (command && (event.key === "]" || event.key === "[")) {
      event.preventDefault();
      const moved = indented(text, start, end, event.key === "]", step);
      edit(moved.text, moved.start, moved.end, "indent");
    }
  };

  const lines = useMemo(() => countLines(text), [text]);
  const column = useMemo(() => Array.from({ length: lines }, (_, index) => index + 1).join("\n"), [lines]);
  const worst = new Map<number, Problem["severity"]>();
  for (const { line, severity } of problems) if (worst.get(line) !== "error") worst.set(line, severity);
  const hasErrors = problems.some((each) => each.severity === "error");
  return (
    <div className="source-editor">
      <div className="source-gutter" aria-hidden="true">
        <div ref={numbers}>
          <pre>{column}</pre>
          {[...worst].map(([line, severity]) => (
            <span key={line} className={`gutter-mark ${severity}`} style={{ top: (line - 1) * lineHeightPx }}>
              {line}
            </span>
          ))}
        </div>
      </div>
      <div className="source-text">
        <div className="source-marks" aria-hidden="true">
          <div ref={marks}>
            {[...worst].map(([line, severity]) => (
              <span key={line} className={`line-mark ${severity}`} style={{ top: (line - 1) * lineHeightPx }} />
            ))}
            {problems.map((each) => (
              <Squiggle key={`${each.line}:${each.column}`} problem={each} text={text} />
            ))}
          </div>
        </div>
        <textarea
          ref={area}
          value={text}
          aria-label={label}
          aria-describedby={describedBy}
          aria-invalid={hasErrors}
          aria-keyshortcuts="F8 Shift+F8 Control+S Control+Z Control+Y"
          spellCheck={false}
          autoCapitalize="off"
          autoCorrect="off"
          autoComplete="off"
          wrap="off"
          onScroll={scrolled}
          onKeyDown={keyed}
          onSelect={(event) => onLine(lineAt(text, event.currentTarget.selectionStart))}
          onChange={(event) => {
            const { value, selectionStart, selectionEnd } = event.currentTarget;
            edit(value, selectionStart, selectionEnd, typing);
          }}
        />
      </div>
    </div>
  );
});

/** A wavy line below the place that a problem names, to the end of the word. */
function Squiggle({ problem, text }: { problem: Problem; text: string }) {
  const start = startOfLine(text, problem.line);
  const end = text.indexOf("\n", start);
  const letters = [...text.slice(start, end === -1 ? text.length : end)];
  const from = Math.min(problem.column - 1, letters.length);
  let to = from + 1;
  while (to < letters.length && /[\w-]/.test(letters[to] ?? "")) to += 1;
  const width = (part: readonly string[]) => part.reduce((sum, letter) => sum + (letter === "\t" ? tabWidth : 1), 0);
  const left = `calc(var(--source-pad) + ${width(letters.slice(0, from))}ch)`;
  return (
    <span
      className={`squiggle ${problem.severity}`}
      style={{ top: (problem.line - 1) * lineHeightPx, left, width: `${Math.max(width(letters.slice(from, to)), 1)}ch` }}
    />
  );
}

/** The lines of a selection moved in or out by one step. */
function indented(text: string, start: number, end: number, inwards: boolean, step: string) {
  const from = text.lastIndexOf("\n", start - 1) + 1;
  const next = text.indexOf("\n", end);
  const to = next === -1 ? text.length : next;
  const lines = text.slice(from, to).split("\n");
  const outwards = new RegExp(`^ {1,${step.length}}`);
  const moved = lines.map((line) => (inwards ? (line === "" ? line : step + line) : line.replace(outwards, "")));
  const first = (moved[0]?.length ?? 0) - (lines[0]?.length ?? 0);
  const body = moved.join("\n");
  return {
    text: text.slice(0, from) + body + text.slice(to),
    start: Math.max(from, start + first),
    end: Math.max(from, end + body.length - (to - from)),
  };
}
