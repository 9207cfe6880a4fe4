import { useCallback, useEffect, useLayoutEffect, useRef, useState } from "react";
import type { KeyboardEvent as ReactKeyboardEvent, MouseEvent, RefObject } from "react";
import { counted } from "../../design/words";
import { hashOf, partLabel, partWithID } from "./graph";
import type { Graph, Part } from "./graph";
import { Stage } from "./Stage";
import type { Look } from "./Stage";
import { usePointer } from "./usePointer";
import { PanTools, ViewTools } from "./ViewerTools";
import { spoken, step } from "./walk";
import type { Direction } from "./walk";

interface Props {
  readonly svg: string;
  readonly graph: Graph;
  /** What the picture is called, for screen readers. */
  readonly name: string;
  readonly selected: Part | null;
  /** `byKeyboard` is true for Enter and Space: focus should follow into the explanation. */
  readonly onSelect: (part: Part | null, byKeyboard: boolean) => void;
  /** Parts that count as pressed; the selected one if there is no list. */
  readonly pressed?: readonly string[] | undefined;
  readonly looks: ReadonlyMap<string, Look>;
  /** Parts to bring into the window when they change; if there is no room for all, the first. */
  readonly attention: readonly string[];
  readonly onHelp: () => void;
}

const arrows: Record<string, Direction> = { ArrowLeft: "left", ArrowRight: "right", ArrowUp: "up", ArrowDown: "down" };
const panPx = 90;
const zoomFactor = 1.25;

/** The picture with its camera, its tools and its keyboard. */
export function Viewer({ svg, graph, name, selected, onSelect, pressed, looks, attention, onHelp }: Props) {
  const frame = useRef<HTMLDivElement>(null);
  const field = useRef<HTMLInputElement>(null);
  const { window, stage, epoch } = useStage(svg);
  const [text, setText] = useState("");
  const [hits, setHits] = useState<readonly Part[]>([]);
  const [hit, setHit] = useState(-1);
  const [line, setLine] = useState("");
  usePointer(window, stage);

  useEffect(() => {
    setHits(stage.current?.find(text) ?? []);
    setHit(-1);
  }, [text, epoch, stage]);
  useEffect(() => {
    const part = hits[hit] ?? null;
    stage.current?.point(part);
    if (part) stage.current?.reveal(part);
  }, [hits, hit, stage]);
  useEffect(() => stage.current?.dress(looks), [looks, epoch, stage]);
  const watched = attention.join(" ");
  useEffect(() => {
    if (watched !== "") stage.current?.reveal(...watched.split(" ").flatMap((id) => partWithID(graph, id) ?? []));
  }, [watched, graph, epoch, stage]);
  const chosen = hashOf(selected);
  useEffect(() => {
    stage.current?.select(selected);
    if (!selected) return;
    stage.current?.rove(selected, false);
    stage.current?.reveal(selected);
    // The hash stands for the selection, which is a new object at each render.
  }, [chosen, epoch, stage]);

  const down = (pressed ?? (selected ? [selected.id] : [])).join(" ");
  useEffect(() => stage.current?.press(down.split(" ")), [down, epoch, stage]);

  const fullScreen = useCallback(() => {
    if (document.fullscreenElement) void document.exitFullscreen();
    else void frame.current?.closest(".workspace")?.requestFullscreen?.();
  }, []);
  useViewerKeys({ stage, field, fullScreen, onHelp });

  const clicked = (event: MouseEvent) => {
    const group = stage.current?.folding?.groupAt(event.target) ?? null;
    if (group !== null) return stage.current?.fold(group, true);
    const part = stage.current?.partOf(event.target) ?? null;
    if (part) stage.current?.rove(part, event.detail > 0);
    setLine("");
    onSelect(part, false);
  };
  const keyed = (event: ReactKeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const current = stage.current;
    const group = current?.folding?.groupAt(event.target) ?? null;
    if (current && group !== null && (event.key === "Enter" || event.key === " ")) {
      current.fold(group, true);
      return event.preventDefault();
    }
    const part = current?.partOf(event.target) ?? current?.partOf(current.folding?.members(group ?? "")[0] ?? null) ?? null;
    if (!current || !part) return;
    const direction = arrows[event.key];
    if (event.key === "c") {
      const element = current.element(part);
      const around = group ?? (element ? current.folding?.groupOf(element) : null);
      if (around) current.fold(around, true);
    } else if (event.key === "Enter" || event.key === " ") onSelect(part, true);
    else {
      const next = direction
        ? step(graph, part, direction, (each) => current.place(each))
        : nextInOrder(event.key, current.parts(), part);
      if (!direction && !next) return;
      const element = next ? current.element(next) : null;
      const hiding = element ? current.folding?.hiding(element) ?? null : null;
      if (hiding !== null) current.folding?.button(hiding)?.focus({ preventScroll: true });
      else if (next) {
        current.rove(next, true);
        current.reveal(next);
      }
      setLine(next ? spoken(graph, part, next) : direction ? "Nothing lies that way." : "");
    }
    event.preventDefault();
  };
  // Looked for once more: `hits` may still be those of the text before the last key.
  const endFinding = () => {
    const found = stage.current?.find(text) ?? [];
    const target = found[hit] ?? found[0] ?? stage.current?.parts()[0];
    setText("");
    if (target) stage.current?.rove(target, true);
  };
  const finding = (event: ReactKeyboardEvent) => {
    const offset = event.key === "ArrowDown" || (event.key === "Enter" && !event.shiftKey) ? 1 : event.key === "ArrowUp" || event.key === "Enter" ? -1 : 0;
    if (event.key === "Escape") endFinding();
    else if (offset !== 0 && hits.length > 0) setHit(hit < 0 && offset < 0 ? hits.length - 1 : (hit + offset + hits.length) % hits.length);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <div className="viewer" ref={frame} role="region" aria-label={`Picture: ${name}`}>
      <div className="viewer-bar">
        <input
          ref={field}
          type="search"
          aria-label="Find in the picture"
          aria-keyshortcuts="/"
          placeholder="Find in the picture"
          autoComplete="off"
          value={text}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={finding}
        />
        <span className="find-count">{foundWords(text, hits.length, hit)}</span>
        <span className="visually-hidden" role="status">
          {foundWords(text, hits.length, hit)}
          {hits[hit] && `: ${partLabel(graph, hits[hit]?.id ?? "")}`}
        </span>
        <ViewTools
          onZoom={(direction) => stage.current?.zoom(direction > 0 ? zoomFactor : 1 / zoomFactor)}
          onFit={() => stage.current?.fit()}
          onFullScreen={fullScreen}
          onHelp={onHelp}
        />
      </div>
      <div className="picture" ref={window} onClick={clicked} onKeyDown={keyed} onBlur={() => setLine("")} />
      <p className="walk-line" role="status">
        {line}
      </p>
      <PanTools onPan={(x, y) => stage.current?.pan(x * panPx, y * panPx)} />
    </div>
  );
}

