// What a person does to a board, as operations: one action, one step of undo.
import { boxOf, defaultFont, middle, nodeSize, noteSize, overlap } from "./geometry";
import type { Box, XY } from "./geometry";
import type { BoardRecord, Change, Operation } from "./records";
import { limits, quarter } from "./records";
import { shortID } from "./session";
import type { BoardSession } from "./session";

export type Placed = "node" | "note" | "text";

const gap = 24;
/** Between new records, so that an edge with its word fits between two of them. */
const room = 72;
const mostTries = 400;

/** A new record with its middle at a point. */
export function place(session: BoardSession, type: Placed, at: XY, kind: string): string {
  const id = shortID();
  const [width, height] = type === "note" ? noteSize : nodeSize;
  const pos: [number, number] = [at.x - width / 2, at.y - height / 2];
  const z = session.top();
  const record: BoardRecord =
    type === "node"
      ? { type, kind, label: "", pos, size: [width, height], z }
      : type === "note"
        ? { type, text: "", pos, size: [width, height], z, colour: "yellow" }
        : { type, text: "", pos: [at.x, at.y - defaultFont / 2], z, font: defaultFont };
  session.edit([["put", id, record]]);
  return id;
}

/** A point near `at` where a new record would cover nothing. */
export function freePoint(session: BoardSession, type: Placed, at: XY): XY {
  const [width, height] = type === "note" ? noteSize : nodeSize;
  const taken = [...session.records.values()].flatMap((record) => (record.type === "edge" ? [] : boxOf(record) ?? []));
  for (let index = 0; index < mostTries; index += 1) {
    const point = spiral(at, index, width + room, height + room);
    const box: Box = { x: point.x - width / 2 - gap / 2, y: point.y - height / 2 - gap / 2, width: width + gap, height: height + gap };
    if (!taken.some((each) => overlap(each, box))) return point;
  }
  return at;
}

/** Places around a first one, from the inside outwards. */
function spiral(at: XY, index: number, dx: number, dy: number): XY {
  const ring = Math.ceil((Math.sqrt(index + 1) - 1) / 2);
  if (ring === 0) return at;
  const side = 2 * ring;
  const offset = index - (side - 1) ** 2;
  const [leg, step] = [Math.floor(offset / side), (offset % side) - ring + 1];
  const [x, y] = leg === 0 ? [ring, step] : leg === 1 ? [-step, ring] : leg === 2 ? [-ring, -step] : [step, -ring];
  return { x: at.x + x * dx, y: at.y + y * dy };
}

export function connect(session: BoardSession, from: string, to: string): string | null {
  const ends = [session.records.get(from), session.records.get(to)];
  if (from === to || ends.some((end) => !end || end.type === "edge" || end.type === "freehand")) return null;
  const id = shortID();
  session.edit([["put", id, { type: "edge", from, to, mode: "sync", label: "", z: session.top() }]]);
  return id;
}

/** Takes records away, and the edges that end at them. */
export function remove(session: BoardSession, ids: Iterable<string>): number {
  const gone = new Set(ids);
  for (const [id, record] of session.records) {
    if (record.type === "edge" && (gone.has(record.from ?? "") || gone.has(record.to ?? ""))) gone.add(id);
  }
  session.edit([...gone].map((id): Operation => ["del", id]));
  return gone.size;
}

/** Copies records a little to the right and below; edges between them come along. */
export function duplicate(session: BoardSession, ids: Iterable<string>): readonly string[] {
  const copies = new Map<string, string>();
  const chosen = new Set(ids);
  for (const [id, record] of session.records) {
    const isBetween = record.type === "edge" && chosen.has(record.from ?? "") && chosen.has(record.to ?? "");
    if (chosen.has(id) || isBetween) copies.set(id, shortID());
  }
  const z = session.top();
  const operations: Operation[] = [];
  for (const [id, copy] of copies) {
    const record = session.records.get(id);
    if (!record) continue;
    const { author: _, ...fields } = record;
    if (record.type === "edge") {
      const [from, to] = [copies.get(record.from ?? "") ?? record.from ?? "", copies.get(record.to ?? "") ?? record.to ?? ""];
      operations.push(["put", copy, { ...fields, from, to, z }]);
    } else {
      const [x, y] = record.pos ?? [0, 0];
      operations.push(["put", copy, { ...fields, pos: [x + gap, y + gap], z }]);
    }
  }
  session.edit(operations);
  return [...copies.values()];
}

export function shiftOf(record: BoardRecord, dx: number, dy: number): Change | null {
  return record.pos ? { pos: [quarter(record.pos[0] + dx), quarter(record.pos[1] + dy)] } : null;
}

export function shift(session: BoardSession, ids: Iterable<string>, dx: number, dy: number, group: string): void {
  const operations = [...ids].flatMap((id): Operation[] => {
    const record = session.records.get(id);
    const change = record ? shiftOf(record, dx, dy) : null;
    return change ? [["set", id, change]] : [];
  });
  session.edit(operations, group);
}

export function change(session: BoardSession, ids: Iterable<string>, values: Change, group?: string): void {
  session.edit([...ids].map((id): Operation => ["set", id, values]), group);
}

/** What a record is written with: a part's label, an edge's verb, a note's text. */
export function wordsOf(record: BoardRecord): string {
  return (record.type === "node" || record.type === "edge" ? record.label : record.type === "image" ? record.alt : record.text) ?? "";
}

export function wordsField(record: BoardRecord): "label" | "text" | "alt" | null {
  if (record.type === "freehand") return null;
  return record.type === "node" || record.type === "edge" ? "label" : record.type === "image" ? "alt" : "text";
}

/** The ids in the order of reading: lines from the top, in a line from the left; edges after where they begin. */
export function readingOrder(session: BoardSession): readonly string[] {
  const rowHeight = 40;
  const shapes = [...session.records].filter(([, record]) => record.type !== "edge");
  const at = (record: BoardRecord) => {
    const box = boxOf(record);
    return box ? middle(box) : { x: 0, y: 0 };
  };
  shapes.sort(([, a], [, b]) => {
    const [p, q] = [at(a), at(b)];
    return Math.round(p.y / rowHeight) - Math.round(q.y / rowHeight) || p.x - q.x;
  });
  const edges = new Map<string, string[]>();
  for (const [id, record] of session.records) {
    if (record.type === "edge") edges.set(record.from ?? "", [...(edges.get(record.from ?? "") ?? []), id]);
  }
  const ordered = shapes.flatMap(([id]) => [id, ...(edges.get(id) ?? [])]);
  const known = new Set(ordered);
  return [...ordered, ...[...session.records.keys()].filter((id) => !known.has(id))];
}

export const mostSelected = limits.operations;
