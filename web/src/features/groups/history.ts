import { request } from "../../api/client";
import type { ChatMessage } from "../../realtime/log";
import type { History, HistoryPage } from "../../realtime/room";
import { NewestMessages, OlderMessages } from "./queries.generated";
import type { NewestMessagesResult } from "./queries.generated";

type Page = NewestMessagesResult["groupMessages"];

const pageLength = 50;

/** A group's messages as GraphQL has them. */
export function historyOf(groupId: string): History {
  return {
    newest: async () => {
      const { groupMessages, groupReaders } = await request(NewestMessages, { id: groupId, first: pageLength });
      return { ...pageFrom(groupMessages), reads: new Map(groupReaders.map(({ userId, seq }) => [userId, seq])) };
    },
    before: async (seq) => pageFrom((await request(OlderMessages, { id: groupId, before: seq, first: pageLength })).groupMessages),
  };
}

function pageFrom({ entries, head }: Page): HistoryPage {
  return { messages: entries.map((each) => messageFrom(each, head)), head, hasOlder: entries.length === pageLength };
}

/** `head` is the log's position when the message was read. */
export function messageFrom(entry: Page["entries"][number], head: number): ChatMessage {
  return {
    id: entry.id,
    seq: entry.seq,
    cid: entry.cid,
    userId: entry.author.id,
    name: entry.author.displayName,
    at: Date.parse(entry.createdAt),
    content: entry.content,
    isEdited: entry.editedAt !== null,
    isDeleted: entry.deleted,
    replyTo: entry.replyTo,
    anchor: entry.anchor,
    mentions: entry.mentions,
    reactions: entry.reactions,
    asOf: head,
  };
}
