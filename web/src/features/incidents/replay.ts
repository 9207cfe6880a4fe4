import { scored } from "../diagram/score";
import type { Score } from "../diagram/score";
import type { IncidentPageResult } from "./queries.generated";

export type Steps = IncidentPageResult["incident"]["timeline"];

export const healths = ["ok", "slow", "overloaded", "down"] as const;
export type Health = (typeof healths)[number];
export const healthWords: Readonly<Record<string, string>> = { ok: "works", slow: "slow", overloaded: "overloaded", down: "down" };

/** What a learner said before a step was shown; a node without a guess stays as it is. */
export interface Prediction {
  readonly guesses: ReadonlyMap<string, Health>;
  /** Per cent, 50 to 99. */
  readonly confidence: number;
}

/** How far a replay has come, and what was predicted on the way. */
export interface Replay {
  /** The step that is looked at. */
  readonly place: number;
  /** The last step that has been shown. */
  readonly reached: number;
  readonly guesses: ReadonlyMap<string, Health>;
  readonly confidence: number;
  /** The node that was marked last, for the announcement. */
  readonly marked: string | null;
  /** By step; null for one that was skipped. */
  readonly seen: ReadonlyMap<number, Prediction | null>;
}

export type Action =
  | { readonly type: "go" | "open"; readonly place: number }
  | { readonly type: "mark"; readonly node: string; readonly state: Health; readonly now: Health }
  | { readonly type: "sure"; readonly confidence: number }
  | { readonly type: "show" | "skip" | "restart" };

/** A replay that begins at a step; those before it count as skipped. */
export function begun(place: number): Replay {
  return { place, reached: place, guesses: new Map(), confidence: 70, marked: null, seen: new Map() };
}

export function changed(replay: Replay, action: Action): Replay {
  switch (action.type) {
    case "go":
      return { ...replay, place: Math.min(Math.max(action.place, 0), replay.reached), marked: null };
    case "open":
      return { ...replay, place: action.place, reached: Math.max(action.place, replay.reached), guesses: new Map(), marked: null };
    case "mark": {
      const guesses = new Map(replay.guesses);
      if (action.state === action.now) guesses.delete(action.node);
      else guesses.set(action.node, action.state);
      return { ...replay, guesses, marked: action.node };
    }
    case "sure":
      return { ...replay, confidence: action.confidence };
    case "show":
      return onward(replay, { guesses: replay.guesses, confidence: replay.confidence });
    case "skip":
      return onward(replay, null);
    case "restart":
      return { ...begun(0), confidence: replay.confidence };
  }
}

function onward(replay: Replay, prediction: Prediction | null): Replay {
  const next = replay.reached + 1;
  return { ...replay, place: next, reached: next, guesses: new Map(), marked: null, seen: new Map(replay.seen).set(next, prediction) };
}

/** The health of every node after a step. */
export function healthAt(steps: Steps, place: number): ReadonlyMap<string, Health> {
  return new Map(steps[place]?.states.map(({ node, state }): [string, Health] => [node, healths.find((each) => each === state) ?? "ok"]) ?? []);
}

/** How good the prediction of a step was, over all nodes. */
export function scoreAt(steps: Steps, place: number, prediction: Prediction): Score | null {
  return scored(marksAt(steps, place, prediction).map((mark) => mark.right), prediction.confidence);
}

export interface Mark {
  readonly node: string;
  readonly guess: Health;
  readonly truth: Health;
  readonly right: boolean;
  /** Whether it changed, or was said to: the others are not worth a word. */
  readonly tells: boolean;
  readonly changed: boolean;
}

export function marksAt(steps: Steps, place: number, prediction: Prediction): readonly Mark[] {
  const before = healthAt(steps, place - 1);
  return [...healthAt(steps, place)].map(([node, truth]) => {
    const was = before.get(node) ?? "ok";
    const guess = prediction.guesses.get(node) ?? was;
    return { node, guess, truth, right: guess === truth, tells: guess !== was || truth !== was, changed: truth !== was };
  });
}

/** The next state in a round, for those who mark in the picture. */
export function nextHealth(state: Health): Health {
  return healths[(healths.indexOf(state) + 1) % healths.length] ?? "ok";
}
