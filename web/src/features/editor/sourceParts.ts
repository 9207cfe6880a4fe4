/** Lines of a text, counted from 0; `to` is the line after the last. */
export interface LineRange {
  readonly from: number;
  readonly to: number;
}

/** A source cut into its parts: a catalogue file, or a sketch that is Mermaid from end to end. */
export interface SourceParts {
  readonly lines: readonly string[];
  /** Between the rules “---”; null if there is no front matter. */
  readonly front: LineRange | null;
  /** What the picture is drawn from; the lines before it count in its errors' line numbers. */
  readonly mermaid: LineRange;
  /** Whether the picture stands in a block of its own, as in the catalogue. */
  readonly isFile: boolean;
}

const isRule = (line: string) => line.trimEnd() === "---";

export function partsOf(text: string): SourceParts {
  const lines = text.split("\n");
  const close = lines[0] !== undefined && isRule(lines[0]) ? lines.findIndex((line, index) => index > 0 && isRule(line)) : -1;
  const front = close > 0 ? { from: 1, to: close } : null;
  const fence = lines.findIndex((line, index) => index > close && line.trimEnd() === "```mermaid");
  if (fence === -1) return { lines, front, mermaid: { from: 0, to: lines.length }, isFile: false };
  const end = lines.findIndex((line, index) => index > fence && line.trimEnd() === "```");
  return { lines, front, mermaid: { from: fence + 1, to: end === -1 ? lines.length : end }, isFile: true };
}

export function mermaidOf(parts: SourceParts): string {
  return parts.lines.slice(parts.mermaid.from, parts.mermaid.to).join("\n");
}

/** Mermaid alone, without records, as other tools read it. */
export function plainMermaid(parts: SourceParts): string {
  if (parts.isFile || !parts.front) return mermaidOf(parts);
  return parts.lines.slice(parts.front.to + 1).join("\n").replace(/^\n+/, "");
}

export type DiagramKind = "flowchart" | "sequence" | "state" | "class" | "entity" | "timeline";

const firstWords: readonly (readonly [RegExp, DiagramKind])[] = [
  [/^(flowchart|graph)\b/, "flowchart"],
  [/^sequenceDiagram\b/, "sequence"],
  [/^stateDiagram\b/, "state"],
  [/^classDiagram\b/, "class"],
  [/^erDiagram\b/, "entity"],
  [/^timeline\b/, "timeline"],
];

/** The kind that the first word of the Mermaid text names. */
export function kindOf(parts: SourceParts): DiagramKind | null {
  const from = parts.isFile ? parts.mermaid.from : parts.front ? parts.front.to + 1 : 0;
  for (let index = from; index < parts.mermaid.to; index += 1) {
    const line = (parts.lines[index] ?? "").trim();
    if (line === "" || line.startsWith("%%")) continue;
    return firstWords.find(([pattern]) => pattern.test(line))?.[1] ?? null;
  }
  return null;
}
