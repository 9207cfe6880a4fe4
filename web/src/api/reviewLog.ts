// Reviews that have been made on this device and not yet acknowledged by the server. A log: entries are added and, once
// acknowledged, forgotten; none is ever changed. Each has a key of its own, so that two tabs cannot lose each other's.
import { useSyncExternalStore } from "react";
import { timeOrderedID } from "../realtime/ids";
import { request } from "./client";
import type { ReviewInput } from "./generated";
import { RecordReviews } from "./reviews.generated";
import { sessionRestored } from "./session";
import { refreshAnswers } from "./store";
import { ApiError, isAbout, serverTime } from "./transport";

/** What is being waited for, and why. */
export interface LogState {
  /** How many entries wait to be sent. */
  readonly waiting: number;
  /** Why the last attempt failed, or "". */
  readonly trouble: string;
  /** What the server would not take, in its own words; the newest last. */
  readonly refused: readonly string[];
  /** False where the browser gives no storage: what waits is lost with the page. */
  readonly kept: boolean;
}

const prefix = "atlas-review:";
const deviceKey = "atlas-device";
/** The server's own limit for one request. */
const mostSent = 500;
/** Nobody reviews more without a connection; beyond it, the page says that it cannot keep any more. */
const mostWaiting = 5_000;
const mostRefusals = 5;

const memory = new Map<string, string>();
const listeners = new Set<() => void>();
let user: string | null = null;
let state: LogState = { waiting: 0, trouble: "", refused: [], kept: true };
let sending: Promise<void> = Promise.resolve();

/** The name of this browser in the log, the same at every visit. */
export function thisDevice(): string {
  const known = read(deviceKey);
  if (known !== null) return known;
  const made = timeOrderedID();
  write(deviceKey, made);
  return made;
}

/** Adds to the log and begins to send. Whether there was room. */
export function logReview(owner: string, entry: ReviewInput): boolean {
  user = owner;
  if (waitingKeys(owner).length >= mostWaiting) return false;
  write(keyOf(owner, entry.id), JSON.stringify(entry));
  tell({ waiting: waitingKeys(owner).length });
  void sendReviews();
  return true;
}

/**
 * Sends what waits for the account that is signed in, in the order in which it was made, and forgets what the server has
 * acknowledged. One attempt at a time, in all tabs together where the browser has Web Locks.
 */
export function sendReviews(): Promise<void> {
  const next = () => exclusively(sendAll);
  sending = sending.then(next, next);
  return sending;
}

/** What the log waits for, for the account that is signed in. */
export function useReviewLog(owner: string): LogState {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      if (user !== owner) {
        user = owner;
        tell({ waiting: waitingKeys(owner).length, trouble: "", refused: [] });
        if (state.waiting > 0) void sendReviews();
      }
      return () => listeners.delete(listener);
    },
    () => state,
  );
}

/** What waits for an account, the oldest first. */
export function waitingReviews(owner: string): readonly ReviewInput[] {
  return waitingKeys(owner).flatMap((key) => {
    try {
      return [JSON.parse(read(key) ?? "") as ReviewInput];
    } catch {
      // Another tab has just sent it.
      return [];
    }
  });
}

async function sendAll(): Promise<void> {
  const owner = (await sessionRestored())?.id;
  if (owner === undefined) return;
  let sent = 0;
  /** Sent anew, because the answer showed that this device's clock was wrong. */
  const corrected = new Set<string>();
  for (;;) {
    const batch = waitingReviews(owner).slice(0, mostSent);
    if (batch.length === 0) break;
    try {
      const reviews = batch.map((each) => ({ ...each, at: serverTime(each.at) }));
      const { recordReviews } = await request(RecordReviews, { reviews });
      const refused: string[] = [];
      for (const { id, stored, problem } of recordReviews) {
        const place = batch.findIndex((each) => each.id === id);
        const wasWrong = !isAbout(serverTime(batch[place]?.at ?? ""), reviews[place]?.at ?? "");
        if (!stored && wasWrong && !corrected.has(id)) {
          corrected.add(id);
          continue;
        }
        forget(keyOf(owner, id));
        if (stored) sent += 1;
        else refused.push(problem ?? "The server did not take a review.");
      }
      tell({ trouble: "", refused: [...state.refused, ...refused].slice(-mostRefusals) });
      if (recordReviews.length === 0) throw new ApiError("BAD_ANSWER", "The server acknowledged nothing.");
    } catch (error) {
      tell({ waiting: waitingKeys(owner).length, trouble: error instanceof Error ? error.message : "They could not be sent." });
      return;
    }
  }
  tell({ waiting: waitingKeys(owner).length, trouble: "" });
  if (sent > 0) refreshAnswers(false);
}

function exclusively(work: () => Promise<void>): Promise<void> {
  return "locks" in navigator ? (navigator.locks.request("atlas-reviews", work) as Promise<void>) : work();
}

function tell(change: Partial<LogState>): void {
  state = { ...state, ...change };
  for (const listener of listeners) listener();
}

function keyOf(owner: string, id: string): string {
  return `${prefix}${owner}:${id}`;
}

/** The ids are ordered by time, and so are the keys. */
function waitingKeys(owner: string): readonly string[] {
  const wanted = `${prefix}${owner}:`;
  const keys = new Set([...memory.keys()]);
  try {
    for (let index = 0; index < localStorage.length; index += 1) keys.add(localStorage.key(index) ?? "");
  } catch {
    // Storage may be closed to us; then there is the memory alone.
  }
  return [...keys].filter((key) => key.startsWith(wanted)).sort();
}

function read(key: string): string | null {
  try {
    return localStorage.getItem(key) ?? memory.get(key) ?? null;
  } catch {
    return memory.get(key) ?? null;
  }
}

function write(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    memory.set(key, value);
    tell({ kept: false });
  }
}

function forget(key: string): void {
  memory.delete(key);
  try {
    localStorage.removeItem(key);
  } catch {
    // It was in the memory alone.
  }
}

addEventListener("online", () => void sendReviews());
// What another tab adds or has sent is counted here too.
addEventListener("storage", (event) => {
  if (user !== null && event.key?.startsWith(prefix)) tell({ waiting: waitingKeys(user).length });
});
