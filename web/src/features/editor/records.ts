import { partsOf } from "./sourceParts";
import type { LineRange, SourceParts } from "./sourceParts";
import { entriesIn, itemsIn, scalar, scalarLine, written } from "./yaml";
import type { Entry, Item } from "./yaml";

export type Section = "nodes" | "edges";

export interface RecordNumber {
  readonly name: string;
  readonly value: string;
  readonly source: string;
}

/** One record as it is written in the front matter. */
export interface SourceRecord extends LineRange {
  readonly section: Section;
  /** Its place in its section. */
  readonly index: number;
  readonly fields: ReadonlyMap<string, string>;
  readonly numbers: readonly RecordNumber[];
  /** False if it is written in a way that only a person can change. */
  readonly editable: boolean;
}

export interface Records {
  readonly nodes: readonly SourceRecord[];
  readonly edges: readonly SourceRecord[];
  /** Why the form cannot help; null if it can. */
  readonly problem: string | null;
}

/** The order in which a record's keys are written. */
const keyOrder: Readonly<Record<Section, readonly string[]>> = {
  nodes: ["id", "kind", "replicas", "quorum", "stateful", "purpose", "ifLost", "numbers", "topics"],
  edges: ["from", "to", "number", "step", "mode", "protocol", "required", "carries", "fallback"],
};
/** Written as they are, without quotes. */
const bare: ReadonlySet<string> = new Set(["replicas", "quorum", "stateful", "required", "number", "step"]);
const numberKeys = ["name", "value", "source"] as const;
const unreadable = "The front matter is written in a way that this form cannot change. Edit it in the source.";

export function recordsOf(parts: SourceParts): Records {
  if (!parts.front) return { nodes: [], edges: [], problem: null };
  const top = entriesIn(parts.lines, parts.front, 0);
  if (!top) return { nodes: [], edges: [], problem: unreadable };
  const nodes = sectionOf(parts, top, "nodes");
  const edges = sectionOf(parts, top, "edges");
  return { nodes: nodes ?? [], edges: edges ?? [], problem: nodes && edges ? null : unreadable };
}

function sectionOf(parts: SourceParts, top: readonly Entry[], section: Section): readonly SourceRecord[] | null {
  const entry = top.find((each) => each.key === section);
  if (!entry) return [];
  const items = itemsIn(parts.lines, entry);
  return items?.map((item, index) => recordIn(parts, section, index, item)) ?? null;
}

function recordIn({ lines }: SourceParts, section: Section, index: number, item: Item): SourceRecord {
  const fields = new Map<string, string>();
  for (const entry of item.entries ?? []) {
    const value = scalar(lines, entry);
    if (value !== null) fields.set(entry.key, value);
  }
  const list = item.entries?.find((entry) => entry.key === "numbers");
  const rows = list ? itemsIn(lines, list) : [];
  const numbers = (rows ?? []).map((row) => {
    const text = (key: string) => {
      const entry = row.entries?.find((each) => each.key === key);
      return entry ? scalar(lines, entry) ?? "" : "";
    };
    return { name: text("name"), value: text("value"), source: text("source") };
  });
  const editable = item.entries !== null && rows !== null && rows.every((row) => row.entries !== null);
  return { section, index, from: item.from, to: item.to, fields, numbers, editable };
}

/** The text with one key of a record set, or taken out if `value` is null. */
export function withField(text: string, record: SourceRecord, key: string, value: string | null): string {
  const place = find(text, record);
  if (!place) return text;
  const { lines, item, entries } = place;
  const old = entries.find((entry) => entry.key === key);
  const line = value === null ? [] : [scalarLine(item.indent, key, bare.has(key) ? value : written(value), old)];
  if (value === null && !old) return text;
  return replacedKey(lines, item, entries, record.section, key, old, line);
}

/** The text with a record's list of numbers replaced. Rows that did not change keep their lines. */
export function withNumbers(text: string, record: SourceRecord, numbers: readonly RecordNumber[]): string {
  const place = find(text, record);
  if (!place) return text;
  const { lines, item, entries } = place;
  const old = entries.find((entry) => entry.key === "numbers");
  const kept = old ? itemsIn(lines, old) ?? [] : [];
  const pad = " ".repeat(item.indent);
  const rows = numbers.flatMap((number, index) => {
    const row = kept[index];
    const before = record.numbers[index];
    if (row && before && numberKeys.every((key) => before[key] === number[key])) return lines.slice(row.from, row.to);
    return numberKeys.map((key, at) => `${pad}  ${at === 0 ? "- " : "  "}${key}: ${written(number[key])}`);
  });
  if (rows.length === 0 && !old) return text;
  return replacedKey(lines, item, entries, record.section, "numbers", old, rows.length === 0 ? [] : [`${pad}numbers:`, ...rows]);
}

