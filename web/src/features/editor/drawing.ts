import { loadEngine } from "../../engine/engine";
import type { Problem } from "./problems";
import type { Records } from "./records";
import { kindOf, mermaidOf } from "./sourceParts";
import type { SourceParts } from "./sourceParts";

export interface DrawnNode {
  readonly id: string;
  readonly label: string;
}

export interface DrawnEdge {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly label: string;
}

/** A picture and what it shows. */
export interface Drawing {
  readonly svg: string;
  readonly kind: string;
  readonly nodes: readonly DrawnNode[];
  readonly edges: readonly DrawnEdge[];
  readonly alternative: string;
  readonly outline: readonly { readonly depth: number; readonly text: string }[];
}

export interface DrawingOutcome {
  readonly drawing: Drawing | null;
  readonly problems: readonly Problem[];
}

/** Draws what the source says, in the browser; problems have their lines in the whole source. */
export async function draw(parts: SourceParts, records: Records): Promise<DrawingOutcome> {
  const engine = await loadEngine();
  const source = mermaidOf(parts);
  const answer = await engine.render(source + kindsOf(parts, records));
  const shift = parts.mermaid.from;
  const last = shift + source.split("\n").length;
  const problems = (answer.errors ?? []).map((each) => ({
    severity: each.severity === "warning" ? ("warning" as const) : ("error" as const),
    line: Math.min(each.line + shift, last),
    column: each.column,
    message: sentence(each.message, each.expected ?? []),
    remedy: each.hint ?? null,
  }));
  return { drawing: answer.ok ? drawingOf(answer) : null, problems };
}

/** The kinds of the records as Mermaid's classes, behind the source, where they move no line. */
function kindsOf(parts: SourceParts, records: Records): string {
  if (kindOf(parts) !== "flowchart") return "";
  const source = mermaidOf(parts);
  const lines = records.nodes.flatMap(({ fields }) => {
    const [id, kind] = [fields.get("id") ?? "", fields.get("kind") ?? ""];
    const fits = /^[A-Za-z][\w-]*$/.test(id) && /^[a-z-]+$/.test(kind) && new RegExp(`(^|[^\\w-])${id}($|[^\\w-])`).test(source);
    return fits ? [`\nclass ${id} ${kind}`] : [];
  });
  return lines.join("");
}

function sentence(message: string, expected: readonly string[]): string {
  const text = message.charAt(0).toUpperCase() + message.slice(1);
  const end = expected.length === 0 ? "" : `; expected ${new Intl.ListFormat("en", { type: "disjunction" }).format(expected)}`;
  return `${text}${end}.`.replace(/([.!?])\.$/, "$1");
}

type Answer = Extract<Awaited<ReturnType<Awaited<ReturnType<typeof loadEngine>>["render"]>>, { ok: true }>;

function drawingOf(answer: Answer): Drawing {
  return {
    svg: answer.svg,
    kind: answer.graph.kind,
    nodes: answer.graph.nodes,
    edges: answer.graph.edges,
    alternative: answer.alternativeText,
    outline: answer.outline,
  };
}
