// A whiteboard in the page: what the server has confirmed, what this user did since, and the view, which is always the
// one with the other on top. No socket, no DOM and no clock: a Transport carries the messages, a QueueStore keeps the
// queue. docs/whiteboard.md describes the protocol.
import { applied, applyTo, cleaned, hasEffect, limits, readOperations, readTables, wirePush } from "./records";
import type { BoardRecord, Operation, RecordTables, Records, WirePush } from "./records";
import { History, stepBetween } from "./undo";
import type { Step } from "./undo";

export interface Hello {
  readonly epoch: string;
  readonly seq: number;
  readonly c: string;
}

export interface Welcome {
  readonly epoch: string;
  readonly seq: number;
  readonly ackN: number;
  readonly full?: RecordTables;
  readonly changed?: RecordTables;
  readonly deleted?: readonly string[];
}

export interface BoardEvent {
  readonly seq: number;
  readonly c: string;
  readonly n: number;
  readonly ops: readonly unknown[];
  readonly bin?: ArrayBuffer | Uint8Array;
}

export interface Refusal {
  readonly code: string;
  readonly message: string;
  readonly retryAfterMs?: number;
  /** Of a push that was refused, but whose number is used up. */
  readonly seq?: number;
}

export type Reply<Content> = ({ readonly ok: true } & Content) | { readonly ok?: false; readonly error: Refusal };

/** One connection. Replies may come late or not at all; those of a connection before are not listened to. */
export interface Transport {
  hello(hello: Hello, done: (reply: Reply<{ readonly welcome: Welcome }>) => void): void;
  push(push: WirePush, done: (reply: Reply<{ readonly seq: number }>) => void): void;
  /** Calls `run` after a while. */
  later(milliseconds: number, run: () => void): void;
}

/** A push that the server has not confirmed yet. */
export interface PendingPush {
  readonly n: number;
  readonly ops: readonly Operation[];
}

/** What survives a reload. */
export interface SavedQueue {
  readonly c: string;
  /** The number of the last push. */
  readonly n: number;
  readonly pending: readonly PendingPush[];
}

export interface SavedBase {
  readonly epoch: string;
  readonly seq: number;
  readonly records: readonly (readonly [string, BoardRecord])[];
}

export interface QueueStore {
  /** Keeps the queue in place of the one before; calls `done` when it is kept, or cannot be. */
  saveQueue(queue: SavedQueue, done: () => void): void;
  saveBase(base: SavedBase): void;
}

/** `refused`: the server lets this user not read or not write here (any more). */
export type Status = "offline" | "joining" | "live" | "refused";

export interface Options {
  readonly newID: () => string;
  /** Records of the view that may be different now. */
  readonly onChange?: (ids: ReadonlySet<string>) => void;
  readonly onStatus?: (status: Status) => void;
  /** Something this user did was not taken. */
  readonly onRefusal?: (refusal: Refusal) => void;
}

/** Pushes under way at once. */
const underWay = 32;
/** Events kept while the welcome is under way. */
const keptEvents = 256;
/** Events after which the confirmed board is kept anew. */
const baseEvery = 200;
/** Operations of one push in bytes, with room for what is around them. */
const opsBytes = limits.pushBytes - 1_024;
const patienceMs = 1_000;

export class BoardClient {
  readonly history = new History();
  /** What the server has confirmed. */
  readonly base: { epoch: string; seq: number; records: Records };
  /** What is on the screen: `base` with `pending` on top. Not to be changed from outside. */
  view: Records = new Map();
  status: Status = "offline";
  c: string;
  /** The number of the last push. */
  n: number;
  pending: PendingPush[];

  private transport: Transport | null = null;
  /** Counts conversations; replies of an earlier one are not listened to. */
  private conversation = 0;
  /** The last push that was sent in this conversation, and the last that was ever sent. */
  private sent = 0;
  private everSent: number;
  /** The last push that the store keeps. */
  private kept: number;
  /** The last push that the store is about to keep. */
  private keeping = 0;
  private isSaving = false;
  private isDirty = false;
  /** Bytes of the last push. */
  private tailBytes = 0;
  private waiting: BoardEvent[] = [];
  private unkeptEvents = 0;

  constructor(private readonly store: QueueStore, private readonly options: Options, queue?: SavedQueue, base?: SavedBase) {
    this.c = queue?.c ?? options.newID();
    this.n = this.kept = this.everSent = queue?.n ?? 0;
    this.pending = [...(queue?.pending ?? [])];
    this.base = { epoch: base?.epoch ?? "", seq: base?.seq ?? 0, records: new Map(base?.records ?? []) };
    this.rebuild();
  }

