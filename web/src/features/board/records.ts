// Records of a whiteboard, what operations make of them, and how both travel; the rules are those of the server's
// Whiteboard library, and docs/whiteboard.md describes them.

export type Shape = "node" | "edge" | "note" | "freehand" | "text" | "image";
export type Colour = "ink" | "grey" | "red" | "orange" | "yellow" | "green" | "blue" | "violet";
export type Pair = readonly [number, number];

/** Lengths and places are pixels in quarters; see docs/whiteboard.md for what each shape needs and may have. */
export interface Fields {
  readonly pos?: Pair;
  readonly size?: Pair;
  readonly angle?: number;
  readonly z?: string;
  readonly parent?: string;
  /** Set by the server. */
  readonly author?: string;
  readonly kind?: string;
  readonly label?: string;
  readonly from?: string;
  readonly to?: string;
  readonly mode?: "sync" | "async";
  readonly text?: string;
  readonly colour?: Colour;
  readonly width?: number;
  readonly font?: number;
  /** x, y and pressure (0 to 255) of each point in turn; x and y from `pos` in quarters of a pixel, whole numbers. */
  readonly pts?: readonly number[];
  readonly ref?: string;
  readonly alt?: string;
}

export type Field = keyof Fields;
export interface BoardRecord extends Fields {
  readonly type: Shape;
}
/** New values of fields; null takes an optional field away. */
export type Change = { readonly [F in Field]?: Fields[F] | null };

export type Operation =
  | readonly ["put", string, BoardRecord]
  | readonly ["set", string, Change]
  | readonly ["app", string, number, readonly number[]]
  | readonly ["del", string];

export type Records = Map<string, BoardRecord>;

/** What the server takes at most. */
export const limits = { records: 20_000, points: 5_000, operations: 200, pushBytes: 65_536, inlineBytes: 240, indexLength: 64 } as const;

/** A length or place as the server keeps it: quarters of a pixel. */
export const quarter = (value: number): number => Math.round(value * 4) / 4 + 0;

export const pointCount = (record: BoardRecord): number => (record.pts?.length ?? 0) / 3;

/** Whether an operation changes anything. */
export function hasEffect(operation: Operation, record: BoardRecord | undefined): boolean {
  if (operation[0] === "put") return true;
  if (!record) return false;
  if (operation[0] !== "app") return true;
  const count = pointCount(record);
  return record.type === "freehand" && count === operation[2] && count + operation[3].length / 3 <= limits.points;
}

/** The record after an operation that has an effect on it; undefined for none. */
export function applied(operation: Operation, record: BoardRecord | undefined): BoardRecord | undefined {
  if (operation[0] === "put") return operation[2];
  if (operation[0] === "del" || !record) return undefined;
  if (operation[0] === "app") return { ...record, pts: [...(record.pts ?? []), ...operation[3]] };
  const next: Record<string, unknown> = { ...record };
  for (const [field, value] of Object.entries(operation[2])) {
    if (value === null) delete next[field];
    else next[field] = value;
  }
  return next as unknown as BoardRecord;
}

export function applyTo(records: Records, operation: Operation): void {
  const before = records.get(operation[1]);
  if (!hasEffect(operation, before)) return;
  const after = applied(operation, before);
  if (after) records.set(operation[1], after);
  else records.delete(operation[1]);
}

/** The operation with numbers as the server keeps them and without what only the server may say. */
export function cleaned(operation: Operation): Operation {
  if (operation[0] === "put") {
    const { type, ...fields } = operation[2];
    return ["put", operation[1], { type, ...cleanedFields(fields) } as BoardRecord];
  }
  return operation[0] === "set" ? ["set", operation[1], cleanedFields(operation[2])] : operation;
}

function cleanedFields(fields: Change): Change {
  const result: Record<string, unknown> = {};
  for (const [field, value] of Object.entries(fields)) {
    if (value === undefined || field === "author") continue;
    if (typeof value === "number") result[field] = quarter(value);
    else if (field === "pos" || field === "size") result[field] = (value as Pair | null)?.map(quarter) ?? null;
    else result[field] = value;
  }
  return result as Change;
}

export function sameValue(left: unknown, right: unknown): boolean {
  if (left === right) return true;
  if (!Array.isArray(left) || !Array.isArray(right) || left.length !== right.length) return false;
  return left.every((value, index) => value === right[index]);
}

// On the wire ------------------------------------------------------------------------------------------------------

export interface WirePush {
  readonly c: string;
  readonly n: number;
  readonly ops: readonly unknown[];
  readonly bin?: Uint8Array;
}

/** Operations as they travel: many points beside the JSON, few of them inside. */
export function wirePush(c: string, n: number, operations: readonly Operation[]): WirePush {
  const runs = operations.map((operation) => (operation[0] === "app" ? packed(operation[3]) : undefined));
  const bytes = runs.reduce((sum, run) => sum + (run?.length ?? 0), 0);
  const isBeside = bytes > limits.inlineBytes;
  const ops = operations.map((operation, index): unknown => {
    const run = runs[index];
    if (operation[0] === "app" && run) return ["app", operation[1], operation[2], isBeside ? operation[3].length / 3 : base64(run)];
    if (operation[0] === "del") return operation;
    const fields = operation[2] as Fields;
    return fields.pts ? [operation[0], operation[1], { ...fields, pts: base64(packed(fields.pts)) }] : operation;
  });
  if (!isBeside) return { c, n, ops };
  const bin = new Uint8Array(bytes);
  let offset = 0;
  for (const run of runs) {
    if (!run) continue;
    bin.set(run, offset);
    offset += run.length;
  }
  return { c, n, ops, bin };
}