function find(text: string, record: SourceRecord) {
  const parts = partsOf(text);
  const top = parts.front ? entriesIn(parts.lines, parts.front, 0) : null;
  const section = top?.find((entry) => entry.key === record.section);
  const item = section ? itemsIn(parts.lines, section)?.[record.index] : undefined;
  return item?.entries ? { lines: parts.lines, item, entries: item.entries } : null;
}

function replacedKey(
  lines: readonly string[],
  item: Item,
  entries: readonly Entry[],
  section: Section,
  key: string,
  old: Entry | undefined,
  next: readonly string[],
): string {
  const order = keyOrder[section];
  const after = [...entries].reverse().find((entry) => order.indexOf(entry.key) < order.indexOf(key) && order.includes(entry.key));
  const from = old?.from ?? after?.to ?? item.to;
  const to = old?.to ?? from;
  const result = [...lines.slice(0, from), ...next, ...lines.slice(to)];
  const takesDash = old !== undefined && old.from === item.from;
  if (takesDash) moveDash(result, item, lines[item.from] ?? "");
  return result.join("\n");
}

/** The first line of an item carries its dash, whichever key stands there. */
function moveDash(lines: string[], item: Item, before: string): void {
  const head = before.slice(0, item.indent);
  lines[item.from] = head + (lines[item.from] ?? "").slice(item.indent);
}

/** The text with further records at the end of a section; front matter and section are made if missing. */
export function withRecords(text: string, section: Section, records: readonly ReadonlyMap<string, string>[]): string {
  if (records.length === 0) return text;
  const parts = partsOf(text);
  const rows = records.flatMap((fields) => rowsOf(section, fields));
  if (!parts.front) return ["---", `${section}:`, ...rows, "---", text].join("\n");
  const top = entriesIn(parts.lines, parts.front, 0);
  if (!top) return text;
  const entry = top.find((each) => each.key === section);
  const items = entry ? itemsIn(parts.lines, entry) : null;
  if (entry && items && items.length > 0) {
    const shift = (items[0]?.indent ?? 4) - 4;
    const fitted = shift >= 0 ? rows.map((row) => " ".repeat(shift) + row) : rows.map((row) => row.slice(-shift));
    return spliced(parts.lines, entry.to, entry.to, fitted);
  }
  if (entry && items) return spliced(parts.lines, entry.from, entry.to, [`${section}:`, ...rows]);
  if (entry) return text;
  const later = section === "nodes" ? ["edges", "probes", "timeline", "sources"] : ["probes", "timeline", "sources"];
  const at = top.find((each) => later.includes(each.key))?.from ?? parts.front.to;
  return spliced(parts.lines, at, at, [`${section}:`, ...rows]);
}

function rowsOf(section: Section, fields: ReadonlyMap<string, string>): string[] {
  const keys = keyOrder[section].filter((key) => fields.has(key));
  return keys.map((key, index) => {
    const value = fields.get(key) ?? "";
    return `  ${index === 0 ? "- " : "  "}${key}: ${bare.has(key) ? value : written(value)}`;
  });
}

export function withoutRecord(text: string, record: SourceRecord): string {
  const place = find(text, record);
  return place ? spliced(place.lines, place.item.from, place.item.to, []) : text;
}

function spliced(lines: readonly string[], from: number, to: number, next: readonly string[]): string {
  return [...lines.slice(0, from), ...next, ...lines.slice(to)].join("\n");
}

/** A top key's text, such as `id`. */
export function topField(parts: SourceParts, key: string): string | null {
  const entry = parts.front ? entriesIn(parts.lines, parts.front, 0)?.find((each) => each.key === key) : undefined;
  return entry ? scalar(parts.lines, entry) : null;
}

/** As the server counts them against its limit: parts between spaces that hold more than punctuation. */
export function wordCount(text: string): number {
  return text.split(/[\u0000- ]+/).filter((word) => /[^!-/:-@[-`{-~]/.test(word)).length;
}

export const wordLimit = 25;