  // From the page ---------------------------------------------------------------------------------------------------

  /**
   * Does something at once and tells the server when it can. Actions of the same group that follow each other are
   * undone together.
   */
  edit(operations: readonly Operation[], group?: string): void {
    this.history.remember(this.commit(operations), group);
  }

  undo(): boolean {
    return this.history.undo(this.view, (operations) => this.commit(operations));
  }

  redo(): boolean {
    return this.history.redo(this.view, (operations) => this.commit(operations));
  }

  /** Gives up what the server has not confirmed. */
  discard(): void {
    this.pending = [];
    this.renew();
    this.rebuild();
  }

  // From the connection ---------------------------------------------------------------------------------------------

  connect(transport: Transport): void {
    this.transport = transport;
    this.resync();
  }

  disconnect(): void {
    this.transport = null;
    this.conversation += 1;
    this.waiting = [];
    this.enter("offline");
    this.keepBase();
  }

  /** An event from the server, whichever connection it came by. */
  receive(event: BoardEvent): void {
    if (this.status === "joining" && this.waiting.length < keptEvents) this.waiting.push(event);
    if (this.status !== "live" || event.seq <= this.base.seq) return;
    if (event.seq !== this.base.seq + 1) return this.resync();
    const touched = new Set<string>();
    this.base.seq = event.seq;
    for (const operation of readOperations(event.ops, event.bin)) {
      applyTo(this.base.records, operation);
      touched.add(operation[1]);
    }
    if (event.c === this.c) this.confirm(event.n, touched);
    this.refresh(touched);
    this.unkeptEvents += 1;
    if (this.unkeptEvents >= baseEvery) this.keepBase();
    this.send();
  }

  /** The number of the server's last event: the heartbeat, which tells of events that were lost. */
  head(seq: number): void {
    if (this.status === "live" && seq > this.base.seq) this.resync();
  }

  // -----------------------------------------------------------------------------------------------------------------

  private commit(operations: readonly Operation[]): Step[] {
    const steps: Step[] = [];
    const done: Operation[] = [];
    for (const raw of operations) {
      const operation = cleaned(raw);
      const before = this.view.get(operation[1]);
      if (!hasEffect(operation, before)) continue;
      const step = stepBetween(operation[1], before, applied(operation, before));
      if (!step) continue;
      steps.push(step);
      done.push(operation);
      applyTo(this.view, operation);
    }
    if (done.length === 0) return [];
    this.enqueue(done);
    this.save();
    this.options.onChange?.(new Set(done.map((operation) => operation[1])));
    return steps;
  }

  /** Into the last push if that was never sent and has room; else into one more, or more than one. */
  private enqueue(operations: readonly Operation[]): void {
    for (const operation of operations) {
      const bytes = new TextEncoder().encode(JSON.stringify(wirePush("", 0, [operation]).ops)).length;
      const last = this.pending[this.pending.length - 1];
      if (last && last.n > this.everSent && last.ops.length < limits.operations && this.tailBytes + bytes <= opsBytes) {
        this.pending[this.pending.length - 1] = { n: last.n, ops: [...last.ops, operation] };
        this.kept = Math.min(this.kept, last.n - 1);
        this.keeping = Math.min(this.keeping, last.n - 1);
        this.tailBytes += bytes;
      } else {
        this.n += 1;
        this.pending.push({ n: this.n, ops: [operation] });
        this.tailBytes = bytes;
      }
    }
  }

  /** Keeps the queue, then sends: what was sent under a number must be there after a reload. */
  private save(): void {
    this.isDirty = true;
    if (this.isSaving) return;
    this.isSaving = true;
    this.isDirty = false;
    this.keeping = this.n;
    const c = this.c;
    this.store.saveQueue({ c, n: this.n, pending: [...this.pending] }, () => {
      this.isSaving = false;
      if (c === this.c) this.kept = Math.max(this.kept, this.keeping);
      if (this.isDirty) this.save();
      this.send();
    });
  }

  private keepBase(): void {
    this.unkeptEvents = 0;
    this.store.saveBase({ epoch: this.base.epoch, seq: this.base.seq, records: [...this.base.records] });
  }

