// Pointers on the board: what each tool does with presses, moves and wheels.
import { boxOf, edgeBox, holds, isHit, overlap } from "./geometry";
import type { Box, XY } from "./geometry";
import { connect, mostSelected, place, shift, shiftOf } from "./actions";
import type { BoardRecord } from "./records";
import { limits } from "./records";
import { shortID } from "./session";
import type { BoardSession } from "./session";
import { noOverlay } from "./sheet";
import type { Sheet } from "./sheet";

export type Tool = "select" | "hand" | "connect" | "node" | "note" | "text" | "pen";

/** What the page is told, and what it has chosen. */
export interface Desk {
  tool(): Tool;
  kind(): string;
  select(ids: Iterable<string>): void;
  selected(): ReadonlySet<string>;
  /** A record that a person will want to write on at once. */
  placed(id: string): void;
  write(id: string): void;
}

interface Doing {
  move(at: XY, event: PointerEvent): void;
  end(at: XY): void;
  cancel(): void;
}

const slackPx = 6;
const clickPx = 4;
const moveEveryMs = 100;
const strokeEveryMs = 33;
const smallestPx = 24;

export function takeHands(canvas: HTMLCanvasElement, session: BoardSession, sheet: Sheet, desk: Desk): () => void {
  const pointers = new Map<number, PointerEvent>();
  let doing: Doing | null = null;
  let isSpace = false;

  const down = (event: PointerEvent) => {
    if (event.button > 1) return;
    canvas.focus({ preventScroll: true });
    canvas.setPointerCapture(event.pointerId);
    pointers.set(event.pointerId, event);
    if (pointers.size > 1) {
      doing?.cancel();
      doing = null;
      return;
    }
    const at = sheet.toBoard(event);
    doing = begin(at, event);
  };
  const begin = (at: XY, event: PointerEvent): Doing | null => {
    const tool = desk.tool();
    if (isSpace || event.button === 1 || tool === "hand") return null;
    if (!session.mayDraw && tool !== "select") return null;
    switch (tool) {
      case "select":
        return selecting(session, sheet, desk, at, event);
      case "connect":
        return wiring(session, sheet, desk, at);
      case "pen":
        return drawing(session, sheet, at, event);
      default:
        return {
          move: () => undefined,
          end: (where) => desk.placed(place(session, tool, where, desk.kind())),
          cancel: () => undefined,
        };
    }
  };
  const move = (event: PointerEvent) => {
    const before = pointers.get(event.pointerId);
    session.point(sheet.toBoard(event), [...desk.selected()]);
    if (!before) return;
    pointers.set(event.pointerId, event);
    if (doing) {
      for (const each of event.getCoalescedEvents?.() ?? [event]) doing?.move(sheet.toBoard(each), each);
      return;
    }
    const other = [...pointers.values()].find((each) => each.pointerId !== event.pointerId);
    if (other) {
      const box = canvas.getBoundingClientRect();
      const factor = distance(event, other) / Math.max(distance(before, other), 1);
      sheet.zoom(factor, { x: (event.clientX + other.clientX) / 2 - box.left, y: (event.clientY + other.clientY) / 2 - box.top });
    }
    const share = other ? 2 : 1;
    sheet.pan((before.clientX - event.clientX) / share, (before.clientY - event.clientY) / share);
  };
  const up = (event: PointerEvent) => {
    if (!pointers.delete(event.pointerId)) return;
    if (event.type === "pointercancel") doing?.cancel();
    else doing?.end(sheet.toBoard(event));
    doing = null;
  };
  const wheel = (event: WheelEvent) => {
    event.preventDefault();
    const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 24 : 1;
    const box = canvas.getBoundingClientRect();
    if (event.ctrlKey || event.metaKey) sheet.zoom(Math.exp(-event.deltaY * lines * 0.004), { x: event.clientX - box.left, y: event.clientY - box.top });
    else sheet.pan((event.shiftKey && event.deltaX === 0 ? event.deltaY : event.deltaX) * lines, event.shiftKey ? 0 : event.deltaY * lines);
  };
  const twice = (event: MouseEvent) => {
    const id = hit(session, sheet, sheet.toBoard(event));
    if (id !== null && desk.tool() === "select") desk.write(id);
  };
  const space = (event: KeyboardEvent) => {
    if (event.key === " " && event.target === canvas) isSpace = event.type === "keydown";
  };
  canvas.addEventListener("pointerdown", down);
  canvas.addEventListener("pointermove", move);
  canvas.addEventListener("pointerup", up);
  canvas.addEventListener("pointercancel", up);
  canvas.addEventListener("wheel", wheel, { passive: false });
  canvas.addEventListener("dblclick", twice);
  addEventListener("keydown", space);
  addEventListener("keyup", space);
  return () => {
    doing?.cancel();
    canvas.removeEventListener("pointerdown", down);
    canvas.removeEventListener("pointermove", move);
    canvas.removeEventListener("pointerup", up);
    canvas.removeEventListener("pointercancel", up);
    canvas.removeEventListener("wheel", wheel);
    canvas.removeEventListener("dblclick", twice);
    removeEventListener("keydown", space);
    removeEventListener("keyup", space);
  };
}