/** Operations that came over the wire from the server, which are well formed. */
export function readOperations(ops: readonly unknown[], bin?: ArrayBuffer | Uint8Array): Operation[] {
  const reader = new PointReader(bin ? new Uint8Array(bin) : new Uint8Array());
  return (ops as readonly [string, string, never, never][]).map(([name, id, third, fourth]): Operation => {
    if (name === "app") return ["app", id, third, typeof fourth === "number" ? reader.points(fourth) : unpacked(fromBase64(fourth))];
    if (name === "del") return ["del", id];
    const fields: Record<string, unknown> = third;
    const pts = fields["pts"];
    return [name, id, typeof pts === "string" ? { ...fields, pts: unpacked(fromBase64(pts)) } : fields] as unknown as Operation;
  });
}

export interface RecordTables {
  readonly authors: readonly string[];
  readonly tables: readonly { readonly type: Shape; readonly fields: readonly Field[]; readonly rows: readonly (readonly unknown[])[] }[];
}

export function readTables({ authors, tables }: RecordTables): [string, BoardRecord][] {
  const result: [string, BoardRecord][] = [];
  for (const { type, fields, rows } of tables) {
    for (const row of rows) {
      const record: Record<string, unknown> = { type };
      fields.forEach((field, index) => {
        const value = row[index + 1];
        if (field === "pts") record[field] = unpacked(fromBase64(value as string));
        else record[field] = field === "author" ? authors[value as number] : value;
      });
      result.push([row[0] as string, record as unknown as BoardRecord]);
    }
  }
  return result;
}

/** Steps from point to point as zigzag varints, and a byte of pressure: about three bytes a point. */
export function packed(points: readonly number[]): Uint8Array {
  const bytes: number[] = [];
  let last: Pair = [0, 0];
  for (let index = 0; index + 2 < points.length; index += 3) {
    const [x, y, pressure] = [points[index] ?? 0, points[index + 1] ?? 0, points[index + 2] ?? 0];
    for (const step of [x - last[0], y - last[1]]) {
      let rest = ((step << 1) ^ (step >> 31)) >>> 0;
      for (; rest >= 0x80; rest >>>= 7) bytes.push((rest & 0x7f) | 0x80);
      bytes.push(rest);
    }
    bytes.push(pressure);
    last = [x, y];
  }
  return Uint8Array.from(bytes);
}

export const unpacked = (bytes: Uint8Array): number[] => new PointReader(bytes).points();

class PointReader {
  private offset = 0;

  constructor(private readonly bytes: Uint8Array) {}

  /** The next run of points; it starts at the origin. */
  points(count = Infinity): number[] {
    const points: number[] = [];
    for (let [x, y] = [0, 0]; points.length < 3 * count && this.offset < this.bytes.length; ) {
      x += this.step();
      y += this.step();
      points.push(x, y, this.byte());
    }
    return points;
  }

  private byte(): number {
    return this.bytes[this.offset++] ?? 0;
  }

  private step(): number {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.byte();
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) break;
    }
    return (value >>> 1) ^ -(value & 1);
  }
}

function base64(bytes: Uint8Array): string {
  let text = "";
  for (let start = 0; start < bytes.length; start += 8_192) text += String.fromCharCode(...bytes.subarray(start, start + 8_192));
  return btoa(text);
}

const fromBase64 = (text: string): Uint8Array => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));

// Places in the stack ----------------------------------------------------------------------------------------------

const digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/** Orders by place in the stack, the lowest first; ties go by id. */
export function byPlace(left: readonly [string, BoardRecord], right: readonly [string, BoardRecord]): number {
  const [a, b] = [left[1].z ?? "", right[1].z ?? ""];
  if (a !== b) return a < b ? -1 : 1;
  return left[0] < right[0] ? -1 : 1;
}

/**
 * A place above `below` and under `above`; null stands for the floor and for the sky. A random tail keeps two people's
 * places apart.
 */
export function placeBetween(below: string | null, above: string | null, random: () => number = Math.random): string {
  const place = above === null ? raised(below ?? "U") : middle(below ?? "", above);
  const tail = digit(random() * 62) + digit(1 + random() * 61);
  const result = above === null || place + tail < above ? place + tail : place;
  return result.slice(0, limits.indexLength).replace(/0+$/, "") || "1";
}

const digit = (value: number): string => digits[Math.floor(value)] ?? "z";

/** The first digit that can be raised is raised, so that places stay short however often this is asked. */
function raised(place: string): string {
  const index = [...place].findIndex((letter) => letter !== "z");
  if (index < 0) return place + "V";
  return place.slice(0, index) + digit(digits.indexOf(place[index] ?? "") + 1);
}

function middle(below: string, above: string): string {
  let shared = 0;
  while (shared < above.length && (below[shared] ?? "0") === above[shared]) shared += 1;
  if (shared > 0) return above.slice(0, shared) + middle(below.slice(shared), above.slice(shared));
  const [low, high] = [below ? digits.indexOf(below[0] ?? "") : 0, above ? digits.indexOf(above[0] ?? "") : 62];
  if (high - low > 1) return digit((low + high) / 2);
  return above.length > 1 ? above.slice(0, 1) : digit(low) + middle(below.slice(1), "");
}
