import { accessToken, refresh, sessionRestored } from "../../api/session";
import { ApiError } from "../../api/transport";
import { EventReader } from "./events";
import { AnswerStream } from "./queries.generated";
import type { AnswerStreamResult, AnswerStreamVariables } from "./queries.generated";

export type AnswerEvent = AnswerStreamResult["answerStream"];

export interface Reader {
  readonly told: (event: AnswerEvent) => void;
  /** Whether the connection is lost and is being looked for. */
  readonly lost: (isLost: boolean) => void;
  /** Nothing more comes: the answer was told to its end, or an error says why not. */
  readonly ended: (error: ApiError | null) => void;
}

/** Tries in a row that bring nothing; waiting while the browser knows that it is offline is none. */
const tries = 6;
const firstWaitMs = 400;
const longestWaitMs = 5_000;
/** The server says something every 15 seconds; a connection that is silent for so long is gone, whatever it seems to be. */
const longestSilenceMs = 45_000;

/**
 * Follows an answer until it is finished or the returned function is called. A connection that is lost is opened again with the
 * same `clientId`: the server then tells what was said so far and goes on.
 */
export function readAnswer(variables: AnswerStreamVariables, reader: Reader): () => void {
  const leaving = new AbortController();
  void follow(variables, reader, leaving.signal);
  return () => leaving.abort();
}

async function follow(variables: AnswerStreamVariables, reader: Reader, leaving: AbortSignal): Promise<void> {
  let failures = 0;
  let isRefreshed = false;
  const told = (event: AnswerEvent) => {
    failures = 0;
    reader.lost(false);
    reader.told(event);
  };
  for (;;) {
    await sessionRestored();
    const token = await accessToken();
    if (leaving.aborted) return;
    const error = await once(variables, token, told, leaving);
    if (leaving.aborted) return;
    if (error === null) return reader.ended(null);
    if (error.code === "UNAUTHENTICATED" && token !== null && !isRefreshed) {
      isRefreshed = true;
      await refresh(token).catch(() => undefined);
      continue;
    }
    if (error.code !== "OFFLINE") return reader.ended(error);
    if (navigator.onLine) failures += 1;
    if (failures >= tries) return reader.ended(error);
    reader.lost(true);
    await pause(Math.min(firstWaitMs * 2 ** failures, longestWaitMs), leaving);
    if (leaving.aborted) return;
  }
}

/** One connection; null if the answer was told to its end. */
async function once(
  variables: AnswerStreamVariables,
  token: string | null,
  told: (event: AnswerEvent) => void,
  leaving: AbortSignal,
): Promise<ApiError | null> {
  const cut = new AbortController();
  const end = () => cut.abort();
  let silence = setTimeout(end, longestSilenceMs);
  const heardSomething = () => {
    clearTimeout(silence);
    silence = setTimeout(end, longestSilenceMs);
  };
  // The browser knows first: a connection that is gone may seem to be open for minutes.
  addEventListener("offline", end);
  leaving.addEventListener("abort", end);
  try {
    const headers: Record<string, string> = { "content-type": "application/json", accept: "text/event-stream" };
    if (token !== null) headers["authorization"] = `Bearer ${token}`;
    const body = JSON.stringify({ query: AnswerStream, variables });
    const response = await fetch("/graphql", { method: "POST", headers, body, credentials: "same-origin", signal: cut.signal });
    if (!response.ok || !response.body) return await refusal(response);
    return await heard(response.body.getReader(), heardSomething, told);
  } catch (error) {
    return error instanceof ApiError ? error : lost();
  } finally {
    clearTimeout(silence);
    removeEventListener("offline", end);
    leaving.removeEventListener("abort", end);
  }
}

async function heard(body: ReadableStreamDefaultReader<Uint8Array>, heardSomething: () => void, told: (event: AnswerEvent) => void): Promise<ApiError | null> {
  const letters = new TextDecoder();
  const events = new EventReader();
  for (;;) {
    const { done, value } = await body.read();
    if (done) return lost();
    heardSomething();
    for (const { name, data } of events.take(letters.decode(value, { stream: true }))) {
      if (name !== "next") continue;
      const answer = JSON.parse(data) as Wire;
      if (answer.errors?.[0]) return problem(answer.errors[0]);
      const event = answer.data?.answerStream;
      if (!event) continue;
      told(event);
      if (event.kind === "FINISHED") {
        void body.cancel().catch(() => undefined);
        return null;
      }
    }
  }
}

interface WireError {
  readonly message?: string;
  readonly extensions?: { readonly code?: string; readonly field?: string; readonly retryAfterSeconds?: number };
}

interface Wire {
  readonly data?: AnswerStreamResult | null;
  readonly errors?: readonly WireError[];
}

function problem({ message, extensions }: WireError): ApiError {
  return new ApiError(extensions?.code ?? "INTERNAL", message ?? "Something went wrong.", extensions?.field ?? null, extensions?.retryAfterSeconds ?? null);
}

async function refusal(response: Response): Promise<ApiError> {
  const text = await response.text();
  try {
    const first = (JSON.parse(text) as Wire).errors?.[0];
    if (first) return problem(first);
  } catch {
    // What a proxy says is no JSON.
  }
  // A server that is being started again, or a proxy that does not reach it, will answer in a moment.
  return response.status >= 502 && response.status <= 504 ? lost() : new ApiError("BAD_ANSWER", `The server answered with status ${response.status}.`);
}

function lost(): ApiError {
  return new ApiError("OFFLINE", "Atlas cannot be reached. Check the connection and try again.");
}

/** Waits, at most until the browser is online again; while it is offline, without end. */
function pause(ms: number, leaving: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const over = () => {
      clearTimeout(timer);
      removeEventListener("online", over);
      leaving.removeEventListener("abort", over);
      resolve();
    };
    const timer = navigator.onLine ? window.setTimeout(over, ms) : 0;
    addEventListener("online", over);
    leaving.addEventListener("abort", over);
  });
}
