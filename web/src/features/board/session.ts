// A group's board in this page: the record store on the page's connection, and the people who look at it.
import { call, connectionState, hear, pass, watchConnection } from "../../realtime/connection";
import { RealtimeError } from "../../realtime/events";
import type { Point, Viewport } from "../../realtime/events";
import type { GroupRoom } from "../../realtime/room";
import { openStore } from "./queueStore";
import type { OpenStore } from "./queueStore";
import { byPlace, placeBetween } from "./records";
import type { BoardRecord, Operation } from "./records";
import { BoardClient } from "./sync";
import type { Refusal, Reply, Status, Transport } from "./sync";

export interface Presenter {
  readonly userId: string;
  readonly name: string;
  readonly viewport: Viewport;
}

export interface PeerAt extends Point {
  readonly userId: string;
  readonly name: string;
  readonly selected: readonly string[];
}

const cursorEveryMs = 33;
const viewEveryMs = 100;
/** Who comes later learns within this that somebody presents. */
const presentAgainMs = 2_000;
/** Of a presenter or a cursor that is not heard of any more. */
const silentMs = 10_000;

export class BoardSession {
  /** Null until what this browser has kept is read. */
  client: BoardClient | null = null;
  refusal: Refusal | null = null;
  readonly peers = new Map<string, PeerAt & { readonly at: number }>();
  presenters: ReadonlyMap<string, Presenter> = new Map();
  isPresenting = false;
  /** Ids, the lowest first, and the places that they were ordered by. */
  private order: { readonly ids: readonly string[]; readonly places: ReadonlyMap<string, string | undefined> } | null = null;
  private readonly watchers = new Set<(ids: ReadonlySet<string> | null) => void>();
  private readonly ends: (() => void)[] = [];
  private store: OpenStore | null = null;
  private isOver = false;
  private wasArchived = false;
  private cursor: { point: Point; selected: readonly string[] } | null = null;
  private cursorTimer = 0;
  private view: Viewport | null = null;
  private viewTimer = 0;
  private presentTimer = 0;
  private readonly silence = new Map<string, number>();
  readonly groupId: string;
  readonly me: string;

  constructor(private readonly room: GroupRoom) {
    this.groupId = room.groupId;
    this.me = room.me.id;
    void this.open();
  }

  /** Calls with the records that may be different, or with null if something else is. */
  readonly watch = (watcher: (ids: ReadonlySet<string> | null) => void): (() => void) => {
    this.watchers.add(watcher);
    return () => this.watchers.delete(watcher);
  };

  get records(): ReadonlyMap<string, BoardRecord> {
    return this.client?.view ?? new Map();
  }

  /** The ids of all records, the lowest first. */
  get stack(): readonly string[] {
    if (!this.order) {
      const sorted = [...this.records].sort(byPlace);
      this.order = { ids: sorted.map(([id]) => id), places: new Map(sorted.map(([id, record]) => [id, record.z])) };
    }
    return this.order.ids;
  }

  get status(): Status {
    return this.client?.status ?? "joining";
  }

  /** Whether the group has not let this person in, or has shown them out. */
  get isShutOut(): boolean {
    return this.room.snapshot().ending !== "";
  }

  get isArchived(): boolean {
    return this.room.snapshot().isArchived;
  }

  get mayDraw(): boolean {
    return this.client !== null && this.status !== "refused" && !this.isShutOut && !this.isArchived;
  }

  /** Changes that the server has not confirmed. */
  get unconfirmed(): number {
    return this.client?.pending.length ?? 0;
  }

  edit(operations: readonly Operation[], group?: string): void {
    if (this.mayDraw && operations.length > 0) this.client?.edit(operations, group);
  }

  undo(): boolean {
    return this.mayDraw && (this.client?.undo() ?? false);
  }

  redo(): boolean {
    return this.mayDraw && (this.client?.redo() ?? false);
  }

  /** A place above everything. */
  top(): string {
    return placeBetween(this.placeAt(this.stack.length - 1), null);
  }

  /** A place below everything. */
  bottom(): string {
    return placeBetween(null, this.placeAt(0));
  }

  private placeAt(index: number): string | null {
    return this.records.get(this.stack[index] ?? "")?.z ?? null;
  }

  discard(): void {
    this.client?.discard();
    this.refusal = null;
    this.tell(null);
  }

  forgetRefusal(): void {
    this.refusal = null;
    this.tell(null);
  }

  /** Tells the others where this person points, at most 30 times a second. */
  point(point: Point, selected: readonly string[]): void {
    this.cursor = { point, selected };
    if (this.cursorTimer !== 0) return;
    this.cursorTimer = window.setTimeout(() => {
      this.cursorTimer = 0;
      if (this.cursor) pass("cursor-move", { groupId: this.groupId, position: this.cursor.point, selected: this.cursor.selected.slice(0, 50) });
    }, cursorEveryMs);
  }

  present(on: boolean): void {
    this.isPresenting = on;
    clearInterval(this.presentTimer);
    if (on) this.presentTimer = window.setInterval(() => this.sendView(), presentAgainMs);
    else call("present", { groupId: this.groupId, on: false }).catch(() => undefined);
    this.sendView();
    this.tell(null);
  }

