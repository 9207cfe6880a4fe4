import type { DrawnEdge, DrawnNode, Drawing } from "./drawing";
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
  readonly parts: readonly RecordedPart[];
  /** Records that name nothing in the picture. */
  readonly strays: readonly SourceRecord[];
}

export function matched(drawing: Drawing, records: Records): Match {
  const isSequence = drawing.kind === "sequence";
  const labels = new Map(drawing.nodes.map((node) => [node.id, node.label || node.id]));
  const nodes = drawing.nodes.map((node) => nodePart(node, records));
  const counts = new Map<string, number>();
  const edges = drawing.edges.map((edge, index) => {
    const pair = `${edge.from} ${edge.to}`;
    const number = (counts.get(pair) ?? 0) + 1;
    counts.set(pair, number);
    const ends = `${labels.get(edge.from) ?? edge.from} → ${labels.get(edge.to) ?? edge.to}`;
    const label = `${isSequence ? `${index + 1}. ` : ""}${ends}${edge.label === "" ? "" : ` (${edge.label})`}`;
    return edgePart(edge, label, number, isSequence ? index + 1 : null, records);
  });
  const used = new Set([...nodes, ...edges].map((part) => part.record));
  const strays = [...records.nodes, ...records.edges].filter((record) => !used.has(record));
  return { parts: [...nodes, ...edges], strays };
}

function nodePart(node: DrawnNode, records: Records): RecordedPart {
  const record = records.nodes.find((each) => each.fields.get("id") === node.id) ?? null;
  return { type: "node", id: node.id, label: node.label || node.id, record, identity: new Map([["id", node.id], ["kind", "service"]]) };
}

function edgePart(edge: DrawnEdge, label: string, number: number, step: number | null, records: Records): RecordedPart {
  const record =
    records.edges.find(({ fields }) => {
      if (fields.has("step")) return fields.get("step") === String(step);
      return fields.get("from") === edge.from && fields.get("to") === edge.to && Number(fields.get("number") ?? 1) === number;
    }) ?? null;
  const ends = new Map([["from", edge.from], ["to", edge.to], ...(number > 1 ? [["number", String(number)] as const] : [])]);
  const identity = new Map([...(step === null ? ends : [["step", String(step)] as const]), ["mode", "sync"], ["required", "true"]]);
  return { type: "edge", id: edge.id, label, record, identity };
}
