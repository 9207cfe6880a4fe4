import type { Graph } from "./graph";
import type { Fates } from "./useFates";

/** The nodes that are hit at each distance from what was taken away, the nearest first. */
export function wavesOf(nodes: Fates): readonly Fates[] {
  const hit = nodes.filter((node) => !node.isCause && node.state !== "works");
  const distances = [...new Set(hit.map((node) => node.chain.length))].sort((a, b) => a - b);
  return distances.map((distance) => hit.filter((node) => node.chain.length === distance));
}

/** The edges along which a wave arrives. */
export function arrivals(graph: Graph, wave: Fates): readonly string[] {
  return wave.flatMap((node) => {
    const before = node.chain[node.chain.length - 2];
    const links = (edge: Graph["edges"][number]) =>
      edge.id === before || (edge.from === node.id && edge.to === before) || (edge.from === before && edge.to === node.id);
    return graph.edges.filter(links).map((edge) => edge.id);
  });
}
