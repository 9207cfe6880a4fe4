import { useCallback, useState } from "react";

export interface Action {
  /** What is under way, or "". */
  readonly busy: string;
  /** Why the last one did not work, or "". */
  readonly problem: string;
  /** Does one thing at a time; resolves to whether it was done. */
  readonly run: (name: string, work: () => Promise<unknown>) => Promise<boolean>;
  readonly settle: () => void;
}

export function useAction(): Action {
  const [busy, setBusy] = useState("");
  const [problem, setProblem] = useState("");
  const run = useCallback(async (name: string, work: () => Promise<unknown>) => {
    setBusy(name);
    setProblem("");
    try {
      await work();
      return true;
    } catch (error) {
      setProblem(error instanceof Error ? error.message : "That did not work.");
      return false;
    } finally {
      setBusy("");
    }
  }, []);
  const settle = useCallback(() => setProblem(""), []);
  return { busy, problem, run, settle };
}

