// A group's log as messages to show. Pure: no connection, no page.
import type { Anchor, Entry, Reaction } from "./events";

/** A message with every change that is known of it. */
export interface ChatMessage {
  readonly id: string;
  readonly seq: number;
  readonly cid: string;
  readonly userId: string;
  readonly name: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly content: string;
  readonly isEdited: boolean;
  readonly isDeleted: boolean;
  readonly replyTo: string | null;
  readonly anchor: Anchor | null;
  readonly mentions: readonly string[];
  readonly reactions: readonly Reaction[];
  /** The log's position that this state holds; entries up to it change nothing more. */
  readonly asOf: number;
}

/** Somebody came, went or got another role; or the group was archived or restored. */
export interface Passage {
  readonly seq: number;
  readonly at: number;
  /** `joined`, `left`, `removed`, `archived`, `restored` or a role. */
  readonly what: string;
  /** Whom it concerns, and who did it. */
  readonly of: string;
  readonly by: string;
  readonly byName: string;
}

/** The newest part of the log that is known without a hole, and the messages that it makes. */
export interface Log {
  /** Everything up to here has been applied. */
  readonly seq: number;
  /** By id, in the order of the log. */
  readonly messages: ReadonlyMap<string, ChatMessage>;
  readonly passages: readonly Passage[];
  /** Whether there is more before the first message. */
  readonly hasOlder: boolean;
}

const keptPassages = 200;

export function logFrom(messages: readonly ChatMessage[], seq: number, hasOlder: boolean): Log {
  return { seq, messages: ordered(messages), passages: [], hasOlder };
}

/** With older messages before it. */
export function withOlder(log: Log, older: readonly ChatMessage[], hasOlder: boolean): Log {
  return { ...log, messages: ordered([...older.filter((each) => !log.messages.has(each.id)), ...log.messages.values()]), hasOlder };
}

function ordered(messages: readonly ChatMessage[]): ReadonlyMap<string, ChatMessage> {
  return new Map([...messages].sort((a, b) => a.seq - b.seq).map((each) => [each.id, each]));
}

/**
 * With the entries that follow, in order. An entry that is known already changes nothing; the first one that does not
 * follow ends it, and what lies before that one is to be asked for.
 */
export function withEntries(log: Log, entries: readonly Entry[], me: string): { readonly log: Log; readonly hasHole: boolean } {
  const messages = new Map(log.messages);
  const passages = [...log.passages];
  let seq = log.seq;
  for (const entry of [...entries].sort((a, b) => a.seq - b.seq)) {
    if (entry.seq <= seq) continue;
    if (entry.seq > seq + 1) return { log: made(), hasHole: true };
    seq = entry.seq;
    if (entry.kind === "membership") passages.push(passageFrom(entry));
    else apply(messages, entry, me);
  }
  return { log: seq === log.seq ? log : made(), hasHole: false };

  function made(): Log {
    return { seq, messages, passages: passages.slice(-keptPassages), hasOlder: log.hasOlder };
  }
}

function apply(messages: Map<string, ChatMessage>, entry: Entry, me: string): void {
  if (entry.kind === "message") {
    messages.set(entry.id, messageFrom(entry));
    return;
  }
  const message = messages.get(entry.id);
  // It is older than what has been loaded, or was loaded after this change.
  if (!message || entry.seq <= message.asOf) return;
  messages.set(entry.id, { ...message, ...changes(message, entry, me), asOf: entry.seq });
}

function changes(message: ChatMessage, entry: Entry, me: string): Partial<ChatMessage> {
  if (entry.kind === "edit") return { content: entry.content ?? "", mentions: entry.mentions ?? [], isEdited: true };
  if (entry.kind === "delete") return { content: "", isDeleted: true, reactions: [], mentions: [] };
  return { reactions: withReaction(message.reactions, entry.emoji ?? "", entry.on !== false, entry.userId === me) };
}

export function withReaction(reactions: readonly Reaction[], emoji: string, on: boolean, isMine: boolean): readonly Reaction[] {
  if (emoji === "") return reactions;
  const known = reactions.find((each) => each.emoji === emoji);
  if (isMine && (known?.mine ?? false) === on) return reactions;
  const count = (known?.count ?? 0) + (on ? 1 : -1);
  const next: Reaction = { emoji, count, mine: isMine ? on : known?.mine ?? false };
  if (!known) return on ? [...reactions, next] : reactions;
  return reactions.flatMap((each) => (each.emoji !== emoji ? each : count > 0 ? next : []));
}

export function passageFrom({ seq, at, content, mentions, userId, name }: Pick<Entry, "seq" | "at" | "content" | "mentions" | "userId" | "name">): Passage {
  return { seq, at, what: content ?? "", of: mentions?.[0] ?? userId, by: userId, byName: name };
}

function messageFrom(entry: Entry): ChatMessage {
  return {
    id: entry.id,
    seq: entry.seq,
    cid: entry.cid,
    userId: entry.userId,
    name: entry.name,
    at: entry.at,
    content: entry.content ?? "",
    isEdited: entry.editedAt != null,
    // What was deleted since has no text in the log any more.
    isDeleted: entry.deleted === true || entry.content == null,
    replyTo: entry.replyTo ?? null,
    anchor: entry.anchor ?? null,
    mentions: entry.mentions ?? [],
    reactions: entry.reactions ?? [],
    asOf: entry.seq,
  };
}
