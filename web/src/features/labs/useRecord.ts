import { useCallback, useEffect, useRef, useState } from "react";
import { request } from "../../api/client";
import { refreshAnswers } from "../../api/store";
import { useAction } from "../groups/useAction";
import type { Action } from "../groups/useAction";
import { CheckLab, LabGrading, LabRecord, RevealHint } from "./queries.generated";
import type { LabRecordResult } from "./queries.generated";

export type Outcome = LabRecordResult["labAttempts"][number];
export type Hint = LabRecordResult["labHints"][number];

export interface Record {
  /** Newest first; undefined until they are known. */
  readonly attempts: readonly Outcome[] | undefined;
  /** Those seen, by check, the first one first. */
  readonly hints: ReadonlyMap<string, readonly Hint[]>;
  readonly problem: string;
  readonly action: Action;
  /** Whether a check takes longer than one request, so that it is waited for with several. */
  readonly isLong: boolean;
  readonly reload: () => Promise<void>;
  /** Grades the files as they are; resolves to what came out, or null. */
  readonly check: () => Promise<Outcome | null>;
  readonly reveal: (checkId: string) => Promise<boolean>;
}

/** The learner's attempts at one lab, and the hints seen. */
export function useRecord(id: string, isMember: boolean): Record {
  const [attempts, setAttempts] = useState<readonly Outcome[]>();
  const [hints, setHints] = useState<ReadonlyMap<string, readonly Hint[]>>(new Map());
  const [problem, setProblem] = useState("");
  const action = useAction();
  const [isLong, setLong] = useState(false);
  /** False once the page is gone: the check goes on without it. */
  const isHere = useRef(true);
  useEffect(() => {
    isHere.current = true;
    return () => {
      isHere.current = false;
    };
  }, []);
  const reload = useCallback(async () => {
    try {
      const { labAttempts, labHints } = await request(LabRecord, { id });
      setAttempts(labAttempts);
      setHints(byCheck(labHints));
      setProblem("");
    } catch (error) {
      setProblem(error instanceof Error ? error.message : "Your attempts did not load.");
    }
  }, [id]);
  useEffect(() => {
    if (isMember) void reload();
  }, [isMember, reload]);
  const { run } = action;
  const check = async () => {
    let outcome: Outcome | null = null;
    await run("check", async () => {
      const result = await graded(id, () => {
        setLong(true);
        return isHere.current;
      });
      setLong(false);
      outcome = result;
      // A checker that broke has graded nothing.
      if (result?.state === "GRADED") setAttempts((known = []) => [result, ...known.filter((each) => each.attempt !== result.attempt)]);
    });
    setLong(false);
    refreshAnswers(false);
    return outcome;
  };
  const reveal = (checkId: string) =>
    run(`hint ${checkId}`, async () => {
      const { revealHint } = await request(RevealHint, { id, check: checkId });
      setHints((known) => byCheck([...[...known.values()].flat(), revealHint]));
      // The ladder may have been entered higher up; those below are seen, too.
      if (revealHint.number > (hints.get(checkId)?.length ?? 0) + 1) await reload();
    });
  return { attempts, hints, problem, action, isLong, reload, check, reveal };
}

/** Checks, and asks again as long as it takes; `goesOn` is told of each time and may end it with null. */
export async function graded(id: string, goesOn: () => boolean): Promise<Outcome | null> {
  let result = (await request(CheckLab, { id })).checkLab;
  while (result.state === "GRADING") {
    if (!goesOn()) return null;
    result = (await request(LabGrading, { id, grading: result.gradingId })).labGrading;
  }
  return result;
}

function byCheck(all: readonly Hint[]): ReadonlyMap<string, readonly Hint[]> {
  const result = new Map<string, Hint[]>();
  for (const hint of [...all].sort((a, b) => a.number - b.number)) {
    const known = result.get(hint.checkId) ?? [];
    if (!known.some((each) => each.number === hint.number)) known.push(hint);
    result.set(hint.checkId, known);
  }
  return result;
}
