/** What walking needs to know of a graph. */
export interface WalkedGraph {
  readonly nodes: readonly { readonly id: string; readonly label: string }[];
  readonly edges: readonly WalkedEdge[];
  readonly groups?: readonly { readonly id: string; readonly label: string; readonly members: readonly string[] }[];
}

interface WalkedEdge {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly label: string;
  readonly step: number | null;
}

export interface WalkedPart {
  readonly type: "node" | "edge";
  readonly id: string;
}

export type Direction = "left" | "right" | "up" | "down";

interface Point {
  readonly x: number;
  readonly y: number;
}

type Place = (part: WalkedPart) => Point | null;

/**
 * Where an arrow key leads.
 *
 * In a flowchart, from a node to the neighbour that lies most in the direction of the key, else to the nearest node that
 * does; from an edge to the end on that side. In a sequence diagram, up and down go through the messages in their order,
 * left and right to the participants.
 */
export function step(graph: WalkedGraph, from: WalkedPart, direction: Direction, place: Place): WalkedPart | null {
  if (from.type === "edge") return stepFromEdge(graph, from, direction, place);
  const isSequence = graph.edges.some((edge) => edge.step !== null);
  if (isSequence && direction === "down") {
    const first = graph.edges.find((edge) => edge.from === from.id || edge.to === from.id);
    return first ? { type: "edge", id: first.id } : null;
  }
  if (isSequence && direction === "up") return null;
  const others = graph.nodes.filter((node) => node.id !== from.id).map((node): WalkedPart => ({ type: "node", id: node.id }));
  const here = [from.id, ...groupsOf(graph).filter((group) => group.members.includes(from.id)).map((group) => group.id)];
  const near = new Set(
    graph.edges
      .flatMap((edge) => (here.includes(edge.from) ? [edge.to] : here.includes(edge.to) ? [edge.from] : []))
      // An edge may end at a group: its nodes are then the neighbours.
      .flatMap((id) => groupsOf(graph).find((group) => group.id === id)?.members ?? [id]),
  );
  const neighbours = others.filter((part) => near.has(part.id));
  return best(from, isSequence ? others : neighbours, direction, place) ?? best(from, others, direction, place);
}

function stepFromEdge(graph: WalkedGraph, from: WalkedPart, direction: Direction, place: Place): WalkedPart | null {
  const index = graph.edges.findIndex((edge) => edge.id === from.id);
  const edge = graph.edges[index];
  if (!edge) return null;
  const ends = [edge.from, edge.to].map((id): WalkedPart => {
    const group = graph.nodes.some((node) => node.id === id) ? undefined : groupsOf(graph).find((each) => each.id === id);
    return { type: "node", id: group?.members[0] ?? id };
  });
  if (edge.step !== null && (direction === "up" || direction === "down")) {
    const next = graph.edges[index + (direction === "up" ? -1 : 1)];
    return next ? { type: "edge", id: next.id } : direction === "up" ? ends[0] ?? null : null;
  }
  const sideways = direction === "left" || direction === "right";
  const forward = direction === "right" || direction === "down";
  const sorted = ends
    .map((part) => ({ part, at: place(part) ?? { x: 0, y: 0 } }))
    .sort((a, b) => (sideways ? a.at.x - b.at.x : a.at.y - b.at.y));
  return (forward ? sorted[1] : sorted[0])?.part ?? null;
}

function groupsOf(graph: WalkedGraph) {
  return graph.groups ?? [];
}

/** What was walked along, as "source, verb, target". */
export function spoken(graph: WalkedGraph, from: WalkedPart, to: WalkedPart): string {
  const edges = [from, to].flatMap((part) => (part.type === "edge" ? graph.edges.filter((edge) => edge.id === part.id) : []));
  const last = edges[edges.length - 1];
  if (last) return sentence(graph, last);
  const isEnd = (end: string, id: string) => end === id || groupsOf(graph).some((group) => group.id === end && group.members.includes(id));
  const between = graph.edges.filter(
    (edge) => (isEnd(edge.from, from.id) && isEnd(edge.to, to.id)) || (isEnd(edge.from, to.id) && isEnd(edge.to, from.id)),
  );
  if (between.length > 0 && between.every((edge) => edge.step === null)) return between.map((edge) => sentence(graph, edge)).join("; ");
  const messages = between.length === 1 ? "1 message" : `${between.length || "No"} messages`;
  if (graph.edges.some((edge) => edge.step !== null)) return `${messages} between ${name(graph, from.id)} and ${name(graph, to.id)}`;
  return `No edge between ${name(graph, from.id)} and ${name(graph, to.id)}`;
}

function sentence(graph: WalkedGraph, edge: WalkedEdge): string {
  const words = [name(graph, edge.from), edge.label || "leads to", name(graph, edge.to)].join(", ");
  return edge.step === null ? words : `${edge.step}. ${words}`;
}

function name(graph: WalkedGraph, id: string): string {
  const part = graph.nodes.find((node) => node.id === id) ?? groupsOf(graph).find((group) => group.id === id);
  return part?.label || id;
}

/** The candidate most in the direction, far ones and slanting ones counting less; null if none lies that way. */
function best(from: WalkedPart, candidates: readonly WalkedPart[], direction: Direction, place: Place): WalkedPart | null {
  const start = place(from);
  if (!start) return null;
  let chosen: WalkedPart | null = null;
  let lowest = Infinity;
  for (const part of candidates) {
    const at = place(part);
    if (!at) continue;
    const { x, y } = { x: at.x - start.x, y: at.y - start.y };
    const along = direction === "right" ? x : direction === "left" ? -x : direction === "down" ? y : -y;
    const across = Math.abs(direction === "right" || direction === "left" ? y : x);
    if (along < 1) continue;
    const cost = along + across * 2;
    if (cost >= lowest) continue;
    lowest = cost;
    chosen = part;
  }
  return chosen;
}
