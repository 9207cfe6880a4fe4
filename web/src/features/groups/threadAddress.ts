import type { Anchor } from "../../realtime/events";

/** `?diagram=ID&node=ID` or `&edge=ID`: the thread that is open. */
export function anchorFrom(address: string): Anchor | null {
  const query = new URLSearchParams(address.split("?")[1] ?? "");
  const diagramId = query.get("diagram");
  return diagramId ? { diagramId, nodeId: query.get("node"), edgeId: query.get("edge") } : null;
}

export function threadAddress(groupId: string, anchor: Anchor): string {
  const query = new URLSearchParams({ diagram: anchor.diagramId });
  if (anchor.nodeId) query.set("node", anchor.nodeId);
  if (anchor.edgeId) query.set("edge", anchor.edgeId);
  return `/groups/${groupId}?${query.toString()}`;
}
