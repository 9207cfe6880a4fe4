import type { EngineEdge, EngineNode } from "../../engine/engine";
import type { Drawing } from "./drawing";
import type { Records, SourceRecord } from "./records";

/** A part of the picture and the record that tells of it. */
export interface RecordedPart {
  readonly type: "node" | "edge";
  readonly id: string;
  readonly label: string;
  readonly record: SourceRecord | null;
  /** What a new record has to begin with. */
  readonly identity: ReadonlyMap<string, string>;
}

export interface Match {
  /** Whether records say who needs whom, and how it runs. */
  readonly isFlow: boolean;
  readonly parts: readonly RecordedPart[];
  /** Records that name nothing in the picture. */
  readonly strays: readonly SourceRecord[];
}

export function matched(drawing: Drawing, records: Records): Match {
  const drawnNodes = drawing.graph.nodes.filter((node) => takesRecord(node, drawing.kind));
  const known = new Set(drawnNodes.map((node) => node.id));
  const told = (edge: EngineEdge) => !isMarked(drawing.kind) || (known.has(edge.from) && known.has(edge.to));
  const drawnEdges = drawing.kind === "timeline" ? [] : drawing.graph.edges.filter(told);
  const isSequence = drawing.kind === "sequence";
  const labels = new Map(drawnNodes.map((node) => [node.id, node.label || node.id]));
  const nodes = drawnNodes.map((node) => nodePart(node, records, drawing.kind));
  const counts = new Map<string, number>();
  const edges = drawnEdges.map((edge, index) => {
    const pair = `${edge.from} ${edge.to}`;
    const number = (counts.get(pair) ?? 0) + 1;
    counts.set(pair, number);
    const ends = `${labels.get(edge.from) ?? edge.from} → ${labels.get(edge.to) ?? edge.to}`;
    const label = `${isSequence ? `${index + 1}. ` : ""}${ends}${edge.label === "" ? "" : ` (${edge.label})`}`;
    return edgePart(edge, label, number, isSequence ? index + 1 : null, records, isFlow(drawing.kind));
  });
  const used = new Set([...nodes, ...edges].map((part) => part.record));
  const strays = [...records.nodes, ...records.edges].filter((record) => !used.has(record));
  return { isFlow: isFlow(drawing.kind), parts: [...nodes, ...edges], strays };
}

/** Shapes of a state diagram that are marks and not states. */
const marks: readonly string[] = ["f-circ", "fr-circ", "diam", "fork"];

const isMarked = (kind: string) => kind === "state";

/** Marks of state diagrams and events of timelines have nothing to tell. */
function takesRecord(node: EngineNode, kind: string): boolean {
  if (kind === "timeline") return /^t\d+$/.test(node.id);
  return !isMarked(kind) || !marks.includes(node.shape);
}

/** Only in these do records say who needs whom. */
export function isFlow(kind: string): boolean {
  return kind === "flowchart" || kind === "sequence";
}

function nodePart(node: EngineNode, records: Records, kind: string): RecordedPart {
  const record = records.nodes.find((each) => each.fields.get("id") === node.id) ?? null;
  const guess = node.kind === "unknown" ? "service" : node.kind;
  const identity = new Map<string, string>([["id", node.id], ...(isFlow(kind) ? [["kind", guess] as const] : [])]);
  return { type: "node", id: node.id, label: node.label || node.id, record, identity };
}

function edgePart(edge: EngineEdge, label: string, number: number, step: number | null, records: Records, flow: boolean): RecordedPart {
  const record =
    records.edges.find(({ fields }) => {
      if (fields.has("step")) return fields.get("step") === String(step);
      return fields.get("from") === edge.from && fields.get("to") === edge.to && Number(fields.get("number") ?? 1) === number;
    }) ?? null;
  const ends = new Map<string, string>([["from", edge.from], ["to", edge.to], ...(number > 1 ? [["number", String(number)] as const] : [])]);
  const need = flow ? [["mode", "sync"] as const, ["required", edge.arrow.includes(".") ? "false" : "true"] as const] : [];
  const identity = new Map<string, string>([...(step === null ? ends : [["step", String(step)] as const]), ...need]);
  return { type: "edge", id: edge.id, label, record, identity };
}
