import { useCallback, useEffect, useState } from "react";
import { selectionChanged } from "../tutor/open";
import { hashOf, partFrom, samePart } from "./graph";
import type { Graph, Part } from "./graph";

/** The selected part, kept in the address's fragment so that it can be linked to. */
export function useSelection(graph: Graph): [Part | null, (part: Part | null) => void] {
  const [part, setPart] = useState(() => partFrom(location.hash, graph));
  useEffect(() => {
    const changed = () => setPart(partFrom(location.hash, graph));
    addEventListener("hashchange", changed);
    return () => removeEventListener("hashchange", changed);
  }, [graph]);
  const select = useCallback((next: Part | null) => {
    setPart((before) => (samePart(before, next) ? before : next));
    history.replaceState(null, "", location.pathname + location.search + hashOf(next));
    dispatchEvent(new Event(selectionChanged));
  }, []);
  return [part, select];
}
