// Where records are on the board: boxes, lines and what lies under a point. Lengths are pixels of the board.
import type { BoardRecord } from "./records";

export interface XY {
  readonly x: number;
  readonly y: number;
}

export interface Box extends XY {
  readonly width: number;
  readonly height: number;
}

export type Lookup = (id: string) => BoardRecord | undefined;

export const nodeSize = [150, 64] as const;
export const noteSize = [180, 120] as const;
export const defaultFont = 18;
export const lineHeight = 1.35;

const boxes = new WeakMap<BoardRecord, Box>();

/** Records are never changed, so that a box is worked out once. An edge has none of its own. */
export function boxOf(record: BoardRecord): Box | null {
  if (record.type === "edge") return null;
  const known = boxes.get(record);
  if (known) return known;
  const made = measured(record);
  boxes.set(record, made);
  return made;
}

function measured({ type, pos, size, pts, text, font }: BoardRecord): Box {
  const [x, y] = pos ?? [0, 0];
  if (type === "freehand") return strokeBox(x, y, pts ?? []);
  if (size) return { x, y, width: size[0], height: size[1] };
  // Text that nobody has given a size is about as wide as its longest line.
  const lines = (text ?? "").split("\n");
  const letters = Math.max(1, ...lines.map((line) => line.length));
  const height = (font ?? defaultFont) * lineHeight * lines.length;
  return { x, y, width: letters * (font ?? defaultFont) * 0.58, height };
}

function strokeBox(x: number, y: number, pts: readonly number[]): Box {
  let [left, top, right, bottom] = [0, 0, 0, 0];
  for (let index = 0; index + 1 < pts.length; index += 3) {
    const px = (pts[index] ?? 0) / 4;
    const py = (pts[index + 1] ?? 0) / 4;
    left = Math.min(left, px);
    top = Math.min(top, py);
    right = Math.max(right, px);
    bottom = Math.max(bottom, py);
  }
  return { x: x + left, y: y + top, width: right - left, height: bottom - top };
}

export function middle(box: Box): XY {
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}

export function moved(box: Box, dx: number, dy: number): Box {
  return { ...box, x: box.x + dx, y: box.y + dy };
}

export function around(all: readonly Box[]): Box | null {
  if (all.length === 0) return null;
  const x = Math.min(...all.map((each) => each.x));
  const y = Math.min(...all.map((each) => each.y));
  return { x, y, width: Math.max(...all.map((each) => each.x + each.width)) - x, height: Math.max(...all.map((each) => each.y + each.height)) - y };
}

export function overlap(a: Box, b: Box): boolean {
  return a.x <= b.x + b.width && b.x <= a.x + a.width && a.y <= b.y + b.height && b.y <= a.y + a.height;
}

export function holds(box: Box, point: XY): boolean {
  return point.x >= box.x && point.x <= box.x + box.width && point.y >= box.y && point.y <= box.y + box.height;
}

export interface Line {
  readonly start: XY;
  readonly end: XY;
}

/** From border to border; null while an end is missing or both overlap. */
export function lineBetween(from: Box | null, to: Box | null): Line | null {
  if (!from || !to) return null;
  const start = borderPoint(from, middle(to));
  const end = borderPoint(to, middle(from));
  return Math.hypot(end.x - start.x, end.y - start.y) < 2 ? null : { start, end };
}

/** Where the line from a box's middle to a point leaves the box. */
function borderPoint(box: Box, towards: XY): XY {
  const centre = middle(box);
  const [dx, dy] = [towards.x - centre.x, towards.y - centre.y];
  if (dx === 0 && dy === 0) return centre;
  const share = Math.min(box.width / 2 / Math.max(Math.abs(dx), 1e-9), box.height / 2 / Math.max(Math.abs(dy), 1e-9));
  return { x: centre.x + dx * Math.min(share, 1), y: centre.y + dy * Math.min(share, 1) };
}

function distanceToSegment(point: XY, start: XY, end: XY): number {
  const [dx, dy] = [end.x - start.x, end.y - start.y];
  const length = dx * dx + dy * dy;
  const share = length === 0 ? 0 : Math.min(1, Math.max(0, ((point.x - start.x) * dx + (point.y - start.y) * dy) / length));
  return Math.hypot(point.x - start.x - share * dx, point.y - start.y - share * dy);
}

export function edgeBox(record: BoardRecord, find: Lookup): Box | null {
  const line = edgeLine(record, find);
  if (!line) return null;
  const { start, end } = line;
  return { x: Math.min(start.x, end.x), y: Math.min(start.y, end.y), width: Math.abs(end.x - start.x), height: Math.abs(end.y - start.y) };
}

export function edgeLine(record: BoardRecord, find: Lookup): Line | null {
  const from = find(record.from ?? "");
  const to = find(record.to ?? "");
  return lineBetween(from ? boxOf(from) : null, to ? boxOf(to) : null);
}

/** The box of anything, edges too. */
export function extent(record: BoardRecord, find: Lookup): Box | null {
  return record.type === "edge" ? edgeBox(record, find) : boxOf(record);
}

/** Everything that a record may cover when it is drawn: its lines are wider than its box, and so may its words be. */
export function painted(record: BoardRecord, find: Lookup): Box | null {
  const box = extent(record, find);
  if (!box) return null;
  const words = record.type === "edge" ? (record.label?.length ?? 0) * 4 : record.type === "text" ? box.width / 3 : 0;
  const turned = record.angle ? Math.max(box.width, box.height) / 2 : 0;
  const room = 6 + (record.width ?? 0) + Math.max(words, turned);
  return { x: box.x - room, y: box.y - room, width: box.width + 2 * room, height: box.height + 2 * room };
}

/** Whether a point is on a record, give or take `slack`. */
export function isHit(record: BoardRecord, point: XY, slack: number, find: Lookup): boolean {
  if (record.type === "edge") {
    const line = edgeLine(record, find);
    return line !== null && distanceToSegment(point, line.start, line.end) <= slack;
  }
  const box = boxOf(record);
  if (!box || !holds({ x: box.x - slack, y: box.y - slack, width: box.width + 2 * slack, height: box.height + 2 * slack }, point)) return false;
  if (record.type !== "freehand") return true;
  const { pts = [], pos: [x, y] = [0, 0], width = 2 } = record;
  let before: XY | null = null;
  for (let index = 0; index + 1 < pts.length; index += 3) {
    const now = { x: x + (pts[index] ?? 0) / 4, y: y + (pts[index + 1] ?? 0) / 4 };
    if (distanceToSegment(point, before ?? now, now) <= slack + width / 2) return true;
    before = now;
  }
  return false;
}
