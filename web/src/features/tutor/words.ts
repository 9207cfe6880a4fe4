import type { AnswerStatus, TutorMove } from "../../api/generated";
import { counted } from "../../design/words";
import type { Answer } from "./turns";

const moves: Readonly<Record<TutorMove, string>> = {
  DIAGNOSE: "A question back",
  HINT: "Hint",
  WORKED_STEP: "A like case, worked through",
  ANSWER: "Answer",
  QUIZ: "A question for you",
  ABSTAIN: "Not in the catalogue",
  WITHHOLD: "Not while it is graded",
};

/** What the answer is, as in “Hint 2 of 3”. */
export function moveWords({ move, hintLevel }: Answer): string {
  return move === "HINT" && hintLevel >= 1 && hintLevel <= 3 ? `Hint ${hintLevel} of 3` : moves[move];
}

/** How it ended, where that is not as it should. */
export const statusWords: Readonly<Partial<Record<AnswerStatus, string>>> = {
  STOPPED: "Stopped. What was said is kept.",
  CUT: "It was cut at its greatest length.",
  FAILED: "There is no answer.",
};

export function unsupportedWords(count: number): string {
  return `${counted(count, "sentence has", "sentences have")} no record behind ${count === 1 ? "it" : "them"}; what is underlined with dots may be wrong.`;
}

/** What a screen reader is told at the end. */
export function endWords(answer: Answer): string {
  const state = statusWords[answer.status];
  if (state) return state;
  const sources = answer.citations.length > 0 ? `, ${counted(answer.citations.length, "source")}` : "";
  return `End of the ${answer.move === "HINT" ? "hint" : "answer"}${sources}.`;
}

export function writerWords(writer: string): string {
  return writer === "built-in" ? "Answers are made from the catalogue on this server; no model is asked." : `Answers are written by ${writer} and checked against the catalogue.`;
}

const clock = new Intl.DateTimeFormat("en-GB", { weekday: "long", hour: "2-digit", minute: "2-digit" });

export function budgetWords(tokensLeft: number, resetsAt: string | null): string {
  const date = resetsAt === null ? null : new Date(resetsAt);
  const when = date && !Number.isNaN(date.getTime()) ? `; full again ${clock.format(date)}` : "";
  return tokensLeft > 0 ? `${tokensLeft.toLocaleString("en")} tokens left today${when}.` : `Today's tokens are used up${when}. Until then answers are made from the catalogue.`;
}
