import type { DiagramPageResult } from "./queries.generated";

export type Graph = DiagramPageResult["diagram"]["graph"];
export type GraphNode = Graph["nodes"][number];
export type GraphEdge = Graph["edges"][number];

/** A node or an edge of the picture. */
export interface Part {
  readonly type: "node" | "edge";
  readonly id: string;
}

/** `#node=cache` and `#edge=api-cache`, or null. */
export function partFrom(hash: string, graph: Graph): Part | null {
  const [, type, id] = /^#(node|edge)=(.+)$/.exec(decode(hash)) ?? [];
  if (type === "node" && graph.nodes.some((node) => node.id === id)) return { type, id: id ?? "" };
  if (type === "edge" && graph.edges.some((edge) => edge.id === id)) return { type, id: id ?? "" };
  return null;
}

export function hashOf(part: Part | null): string {
  return part ? `#${part.type}=${encodeURIComponent(part.id)}` : "";
}

export function samePart(a: Part | null, b: Part | null): boolean {
  return a?.id === b?.id && a?.type === b?.type;
}

/** What a node is called, or a group at which an edge ends. */
export function nodeLabel(graph: Graph, id: string): string {
  const part = graph.nodes.find((node) => node.id === id) ?? graph.groups.find((group) => group.id === id);
  return part && part.label !== "" ? part.label : id;
}

/** What a node or an edge is called in a sentence or a list. */
export function partLabel(graph: Graph, id: string): string {
  const edge = graph.nodes.some((node) => node.id === id) ? undefined : graph.edges.find((each) => each.id === id);
  if (!edge) return nodeLabel(graph, id);
  const ends = `${nodeLabel(graph, edge.from)} → ${nodeLabel(graph, edge.to)}`;
  return edge.label === "" ? ends : `${ends} (${edge.label})`;
}

/** The node or edge with this id, whichever there is. */
export function partWithID(graph: Graph, id: string): Part | null {
  if (graph.nodes.some((node) => node.id === id)) return { type: "node", id };
  if (graph.edges.some((edge) => edge.id === id)) return { type: "edge", id };
  return null;
}

export function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return "";
  }
}
