// One learner's terminal in a lab, as this page follows it: what was shown comes once and in order, over lost connections
// too, and what is typed goes out in order or is known to be lost.
import * as connection from "../../../realtime/connection";
import type { LabOutput } from "../../../realtime/events";
import { RealtimeError } from "../../../realtime/events";

/** Where the output goes. */
export interface Screen {
  /** `shown` is called when the terminal has dealt with it. */
  readonly write: (data: Uint8Array, shown: () => void) => void;
  /** Another run has begun: nothing of the old one stays. */
  readonly clear: () => void;
  /** A line of our own between the output. */
  readonly note: (text: string) => void;
}

export type LinkState =
  | { readonly status: "attaching" | "attached" | "offline" }
  | { readonly status: "refused"; readonly message: string };

/** What it needs of the connection. */
export type Wire = Pick<typeof connection, "call" | "hear" | "onArrival" | "watchConnection" | "connectionState">;

/** A piece of input, in bytes; the server takes no more at once. */
const inputBytes = 4_096;
/** Input that waits for its turn; beyond it a paste is refused as a whole. */
const mostWaiting = 256 * 1024;
/** Output after which the server is told how far we are; it sends at most 256 KiB ahead. */
const seenEvery = 48 * 1024;
const retryMs = 1_000;
const longestRetryMs = 15_000;

export class TerminalLink {
  private state: LinkState = { status: "attaching" };
  /** The offset of the next byte wanted. */
  private next = 0;
  /** How far the screen has dealt with it. */
  private shownTo = 0;
  private told = 0;
  /** Output before this offset is old: the terminal must not answer what was asked in it. */
  private oldUntil = 0;
  private run: string | null = null;
  private attempt = 0;
  private refusals = 0;
  private retrying = 0;
  private isAttaching = false;
  private isClosed = false;
  private early: LabOutput[] = [];
  private waiting: Uint8Array[] = [];
  private waitingBytes = 0;
  private isSending = false;
  private readonly watchers = new Set<() => void>();
  private readonly ends: readonly (() => void)[];
  private readonly encoder = new TextEncoder();

  constructor(
    private readonly labId: string,
    private readonly screen: Screen,
    private size: { readonly cols: number; readonly rows: number },
    private readonly wire: Wire = connection,
  ) {
    this.ends = [
      wire.hear("lab-output", (output) => this.heard(output)),
      wire.hear("lab-ended", ({ labId, run }) => labId === this.labId && String(run) === this.run && this.attach()),
      wire.onArrival(() => this.attach()),
      wire.watchConnection(() => this.connectionChanged()),
    ];
    this.connectionChanged();
  }

  readonly snapshot = (): LinkState => this.state;

  readonly watch = (watcher: () => void): (() => void) => {
    this.watchers.add(watcher);
    return () => this.watchers.delete(watcher);
  };

  /** Whether what is being shown was there before this page looked. */
  get isReplaying(): boolean {
    return this.isAttaching || this.shownTo < this.oldUntil;
  }

  /** Asks for the terminal again: the lab has started, or somebody pressed a button. */
  readonly attach = (): void => {
    if (this.isClosed) return;
    clearTimeout(this.retrying);
    const attempt = (this.attempt += 1);
    this.isAttaching = true;
    this.early = [];
    if (this.state.status !== "attached") this.become({ status: "attaching" });
    const { cols, rows } = this.size;
    this.wire.call("lab-attach", { labId: this.labId, cols, rows, from: this.next }).then(
      (answer) => attempt === this.attempt && this.attached(answer),
      (error: RealtimeError) => attempt === this.attempt && this.notAttached(error),
    );
  };

  close(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.attempt += 1;
    clearTimeout(this.retrying);
    for (const end of this.ends) end();
    this.wire.call("lab-detach", { labId: this.labId }).catch(() => undefined);
  }

  /** Sends what was typed; false if it cannot be sent. */
  type(text: string): boolean {
    return this.send(this.encoder.encode(text));
  }

  send(bytes: Uint8Array): boolean {
    if (this.state.status !== "attached") return false;
    if (this.waitingBytes + bytes.length > mostWaiting) {
      this.screen.note("That is too much to paste at once.");
      return false;
    }
    this.waiting.push(bytes);
    this.waitingBytes += bytes.length;
    void this.sendWaiting();
    return true;
  }

  resize(cols: number, rows: number): void {
    if (cols === this.size.cols && rows === this.size.rows) return;
    this.size = { cols, rows };
    if (this.state.status === "attached") this.wire.call("lab-resize", { labId: this.labId, cols, rows }).catch(() => undefined);
  }

