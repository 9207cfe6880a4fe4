import { useCallback, useState } from "react";

const storageKey = "atlas-predict-first";

/** Whether answers wait for a prediction; the choice outlives the page. */
export function usePredictFirst(): [boolean, (on: boolean) => void] {
  const [on, setOn] = useState(stored);
  const set = useCallback((next: boolean) => {
    setOn(next);
    try {
      localStorage.setItem(storageKey, next ? "yes" : "no");
    } catch {
      // Storage may be closed to us; the choice then lasts as long as the page.
    }
  }, []);
  return [on, set];
}

function stored(): boolean {
  try {
    return localStorage.getItem(storageKey) !== "no";
  } catch {
    return true;
  }
}
