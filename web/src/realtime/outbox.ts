// Messages that have been written and not yet acknowledged. They survive the page, in this browser.
import type { Anchor } from "./events";

export interface Unsent {
  /** Made once; however often it is sent, it is one message. */
  readonly cid: string;
  readonly userId: string;
  readonly groupId: string;
  readonly content: string;
  readonly replyTo: string | null;
  readonly anchor: Anchor | null;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Why the server did not take it, or null while it has not refused. */
  readonly refusal: string | null;
}

const databaseName = "atlas-outbox";
const storeName = "messages";
/** More than so many are not kept for one group; the writer is told. */
export const mostUnsent = 100;

let opening: Promise<IDBDatabase | null> | null = null;

/** Null where the browser gives us no storage; then messages live as long as the page. */
function database(): Promise<IDBDatabase | null> {
  opening ??= new Promise((resolve) => {
    try {
      const request = indexedDB.open(databaseName, 1);
      request.onupgradeneeded = () => request.result.createObjectStore(storeName, { keyPath: "cid" }).createIndex("owner", ["userId", "groupId"]);
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => resolve(null);
    } catch {
      resolve(null);
    }
  });
  return opening;
}

async function run<Result>(mode: IDBTransactionMode, work: (store: IDBObjectStore) => IDBRequest<Result>): Promise<Result | null> {
  const opened = await database();
  if (!opened) return null;
  return new Promise((resolve) => {
    try {
      const transaction = opened.transaction(storeName, mode);
      const request = work(transaction.objectStore(storeName));
      transaction.oncomplete = () => resolve(request.result);
      transaction.onabort = () => resolve(null);
      transaction.onerror = () => resolve(null);
    } catch {
      resolve(null);
    }
  });
}

/** What waits in a group, the oldest first. */
export async function unsentIn(userId: string, groupId: string): Promise<readonly Unsent[]> {
  const found = await run("readonly", (store) => store.index("owner").getAll([userId, groupId]) as IDBRequest<Unsent[]>);
  return [...(found ?? [])].sort((a, b) => (a.cid < b.cid ? -1 : 1));
}

/** Whether it has been kept. */
export async function keepUnsent(message: Unsent): Promise<boolean> {
  return (await run("readwrite", (store) => store.put(message))) !== null;
}

export async function dropUnsent(cid: string): Promise<void> {
  await run("readwrite", (store) => store.delete(cid));
}
