// One group as this page knows it: its log without holes, who is there, and what waits to be sent.
import { call, connectionOwner, connectionState, hear, holdConnection, onArrival, pass, watchConnection } from "./connection";
import { RealtimeError } from "./events";
import type { Anchor, Entry, Present, Presence, Role } from "./events";
import { timeOrderedID } from "./ids";
import { logFrom, withEntries, withOlder } from "./log";
import type { ChatMessage, Log } from "./log";
import { dropUnsent, keepUnsent, mostUnsent, unsentIn } from "./outbox";
import type { Unsent } from "./outbox";

export interface Outgoing extends Unsent {
  /** `waiting` is for a connection or for the server's leave. */
  readonly state: "sending" | "waiting" | "failed";
}

export interface HistoryPage {
  readonly messages: readonly ChatMessage[];
  /** The log's last position when the page was made. */
  readonly head: number;
  readonly hasOlder: boolean;
  /** How far each member had read; only of the newest page. */
  readonly reads?: ReadonlyMap<string, number>;
}

/** Where pages of messages come from. */
export interface History {
  newest(): Promise<HistoryPage>;
  before(seq: number): Promise<HistoryPage>;
}

export interface RoomState {
  /** Null until the newest page is there. */
  readonly log: Log | null;
  /** Why the newest page is not there, or "". */
  readonly loadProblem: string;
  readonly isLoadingOlder: boolean;
  /** Why the last page of older messages did not come, or "". */
  readonly olderProblem: string;
  /** Whether the server has let us into the group's room since the connection began. */
  readonly isIn: boolean;
  /** Why we are not let in, or have been shown out; "" if neither. */
  readonly ending: string;
  readonly role: Role;
  readonly isArchived: boolean;
  readonly present: ReadonlyMap<string, Present>;
  /** Who is writing, by id. */
  readonly typing: ReadonlyMap<string, string>;
  /** How far each member has read. */
  readonly reads: ReadonlyMap<string, number>;
  readonly outgoing: readonly Outgoing[];
  /** The last message of somebody else that came while we looked on. */
  readonly arrived: ChatMessage | null;
}

const endings: Readonly<Record<string, string>> = { left: "You have left this group.", removed: "You were removed from this group." };
const syncPage = 200;
const typingShownMs = 5_000;
const typingSentMs = 3_000;
const readSentMs = 1_000;
const firstRetryMs = 1_000;
const longestRetryMs = 15_000;
/** Entries that are held back while the hole before them is filled. */
const mostHeld = 1_000;

/** Those that are not closed. */
const rooms = new Set<GroupRoom>();

export class GroupRoom {
  private state: RoomState = {
    log: null, loadProblem: "", isLoadingOlder: false, olderProblem: "", isIn: false, ending: "", role: "member", isArchived: false,
    present: new Map(), typing: new Map(), reads: new Map(), outgoing: [], arrived: null,
  };
  private readonly watchers = new Set<() => void>();
  private readonly ends: (() => void)[] = [];
  private readonly typingTimers = new Map<string, number>();
  private held: Entry[] = [];
  /** The page of older messages that is under way. */
  private older: Promise<void> | null = null;
  private readonly sawMeanwhile = new Map<string, { readonly userId: string; readonly name: string; readonly state: Presence }>();
  private syncing = false;
  private syncAgain = false;
  private flushing = false;
  private isOver = false;
  private readonly retrying = new Map<string, { timer: number; count: number }>();
  private typedAt = 0;
  private readTimer = 0;
  private readSent = 0;
  private readWanted = 0;
  /** Calls when the group's own facts have changed: members, settings. */
  onUpdated: () => void = () => undefined;

  constructor(readonly groupId: string, readonly me: { readonly id: string; readonly name: string }, private readonly history: History) {
    const mine = <Payload extends { groupId: string }>(handle: (payload: Payload) => void) => (payload: Payload) => {
      if (payload.groupId === groupId && this.isConnected) handle(payload);
    };
    rooms.add(this);
    this.ends.push(
      holdConnection(me.id),
      hear("group-message", mine((entry) => this.take([entry]))),
      hear("group-head", mine(({ head }) => this.state.log && head > this.state.log.seq && this.sync())),
      hear("group-read", mine(({ userId, seq }) => this.sawRead(userId, seq))),
      hear("typing", mine(({ userId, name }) => this.sawTyping(userId, name))),
      hear("presence", mine(({ userId, name, state }) => this.sawPresence(userId, name, state))),
      hear("group-ended", mine(({ reason }) => this.ended(reason ?? ""))),
      hear("group-updated", mine(() => this.onUpdated())),
      onArrival(() => void this.join()),
      watchConnection(() => connectionState().status !== "online" && this.state.isIn && this.set({ isIn: false, typing: new Map() })),
    );
    void unsentIn(me.id, groupId).then((kept) => this.adopt(kept));
    void this.load();
  }

