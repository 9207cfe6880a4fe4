// A board as a Mermaid flowchart, and a Mermaid diagram as shapes of a board.
import { loadEngine } from "../../engine/engine";
import type { Rendering } from "../../engine/engine";
import type { BoardRecord, Operation } from "./records";
import { limits, placeBetween } from "./records";
import { shortID } from "./session";
import type { BoardSession } from "./session";

/** Parts and edges; what Mermaid has no words for is left out. */
export function mermaidFrom(session: BoardSession): string {
  const names = new Map<string, string>();
  const lines = ["flowchart LR"];
  for (const id of session.stack) {
    const record = session.records.get(id);
    if (record?.type !== "node") continue;
    const name = `n${names.size + 1}`;
    names.set(id, name);
    const kind = record.kind && record.kind !== "unknown" ? `:::${record.kind}` : "";
    lines.push(`  ${name}["${quoted(record.label || record.kind || "part")}"]${kind}`);
  }
  for (const id of session.stack) {
    const record = session.records.get(id);
    const [from, to] = [names.get(record?.from ?? ""), names.get(record?.to ?? "")];
    if (record?.type !== "edge" || !from || !to) continue;
    const label = record.label ? `|"${quoted(record.label)}"|` : "";
    lines.push(`  ${from} ${record.mode === "async" ? "-.->" : "-->"}${label} ${to}`);
  }
  return `${lines.join("\n")}\n`;
}

function quoted(text: string): string {
  return text.replace(/&/g, "&amp;").replace(/"/g, "&quot;").replace(/\s*\n\s*/g, "<br/>");
}

/** Why a source cannot be taken, by line. */
export class MermaidProblem extends Error {}

/**
 * The shapes that a source describes, laid out as on a diagram's page, with the upper left corner at a point.
 *
 * Throws MermaidProblem, or the engine's own error.
 */
export async function shapesFrom(source: string, at: { readonly x: number; readonly y: number }, above: string | null): Promise<Operation[]> {
  const answer = await (await loadEngine()).render(source, { interactive: true });
  if (!answer.ok) {
    const first = answer.errors[0];
    throw new MermaidProblem(first ? `Line ${first.line}: ${first.message}${first.hint ? `. ${first.hint}` : ""}` : "This source cannot be read.");
  }
  if (answer.kind !== "flowchart") throw new MermaidProblem("Only a flowchart becomes shapes: others have no parts and edges to move.");
  if (answer.graph.nodes.length + answer.graph.edges.length > limits.operations) {
    throw new MermaidProblem(`A flowchart of at most ${limits.operations} parts and edges can be brought in at once.`);
  }
  return operationsFrom(answer, at, above);
}

function operationsFrom({ svg, graph }: Rendering, at: { readonly x: number; readonly y: number }, above: string | null): Operation[] {
  // Places are read from the picture, which must be in the page to have any.
  const stage = document.createElement("div");
  stage.className = "visually-hidden";
  stage.setAttribute("aria-hidden", "true");
  stage.innerHTML = svg;
  document.body.append(stage);
  try {
    const ids = new Map<string, string>();
    let z = placeBetween(above, null);
    const operations: Operation[] = [];
    for (const node of graph.nodes) {
      const shape = stage.querySelector<SVGGraphicsElement>(`[data-node="${CSS.escape(node.id)}"] > .dg-shape`);
      if (!shape) continue;
      const box = shape.getBBox();
      const id = shortID();
      ids.set(node.id, id);
      const record: BoardRecord = {
        type: "node",
        kind: node.kind,
        label: node.label.replace(/\s*\n\s*/g, " "),
        pos: [at.x + box.x, at.y + box.y],
        size: [Math.max(box.width, 90), Math.max(box.height, 52)],
        z,
      };
      operations.push(["put", id, record]);
      z = placeBetween(z, null);
    }
    for (const edge of graph.edges) {
      const [from, to] = [ids.get(edge.from), ids.get(edge.to)];
      if (!from || !to || from === to) continue;
      operations.push(["put", shortID(), { type: "edge", from, to, label: edge.label, mode: edge.arrow.includes(".") ? "async" : "sync", z }]);
      z = placeBetween(z, null);
    }
    return operations;
  } finally {
    stage.remove();
  }
}
