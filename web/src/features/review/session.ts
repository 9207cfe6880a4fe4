// A review session, without its looks: which card comes next, what was done, and what is taken back.
import type { Rating } from "../../api/generated";
import type { ReviewQueueResult } from "./queries.generated";

export type Card = ReviewQueueResult["reviewQueue"]["cards"][number];

/** A review that was made in this session. */
export interface Done {
  /** The entry's id in the log. */
  readonly id: string;
  readonly card: Card;
  readonly rating: Rating;
  readonly durationMs: number;
}

interface Returning {
  readonly card: Card;
  /** Milliseconds since 1970. */
  readonly at: number;
}

export interface Session {
  readonly current: Card | null;
  /** Changes whenever a card is shown, also if it is the same one again. */
  readonly turn: number;
  readonly ahead: readonly Card[];
  /** Cards that are due again within minutes, the soonest first. */
  readonly returning: readonly Returning[];
  readonly done: readonly Done[];
  readonly suspended: readonly Card[];
}

/** Who has nothing else to do need not wait for a card that is due so soon. */
export const learnAheadMs = 20 * 60_000;

export function begin(cards: readonly Card[]): Session {
  return { current: cards[0] ?? null, turn: 0, ahead: cards.slice(1), returning: [], done: [], suspended: [] };
}

/** Rates the card that is shown, and goes on. */
export function rate(session: Session, id: string, rating: Rating, durationMs: number, now: number): Session {
  const card = session.current;
  if (!card) return session;
  const afterMs = (card.intervals.find((each) => each.rating === rating)?.seconds ?? Infinity) * 1000;
  const comesBack = afterMs <= learnAheadMs ? [{ card, at: now + afterMs }] : [];
  const returning = [...session.returning, ...comesBack].sort((a, b) => a.at - b.at);
  return next({ ...session, returning, done: [...session.done, { id, card, rating, durationMs }] }, now);
}

/** Keeps the card that is shown out of this session and all to come. */
export function suspend(session: Session, now: number): Session {
  const card = session.current;
  return card ? next({ ...session, suspended: [...session.suspended, card] }, now) : session;
}

/** Puts the card that is shown at the end. */
export function putOff(session: Session, now: number): Session {
  const card = session.current;
  return card ? next({ ...session, ahead: [...session.ahead, card] }, now) : session;
}

/** Takes the last review back: its card is shown again, and what was shown waits. */
export function undo(session: Session): Session {
  const last = session.done[session.done.length - 1];
  if (!last) return session;
  const ahead = session.current ? [session.current, ...session.ahead] : session.ahead;
  const without = (card: Card) => card.item.id !== last.card.item.id;
  return {
    ...session,
    current: last.card,
    turn: session.turn + 1,
    ahead: ahead.filter(without),
    returning: session.returning.filter((each) => without(each.card)),
    done: session.done.slice(0, -1),
  };
}

/** How far the session is, counting each card's return as something to do. */
export function progressOf(session: Session): { readonly done: number; readonly of: number } {
  const left = (session.current ? 1 : 0) + session.ahead.length + session.returning.length;
  return { done: session.done.length, of: session.done.length + left };
}

/** A card whose time has come goes before new ones; one whose time is near is taken when nothing else is left. */
function next(session: Session, now: number): Session {
  const [soonest, ...later] = session.returning;
  const [first, ...ahead] = session.ahead;
  const turn = session.turn + 1;
  if (soonest && (soonest.at <= now || !first)) return { ...session, current: soonest.card, returning: later, turn };
  return { ...session, current: first ?? null, ahead, turn };
}

export interface Tally {
  readonly reviews: number;
  readonly remembered: number;
  readonly ms: number;
  /** Each card that was not remembered, once. */
  readonly missed: readonly Card[];
}

export function tallyOf(session: Session): Tally {
  const missed = new Map(session.done.filter((each) => each.rating === "AGAIN").map((each) => [each.card.item.id, each.card]));
  return {
    reviews: session.done.length,
    remembered: session.done.filter((each) => each.rating !== "AGAIN").length,
    ms: session.done.reduce((sum, each) => sum + each.durationMs, 0),
    missed: [...missed.values()],
  };
}
