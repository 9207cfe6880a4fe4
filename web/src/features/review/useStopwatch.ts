import { useEffect, useRef } from "react";

/** Who has gone to fetch coffee has not thought about a card. */
const mostMs = 120_000;

/** Measures how long a card is looked at; the time during which the page is hidden does not count. */
export function useStopwatch(turn: number): () => number {
  const clock = useRef({ spent: 0, since: 0 });
  useEffect(() => {
    clock.current = { spent: 0, since: document.hidden ? 0 : performance.now() };
    const changed = () => {
      const { spent, since } = clock.current;
      if (document.hidden) clock.current = { spent: since > 0 ? spent + performance.now() - since : spent, since: 0 };
      else clock.current = { spent, since: performance.now() };
    };
    document.addEventListener("visibilitychange", changed);
    return () => document.removeEventListener("visibilitychange", changed);
  }, [turn]);
  return () => {
    const { spent, since } = clock.current;
    return Math.round(Math.min(spent + (since > 0 ? performance.now() - since : 0), mostMs));
  };
}
