import { ApiError } from "../api/transport";

export interface Question {
  readonly query: string;
  readonly operationName: string | null;
  readonly variables: unknown;
}

export type Headers = Readonly<Record<string, string>>;

export interface Reply {
  /** As it came, or JSON that is easier to read. */
  readonly text: string;
  readonly json: unknown;
  readonly status: number;
  readonly milliseconds: number;
  readonly bytes: number;
}

/** A query or mutation by POST. */
export async function ask(question: Question, headers: Headers, signal: AbortSignal): Promise<Reply> {
  const began = performance.now();
  const response = await fetch("/graphql", {
    method: "POST",
    headers: { "content-type": "application/json", accept: "application/json", ...headers },
    body: JSON.stringify(question),
    credentials: "same-origin",
    signal,
  });
  const raw = await response.text();
  const milliseconds = performance.now() - began;
  const json = parsed(raw);
  const text = json === undefined ? raw : JSON.stringify(json, null, 2);
  return { text, json, status: response.status, milliseconds, bytes: new Blob([raw]).size };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export interface Listener {
  readonly started: () => void;
  readonly next: (payload: unknown) => void;
  /** The end, with what went wrong if it was not the server's plain end. */
  readonly ended: (problem: string | null) => void;
}

/**
 * A subscription over a WebSocket of its own; the function that is returned ends it.
 *
 * Source: GraphQL over WebSocket protocol, subprotocol `graphql-transport-ws`.
 */
export function follow(question: Question, headers: Headers, listener: Listener): () => void {
  const socket = new WebSocket(`${location.origin.replace(/^http/, "ws")}/graphql`, "graphql-transport-ws");
  let isOver = false;
  const say = (message: unknown) => socket.send(JSON.stringify(message));
  const end = (problem: string | null) => {
    if (isOver) return;
    isOver = true;
    socket.close(1000);
    listener.ended(problem);
  };
  socket.onopen = () => say({ type: "connection_init", payload: headers });
  socket.onmessage = (event: MessageEvent<string>) => {
    if (isOver) return;
    const message = parsed(event.data) as { type?: string; payload?: unknown } | undefined;
    switch (message?.type) {
      case "connection_ack":
        say({ id: "1", type: "subscribe", payload: question });
        listener.started();
        return;
      case "ping":
        say({ type: "pong" });
        return;
      case "next":
        listener.next(message.payload);
        return;
      case "error":
        listener.next({ errors: message.payload });
        end("The server refused the subscription.");
        return;
      case "complete":
        end(null);
    }
  };
  socket.onclose = (event) => end(`The connection was closed: ${event.code}${event.reason ? ` ${event.reason}` : ""}.`);
  return () => {
    if (isOver) return;
    if (socket.readyState === WebSocket.OPEN) say({ id: "1", type: "complete" });
    end(null);
  };
}

/** The members of a JSON object that a person wrote; empty text is an empty object. */
export function objectIn(text: string, pane: string): Record<string, unknown> {
  if (text.trim() === "") return {};
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new ApiError("INVALID", `${pane} are not valid JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new ApiError("INVALID", `${pane} must be a JSON object, as in {"name": "value"}.`);
  }
  return value as Record<string, unknown>;
}

/** Headers that a person wrote as a JSON object. */
export function headersIn(text: string): Headers {
  const entries = Object.entries(objectIn(text, "Headers")).map(([name, value]) => {
    if (typeof value !== "string") throw new ApiError("INVALID", `The header ${name} must be a text.`);
    if (!isHeader(name, value)) throw new ApiError("INVALID", `No header can be “${name}” with this value.`);
    return [name.toLowerCase(), value] as const;
  });
  return Object.fromEntries(entries);
}

function isHeader(name: string, value: string): boolean {
  try {
    new globalThis.Headers([[name, value]]);
    return true;
  } catch {
    return false;
  }
}

export interface Mistake {
  readonly message: string;
  readonly line: number | null;
  readonly column: number | null;
}

/** The errors of an answer, with the place in the document that each is about. */
export function mistakesIn(json: unknown): Mistake[] {
  const errors = (json as { errors?: unknown } | null | undefined)?.errors;
  if (!Array.isArray(errors)) return [];
  return errors.map((error: { message?: unknown; locations?: { line?: number; column?: number }[] }) => ({
    message: typeof error.message === "string" ? error.message : "Something went wrong.",
    line: error.locations?.[0]?.line ?? null,
    column: error.locations?.[0]?.column ?? null,
  }));
}
