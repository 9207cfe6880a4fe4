import type { Document } from "./generated";
import { accessToken, refresh, sessionRestored } from "./session";

export interface Listener<Result> {
  readonly next: (result: Result) => void;
  /** Whether changes arrive now; true each time the server has taken the question. */
  readonly live: (isLive: boolean) => void;
  /** The server does not answer this question; it is not asked again. */
  readonly refused: (message: string) => void;
}

interface Wire {
  readonly type?: string;
  readonly payload?: unknown;
}

const firstRetryMs = 1_000;
const longestRetryMs = 15_000;
/** Source: GraphQL over WebSocket, "Forbidden" and "Unauthorized". */
const unauthorised = [4401, 4403];

/**
 * Follows a subscription until the returned function is called, over a WebSocket of its own that is opened again when it
 * is lost. What happened meanwhile does not come: whoever needs it asks when `live` says true.
 *
 * Source: GraphQL over WebSocket protocol, subprotocol `graphql-transport-ws`.
 */
export function follow<Result, Variables>(document: Document<Result, Variables>, variables: Variables, listener: Listener<Result>): () => void {
  let socket: WebSocket | null = null;
  let timer = 0;
  let losses = 0;
  let isOver = false;

  const open = async () => {
    await sessionRestored();
    const token = await accessToken();
    if (isOver) return;
    const made = new WebSocket(`${location.origin.replace(/^http/, "ws")}/graphql`, "graphql-transport-ws");
    socket = made;
    const say = (message: object) => made.send(JSON.stringify(message));
    made.onopen = () => say({ type: "connection_init", payload: token === null ? {} : { authorization: `Bearer ${token}` } });
    made.onmessage = (event: MessageEvent<string>) => {
      if (socket !== made) return;
      const message = JSON.parse(event.data) as Wire;
      switch (message.type) {
        case "connection_ack":
          say({ id: "1", type: "subscribe", payload: { query: document, variables } });
          losses = 0;
          listener.live(true);
          return;
        case "ping":
          say({ type: "pong" });
          return;
        case "next":
          heard(message.payload as { data?: Result | null; errors?: readonly { message?: string }[] });
          return;
        case "error":
          return end((message.payload as readonly { message?: string }[])[0]?.message);
        case "complete":
          return again();
      }
    };
    made.onclose = (event) => {
      if (socket !== made) return;
      if (unauthorised.includes(event.code)) void refresh(token).catch(() => undefined).finally(again);
      else again();
    };
  };

  const heard = ({ data, errors }: { data?: Result | null; errors?: readonly { message?: string }[] }) => {
    if (data) listener.next(data);
    else end(errors?.[0]?.message);
  };
  const end = (message = "Atlas does not tell of changes here.") => {
    stop();
    listener.refused(message);
  };
  const again = () => {
    if (isOver) return;
    socket = null;
    listener.live(false);
    clearTimeout(timer);
    const longest = Math.min(firstRetryMs * 2 ** losses, longestRetryMs);
    losses += 1;
    timer = window.setTimeout(() => void open(), longest * (0.5 + Math.random() / 2));
  };
  const now = () => {
    if (isOver || socket) return;
    clearTimeout(timer);
    void open();
  };
  const lost = () => {
    const made = socket;
    if (!made) return;
    again();
    made.close();
  };
  const stop = () => {
    isOver = true;
    clearTimeout(timer);
    removeEventListener("online", now);
    removeEventListener("offline", lost);
    const made = socket;
    socket = null;
    made?.close(1000);
  };
  addEventListener("online", now);
  addEventListener("offline", lost);
  void open();
  return stop;
}