/** The topmost record under a point. */
export function hit(session: BoardSession, sheet: Sheet, at: XY, fits: (record: BoardRecord) => boolean = () => true): string | null {
  const slack = slackPx / sheet.scale;
  const { stack } = session;
  for (let index = stack.length - 1; index >= 0; index -= 1) {
    const id = stack[index] ?? "";
    const record = session.records.get(id);
    if (record && fits(record) && isHit(record, at, slack, sheet.find)) return id;
  }
  return null;
}

function selecting(session: BoardSession, sheet: Sheet, desk: Desk, start: XY, event: PointerEvent): Doing {
  const handle = sheet.handle();
  const [only] = desk.selected();
  const grab = event.pointerType === "touch" ? 14 / sheet.scale : 4 / sheet.scale;
  if (handle && only !== undefined && holds({ x: handle.x - grab, y: handle.y - grab, width: handle.width + 2 * grab, height: handle.height + 2 * grab }, start)) {
    return resizing(session, sheet, only, start);
  }
  const id = hit(session, sheet, start);
  if (id === null) return framing(session, sheet, desk, start, event.shiftKey);
  if (event.shiftKey) {
    const next = new Set(desk.selected());
    if (!next.delete(id)) next.add(id);
    desk.select(next);
  } else if (!desk.selected().has(id)) desk.select([id]);
  return moving(session, sheet, desk, start);
}

/** Drags what is selected: shown at once here, told to the others ten times a second, one step of undo. */
function moving(session: BoardSession, sheet: Sheet, desk: Desk, start: XY): Doing {
  const ids = [...desk.selected()].filter((id) => session.records.get(id)?.type !== "edge").slice(0, mostSelected);
  const begun = new Map(ids.flatMap((id) => (session.records.has(id) ? [[id, session.records.get(id) as BoardRecord] as const] : [])));
  const group = shortID();
  let told: XY = { x: 0, y: 0 };
  let toldAt = 0;
  let isMoving = false;
  const tell = (to: XY) => {
    if (to.x === told.x && to.y === told.y) return;
    shift(session, ids, to.x - told.x, to.y - told.y, group);
    told = to;
    toldAt = performance.now();
  };
  const by = (at: XY): XY => ({ x: Math.round(at.x - start.x), y: Math.round(at.y - start.y) });
  return {
    move(at) {
      if (!session.mayDraw) return;
      const to = by(at);
      isMoving = isMoving || Math.hypot(to.x, to.y) * sheet.scale > clickPx;
      if (!isMoving) return;
      sheet.show({ shifted: new Map([...begun].map(([id, record]) => [id, { ...record, ...shiftOf(record, to.x, to.y) } as BoardRecord])) });
      if (performance.now() - toldAt > moveEveryMs) tell(to);
    },
    end(at) {
      if (isMoving) tell(by(at));
      sheet.show({ shifted: noOverlay.shifted });
    },
    cancel: () => sheet.show({ shifted: noOverlay.shifted }),
  };
}

