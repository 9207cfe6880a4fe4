import { useCallback, useEffect, useRef, useState } from "react";
import { request } from "../../api/client";
import { ApiError, serverTime } from "../../api/transport";
import { timeOrderedID } from "../../realtime/ids";
import { answerOf } from "./answers";
import type { Answer } from "./answers";
import { AnswerItem } from "./queries.generated";
import type { Card } from "./session";

export interface CardTurn {
  /** The id of this encounter: of the answer that is graded, and of the review in the log. */
  readonly id: string;
  readonly chosen: readonly string[];
  readonly choose: (id: string) => void;
  readonly reorder: (order: readonly string[]) => void;
  /** Whether there is something to answer with. */
  readonly isReady: boolean;
  readonly answer: Answer | null;
  readonly busy: boolean;
  readonly problem: string;
  /** Shows the answer, or has the choice graded. */
  readonly commit: () => void;
}

/** One card while it is shown: what is chosen, and its answer once that was asked for. */
export function useCard(card: Card): CardTurn {
  const [id] = useState(() => timeOrderedID());
  const { item } = card;
  const [chosen, setChosen] = useState<readonly string[]>(() => (item.mode === "ORDER" ? item.choices.map((each) => each.id) : []));
  const [answer, setAnswer] = useState<Answer | null>(null);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState("");
  const isShown = useRef(true);
  useEffect(() => {
    isShown.current = true;
    return () => {
      isShown.current = false;
    };
  }, []);
  const choose = useCallback(
    (choice: string) =>
      setChosen((before) => {
        if (item.mode === "ONE") return [choice];
        return before.includes(choice) ? before.filter((each) => each !== choice) : [...before, choice];
      }),
    [item.mode],
  );
  const isReady = item.mode === "REVEAL" || chosen.length > 0;
  const commit = () => {
    if (busy || answer || !isReady) return;
    setBusy(true);
    setProblem("");
    (item.mode === "REVEAL" ? answerOf(item.id) : graded(card, id, chosen))
      .then((found) => isShown.current && setAnswer(found))
      .catch((error: unknown) => isShown.current && setProblem(error instanceof Error ? error.message : "The answer did not come."))
      .finally(() => isShown.current && setBusy(false));
  };
  return { id, chosen, choose, reorder: setChosen, isReady, answer, busy, problem, commit };
}

/** The server's grade; without a connection ours, by the answer that was fetched before. The log then carries the choice. */
async function graded({ item }: Card, id: string, chosen: readonly string[]): Promise<Answer> {
  try {
    return (await request(AnswerItem, { id, item: item.id, choices: chosen, at: serverTime(new Date().toISOString()) })).answerItem;
  } catch (error) {
    if (!(error instanceof ApiError) || error.code !== "OFFLINE") throw error;
    const known = await answerOf(item.id).catch(() => Promise.reject(error));
    return { ...known, correct: isRight(item.mode, chosen, known.correctChoices) };
  }
}

function isRight(mode: Card["item"]["mode"], chosen: readonly string[], right: readonly string[]): boolean {
  if (chosen.length !== right.length) return false;
  return mode === "ORDER" ? chosen.every((each, index) => each === right[index]) : chosen.every((each) => right.includes(each));
}