function foundWords(text: string, count: number, hit: number): string {
  if (text.trim() === "") return "";
  if (hit >= 0 && count > 0) return `${hit + 1} of ${count}`;
  return count === 0 ? "No match" : counted(count, "match", "matches");
}

/** Puts the SVG on screen; `epoch` changes whenever there is a new one. */
function useStage(svg: string) {
  const window = useRef<HTMLDivElement>(null);
  const stage = useRef<Stage | null>(null);
  const [epoch, setEpoch] = useState(0);
  useLayoutEffect(() => {
    const element = window.current;
    if (!element) return;
    const made = new Stage(element, svg);
    stage.current = made;
    setEpoch((before) => before + 1);
    const observer = new ResizeObserver(() => made.measure());
    observer.observe(element);
    const paper = matchMedia("print");
    const printing = () => made.print(paper.matches);
    paper.addEventListener("change", printing);
    return () => {
      observer.disconnect();
      paper.removeEventListener("change", printing);
    };
  }, [svg]);
  return { window, stage, epoch };
}

function nextInOrder(key: string, parts: readonly Part[], from: Part): Part | null {
  const index = parts.findIndex((part) => part.id === from.id && part.type === from.type);
  if (key === "n") return parts[index + 1] ?? null;
  if (key === "p") return parts[index - 1] ?? null;
  if (key === "Home") return parts[0] ?? null;
  return key === "End" ? parts[parts.length - 1] ?? null : null;
}

interface Keys {
  readonly stage: RefObject<Stage | null>;
  readonly field: RefObject<HTMLInputElement>;
  readonly fullScreen: () => void;
  readonly onHelp: () => void;
}

/** The keys that work anywhere on the page, except while somebody types. */
function useViewerKeys({ stage, field, fullScreen, onHelp }: Keys): void {
  useEffect(() => {
    const keyed = (event: KeyboardEvent) => {
      const typing = event.target instanceof HTMLElement && event.target.matches("input, textarea, select, [contenteditable]");
      // The picture's own search, where the browser's would find its letters but not show them.
      const inPicture = event.target instanceof Element && event.target.closest(".picture") !== null;
      const browserFind = event.key === "f" && (event.ctrlKey || event.metaKey) && inPicture;
      if (browserFind) {
        event.preventDefault();
        return field.current?.focus();
      }
      if (typing || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
      if (event.key === "+" || event.key === "=") stage.current?.zoom(zoomFactor);
      else if (event.key === "-") stage.current?.zoom(1 / zoomFactor);
      else if (event.key === "0") stage.current?.fit();
      else if (event.key === "/") field.current?.select();
      else if (event.key === "f") fullScreen();
      else if (event.key === "?") onHelp();
      else return;
      event.preventDefault();
    };
    addEventListener("keydown", keyed);
    return () => removeEventListener("keydown", keyed);
  }, [stage, field, fullScreen, onHelp]);
}
