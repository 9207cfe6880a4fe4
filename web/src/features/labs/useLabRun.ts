import { useCallback, useEffect, useRef, useState } from "react";
import { request } from "../../api/client";
import { follow } from "../../api/follow";
import { refreshAnswers } from "../../api/store";
import { useAction } from "../groups/useAction";
import type { Action } from "../groups/useAction";
import { ExtendLab, LabRun as Document, LabStatusChanged, ResetLab, RestoreLab, StartLab, StayInLab, StopLab } from "./queries.generated";
import type { Run } from "./runWords";

export interface LabRun {
  /** Undefined until it is known; null if there is none. */
  readonly run: Run | null | undefined;
  /** Why it is not known. */
  readonly problem: string;
  /** Whether changes are told as they happen. */
  readonly isLive: boolean;
  readonly action: Action;
  /** Whether the lab has been begun anew on this page, and that can be undone. */
  readonly isReset: boolean;
  readonly forgetReset: () => void;
  readonly reload: () => Promise<void>;
  readonly start: () => Promise<boolean>;
  readonly stop: () => Promise<boolean>;
  readonly reset: (newSeed: boolean) => Promise<boolean>;
  readonly restore: () => Promise<boolean>;
  readonly extend: () => Promise<boolean>;
  /** Says that somebody is here who only reads. */
  readonly stay: () => Promise<boolean>;
}

/** The learner's run of one lab, kept current, and what can be done with it. */
export function useLabRun(id: string, isMember: boolean): LabRun {
  const [run, setRun] = useState<Run | null | undefined>(isMember ? undefined : null);
  const [problem, setProblem] = useState("");
  const [isLive, setLive] = useState(true);
  const action = useAction();
  const [isReset, setReset] = useState(false);
  /** Grows with each state told, so that an answer that was asked for earlier does not undo it. */
  const told = useRef(0);
  const take = useCallback((next: Run | null) => {
    told.current += 1;
    setRun(next);
    setProblem("");
  }, []);
  const reload = useCallback(async () => {
    const before = told.current;
    try {
      const { labRun } = await request(Document, { id });
      if (told.current === before) take(labRun);
    } catch (error) {
      setProblem(error instanceof Error ? error.message : "The state of the lab is not known.");
    }
  }, [id, take]);
  useEffect(() => {
    if (isMember) void reload();
  }, [isMember, reload]);
  const exists = !!run;
  useEffect(() => {
    if (!isMember || !exists) return;
    return follow(LabStatusChanged, { id }, {
      next: ({ labStatusChanged }) => take(labStatusChanged),
      live: (on) => {
        setLive(on);
        if (on) void reload();
      },
      refused: (message) => {
        setLive(false);
        setProblem(message);
      },
    });
  }, [id, isMember, exists, take, reload]);
  const { run: act } = action;
  const doing = (name: string, work: () => Promise<Run>) =>
    act(name, async () => {
      take(await work());
      refreshAnswers(false);
      // What the subscription has told meanwhile may be newer than this answer.
      void reload();
    });
  return {
    run,
    problem,
    isLive,
    action,
    isReset: isReset && run?.canRestore === true,
    forgetReset: () => setReset(false),
    reload,
    start: () => doing("start", async () => (await request(StartLab, { id })).startLab),
    stop: () => doing("stop", async () => (await request(StopLab, { id })).stopLab),
    reset: (newSeed) =>
      doing("reset", async () => {
        const { resetLab } = await request(ResetLab, { id, newSeed });
        setReset(true);
        return resetLab;
      }),
    restore: () =>
      doing("restore", async () => {
        const { restoreLab } = await request(RestoreLab, { id });
        setReset(false);
        return restoreLab;
      }),
    extend: () => doing("extend", async () => (await request(ExtendLab, { id })).extendLab),
    stay: () => doing("stay", async () => (await request(StayInLab, { id })).stayInLab),
  };
}
