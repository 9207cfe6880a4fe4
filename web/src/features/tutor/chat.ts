import { useSyncExternalStore } from "react";
import { request } from "../../api/client";
import { ApiError } from "../../api/transport";
import type { ContextInput } from "../../api/generated";
import { timeOrderedID } from "../../realtime/ids";
import { ConversationOf, DeleteConversation, RateAnswer, StopAnswer } from "./queries.generated";
import { readAnswer } from "./stream";
import { applied, begun, failed, kept, retryOf } from "./turns";
import type { Problem, Turn } from "./turns";

export interface ChatState {
  /** Null until the first answer has begun. */
  readonly id: string | null;
  readonly subject: string | null;
  /** What a kept conversation is about. */
  readonly context: ContextInput;
  readonly turns: readonly Turn[];
  readonly isLoading: boolean;
  readonly problem: Problem | null;
}

const blank: ChatState = { id: null, subject: null, context: {}, turns: [], isLoading: false, problem: null };

/** A conversation with the tutor, which goes on while nobody looks at it. */
export class Chat {
  private state = blank;
  private readonly listeners = new Set<() => void>();
  private leave: (() => void) | null = null;
  /** Grows when another conversation is opened, so that what comes late is dropped. */
  private epoch = 0;

  readonly snapshot = (): ChatState => this.state;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  ask(question: string, context: ContextInput): void {
    // One answer at a time: whoever asks on has heard enough of the one before.
    for (const turn of this.state.turns) if (!turn.isOver) void this.end(turn);
    const asked = this.state.id === null ? context : { ...context, conversationId: this.state.id };
    const turn = begun(timeOrderedID(), question, asked);
    this.become({ ...this.state, turns: [...this.state.turns, turn] });
    this.follow(turn);
  }

  /** Ends what is being written; what was said is kept. */
  async stop(): Promise<void> {
    const turn = this.state.turns[this.state.turns.length - 1];
    if (turn && !turn.isOver) await this.end(turn);
  }

  retry(turn: Turn): void {
    const way = retryOf(turn);
    if (way === "new") {
      const { conversationId: _, ...context } = turn.context;
      return this.ask(turn.question, { ...this.state.context, ...context });
    }
    if (way === null) return;
    const again = begun(turn.clientId, turn.question, turn.context);
    this.become({ ...this.state, turns: this.state.turns.map((each) => (each.clientId === turn.clientId ? again : each)) });
    this.follow(again);
  }

  async rate(turn: Turn, helpful: boolean, comment: string): Promise<void> {
    if (!turn.answer) return;
    const epoch = this.epoch;
    const { rateAnswer } = await request(RateAnswer, { id: turn.answer.id, helpful, comment });
    this.change(epoch, turn.clientId, (each) => (each.answer ? { ...each, answer: { ...each.answer, helpful: rateAnswer.helpful } } : each));
  }

  /** Shows a conversation that was kept. */
  async open(id: string): Promise<void> {
    const epoch = this.begin({ ...blank, id, isLoading: true });
    try {
      const { conversation } = await request(ConversationOf, { id });
      if (epoch !== this.epoch) return;
      const { diagramId, labId, incidentId, subject } = conversation;
      const turns = conversation.turns.map(kept);
      this.become({ ...blank, id, subject, context: { diagramId, labId, incidentId }, turns });
      const last = turns[turns.length - 1];
      if (last && !last.isOver) this.follow(last);
    } catch (error) {
      if (epoch === this.epoch) this.become({ ...blank, id, problem: problemOf(error) });
    }
  }

