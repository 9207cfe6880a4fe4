/** What a piece of a GraphQL document (or of JSON, which is close enough to be coloured) is. */
export type TokenKind = "name" | "variable" | "directive" | "number" | "string" | "comment" | "mark" | "bad";

export interface Token {
  readonly kind: TokenKind;
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

const kinds: readonly TokenKind[] = ["comment", "string", "number", "name", "variable", "directive", "mark", "bad"];

const pattern = new RegExp(
  [
    /(#[^\n\r]*)/,
    /("""(?:\\"""|[^])*?"""|"(?:\\.|[^"\\\n\r])*")/,
    /(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)/,
    /([_A-Za-z]\w*)/,
    /(\$\w*)/,
    /(@\w*)/,
    /(\.\.\.|[{}()[\]:=!|&])/,
    /([^\s,\uFEFF])/,
  ]
    .map((each) => each.source)
    .join("|"),
  "g",
);

/** The tokens of a text, whatever is wrong with it; blanks and commas are left out. */
export function tokensOf(source: string): Token[] {
  const tokens: Token[] = [];
  for (const match of source.matchAll(pattern)) {
    const [text = "", ...groups] = match;
    const start = match.index ?? 0;
    tokens.push({ kind: kinds[groups.findIndex((each) => each !== undefined)] ?? "bad", start, end: start + text.length, text });
  }
  return tokens;
}

/** The operations of a document, in order, each with the place where it begins. */
export interface Operation {
  readonly kind: "query" | "mutation" | "subscription";
  readonly name: string | null;
  readonly start: number;
}

export function operationsOf(source: string): Operation[] {
  const found: Operation[] = [];
  let depth = 0;
  let isInside = false;
  const tokens = tokensOf(source);
  tokens.forEach((token, index) => {
    const { text, start } = token;
    if (depth === 0 && !isInside && (text === "query" || text === "mutation" || text === "subscription")) {
      const next = tokens[index + 1];
      found.push({ kind: text, name: next?.kind === "name" ? next.text : null, start });
      isInside = true;
    } else if (depth === 0 && !isInside && text === "fragment") {
      isInside = true;
    } else if (depth === 0 && !isInside && text === "{") {
      found.push({ kind: "query", name: null, start });
    }
    if (token.kind !== "mark") return;
    if ("{([".includes(text)) depth += 1;
    if ("})]".includes(text)) depth = Math.max(0, depth - 1);
    if (text === "}" && depth === 0) isInside = false;
  });
  return found;
}

/** The operation that the caret is in or behind; the first one if it stands before all. */
export function operationAt(source: string, caret: number): Operation | null {
  const all = operationsOf(source);
  return [...all].reverse().find((each) => each.start <= caret) ?? all[0] ?? null;
}

/** Line and column of a place, both from 1. */
export function placeOf(source: string, offset: number): { line: number; column: number } {
  const before = source.slice(0, offset).split("\n");
  return { line: before.length, column: (before[before.length - 1] ?? "").length + 1 };
}

/** The place that a line and a column mean, both from 1. */
export function offsetOf(source: string, line: number, column: number): number {
  const lines = source.split("\n");
  const before = lines.slice(0, line - 1).reduce((sum, each) => sum + each.length + 1, 0);
  return Math.min(source.length, before + column - 1);
}
