import { useQuery } from "../../api/useQuery";
import { Link } from "../../app/router";
import { Icon } from "../../design/Icon";
import type { Anchor } from "../../realtime/events";
import { AnchorNames } from "./queries.generated";

/** Where in the diagram a message belongs. */
export function anchorAddress({ diagramId, nodeId, edgeId }: Anchor): string {
  const part = nodeId ? `#node=${encodeURIComponent(nodeId)}` : edgeId ? `#edge=${encodeURIComponent(edgeId)}` : "";
  return `/diagrams/${encodeURIComponent(diagramId)}${part}`;
}

/** "Cache-aside · Cache"; the ids until the names are there. */
export function useAnchorName({ diagramId, nodeId, edgeId }: Anchor): string {
  const { data } = useQuery(AnchorNames, { id: diagramId });
  const part = nodeId ?? edgeId ?? "";
  if (!data) return part === "" ? diagramId : `${diagramId} · ${part}`;
  const { title, graph } = data.diagram;
  const label = (id: string) => graph.nodes.find((each) => each.id === id)?.label || id;
  const edge = graph.edges.find((each) => each.id === edgeId);
  if (nodeId) return `${title} · ${label(nodeId)}`;
  return edge ? `${title} · ${label(edge.from)} → ${label(edge.to)}` : title;
}

export function AnchorLink({ anchor, onThread }: { anchor: Anchor; onThread?: (anchor: Anchor) => void }) {
  const name = useAnchorName(anchor);
  return (
    <p className="anchor">
      <Link href={anchorAddress(anchor)}>
        <Icon name="diagram" /> {name}
      </Link>
      {onThread && (
        <button type="button" className="thread-opener" onClick={() => onThread(anchor)}>
          Thread
        </button>
      )}
    </p>
  );
}
