import type { LineRange } from "./sourceParts";

// As much of YAML's block style as records are written in. Everything is found by lines, so that a change touches the
// lines of one value and leaves comments, order and unknown keys alone.

/** A key with the lines of its value. */
export interface Entry extends LineRange {
  readonly key: string;
  readonly indent: number;
  /** What stands behind the colon. */
  readonly rest: string;
}

/** One element of a list that is written with dashes. */
export interface Item extends LineRange {
  /** Where its keys stand. */
  readonly indent: number;
  /** Null if it is not a list of keys on lines of their own. */
  readonly entries: readonly Entry[] | null;
}

const keyPattern = /^( *)("?)([A-Za-z_][\w.-]*)\2 *:(?: +(.*)|)$/;

const indentOf = (line: string) => line.length - line.trimStart().length;
const isSilent = (line: string) => line.trim() === "" || line.trimStart().startsWith("#");

/** The keys at one depth. Returns null if something else stands there. */
export function entriesIn(lines: readonly string[], range: LineRange, indent: number): readonly Entry[] | null {
  const found: { key: string; indent: number; rest: string; from: number; to: number }[] = [];
  for (let index = range.from; index < range.to; index += 1) {
    const line = lines[index] ?? "";
    if (isSilent(line)) continue;
    const last = found[found.length - 1];
    const depth = indentOf(line);
    const continues = depth > indent || (depth === indent && /^ *-( |$)/.test(line) && last?.rest === "");
    if (continues && last) {
      last.to = index + 1;
      continue;
    }
    const [, space, , key, rest] = keyPattern.exec(line.trimEnd()) ?? [];
    if (key === undefined || space?.length !== indent) return null;
    found.push({ key, indent, rest: rest ?? "", from: index, to: index + 1 });
  }
  return found;
}

/** The elements of a list. Returns null if the value is not written as one. */
export function itemsIn(lines: readonly string[], entry: Entry): readonly Item[] | null {
  const rest = withoutComment(entry.rest).trim();
  if (rest !== "") return rest === "[]" ? [] : null;
  const found: { from: number; to: number; dash: number }[] = [];
  for (let index = entry.from + 1; index < entry.to; index += 1) {
    const line = lines[index] ?? "";
    if (isSilent(line)) continue;
    const depth = indentOf(line);
    const last = found[found.length - 1];
    if (/^ *-( |$)/.test(line) && depth === (last?.dash ?? depth)) found.push({ from: index, to: index + 1, dash: depth });
    else if (last && depth > last.dash) last.to = index + 1;
    else return null;
  }
  return found.map((item) => {
    const first = lines[item.from] ?? "";
    const indent = item.dash + 1 + indentOf(first.slice(item.dash + 1));
    const undashed = [...lines];
    undashed[item.from] = " ".repeat(item.dash + 1) + first.slice(item.dash + 1);
    return { from: item.from, to: item.to, indent, entries: entriesIn(undashed, item, indent) };
  });
}

/** A scalar's text; null for a list or a map. */
export function scalar(lines: readonly string[], entry: Entry): string | null {
  const rest = entry.rest.trim();
  const further = lines.slice(entry.from + 1, entry.to).map((line) => line.trim());
  if (/^[>|][-+]?( *#.*)?$/.test(rest)) return block(lines, entry, rest);
  if (rest.startsWith("'")) return quoted([rest, ...further].join(" "), /^'((?:[^']|'')*)'/, (text) => text.replace(/''/g, "'"));
  if (rest.startsWith('"')) return quoted([rest, ...further].join(" "), /^("(?:[^"\\]|\\.)*")/, unescaped);
  if (rest.startsWith("[") || rest.startsWith("{")) return null;
  const plain = withoutComment(rest).trim();
  if (plain === "" && further.length > 0) return null;
  return [plain, ...further.filter((line) => line !== "" && !line.startsWith("#"))].join(" ");
}

function block(lines: readonly string[], entry: Entry, sign: string): string {
  const inner = lines.slice(entry.from + 1, entry.to).map((line) => line.trim());
  return inner.join(sign.startsWith("|") ? "\n" : " ").trim();
}

function quoted(text: string, pattern: RegExp, decode: (inner: string) => string): string | null {
  const inner = pattern.exec(text)?.[1];
  return inner === undefined ? null : decode(inner);
}

function unescaped(text: string): string {
  try {
    return JSON.parse(text) as string;
  } catch {
    return text.slice(1, -1);
  }
}

function withoutComment(text: string): string {
  return text.replace(/(^|\s)#.*$/, "$1");
}

/** A string as YAML reads it back: plain where that is safe. */
export function written(value: string): string {
  const oneLine = value.replace(/\s*\n\s*/g, " ");
  const looksLikeOther = /^(true|false|yes|no|on|off|null|~|[-+.]?\d[\d_,.eE+-]*)$/i.test(oneLine);
  const startsWell = /^[^\s\-?:,[\]{}#&*!|>'"%@`]/.test(oneLine) || /^-[^\s]/.test(oneLine);
  const isPlain = startsWell && !looksLikeOther && !/: |:$| #|\s$|[\u0000-\u001f\u007f]/.test(oneLine);
  return isPlain ? oneLine : `'${oneLine.replace(/'/g, "''")}'`;
}

/** The lines of a key with a scalar; a comment behind the old value stays. */
export function scalarLine(indent: number, key: string, value: string, old?: Entry): string {
  const comment = old && old.to === old.from + 1 && !/^['"]/.test(old.rest.trim()) ? /\s#.*$/.exec(old.rest)?.[0] ?? "" : "";
  return `${" ".repeat(indent)}${key}: ${value}${comment}`;
}