  readonly watch = (watcher: () => void): (() => void) => {
    this.watchers.add(watcher);
    return () => this.watchers.delete(watcher);
  };

  readonly snapshot = (): RoomState => this.state;

  /** Whether the page's connection is this account's: the next account's must not be used. */
  private get isConnected(): boolean {
    return connectionOwner() === this.me.id;
  }

  close(): void {
    this.isOver = true;
    rooms.delete(this);
    clearTimeout(this.readTimer);
    for (const { timer } of this.retrying.values()) clearTimeout(timer);
    for (const timer of this.typingTimers.values()) clearTimeout(timer);
    if (this.state.isIn) this.leave();
    for (const end of this.ends) end();
  }

  private leave(): void {
    // The server counts sockets, not rooms: another one of the same group would be put out with this one.
    const isLast = ![...rooms].some((each) => each.groupId === this.groupId && each.isConnected);
    if (this.isConnected && isLast) void call("leave-study-group", { groupId: this.groupId }).catch(() => undefined);
  }

  /** Asks for the newest page again after a failure. */
  readonly load = async (): Promise<void> => {
    this.set({ loadProblem: "" });
    try {
      const page = await this.history.newest();
      const reads = new Map(page.reads);
      for (const [user, seq] of this.state.reads) reads.set(user, Math.max(seq, reads.get(user) ?? 0));
      this.set({ log: logFrom(page.messages, page.head, page.hasOlder), reads });
      this.dropSent(page.messages);
      this.apply([]);
      if (this.state.isIn) void this.sync();
    } catch (error) {
      this.set({ loadProblem: error instanceof Error ? error.message : "The messages did not load." });
    }
  };

  /** The oldest message that is loaded. */
  private get first(): ChatMessage | undefined {
    return this.state.log?.messages.values().next().value;
  }

  /** Rejects if the page does not come; who asks while one is under way gets that one. */
  readonly loadOlder = (): Promise<void> => {
    this.older ??= this.fetchOlder().finally(() => {
      this.older = null;
    });
    return this.older;
  };

  private async fetchOlder(): Promise<void> {
    const first = this.first;
    if (!first || !this.state.log?.hasOlder) return;
    this.set({ isLoadingOlder: true, olderProblem: "" });
    try {
      const page = await this.history.before(first.seq);
      // Nothing is taken in any more, and who walks back page by page must not walk for ever.
      if (this.isOver) throw new Error("The group's page was left.");
      // The log may have begun anew meanwhile; between that and this page there would be a hole.
      if (this.state.log && this.first?.id === first.id) this.set({ log: withOlder(this.state.log, page.messages, page.hasOlder) });
    } catch (error) {
      this.set({ olderProblem: error instanceof Error ? error.message : "The older messages did not load." });
      throw error;
    } finally {
      this.set({ isLoadingOlder: false });
    }
  }

  /** Keeps a message and sends it as soon as can be. Says so if there is no room for one more. */
  async send(content: string, replyTo: string | null, anchor: Anchor | null): Promise<void> {
    if (this.state.outgoing.length >= mostUnsent) {
      throw new RealtimeError("TOO_MANY", `${mostUnsent} messages wait to be sent. Wait until there is a connection again.`);
    }
    const message: Unsent = {
      cid: timeOrderedID(), userId: this.me.id, groupId: this.groupId, content, replyTo, anchor, at: Date.now(), refusal: null,
    };
    this.set({ outgoing: [...this.state.outgoing, { ...message, state: "waiting" }] });
    await keepUnsent(message);
    void this.flush();
  }

  sendAgain(cid: string): void {
    this.change(cid, { state: "waiting", refusal: null });
    const message = this.state.outgoing.find((each) => each.cid === cid);
    if (message) void keepUnsent(stored(message));
    void this.flush();
  }

  discard(cid: string): void {
    this.set({ outgoing: this.state.outgoing.filter((each) => each.cid !== cid) });
    void dropUnsent(cid);
  }

  /** These reject with a RealtimeError; the change is shown when the log says it. */
  async edit(messageId: string, content: string): Promise<void> {
    await call("edit-message", { groupId: this.groupId, cid: timeOrderedID(), messageId, content });
  }

