/** A piece of a text, by offsets. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** The smallest single replacement that turns one text into another. */
export interface Replacement {
  readonly at: number;
  readonly removed: string;
  readonly inserted: string;
}

export function replacementBetween(before: string, after: string): Replacement {
  const shorter = Math.min(before.length, after.length);
  let at = 0;
  while (at < shorter && before.charCodeAt(at) === after.charCodeAt(at)) at += 1;
  let tail = 0;
  while (tail < shorter - at && before.charCodeAt(before.length - 1 - tail) === after.charCodeAt(after.length - 1 - tail)) tail += 1;
  return { at, removed: before.slice(at, before.length - tail), inserted: after.slice(at, after.length - tail) };
}

/** The line of an offset, counted from 1. */
export function lineAt(text: string, offset: number): number {
  let line = 1;
  for (let index = text.indexOf("\n"); index !== -1 && index < offset; index = text.indexOf("\n", index + 1)) line += 1;
  return line;
}

/** The offset of the first letter of a line that is counted from 1; the end of the text if there are fewer lines. */
export function startOfLine(text: string, line: number): number {
  let start = 0;
  for (let count = 1; count < line; count += 1) {
    const next = text.indexOf("\n", start);
    if (next === -1) return text.length;
    start = next + 1;
  }
  return start;
}

/** The offset of a place; columns count Unicode scalars, from 1. */
export function offsetOf(text: string, line: number, column: number): number {
  const start = startOfLine(text, line);
  const end = text.indexOf("\n", start);
  const letters = [...text.slice(start, end === -1 ? text.length : end)];
  return start + letters.slice(0, Math.max(column - 1, 0)).join("").length;
}

export function countLines(text: string): number {
  return lineAt(text, text.length);
}

/** Where a line of an earlier text stands in a later one; null if it was changed. */
export function lineMap(before: string, after: string): (line: number) => number | null {
  if (before === after) return (line) => line;
  const change = replacementBetween(before, after);
  const first = lineAt(before, change.at);
  const last = lineAt(before, change.at + change.removed.length);
  const shift = countLines(after) - countLines(before);
  return (line) => (line < first ? line : line > last ? line + shift : null);
}
