import { lineMap } from "./lines";

/** Something wrong in the source, where, and what to do. */
export interface Problem {
  readonly severity: "error" | "warning";
  /** Both counted from 1. */
  readonly line: number;
  readonly column: number;
  readonly message: string;
  readonly remedy: string | null;
}

/** In the order of the source, each place and message once, errors before warnings of one line. */
export function sorted(problems: readonly Problem[]): readonly Problem[] {
  const seen = new Set<string>();
  return [...problems]
    .sort((a, b) => a.line - b.line || (a.severity < b.severity ? -1 : a.severity > b.severity ? 1 : a.column - b.column))
    .filter((each) => {
      const key = `${each.line}:${each.column}:${each.severity}`;
      return !seen.has(key) && seen.add(key);
    });
}

/** What was found in an earlier text, at its place in a later one; what stood in changed lines is left out. */
export function moved(problems: readonly Problem[], before: string, after: string): readonly Problem[] {
  if (before === after) return problems;
  const place = lineMap(before, after);
  return problems.flatMap((each) => {
    const line = place(each.line);
    return line === null ? [] : [{ ...each, line }];
  });
}

export function countWords(problems: readonly Problem[]): string {
  const errors = problems.filter((each) => each.severity === "error").length;
  const warnings = problems.length - errors;
  const parts = [
    ...(errors > 0 ? [`${errors} ${errors === 1 ? "error" : "errors"}`] : []),
    ...(warnings > 0 ? [`${warnings} ${warnings === 1 ? "warning" : "warnings"}`] : []),
  ];
  return parts.length === 0 ? "No errors" : parts.join(", ");
}

/** The problem after a line, or before it; at the end it begins anew. */
export function nextProblem(problems: readonly Problem[], line: number, backwards: boolean): Problem | null {
  const list = backwards ? [...problems].reverse() : problems;
  return list.find((each) => (backwards ? each.line < line : each.line > line)) ?? list[0] ?? null;
}
