import type { EdgeFacts, NodeFacts } from "../../engine/engine";
import type { Graph } from "../diagram/graph";

export interface LoadSource {
  readonly source: string;
  readonly nodes: readonly NodeFacts[];
  readonly edges: readonly EdgeFacts[];
}

/** The page's graph as the engine reads it. Ids, order and groups are the same, and so are the edges' ids. */
export function sourceOf(graph: Graph): LoadSource {
  const grouped = new Set(graph.groups.flatMap((group) => group.members));
  const nodes = new Map(graph.nodes.map((node) => [node.id, node.label]));
  const groups = new Map(graph.groups.map((group) => [group.id, group]));
  const lines = ["flowchart LR"];
  const written = new Set<string>();
  const write = (id: string) => {
    const group = groups.get(id);
    if (written.has(id)) return;
    written.add(id);
    if (!group) {
      if (nodes.has(id)) lines.push(`${id}["${plain(nodes.get(id) ?? id)}"]`);
      return;
    }
    lines.push(`subgraph ${id} ["${plain(group.label)}"]`);
    group.members.forEach(write);
    lines.push("end");
  };
  [...graph.groups.map((group) => group.id).filter((id) => !grouped.has(id)), ...graph.nodes.map((node) => node.id)].forEach(write);
  for (const edge of graph.edges) lines.push(`${edge.from} -->|"${plain(edge.label) || "calls"}"| ${edge.to}`);
  return {
    source: lines.join("\n"),
    nodes: graph.nodes.map(({ id, kind, replicas, stateful, numbers }) => ({
      id,
      kind,
      replicas,
      stateful,
      numbers: numbers.map(({ name, value }) => ({ name, value })),
    })),
    edges: graph.edges.map(({ from, to, mode, required }) => ({ from, to, mode: mode === "async" ? "async" : "sync", required })),
  };
}

/** Letters that mean something to Mermaid are left out of labels, which here are only names. */
function plain(label: string): string {
  return label.replace(/["#;`<>|[\]{}()\\]/g, "").replace(/\s+/g, " ").trim() || "part";
}
