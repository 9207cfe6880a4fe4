import { useSyncExternalStore } from "react";
import { RefreshSession } from "./session.generated";
import type { RefreshSessionResult } from "./session.generated";
import { forgetAnswers } from "./store";
import { ApiError, send } from "./transport";

export type Account = RefreshSessionResult["refreshSession"]["user"];
export type SessionState =
  | { readonly status: "restoring" | "visitor"; readonly user: null }
  | { readonly status: "member"; readonly user: Account };

interface Grant {
  readonly accessToken: string;
  readonly expiresIn: number;
  readonly user: Account;
}

// The access token lives in this module and nowhere else. The refresh token is a cookie that scripts cannot read;
// `atlas_signed_in` only says that there is one, so that visitors need no request to learn that they are visitors.
const visitor: SessionState = { status: "visitor", user: null };
const refreshMarginMs = 15_000;
let token: string | null = null;
let expiresAt = 0;
let state: SessionState = hasMarker() ? { status: "restoring", user: null } : visitor;
let pending: Promise<void> | null = null;
let refused = false;
const listeners = new Set<() => void>();
const tabs = "BroadcastChannel" in window ? new BroadcastChannel("atlas-session") : null;

const restored: Promise<unknown> = state.status === "restoring" ? refresh(null).catch(() => undefined) : Promise.resolve();

tabs?.addEventListener("message", (event: MessageEvent<unknown>) => {
  if (event.data === "ended") become(null);
  else if (event.data === "began") void takeOver();
});

/** The cookie is another tab's now, and perhaps another account's: what this tab has is not used any longer than it must. */
async function takeOver(): Promise<void> {
  expiresAt = 0;
  // An exchange that is under way may have begun with the cookie before.
  await pending?.catch(() => undefined);
  await refresh(token).catch(() => undefined);
}

function hasMarker(): boolean {
  return /(?:^|; )atlas_signed_in=1(?:;|$)/.test(document.cookie);
}

function become(grant: Grant | null): void {
  const before = state.user?.id;
  token = grant?.accessToken ?? null;
  if (grant) refused = false;
  expiresAt = grant ? Date.now() + grant.expiresIn * 1000 : 0;
  state = grant ? { status: "member", user: grant.user } : visitor;
  if (before !== state.user?.id) forgetAnswers();
  for (const listener of listeners) listener();
}

/** Resolves once it is known whether somebody is signed in, to who is. */
export async function sessionRestored(): Promise<Account | null> {
  await restored;
  return state.user;
}

/**
 * A token that is good for a while yet, or null for a visitor.
 *
 * A restoration that failed for want of a connection is tried again here.
 */
export async function accessToken(): Promise<string | null> {
  const due = token === null ? hasMarker() && !refused : Date.now() > expiresAt - refreshMarginMs;
  if (due) await refresh(token).catch(() => undefined);
  return token;
}

/**
 * Exchanges the refresh cookie for a new access token, unless somebody else has replaced `stale` meanwhile.
 *
 * At most one exchange runs at a time in this tab, and, where the browser has Web Locks, in all tabs together: two
 * exchanges of one refresh token would look like theft to the server and end the session.
 */
export function refresh(stale: string | null): Promise<void> {
  if (token !== stale) return Promise.resolve();
  pending ??= exclusively(exchange).finally(() => {
    pending = null;
  });
  return pending;
}

async function exchange(): Promise<void> {
  try {
    if (!hasMarker()) throw new ApiError("UNAUTHENTICATED", "Please sign in.");
    // The server has used up the cookie when it answers: the new one must arrive also if the page is left meanwhile.
    become((await send<RefreshSessionResult>(RefreshSession, {}, null, { keepalive: true })).refreshSession);
  } catch (error) {
    refused = error instanceof ApiError && error.code === "UNAUTHENTICATED";
    if (refused || token === null) become(null);
    throw error;
  }
}

function exclusively(work: () => Promise<void>): Promise<void> {
  // An exchange that hangs must not lock out the other tabs for ever; the browser drops the lock with the page.
  return "locks" in navigator ? (navigator.locks.request("atlas-refresh", work) as Promise<void>) : work();
}

/** Takes what `login` and `register` returned. */
export function beginSession(grant: Grant): void {
  become(grant);
  tabs?.postMessage("began");
}

/** Forgets the session in every tab; the server has been told already. */
export function endSessionHere(): void {
  become(null);
  tabs?.postMessage("ended");
}

export function useSession(): SessionState {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => state,
  );
}