  /** Takes over what was asked or deleted in another tab meanwhile. What is being answered here is not disturbed. */
  async catchUp(): Promise<void> {
    const { id, isLoading } = this.state;
    const { epoch } = this;
    const isIdle = () => epoch === this.epoch && this.state.turns.every((turn) => turn.isOver);
    if (id === null || isLoading || !isIdle()) return;
    try {
      const { conversation } = await request(ConversationOf, { id });
      if (!isIdle()) return;
      const here = new Map(this.state.turns.map((turn) => [turn.clientId, turn]));
      const there = conversation.turns.map(kept);
      const isThere = new Set(there.map((turn) => turn.clientId));
      const turns = there.map((turn) => {
        const known = here.get(turn.clientId);
        return known && !known.problem ? known : turn;
      });
      this.become({ ...this.state, turns: [...turns, ...this.state.turns.filter((turn) => !isThere.has(turn.clientId))], problem: null });
      const last = turns[turns.length - 1];
      if (last && !last.isOver) this.follow(last);
    } catch (error) {
      const problem = problemOf(error);
      // Of what else may go wrong, the next question tells.
      if (isIdle() && problem.code === "NOT_FOUND") this.become({ ...blank, id, problem });
    }
  }

  /** Begins anew; what was said is kept by the server. */
  forget(): void {
    this.begin(blank);
  }

  async delete(): Promise<void> {
    const { id } = this.state;
    if (id !== null) await request(DeleteConversation, { id });
    this.forget();
  }

  /** Ends one answer. One that has not begun is only left: the server gives it up by itself. */
  private async end(turn: Turn): Promise<void> {
    const { epoch, leave } = this;
    if (!turn.answer) {
      leave?.();
      return this.change(epoch, turn.clientId, (each) => failed(each, { code: "STOPPED", message: "Stopped before the answer began.", retryAfterSeconds: null }));
    }
    try {
      const { stopAnswer: answer } = await request(StopAnswer, { id: turn.answer.id });
      leave?.();
      this.change(epoch, turn.clientId, (each) => applied(each, { kind: "FINISHED", answer, text: null, citation: null, note: null }));
    } catch (error) {
      const problem = problemOf(error);
      const message = `It could not be stopped: ${problem.message}`;
      // Where another question is being answered by now, nobody hears any more how this one ends.
      const isHeard = this.leave === leave;
      this.change(epoch, turn.clientId, (each) => (each.isOver ? each : isHeard ? { ...each, note: message } : failed(each, { ...problem, message })));
    }
  }

  private begin(state: ChatState): number {
    this.leave?.();
    this.leave = null;
    this.epoch += 1;
    this.become(state);
    return this.epoch;
  }

  private follow(turn: Turn): void {
    this.leave?.();
    const epoch = this.epoch;
    const { clientId, question, context } = turn;
    const leave = readAnswer({ question, context, clientId }, {
      told: (event) => {
        this.change(epoch, clientId, (each) => applied(each, event));
        const id = event.answer?.conversationId;
        if (id !== undefined && epoch === this.epoch && id !== this.state.id) this.become({ ...this.state, id });
      },
      lost: (isLost) => this.change(epoch, clientId, (each) => (each.isLost === isLost ? each : { ...each, isLost })),
      ended: (error) => {
        if (error) this.change(epoch, clientId, (each) => failed(each, problemOf(error)));
      },
    });
    this.leave = leave;
  }

  private change(epoch: number, clientId: string, next: (turn: Turn) => Turn): void {
    const before = this.state.turns.find((each) => each.clientId === clientId);
    if (epoch !== this.epoch || !before) return;
    const after = next(before);
    if (after !== before) this.become({ ...this.state, turns: this.state.turns.map((each) => (each === before ? after : each)) });
  }

  private become(state: ChatState): void {
    this.state = state;
    for (const tell of this.listeners) tell();
  }
}

export function problemOf(error: unknown): Problem {
  if (error instanceof ApiError) return { code: error.code, message: error.message, retryAfterSeconds: error.retryAfterSeconds };
  return { code: "INTERNAL", message: error instanceof Error ? error.message : "That did not work.", retryAfterSeconds: null };
}

export function useChat(chat: Chat): ChatState {
  return useSyncExternalStore(chat.subscribe, chat.snapshot);
}
