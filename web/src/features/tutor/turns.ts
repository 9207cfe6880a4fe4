import type { ContextInput, TutorIntent } from "../../api/generated";
import type { ConversationOfResult } from "./queries.generated";
import type { AnswerEvent } from "./stream";

export type Answer = NonNullable<AnswerEvent["answer"]>;
export type Citation = Answer["citations"][number];

export interface Problem {
  readonly code: string;
  readonly message: string;
  readonly retryAfterSeconds: number | null;
}

/** A question, and as much of its answer as is known. */
export interface Turn {
  readonly clientId: string;
  readonly question: string;
  readonly intent: TutorIntent;
  readonly context: ContextInput;
  /** Null until the server has taken the question. */
  readonly answer: Answer | null;
  /** What was said so far; the answer's own text lags behind while it is written. */
  readonly text: string;
  readonly citations: readonly Citation[];
  readonly note: string | null;
  readonly isOver: boolean;
  /** The connection is being looked for. */
  readonly isLost: boolean;
  readonly problem: Problem | null;
}

export function begun(clientId: string, question: string, context: ContextInput): Turn {
  const intent = context.intent ?? "ASK";
  return { clientId, question, intent, context, answer: null, text: "", citations: [], note: null, isOver: false, isLost: false, problem: null };
}

/** A turn as it was kept. One that is being written may be followed by its `clientId`. */
export function kept({ question, intent, nodeIds, itemId, answer }: ConversationOfResult["conversation"]["turns"][number]): Turn {
  return applied(begun(answer.clientId, question, { intent, nodeIds, itemId, conversationId: answer.conversationId }), {
    kind: answer.status === "WRITING" ? "ANSWER" : "FINISHED",
    answer,
    text: null,
    citation: null,
    note: null,
  });
}

/** The turn after an event of its answer. Text that was said before stays until the server replaces it. */
export function applied(turn: Turn, event: AnswerEvent): Turn {
  switch (event.kind) {
    case "ANSWER":
    case "FINISHED":
      if (!event.answer) return turn;
      return {
        ...turn,
        answer: event.answer,
        text: event.answer.text,
        citations: event.answer.citations,
        note: event.answer.note ?? (event.kind === "FINISHED" ? null : turn.note),
        isOver: event.kind === "FINISHED",
        problem: null,
      };
    case "TEXT":
      return { ...turn, text: turn.text + (event.text ?? "") };
    case "CITATION": {
      const citation = event.citation;
      if (!citation || turn.citations.some((each) => each.number === citation.number)) return turn;
      return { ...turn, citations: [...turn.citations, citation].sort((a, b) => a.number - b.number) };
    }
    case "NOTE":
      return { ...turn, note: event.note };
  }
}

export function failed(turn: Turn, problem: Problem): Turn {
  return { ...turn, isOver: true, isLost: false, problem };
}

/** What can be asked again: the same question if its answer may still come, and otherwise a new one with the same words. */
export function retryOf(turn: Turn): "same" | "new" | null {
  if (!turn.isOver) return null;
  if (turn.problem) return turn.problem.code === "INVALID" || turn.problem.code === "NOT_FOUND" ? null : "same";
  if (turn.answer?.status === "WRITING") return "same";
  return turn.answer && ["STOPPED", "CUT", "FAILED"].includes(turn.answer.status) ? "new" : null;
}
