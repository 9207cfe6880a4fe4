// The events of the Socket.IO gateway, as they are on the wire.
import type { WirePush } from "../features/board/records";
import type { BoardEvent, Welcome } from "../features/board/sync";

/** A diagram, and a node or edge of it, that a message speaks of. */
export interface Anchor {
  readonly diagramId: string;
  readonly nodeId?: string | null;
  readonly edgeId?: string | null;
}

/** One line of a group's log; `seq` has no gaps within a group. */
export interface Entry {
  readonly groupId: string;
  readonly seq: number;
  readonly kind: "message" | "edit" | "delete" | "reaction" | "membership";
  /** Of the message that this is, or that it changes. */
  readonly id: string;
  readonly cid: string;
  readonly userId: string;
  readonly name: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly content?: string | null;
  readonly replyTo?: string | null;
  readonly anchor?: Anchor | null;
  readonly mentions?: readonly string[] | null;
  readonly emoji?: string | null;
  readonly on?: boolean | null;
  /** These three only where a message is shown as it is now. */
  readonly editedAt?: number | null;
  readonly deleted?: boolean | null;
  readonly reactions?: readonly Reaction[] | null;
}

export interface Reaction {
  readonly emoji: string;
  readonly count: number;
  readonly mine: boolean;
}

export type Presence = "active" | "away" | "offline";
export type Role = "owner" | "moderator" | "member";

export interface Present {
  readonly userId: string;
  readonly name: string;
  readonly role: Role;
  readonly state: Presence;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** What somebody sees: the middle of the window in the picture's units, and pixels per unit. */
export interface Viewport extends Point {
  readonly scale: number;
}

interface InGroup {
  readonly groupId: string;
}

/** Client to server: what is sent, and what a granted request answers beside `ok`. */
export interface Calls {
  readonly "auth:refresh": [{ token: string }, object];
  readonly "join-study-group": [
    InGroup & { after?: number },
    {
      group: { id: string; name: string; role: Role; archived: boolean };
      head: number;
      board?: { seq: number; epoch: number | string } | null;
      members: readonly Present[];
      me: { userId: string; name: string };
    },
  ];
  readonly "leave-study-group": [InGroup, object];
  readonly "send-message": [InGroup & { cid: string; content: string; replyTo?: string; anchor?: Anchor }, { entry: Entry }];
  readonly "edit-message": [InGroup & { cid: string; messageId: string; content: string }, { seq: number }];
  readonly "delete-message": [InGroup & { cid: string; messageId: string }, { seq: number }];
  readonly react: [InGroup & { cid: string; messageId: string; emoji: string; on: boolean }, { seq: number }];
  readonly sync: [InGroup & { after: number; limit?: number }, { entries: readonly Entry[]; head: number; reset: boolean }];
  readonly read: [InGroup & { seq: number }, object];
  readonly presence: [{ state: "active" | "away" }, object];
  readonly "board-hello": [InGroup & { epoch: string; seq: number; c: string }, { welcome: Welcome }];
  readonly "whiteboard-update": [InGroup & { drawing: WirePush }, { seq: number; n: number }];
  readonly "board-leave": [InGroup, object];
  readonly "view-diagram": [InGroup & { diagramId: string }, object];
  readonly "leave-diagram": [InGroup & { diagramId: string }, object];
  /** `head` is the offset after the last byte there is; `run` is another one for each new box. */
  readonly "lab-attach": [
    { labId: string; cols: number; rows: number; from?: number },
    { offset: number; missed: number; head?: number; run?: string | number },
  ];
  readonly "lab-input": [{ labId: string; data: Uint8Array }, object];
  readonly "lab-resize": [{ labId: string; cols: number; rows: number }, object];
  readonly "lab-seen": [{ labId: string; offset: number }, object];
  readonly "lab-detach": [{ labId: string }, object];
  readonly present: [InGroup & { on: boolean; diagramId?: string; viewport?: Viewport; selected?: readonly string[] }, object];
}

/** Output of a lab's terminal; `offset` is that of its first byte since the run began. */
export interface LabOutput {
  readonly labId: string;
  readonly offset: number;
  readonly data: ArrayBuffer;
}

/** Client to server, worth nothing if it comes late: dropped while there is no connection. */
export interface Passing {
  readonly typing: InGroup;
  readonly "cursor-move": InGroup & { diagramId?: string; position: Point; selected?: readonly string[] };
  readonly present: Calls["present"][0];
}

/** Server to client. */
export interface Heard {
  readonly "group-message": Entry;
  readonly "group-head": InGroup & { head: number; board?: number | null };
  readonly "group-read": InGroup & { userId: string; seq: number };
  readonly typing: InGroup & { userId: string; name: string };
  readonly presence: InGroup & { userId: string; name: string; state: Presence };
  readonly "group-ended": InGroup & { reason?: string };
  readonly "group-updated": InGroup;
  readonly "whiteboard-sync": InGroup & BoardEvent;
  readonly "whiteboard-head": InGroup & { seq: number };
  readonly "lab-output": LabOutput;
  /** The terminal of that box is over. */
  readonly "lab-ended": { labId: string; run: string | number };
  readonly "peer-cursor": InGroup & { diagramId?: string | null; cursors: readonly PeerCursor[]; gone?: readonly string[] };
  readonly presenting: InGroup & { userId: string; name: string; on: boolean; diagramId?: string | null; viewport?: Viewport | null; selected?: readonly string[] | null };
  readonly notification: { id: string; kind: string; text: string; groupId?: string | null; at: number };
  readonly "auth:expiring": { inMs: number };
  readonly "server:drain": { reconnectAfterMs: number };
}

export interface PeerCursor extends Point {
  readonly userId: string;
  readonly name: string;
  readonly selected?: readonly string[] | null;
}

/** Why the server did not do what was asked, or why it could not be asked: `OFFLINE`, `NO_ANSWER`. */
export class RealtimeError extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly retryAfterMs: number | null = null,
    /** Of a whiteboard's change that was refused, and whose number is used up. */
    readonly seq: number | null = null,
  ) {
    super(message);
    this.name = "RealtimeError";
  }

  /** Whether the same request can succeed later. */
  get isPassing(): boolean {
    return ["OFFLINE", "NO_ANSWER", "RATE_LIMITED", "DRAINING", "UNAVAILABLE", "UNAUTHORIZED", "UNAUTHENTICATED"].includes(this.code);
  }
}
