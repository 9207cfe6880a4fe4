import { useCallback, useEffect, useRef, useState } from "react";
import { ask, follow, headersIn, mistakesIn, objectIn } from "./ask";
import type { Headers, Mistake, Question } from "./ask";
import { keepAsked } from "./storage";
import type { Asked } from "./storage";
import { operationAt, operationsOf } from "./tokens";

export interface Answer {
  readonly number: number;
  /** When it came, for one of several. */
  readonly heading: string | null;
  readonly text: string;
}

interface Written {
  readonly query: string;
  readonly variables: string;
  readonly headers: string;
}

/** The most answers of a subscription that are shown. */
const answerLimit = 100;

/** Runs one operation at a time and keeps what came of it. */
export function useAsking(onAsked: (history: readonly Asked[]) => void) {
  const [answers, setAnswers] = useState<readonly Answer[]>([]);
  const [status, setStatus] = useState("Nothing asked yet.");
  const [mistakes, setMistakes] = useState<readonly Mistake[]>([]);
  const [askedQuery, setAskedQuery] = useState("");
  const [isRunning, setIsRunning] = useState(false);
  const ending = useRef<(() => void) | null>(null);

  const stop = useCallback(() => ending.current?.(), []);
  useEffect(() => stop, [stop]);

  const followOperation = (question: Question, headers: Headers) => {
    let count = 0;
    setStatus("Connecting…");
    ending.current = follow(question, headers, {
      started: () => setStatus("Subscribed; waiting for the first answer."),
      next: (payload) => {
        count += 1;
        const answer = { number: count, heading: `${count} · ${new Date().toLocaleTimeString()}`, text: JSON.stringify(payload, null, 2) };
        setStatus(`${count} ${count === 1 ? "answer" : "answers"}; listening.`);
        setMistakes(mistakesIn(payload));
        setAnswers((before) => [answer, ...before].slice(0, answerLimit));
      },
      ended: (problem) => {
        setStatus(problem ?? `The subscription has ended after ${count} ${count === 1 ? "answer" : "answers"}.`);
        setIsRunning(false);
        ending.current = null;
      },
    });
  };

  const askOnce = (question: Question, headers: Headers) => {
    const abort = new AbortController();
    ending.current = () => abort.abort();
    setStatus("Asking…");
    ask(question, headers, abort.signal)
      .then(
        (reply) => {
          setAnswers([{ number: 1, heading: null, text: reply.text }]);
          setMistakes(mistakesIn(reply.json));
          setStatus(`Status ${reply.status} · ${Math.round(reply.milliseconds)} ms · ${reply.bytes.toLocaleString("en")} bytes`);
        },
        () => setStatus(abort.signal.aborted ? "Stopped." : "Atlas cannot be reached. Check the connection and try again."),
      )
      .finally(() => {
        setIsRunning(false);
        ending.current = null;
      });
  };

  const run = ({ query, variables, headers }: Written, caret: number) => {
    if (ending.current) return;
    setAnswers([]);
    setMistakes([]);
    setAskedQuery(query);
    const operation = operationAt(query, caret);
    const operationName = operationsOf(query).length > 1 ? operation?.name ?? null : null;
    let question: Question;
    let sent: Headers;
    try {
      question = { query, operationName, variables: objectIn(variables, "Variables") };
      sent = headersIn(headers);
    } catch (error) {
      setStatus(error instanceof Error ? error.message : String(error));
      return;
    }
    onAsked(keepAsked({ query, variables, at: Date.now() }));
    setIsRunning(true);
    if (operation?.kind === "subscription") followOperation(question, sent);
    else askOnce(question, sent);
  };

  return { answers, status, mistakes, askedQuery, isRunning, run, stop };
}