function resizing(session: BoardSession, sheet: Sheet, id: string, start: XY): Doing {
  const record = session.records.get(id);
  const group = shortID();
  const sizeAt = (at: XY): [number, number] => {
    const [width, height] = record?.size ?? [0, 0];
    return [Math.max(smallestPx, Math.round(width + at.x - start.x)), Math.max(smallestPx, Math.round(height + at.y - start.y))];
  };
  return {
    move: (at) => record && sheet.show({ shifted: new Map([[id, { ...record, size: sizeAt(at) }]]) }),
    end(at) {
      session.edit([["set", id, { size: sizeAt(at) }]], group);
      sheet.show({ shifted: noOverlay.shifted });
    },
    cancel: () => sheet.show({ shifted: noOverlay.shifted }),
  };
}

function framing(session: BoardSession, sheet: Sheet, desk: Desk, start: XY, adds: boolean): Doing {
  const before = adds ? [...desk.selected()] : [];
  const boxTo = (at: XY): Box => ({ x: Math.min(start.x, at.x), y: Math.min(start.y, at.y), width: Math.abs(at.x - start.x), height: Math.abs(at.y - start.y) });
  return {
    move: (at) => sheet.show({ marquee: boxTo(at) }),
    end(at) {
      const box = boxTo(at);
      const isClick = Math.max(box.width, box.height) * sheet.scale < clickPx;
      const inside = isClick ? [] : [...session.records].filter(([, record]) => touches(record, box, sheet)).map(([id]) => id);
      desk.select([...before, ...inside]);
      sheet.show({ marquee: null });
    },
    cancel: () => sheet.show({ marquee: null }),
  };
}

function touches(record: BoardRecord, frame: Box, sheet: Sheet): boolean {
  const box = record.type === "edge" ? edgeBox(record, sheet.find) : boxOf(record);
  return box !== null && overlap(box, frame);
}

const canEnd = (record: BoardRecord) => record.type !== "edge" && record.type !== "freehand";

function wiring(session: BoardSession, sheet: Sheet, desk: Desk, start: XY): Doing | null {
  const from = hit(session, sheet, start, canEnd);
  if (from === null) return null;
  desk.select([from]);
  const targetAt = (at: XY) => {
    const id = hit(session, sheet, at, canEnd);
    return id === from ? null : id;
  };
  return {
    move: (at) => sheet.show({ wire: { from: start, to: at, target: targetAt(at) } }),
    end(at) {
      sheet.show({ wire: null });
      const to = targetAt(at);
      const id = to === null ? null : connect(session, from, to);
      if (id !== null) desk.placed(id);
    },
    cancel: () => sheet.show({ wire: null }),
  };
}

/** Draws a stroke; the others see it grow. */
function drawing(session: BoardSession, sheet: Sheet, start: XY, event: PointerEvent): Doing {
  const id = shortID();
  const origin: [number, number] = [Math.round(start.x), Math.round(start.y)];
  const points: number[] = [];
  let sent = 0;
  let sentAt = performance.now();
  let isPut = false;
  const add = (at: XY, { pressure, pointerType }: PointerEvent) => {
    if (points.length / 3 >= limits.points) return;
    const force = pointerType === "pen" ? Math.round(pressure * 255) : 128;
    const [x, y] = [Math.round((at.x - origin[0]) * 4), Math.round((at.y - origin[1]) * 4)];
    if (points.length > 0 && x === points[points.length - 3] && y === points[points.length - 2]) return;
    points.push(x, y, force);
  };
  const record = (pts: readonly number[]): BoardRecord => ({ type: "freehand", pts, pos: origin, z, colour: "ink", width: 2.5 });
  const z = session.top();
  const tell = () => {
    if (sent === points.length) return;
    if (isPut) session.edit([["app", id, sent / 3, points.slice(sent)]], id);
    else session.edit([["put", id, record(points.slice())]], id);
    isPut = true;
    sent = points.length;
    sentAt = performance.now();
  };
  add(start, event);
  return {
    move(at, each) {
      add(at, each);
      if (performance.now() - sentAt > strokeEveryMs) tell();
      // The last part, which has not been told yet, with a point of what has.
      sheet.show({ draft: record(points.slice(Math.max(0, sent - 3))) });
    },
    end() {
      tell();
      sheet.show({ draft: null });
    },
    cancel() {
      sheet.show({ draft: null });
      if (isPut) session.edit([["del", id]], id);
    },
  };
}

function distance(a: PointerEvent, b: PointerEvent): number {
  return Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY);
}
