import { useEffect, useRef } from "react";

/** Arrow keys, Home and End in the side panel: −1 and 1 for a step back or on, "first" and "last". */
export function useStepKeys(go: (to: -1 | 1 | "first" | "last") => void): void {
  const latest = useRef(go);
  latest.current = go;
  useEffect(() => {
    const keyed = (event: KeyboardEvent) => {
      if (!(event.target instanceof Element) || !event.target.closest(".side-panel") || event.target.matches("input, select")) return;
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.key === "ArrowLeft") latest.current(-1);
      else if (event.key === "ArrowRight") latest.current(1);
      else if (event.key === "Home") latest.current("first");
      else if (event.key === "End") latest.current("last");
      else return;
      event.preventDefault();
    };
    addEventListener("keydown", keyed);
    return () => removeEventListener("keydown", keyed);
  }, []);
}