  private send(): void {
    if (this.status !== "live" || !this.transport) return;
    for (const push of this.pending) {
      if (push.n <= this.sent) continue;
      if (push.n > this.kept || push.n >= (this.pending[0]?.n ?? 0) + underWay) return;
      this.sent = push.n;
      this.everSent = Math.max(this.everSent, push.n);
      const conversation = this.conversation;
      this.transport.push(wirePush(this.c, push.n, push.ops), (reply) => {
        if (conversation === this.conversation && "error" in reply) this.fail(reply.error, push.n);
      });
    }
  }

  /** Asks what was missed; whatever is under way is forgotten, for the welcome says how far it came. */
  private resync(): void {
    if (!this.transport) return;
    this.conversation += 1;
    const conversation = this.conversation;
    this.waiting = [];
    this.enter("joining");
    this.transport.hello({ epoch: this.base.epoch, seq: this.base.seq, c: this.c }, (reply) => {
      if (conversation !== this.conversation) return;
      if ("error" in reply) this.fail(reply.error);
      else this.join(reply.welcome);
    });
  }

  private join(welcome: Welcome): void {
    const { base } = this;
    if (welcome.full) base.records = new Map(readTables(welcome.full));
    for (const [id, record] of welcome.changed ? readTables(welcome.changed) : []) base.records.set(id, record);
    for (const id of welcome.deleted ?? []) base.records.delete(id);
    base.epoch = welcome.epoch;
    base.seq = welcome.seq;
    const isForgotten = welcome.ackN < (this.pending[0]?.n ?? this.n + 1) - 1;
    this.pending = this.pending.filter((push) => push.n > welcome.ackN);
    this.sent = welcome.ackN;
    this.n = Math.max(this.n, welcome.ackN);
    if (isForgotten) this.renew();
    this.rebuild();
    this.save();
    const waiting = this.waiting;
    this.waiting = [];
    this.enter("live");
    for (const event of waiting) this.receive(event);
    this.send();
  }

  /** The event of one of this page's own pushes has come. */
  private confirm(n: number, touched: Set<string>): void {
    while (this.pending[0] && this.pending[0].n <= n) {
      for (const operation of this.pending[0].ops) touched.add(operation[1]);
      this.pending.shift();
    }
    this.save();
  }

  private fail(refusal: Refusal, n?: number): void {
    switch (refusal.code) {
      case "CONFLICT_GAP":
      case "GONE_RESYNC":
        return this.resync();
      case "UNAUTHORIZED":
      case "FORBIDDEN":
      case "NOT_MEMBER":
        this.conversation += 1;
        this.enter("refused");
        return this.options.onRefusal?.(refusal);
      case "INVALID":
      case "PAYLOAD_TOO_LARGE":
        this.options.onRefusal?.(refusal);
        if (n === undefined || refusal.seq !== undefined) return;
        // Its number is free: the others must not wait for it, and not take it over while it may still be under way.
        this.pending = this.pending.filter((push) => push.n !== n);
        this.conversation += 1;
        this.renew();
        return this.rebuild();
      default: {
        this.conversation += 1;
        const conversation = this.conversation;
        this.transport?.later(refusal.retryAfterMs ?? patienceMs, () => conversation === this.conversation && this.resync());
        return this.enter("joining");
      }
    }
  }

  /** Goes on under a new name, with numbers from 1. */
  private renew(): void {
    this.c = this.options.newID();
    this.pending = this.pending.map((push, index) => ({ n: index + 1, ops: push.ops }));
    this.n = this.pending.length;
    this.kept = this.keeping = this.sent = 0;
    this.everSent = this.n;
    this.save();
  }

  /** The whole view anew. */
  private rebuild(): void {
    const before = this.view;
    this.view = new Map(this.base.records);
    for (const push of this.pending) for (const operation of push.ops) applyTo(this.view, operation);
    this.options.onChange?.(new Set([...before.keys(), ...this.view.keys()]));
  }

  /** Some records of the view anew. */
  private refresh(ids: ReadonlySet<string>): void {
    for (const id of ids) {
      const record = this.base.records.get(id);
      if (record) this.view.set(id, record);
      else this.view.delete(id);
    }
    for (const push of this.pending) for (const operation of push.ops) if (ids.has(operation[1])) applyTo(this.view, operation);
    if (ids.size > 0) this.options.onChange?.(ids);
  }

  private enter(status: Status): void {
    if (this.status === status) return;
    this.status = status;
    this.options.onStatus?.(status);
  }
}