  private attached({ offset, missed, head, run }: { offset: number; missed: number; head?: number; run?: string | number }): void {
    this.isAttaching = false;
    this.refusals = 0;
    const isOther = run !== undefined && this.run !== null && String(run) !== this.run;
    if (run !== undefined) this.run = String(run);
    if (isOther) {
      // What was asked for was a place in the output of the box before this one.
      this.screen.clear();
      this.next = 0;
      this.shownTo = 0;
      return this.attach();
    }
    if (offset < this.next) this.screen.clear();
    else if (missed > 0 && this.next > 0) this.screen.note(`${bytesWords(missed)} of output are missing here.`);
    this.next = offset;
    this.told = offset;
    this.shownTo = Math.min(this.shownTo, offset);
    this.oldUntil = head ?? offset;
    this.become({ status: "attached" });
    const early = this.early;
    this.early = [];
    for (const each of early) this.heard(each);
    void this.sendWaiting();
  }

  private notAttached(error: RealtimeError): void {
    this.isAttaching = false;
    if (error.code === "OFFLINE") return this.become({ status: "offline" });
    // A box that is over has a successor soon, or the page is told that the lab has ended.
    const isBetweenBoxes = error.code === "CONFLICT";
    this.become(isBetweenBoxes ? { status: "attaching" } : { status: "refused", message: error.message });
    if (!isBetweenBoxes && !error.isPassing) return;
    const wait = error.retryAfterMs ?? Math.min(retryMs * 2 ** this.refusals, longestRetryMs);
    this.refusals += 1;
    this.retrying = window.setTimeout(this.attach, wait);
  }

  private heard(output: LabOutput): void {
    if (output.labId !== this.labId || this.isClosed) return;
    if (this.isAttaching) return void this.early.push(output);
    const bytes = new Uint8Array(output.data);
    const end = output.offset + bytes.length;
    if (end <= this.next) return;
    if (output.offset > this.next) return this.attach();
    const fresh = bytes.subarray(this.next - output.offset);
    this.next = end;
    this.screen.write(fresh, () => this.shown(end));
  }

  private shown(end: number): void {
    if (this.isClosed || end > this.next) return;
    this.shownTo = end;
    if (end - this.told < seenEvery) return;
    this.told = end;
    this.wire.call("lab-seen", { labId: this.labId, offset: end }).catch(() => undefined);
  }

  /** One piece at a time, the next after its answer: so pieces neither overtake one another nor get lost unnoticed. */
  private async sendWaiting(): Promise<void> {
    if (this.isSending) return;
    this.isSending = true;
    try {
      while (this.waiting.length > 0 && this.state.status === "attached") {
        const data = this.nextPiece();
        await this.sendPiece(data);
      }
    } catch {
      this.drop();
      this.screen.note("What was typed last did not reach the lab.");
    } finally {
      this.isSending = false;
    }
  }

  private async sendPiece(data: Uint8Array): Promise<void> {
    for (;;) {
      try {
        await this.wire.call("lab-input", { labId: this.labId, data });
        return;
      } catch (error) {
        const wait = error instanceof RealtimeError && error.code === "RATE_LIMITED" ? error.retryAfterMs ?? retryMs : null;
        if (wait === null || this.isClosed) throw error;
        await new Promise((resolve) => setTimeout(resolve, wait));
      }
    }
  }

  /** As much of what waits as may be sent at once. */
  private nextPiece(): Uint8Array {
    const piece = new Uint8Array(Math.min(this.waitingBytes, inputBytes));
    let filled = 0;
    while (filled < piece.length) {
      const first = this.waiting[0] ?? new Uint8Array();
      const part = first.subarray(0, piece.length - filled);
      piece.set(part, filled);
      filled += part.length;
      if (part.length === first.length) this.waiting.shift();
      else this.waiting[0] = first.subarray(part.length);
    }
    this.waitingBytes -= piece.length;
    return piece;
  }

  private drop(): void {
    this.waiting = [];
    this.waitingBytes = 0;
  }

  private connectionChanged(): void {
    const state = this.wire.connectionState();
    if (state.status === "refused") this.become({ status: "refused", message: state.message });
    else if (state.status === "offline" && this.state.status !== "offline") this.become({ status: "offline" });
  }

  private become(next: LinkState): void {
    this.state = next;
    for (const watcher of [...this.watchers]) watcher();
  }
}

export function bytesWords(bytes: number): string {
  if (bytes < 1024) return bytes === 1 ? "1 byte" : `${bytes} bytes`;
  const units = ["KB", "MB", "GB"];
  let value = bytes;
  let unit = -1;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`;
}