  /** What this person sees now. */
  look(view: Viewport): void {
    this.view = view;
    if (!this.isPresenting || this.viewTimer !== 0) return;
    this.viewTimer = window.setTimeout(() => {
      this.viewTimer = 0;
      this.sendView();
    }, viewEveryMs);
  }

  close(): void {
    if (this.isPresenting) this.present(false);
    this.isOver = true;
    for (const end of this.ends) end();
    for (const timer of this.silence.values()) clearTimeout(timer);
    clearTimeout(this.cursorTimer);
    clearTimeout(this.viewTimer);
    clearInterval(this.presentTimer);
    call("board-leave", { groupId: this.groupId }).catch(() => undefined);
    this.client?.disconnect();
    this.store?.close();
  }

  private sendView(): void {
    if (this.isPresenting && this.view) pass("present", { groupId: this.groupId, on: true, viewport: this.view });
  }

  private tell(ids: ReadonlySet<string> | null): void {
    for (const id of ids ?? []) {
      const places = this.order?.places;
      if (places && (places.has(id) !== this.records.has(id) || places.get(id) !== this.records.get(id)?.z)) this.order = null;
    }
    for (const watcher of [...this.watchers]) watcher(ids);
  }

  private async open(): Promise<void> {
    const store = await openStore(`${this.me} ${this.groupId}`);
    if (this.isOver) return store.close();
    this.store = store;
    const client = new BoardClient(
      store.store,
      {
        newID: shortID,
        onChange: (ids) => this.tell(ids),
        onStatus: () => this.tell(null),
        onRefusal: (refusal) => {
          this.refusal = refusal;
          this.tell(null);
        },
      },
      store.queue,
      store.base,
    );
    this.client = client;
    const { groupId } = this;
    const mine = <Payload extends { groupId: string }>(handle: (payload: Payload) => void) => (payload: Payload) => {
      if (payload.groupId === groupId) handle(payload);
    };
    this.ends.push(
      hear("whiteboard-sync", mine((event) => client.receive(event))),
      hear("whiteboard-head", mine(({ seq }) => client.head(seq))),
      hear("group-head", mine(({ board }) => typeof board === "number" && client.head(board))),
      hear("peer-cursor", mine(({ diagramId, cursors, gone }) => !diagramId && this.sawCursors(cursors, gone ?? []))),
      hear("presenting", mine((payload) => !payload.diagramId && this.sawPresenter(payload))),
      watchConnection(() => {
        if (connectionState().status === "online" || client.status === "offline") return;
        client.disconnect();
        this.peers.clear();
        this.tell(null);
      }),
      this.room.watch(() => this.enter(client)),
    );
    this.enter(client);
    this.tell(new Set());
  }

  /** The board is open to who is in the group's room, and to nobody who was shown out of it. */
  private enter(client: BoardClient): void {
    const { isIn, isArchived } = this.room.snapshot();
    const isReopened = this.wasArchived && !isArchived;
    const isTurned = this.wasArchived !== isArchived;
    this.wasArchived = isArchived;
    if (this.isShutOut) {
      if (client.status !== "offline") client.disconnect();
    } else if (isIn && (client.status === "offline" || (isReopened && client.status === "refused"))) {
      if (isReopened) this.refusal = null;
      client.connect(this.transport());
    }
    if (isTurned) this.tell(null);
  }

  private transport(): Transport {
    const { groupId } = this;
    const failed = (done: (reply: Reply<never>) => void) => (error: unknown) => {
      const { code, message, retryAfterMs, seq } = error instanceof RealtimeError ? error : new RealtimeError("UNAVAILABLE", "That did not work.");
      done({ error: { code, message, ...(retryAfterMs !== null && { retryAfterMs }), ...(seq !== null && { seq }) } });
    };
    return {
      hello: (hello, done) => void call("board-hello", { groupId, ...hello }).then(({ welcome }) => done({ ok: true, welcome }), failed(done)),
      push: (drawing, done) => void call("whiteboard-update", { groupId, drawing }).then(({ seq }) => done({ ok: true, seq }), failed(done)),
      later: (milliseconds, run) => void window.setTimeout(run, milliseconds),
    };
  }

  private sawCursors(cursors: readonly { userId: string; name: string; x: number; y: number; selected?: readonly string[] | null }[], gone: readonly string[]): void {
    for (const each of cursors) {
      if (each.userId === this.me) continue;
      this.peers.set(each.userId, { ...each, selected: each.selected ?? [], at: performance.now() });
    }
    for (const id of gone) this.peers.delete(id);
    this.tell(null);
  }

  private sawPresenter({ userId, name, on, viewport }: { userId: string; name: string; on: boolean; viewport?: Viewport | null }): void {
    if (userId === this.me) return;
    clearTimeout(this.silence.get(userId));
    const presenters = new Map(this.presenters);
    if (on && viewport) {
      presenters.set(userId, { userId, name, viewport });
      this.silence.set(userId, window.setTimeout(() => this.sawPresenter({ userId, name, on: false }), silentMs));
    } else presenters.delete(userId);
    this.presenters = presenters;
    this.tell(null);
  }
}

const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";

/** 72 random bits in 12 letters. */
export function shortID(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => letters[byte % 64]).join("");
}
