// The one connection of the page to the Socket.IO gateway. The client's code is loaded when a page first asks for it.
import { useSyncExternalStore } from "react";
import { accessToken, refresh, sessionRestored } from "../api/session";
import { RealtimeError } from "./events";
import type { Calls, Heard, Passing } from "./events";
import type { Bundle, ConnectError, Socket } from "./socket.io";

/** Where the build has put the bundle. */
declare const __SOCKET_IO__: string;

export type ConnectionState =
  /** No page needs it. */
  | { readonly status: "idle" }
  | { readonly status: "connecting" }
  | { readonly status: "online" }
  /** `since` is when the connection was lost, in milliseconds since 1970. */
  | { readonly status: "offline"; readonly since: number }
  /** The server does not want this account; only a person can change that. */
  | { readonly status: "refused"; readonly message: string };

type Listener<Event extends keyof Heard> = (payload: Heard[Event]) => void;

const answerMs = 10_000;
const firstRetryMs = 1_000;
const longestRetryMs = 15_000;
/** A page that follows at once must not open a connection of its own. */
const lingerMs = 5_000;

let state: ConnectionState = { status: "idle" };
let socket: Socket | null = null;
let opening: Promise<void> | null = null;
/** Whose token it was opened with. */
let owner = "";
let holders = 0;
let lingering = 0;
/** When the connection was lost, until there is one again. */
let lostAt: number | null = null;
let retrying = 0;
let refusals = 0;
let draining = 0;
let lastToken: string | null = null;
const watchers = new Set<() => void>();
const arrivals = new Set<() => void>();
const listeners = new Map<string, Set<(payload: never) => void>>();

export function connectionState(): ConnectionState {
  return state;
}

export function useConnection(): ConnectionState {
  return useSyncExternalStore(watchConnection, connectionState);
}

/** The account whose connection this is, or was last. */
export function connectionOwner(): string {
  return owner;
}

export function watchConnection(watcher: () => void): () => void {
  watchers.add(watcher);
  return () => watchers.delete(watcher);
}

/** Keeps the connection of an account open until the returned function is called. */
export function holdConnection(userID: string): () => void {
  // Who was refused may have signed in anew.
  if (owner !== userID || state.status === "refused") close();
  owner = userID;
  holders += 1;
  clearTimeout(lingering);
  lingering = 0;
  if (state.status === "idle") open();
  let held = true;
  return () => {
    if (!held) return;
    held = false;
    holders -= 1;
    if (holders === 0) lingering = window.setTimeout(close, lingerMs);
  };
}

/** Calls `arrived` each time the server has let us in, and now if it has. */
export function onArrival(arrived: () => void): () => void {
  arrivals.add(arrived);
  if (socket?.connected) arrived();
  return () => arrivals.delete(arrived);
}

export function hear<Event extends keyof Heard>(event: Event, listener: Listener<Event>): () => void {
  const all = listeners.get(event) ?? new Set();
  listeners.set(event, all);
  all.add(listener as (payload: never) => void);
  return () => all.delete(listener as (payload: never) => void);
}

/** Asks the server; rejects with a RealtimeError. Nothing is kept for later: who wants that keeps it. */
export function call<Event extends keyof Calls>(event: Event, payload: Calls[Event][0]): Promise<Calls[Event][1]> {
  return new Promise((resolve, reject) => {
    if (!socket?.connected) {
      reject(new RealtimeError("OFFLINE", "There is no connection to Atlas."));
      return;
    }
    socket.timeout(answerMs).emit(event, payload, (late, answer) => {
      if (late) reject(new RealtimeError("NO_ANSWER", "Atlas did not answer in time."));
      else settle(answer, resolve, reject);
    });
  });
}

function settle<Answer>(answer: unknown, resolve: (answer: Answer) => void, reject: (error: RealtimeError) => void): void {
  const { ok, error } = (answer ?? {}) as { ok?: boolean; error?: { code?: string; message?: string; retryAfterMs?: number; seq?: number } };
  if (ok === true) return resolve(answer as Answer);
  const code = error?.code ?? "INVALID";
  if (code === "UNAUTHORIZED") void renewToken();
  reject(new RealtimeError(code, error?.message ?? "Atlas did not accept that.", error?.retryAfterMs ?? null, error?.seq ?? null));
}

