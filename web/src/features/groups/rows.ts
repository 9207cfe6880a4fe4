import type { ChatMessage, Log, Passage } from "../../realtime/log";
import { dayHeading } from "./groupWords";

export type Row =
  | { readonly type: "day"; readonly key: string; readonly text: string }
  | { readonly type: "unread"; readonly key: string }
  | { readonly type: "passage"; readonly key: string; readonly passage: Passage }
  /** `isFollowing` is true if the one before is by the same person and not long ago. */
  | { readonly type: "message"; readonly message: ChatMessage; readonly isFollowing: boolean };

const togetherMs = 5 * 60_000;

/** What was there when the page was opened: up to where it had been read, and the log's last entry. */
export interface Opened {
  readonly readSeq: number;
  readonly head: number;
}

/** The log as it is read: days, messages by author, and where those begin that were unread when the page was opened. */
export function rowsOf(log: Log, { readSeq, head }: Opened, me: string, now: number): readonly Row[] {
  const rows: Row[] = [];
  const all = [...log.messages.values(), ...log.passages].sort((a, b) => a.seq - b.seq);
  let day = "";
  let before: ChatMessage | null = null;
  let isMarked = false;
  for (const each of all) {
    const heading = dayHeading(each.at, now);
    if (heading !== day) {
      rows.push({ type: "day", key: `day-${each.seq}`, text: heading });
      day = heading;
      before = null;
    }
    if ("what" in each) {
      rows.push({ type: "passage", key: `passage-${each.seq}`, passage: each });
      before = null;
      continue;
    }
    if (!isMarked && readSeq > 0 && each.seq > readSeq && each.seq <= head && each.userId !== me) {
      rows.push({ type: "unread", key: "unread" });
      isMarked = true;
      before = null;
    }
    const follows = before?.userId === each.userId && each.at - before.at < togetherMs && each.replyTo === null && each.anchor === null;
    rows.push({ type: "message", message: each, isFollowing: follows });
    before = each;
  }
  return rows;
}