  async remove(messageId: string): Promise<void> {
    await call("delete-message", { groupId: this.groupId, cid: timeOrderedID(), messageId });
  }

  async react(messageId: string, emoji: string, on: boolean): Promise<void> {
    await call("react", { groupId: this.groupId, cid: timeOrderedID(), messageId, emoji, on });
  }

  typed(): void {
    const now = Date.now();
    if (now - this.typedAt < typingSentMs) return;
    this.typedAt = now;
    pass("typing", { groupId: this.groupId });
  }

  /** Tells how far this person has read, at most once a second. */
  hasRead(seq: number): void {
    this.readWanted = Math.max(this.readWanted, seq);
    if (this.readTimer !== 0 || this.readWanted <= this.readSent || !this.state.isIn) return;
    this.readTimer = window.setTimeout(() => {
      this.readTimer = 0;
      if (!this.state.isIn) return;
      const wanted = this.readWanted;
      call("read", { groupId: this.groupId, seq: wanted })
        .then(() => {
          this.readSent = Math.max(this.readSent, wanted);
          this.hasRead(this.readWanted);
        })
        // It is told again after the next message or the next arrival.
        .catch(() => undefined);
    }, readSentMs);
  }

  private set(change: Partial<RoomState>): void {
    if (this.isOver) return;
    this.state = { ...this.state, ...change };
    for (const watcher of [...this.watchers]) watcher();
  }

  private ended(reason: string): void {
    if (reason === "archived") {
      this.set({ isArchived: true });
      void this.join();
      this.onUpdated();
    } else this.end(endings[reason] ?? "You are no longer a member of this group.");
  }

  private end(ending: string): void {
    this.set({ ending, isIn: false, present: new Map(), typing: new Map() });
  }

  private async join(): Promise<void> {
    if (!this.isConnected) return;
    const after = this.state.log?.seq;
    this.sawMeanwhile.clear();
    try {
      const { group, members, head } = await call("join-study-group", { groupId: this.groupId, ...(after !== undefined && { after }) });
      if (this.isOver) return this.leave();
      this.settled("join");
      this.set({
        isIn: true, ending: "", role: group.role, isArchived: group.archived, present: new Map(members.map((each) => [each.userId, each])),
      });
      // The list may be older than what was told while it was on its way.
      for (const { userId, name, state } of [...this.sawMeanwhile.values()]) this.sawPresence(userId, name, state);
      if (this.state.log && head > this.state.log.seq) await this.sync();
      void this.flush();
      this.hasRead(this.readWanted);
    } catch (error) {
      if (error instanceof RealtimeError && !error.isPassing) this.end(error.message);
      else this.retry("join", () => void this.join(), error);
    }
  }

  /** Fills what is missing between what we have and the log's head. */
  private async sync(): Promise<void> {
    this.syncAgain = true;
    if (this.syncing || !this.isConnected) return;
    this.syncing = true;
    try {
      while (this.syncAgain && !this.isOver) {
        this.syncAgain = false;
        const { log } = this.state;
        if (!log) return;
        const { entries, head, reset } = await call("sync", { groupId: this.groupId, after: log.seq, limit: syncPage });
        if (reset) return void this.load();
        this.settled("sync");
        this.apply(entries);
        const now = this.state.log?.seq ?? 0;
        if (now < head && now > log.seq) this.syncAgain = true;
      }
    } catch (error) {
      if (error instanceof RealtimeError && error.code === "GONE_RESYNC") void this.load();
      else this.retry("sync", () => void this.sync(), error);
    } finally {
      this.syncing = false;
    }
  }

  /** Does it again after a while; after a new arrival the room does it anyway. */
  private retry(name: string, work: () => void, error: unknown): void {
    if (this.isOver || connectionState().status !== "online") return;
    const { timer = 0, count = 0 } = this.retrying.get(name) ?? {};
    clearTimeout(timer);
    const wanted = error instanceof RealtimeError ? error.retryAfterMs : null;
    const delay = wanted ?? Math.min(firstRetryMs * 2 ** count, longestRetryMs);
    this.retrying.set(name, { timer: window.setTimeout(work, delay), count: count + 1 });
  }

  private settled(name: string): void {
    clearTimeout(this.retrying.get(name)?.timer);
    this.retrying.delete(name);
  }

  private take(entries: readonly Entry[]): void {
    if (!this.state.log) {
      this.held = [...this.held, ...entries].slice(-mostHeld);
      return;
    }
    this.apply(entries);
  }

