import { loadEngine } from "../../engine/engine";
import type { Diagnostic, EdgeFacts, NodeFacts, RenderOptions, Rendering } from "../../engine/engine";
import type { Problem } from "./problems";
import type { Records, SourceRecord } from "./records";
import { mermaidOf } from "./sourceParts";
import type { SourceParts } from "./sourceParts";

/** A picture and what it shows. */
export type Drawing = Rendering;

export interface DrawingOutcome {
  readonly drawing: Drawing | null;
  readonly problems: readonly Problem[];
}

const withoutRecord = "has no explanation";

/** Draws what the source says, in the browser; problems have their lines in the whole source. */
export async function draw(parts: SourceParts, records: Records): Promise<DrawingOutcome> {
  const engine = await loadEngine();
  const answer = await engine.render(mermaidOf(parts), { interactive: true, nodes: records.nodes.flatMap(nodeFacts) });
  // What does not fit between records and picture is said by the form.
  const found = answer.ok ? answer.warnings.filter((each) => each.severity === "warning" && !each.message.endsWith(withoutRecord)) : answer.errors;
  const problems = found.map((each) => problem(each, parts.mermaid.from));
  return { drawing: answer.ok ? answer : null, problems };
}

/** The picture as a file of its own. */
export async function pictureFile(parts: SourceParts, records: Records): Promise<string | null> {
  const options: RenderOptions = { interactive: false, embedStylesheet: true, nodes: records.nodes.flatMap(nodeFacts) };
  const answer = await (await loadEngine()).render(mermaidOf(parts), options);
  return answer.ok ? answer.svg : null;
}

/** The records as the engine takes them. */
export function factsOf(records: Records): { readonly nodes: readonly NodeFacts[]; readonly edges: readonly EdgeFacts[] } {
  return { nodes: records.nodes.flatMap(nodeFacts), edges: records.edges.flatMap(edgeFacts) };
}

function nodeFacts({ fields }: SourceRecord): NodeFacts[] {
  const [id, kind, replicas] = [fields.get("id"), fields.get("kind"), Number(fields.get("replicas") ?? 1)];
  if (id === undefined) return [];
  const count = Number.isInteger(replicas) && replicas >= 1 && replicas <= 10_000 ? replicas : 1;
  return [{ id, replicas: count, stateful: fields.get("stateful") === "true", ...(kind ? { kind } : {}) }];
}

function edgeFacts({ fields }: SourceRecord): EdgeFacts[] {
  const [from, to] = [fields.get("from"), fields.get("to")];
  if (from === undefined || to === undefined) return [];
  return [{ from, to, mode: fields.get("mode") === "async" ? "async" : "sync", required: fields.get("required") !== "false" }];
}

function problem(found: Diagnostic, shift: number): Problem {
  const text = found.message.charAt(0).toUpperCase() + found.message.slice(1);
  const end = found.expected.length === 0 ? "" : `; expected ${new Intl.ListFormat("en", { type: "disjunction" }).format(found.expected)}`;
  return {
    severity: found.severity,
    line: found.line + shift,
    column: found.column,
    message: /[.!?]$/.test(text + end) ? text + end : `${text}${end}.`,
    remedy: found.hint,
  };
}