/** Sends what is worth nothing later; without a connection, or with a slow one, it is dropped. */
export function pass<Event extends keyof Passing>(event: Event, payload: Passing[Event]): void {
  if (socket?.connected) socket.volatile.emit(event, payload);
}

/** Tries again at once: somebody has pressed a button, or the network is back. */
export function connectNow(): void {
  if (state.status === "idle" || socket?.connected) return;
  refusals = 0;
  become({ status: "connecting" });
  reconnect();
}

function reconnect(): void {
  clearTimeout(retrying);
  if (socket) socket.disconnect().connect();
  else open();
}

function become(next: ConnectionState): void {
  state = next;
  for (const watcher of [...watchers]) watcher();
}

function lost(): void {
  lostAt ??= Date.now();
  if (state.status !== "offline") become({ status: "offline", since: lostAt });
}

function open(): void {
  become({ status: "connecting" });
  if (opening) return;
  opening = makeSocket()
    .catch(() => {
      // The client's code did not load: that is a connection that is missing, too.
      lost();
      retryLater();
    })
    .finally(() => {
      opening = null;
    });
}

async function makeSocket(): Promise<void> {
  const [{ default: bundle }] = await Promise.all([import(__SOCKET_IO__) as Promise<{ default: Bundle }>, sessionRestored()]);
  if (holders === 0 && lingering === 0) return close();
  const made = bundle.io({
    auth: (answer) => {
      void accessToken().then((token) => {
        lastToken = token;
        answer({ token: token ?? "" });
      });
    },
    transports: ["websocket", "polling"],
    tryAllTransports: true,
    autoConnect: false,
    reconnectionDelay: firstRetryMs,
    reconnectionDelayMax: longestRetryMs,
    randomizationFactor: 0.5,
    timeout: answerMs,
  });
  socket = made;
  made.on("connect", () => {
    refusals = 0;
    lostAt = null;
    clearTimeout(draining);
    become({ status: "online" });
    for (const arrived of [...arrivals]) arrived();
  });
  made.on("disconnect", (reason) => {
    if (reason === "io client disconnect") return;
    lost();
    // The client does not come back by itself when it was the server that ended the connection.
    if (!made.active) retryLater();
  });
  made.on("connect_error", (error) => refusedBy(made, error));
  made.onAny((event, payload) => {
    for (const listener of [...(listeners.get(event) ?? [])]) listener(payload as never);
  });
  made.connect();
}

function refusedBy(made: Socket, error: ConnectError): void {
  const code = error.data?.code;
  if (made.active || code === undefined) return lost();
  if (code === "UNAUTHORIZED" && refusals > 0) {
    return become({ status: "refused", message: "Your session has ended. Sign in again." });
  }
  if (code === "FORBIDDEN") return become({ status: "refused", message: error.message });
  refusals += 1;
  lost();
  if (code === "UNAUTHORIZED") void refresh(lastToken).catch(() => undefined).finally(retryLater);
  else retryLater();
}

function retryLater(): void {
  clearTimeout(retrying);
  const longest = Math.min(firstRetryMs * 2 ** refusals, longestRetryMs);
  retrying = window.setTimeout(reconnect, longest * (0.5 + Math.random() / 2));
}

function close(): void {
  clearTimeout(lingering);
  clearTimeout(retrying);
  clearTimeout(draining);
  lingering = 0;
  lostAt = null;
  refusals = 0;
  socket?.disconnect();
  socket = null;
  become({ status: "idle" });
}

/** Takes a new token and tells the gateway, so that the connection outlives the old one. */
async function renewToken(): Promise<void> {
  try {
    await refresh(lastToken);
    const token = await accessToken();
    if (token === null || token === lastToken) return;
    lastToken = token;
    await call("auth:refresh", { token });
  } catch {
    // The server ends the connection when the old token does; what follows then is told as any loss is.
  }
}

hear("auth:expiring", () => void renewToken());
hear("server:drain", ({ reconnectAfterMs }) => {
  clearTimeout(draining);
  draining = window.setTimeout(() => {
    lost();
    reconnect();
  }, reconnectAfterMs);
});
addEventListener("online", connectNow);
addEventListener("offline", () => {
  if (state.status === "online" || state.status === "connecting") lost();
});
