import { useCallback, useEffect, useRef, useState } from "react";
import { request } from "../../api/client";
import { keyOf } from "./breakage";
import { FailingParts } from "./queries.generated";
import type { FailingPartsResult } from "./queries.generated";

export type Fates = FailingPartsResult["diagram"]["failing"]["nodes"];

export interface FatesQuery {
  readonly nodes: Fates | undefined;
  readonly error: Error | null;
  readonly retry: () => void;
}

/** So long nothing more must be taken away before the server is asked. */
const settledMs = 150;

/**
 * What the loss of parts does to every node. Answers are kept for as long as the page lives; a question that is no longer
 * wanted is not sent, or aborted.
 */
export function useFates(diagram: string, taken: readonly string[], skip: boolean): FatesQuery {
  const key = skip ? "" : keyOf(taken);
  const known = useRef(new Map<string, Fates>());
  const [outcome, setOutcome] = useState<{ readonly key: string; readonly error: Error | null }>({ key: "", error: null });
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    if (key === "" || known.current.has(key)) return;
    const aborter = new AbortController();
    const ask = async () => {
      try {
        const answer = await request(FailingParts, { id: diagram, kill: key.split(",") }, aborter.signal);
        known.current.set(key, answer.diagram.failing.nodes);
        setOutcome({ key, error: null });
      } catch (error) {
        if (!aborter.signal.aborted) setOutcome({ key, error: error instanceof Error ? error : new Error("That did not work.") });
      }
    };
    const timer = setTimeout(() => void ask(), settledMs);
    return () => {
      clearTimeout(timer);
      aborter.abort();
    };
  }, [diagram, key, attempt]);
  const retry = useCallback(() => {
    setOutcome({ key: "", error: null });
    setAttempt((before) => before + 1);
  }, []);
  return { nodes: known.current.get(key), error: outcome.key === key && key !== "" ? outcome.error : null, retry };
}
