import { useSyncExternalStore } from "react";
import { request } from "./client";
import type { PredictionInput } from "./generated";
import { RecordPrediction } from "./predictions.generated";
import { sessionRestored } from "./session";
import { refreshAnswers } from "./store";
import { ApiError } from "./transport";

/** What a learner said before the answer was shown. */
export type PredictionMade = {
  /** The diagram's or the incident's id. */
  readonly item: string;
  /** Per cent, 50 to 99. */
  readonly confidence: number;
  /** By node; nodes that are not in it were said to work, or to stay as they are. */
  readonly guesses: ReadonlyMap<string, string>;
} & (
  | { readonly kind: "diagram"; readonly taken: readonly string[] }
  /** `step` counts from 1 and is the step that was predicted. */
  | { readonly kind: "incident"; readonly step: number }
);

/** `kept` on the server, `waiting` here until the server can be reached, or `visitor`: nobody to keep it for. */
export type Keeping = "kept" | "waiting" | "visitor";

interface Waiting {
  readonly user: string;
  readonly input: PredictionInput;
}

const storageKey = "atlas-predictions";
/** The oldest are dropped beyond so many. */
const mostWaiting = 100;
let latest: Keeping | null = null;
const listeners = new Set<() => void>();
let sending = Promise.resolve(false);

/** Keeps a prediction for whoever is signed in; what cannot be sent waits in this browser and is sent later. */
export async function recordPrediction(made: PredictionMade): Promise<Keeping> {
  became(null);
  const user = await signedInUser();
  if (user === null) return became("visitor");
  const input = inputOf(made);
  store([...stored(), { user, input }]);
  await sendWaiting();
  return became(stored().some((each) => each.input.id === input.id) ? "waiting" : "kept");
}

/** What has become of the last prediction; null while that is not known. */
export function useLastKeeping(): Keeping | null {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => latest,
  );
}

function became<State extends Keeping | null>(state: State): State {
  latest = state;
  for (const listener of listeners) listener();
  return state;
}

/** Sends what waits for the account that is signed in, the oldest first; says whether something was sent. */
export function sendWaiting(): Promise<boolean> {
  sending = sending.then(sendAll, sendAll);
  return sending;
}

async function sendAll(): Promise<boolean> {
  const user = await signedInUser();
  let sent = false;
  for (const { input } of stored().filter((each) => each.user === user)) {
    try {
      await request(RecordPrediction, { input });
    } catch (error) {
      // What the server refuses will not become right by waiting.
      const refused = error instanceof ApiError && ["INVALID", "NOT_FOUND", "FORBIDDEN"].includes(error.code);
      if (!refused) break;
    }
    store(stored().filter((each) => each.input.id !== input.id));
    sent = true;
  }
  if (sent) refreshAnswers(false);
  return sent;
}

async function signedInUser(): Promise<string | null> {
  return (await sessionRestored())?.id ?? null;
}

function inputOf(made: PredictionMade): PredictionInput {
  const id = Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
  const guesses = [...made.guesses].map(([node, state]) => ({ node, state }));
  const shared = { id, itemId: made.item, confidence: made.confidence, guesses };
  return made.kind === "diagram" ? { ...shared, kind: "DIAGRAM", lost: made.taken } : { ...shared, kind: "INCIDENT", step: made.step };
}

/** What waits as long as the page lives, while storage is closed to us or full; null while storage works. */
let memory: readonly Waiting[] | null = null;

function stored(): readonly Waiting[] {
  if (memory) return memory;
  try {
    const list: unknown = JSON.parse(localStorage.getItem(storageKey) ?? "[]");
    return Array.isArray(list) ? (list as Waiting[]) : [];
  } catch {
    return [];
  }
}

function store(list: readonly Waiting[]): void {
  const kept = list.slice(-mostWaiting);
  try {
    localStorage.setItem(storageKey, JSON.stringify(kept));
    memory = null;
  } catch {
    memory = kept;
  }
}

addEventListener("online", () => void sendWaiting());