  /** Takes in entries, and with them what was held back before. */
  private apply(news: readonly Entry[]): void {
    if (!this.state.log) return;
    const entries = [...this.held, ...news];
    const { log, hasHole } = withEntries(this.state.log, entries, this.me.id);
    const before = this.state.log.seq;
    const others = entries.filter((each) => each.kind === "message" && each.userId !== this.me.id && each.seq > before && each.seq <= log.seq);
    const last = others[others.length - 1];
    const typing = new Map(this.state.typing);
    for (const each of others) typing.delete(each.userId);
    this.set({ log, typing, arrived: (last && log.messages.get(last.id)) ?? this.state.arrived });
    this.dropSent(entries);
    const changes = entries.filter((each) => each.kind === "membership").map((each) => each.content);
    if (changes.length > 0) this.onUpdated();
    const doors = changes.filter((each) => each === "archived" || each === "restored");
    if (doors.length > 0) this.set({ isArchived: doors[doors.length - 1] === "archived" });
    this.held = entries.filter((each) => each.seq > log.seq).slice(-mostHeld);
    if (hasHole && !this.syncing) void this.sync();
  }

  private dropSent(known: readonly { readonly userId: string; readonly cid: string }[]): void {
    for (const { userId, cid } of known) {
      if (userId === this.me.id && this.state.outgoing.some((each) => each.cid === cid)) this.discard(cid);
    }
  }

  private adopt(kept: readonly Unsent[]): void {
    const known = new Set(this.state.outgoing.map((each) => each.cid));
    const more = kept.filter((each) => !known.has(each.cid)).map((each): Outgoing => ({ ...each, state: each.refusal === null ? "waiting" : "failed" }));
    if (more.length > 0) this.set({ outgoing: [...more, ...this.state.outgoing] });
    void this.flush();
  }

  /** Sends what waits, one after the other, so that the order of writing is the order of the log. */
  private async flush(): Promise<void> {
    if (this.flushing || !this.state.isIn) return;
    this.flushing = true;
    try {
      for (;;) {
        const next = this.state.outgoing.find((each) => each.state === "waiting");
        if (!next || this.isOver || !this.isConnected) return;
        if (!(await this.sendOne(next))) return;
      }
    } finally {
      this.flushing = false;
    }
  }

  /** Whether the next one can be tried. */
  private async sendOne({ cid, content, replyTo, anchor }: Outgoing): Promise<boolean> {
    this.change(cid, { state: "sending" });
    try {
      const message = { groupId: this.groupId, cid, content, ...(replyTo !== null && { replyTo }), ...(anchor && { anchor }) };
      const { entry } = await call("send-message", message);
      this.settled("flush");
      this.take([entry]);
      this.discard(cid);
      return true;
    } catch (error) {
      if (error instanceof RealtimeError && !error.isPassing) {
        this.change(cid, { state: "failed", refusal: error.message });
        const refused = this.state.outgoing.find((each) => each.cid === cid);
        if (refused) void keepUnsent(stored(refused));
        return true;
      }
      this.change(cid, { state: "waiting" });
      this.retry("flush", () => void this.flush(), error);
      return false;
    }
  }

  private change(cid: string, change: Partial<Outgoing>): void {
    this.set({ outgoing: this.state.outgoing.map((each) => (each.cid === cid ? { ...each, ...change } : each)) });
  }

  private sawRead(userId: string, seq: number): void {
    if (seq <= (this.state.reads.get(userId) ?? 0)) return;
    this.set({ reads: new Map(this.state.reads).set(userId, seq) });
  }

  private sawTyping(userId: string, name: string): void {
    if (userId === this.me.id) return;
    clearTimeout(this.typingTimers.get(userId));
    this.typingTimers.set(userId, window.setTimeout(() => this.stoppedTyping(userId), typingShownMs));
    if (!this.state.typing.has(userId)) this.set({ typing: new Map(this.state.typing).set(userId, name) });
  }

  private stoppedTyping(userId: string): void {
    const typing = new Map(this.state.typing);
    if (typing.delete(userId)) this.set({ typing });
  }

  private sawPresence(userId: string, name: string, state: Presence): void {
    if (!this.state.isIn) this.sawMeanwhile.set(userId, { userId, name, state });
    const role = this.state.present.get(userId)?.role ?? "member";
    this.set({ present: new Map(this.state.present).set(userId, { userId, name, role, state }) });
  }
}

function stored({ cid, userId, groupId, content, replyTo, anchor, at, refusal }: Outgoing): Unsent {
  return { cid, userId, groupId, content, replyTo, anchor, at, refusal };
}
