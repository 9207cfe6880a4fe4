import { partLabel } from "./graph";
import type { Graph, GraphEdge, Part } from "./graph";

/** One stop on the way through a diagram. */
export interface Step {
  /** What the step is about. */
  readonly subject: Part;
  /** All parts that belong to it. */
  readonly now: readonly string[];
  /** The branches or loops that it is in, the outermost first. */
  readonly within: readonly string[];
  /** Notes in the picture that stand right after it. */
  readonly notes: readonly string[];
  readonly says: string;
}

interface OutlineLine {
  readonly depth: number;
  readonly text: string;
  readonly target: string | null;
}

/** Kinds of diagram that have an order in which they are read. */
export const steppedKinds: readonly string[] = ["sequence", "state", "timeline"];

/** The messages of a sequence or the periods of a timeline, in their order. */
export function fixedSteps(kind: string, graph: Graph, outline: readonly OutlineLine[]): readonly Step[] {
  if (kind === "timeline") return periods(graph);
  return graph.edges.filter((edge) => edge.step !== null).map((edge) => messageStep(graph, edge, outline));
}

function messageStep(graph: Graph, edge: GraphEdge, outline: readonly OutlineLine[]): Step {
  const at = outline.findIndex((line) => line.target === edge.id);
  const line = outline[at];
  const within: string[] = [];
  let depth = line?.depth ?? 0;
  for (let index = at - 1; index >= 0 && depth > 1; index -= 1) {
    const above = outline[index];
    if (!above || above.depth >= depth) continue;
    depth = above.depth;
    if (above.depth > 0 && above.target === null) within.unshift(above.text.replace(/:$/, ""));
  }
  const notes: string[] = [];
  for (const next of at < 0 ? [] : outline.slice(at + 1)) {
    if (next.target !== null || next.text.endsWith(":") || next.depth !== line?.depth) break;
    notes.push(next.text);
  }
  const says = [partLabel(graph, edge.id), edge.carries, ...notes].filter((text) => text !== "").join(". ");
  return { subject: { type: "edge", id: edge.id }, now: [edge.id, edge.from, edge.to], within, notes, says };
}

/** A period's events have its id, a hyphen and a number. */
function isEvent(edge: GraphEdge): boolean {
  return edge.to.startsWith(`${edge.from}-`);
}

function periods(graph: Graph): readonly Step[] {
  const events = new Set(graph.edges.filter(isEvent).map((edge) => edge.to));
  return graph.nodes
    .filter((node) => !events.has(node.id))
    .map((node) => {
      const own = graph.edges.filter((edge) => edge.from === node.id && isEvent(edge));
      const arriving = graph.edges.filter((edge) => edge.to === node.id);
      const section = graph.groups.find((group) => group.members.includes(node.id))?.label ?? "";
      const labels = own.map((edge) => partLabel(graph, edge.to));
      return {
        subject: { type: "node", id: node.id },
        now: [node.id, ...own.flatMap((edge) => [edge.id, edge.to]), ...arriving.map((edge) => edge.id)],
        within: section === "" ? [] : [section],
        notes: [],
        says: [node.label, ...labels].join(". "),
      };
    });
}

/** Where a walk through states begins: where nothing leads to. */
export function startOf(graph: Graph): string {
  const inside = new Set(graph.groups.flatMap((group) => group.members));
  const reached = new Set(graph.edges.map((edge) => edge.to));
  const start = graph.nodes.find((node) => !reached.has(node.id) && !inside.has(node.id));
  return (start ?? graph.nodes[0])?.id ?? "";
}

/** The node that an edge's end stands for; for a composite state, that in which it begins. */
export function landing(graph: Graph, end: string): string {
  if (graph.nodes.some((node) => node.id === end)) return end;
  return graph.groups.find((group) => group.id === end)?.members[0] ?? end;
}

/** What can happen in a state: its own transitions and those of the states around it. */
export function choicesIn(graph: Graph, state: string): readonly GraphEdge[] {
  const around = graph.groups.filter((group) => group.members.includes(state)).map((group) => group.id);
  return graph.edges.filter((edge) => edge.from === state || around.includes(edge.from));
}

/** The beginning and every transition on a path. */
export function walkedSteps(graph: Graph, path: readonly string[]): readonly Step[] {
  const at = (state: string, edge: GraphEdge | undefined): Step => ({
    subject: { type: "node", id: state },
    now: edge ? [state, edge.id] : [state],
    within: graph.groups.filter((group) => group.members.includes(state) && group.label !== "").map((group) => group.label),
    notes: [],
    says: edge ? `${partLabel(graph, edge.id)}. Now in ${partLabel(graph, state)}` : partLabel(graph, state),
  });
  return [at(startOf(graph), undefined), ...edgesOn(graph, path).map((edge) => at(landing(graph, edge.to), edge))];
}

/** As many transitions of a path as follow one another. */
export function edgesOn(graph: Graph, path: readonly string[]): readonly GraphEdge[] {
  const edges: GraphEdge[] = [];
  let state = startOf(graph);
  for (const id of path) {
    const edge = choicesIn(graph, state).find((each) => each.id === id);
    if (!edge) break;
    edges.push(edge);
    state = landing(graph, edge.to);
  }
  return edges;
}

/** `#step=3`, or in a state diagram `#step=` and the transitions taken; null for another fragment. */
export function stepsFrom(hash: string): string | null {
  return /^#step=(.*)$/.exec(hash)?.[1] ?? null;
}

/** The place that `#step=3` names. */
export function placeFrom(hash: string, count: number): number | null {
  const number = Number.parseInt(stepsFrom(hash) ?? "", 10);
  return number >= 1 && count > 0 ? Math.min(number, count) - 1 : null;
}
