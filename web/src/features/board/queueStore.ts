// What of a board survives the page: the queue of changes that are not confirmed, and the last confirmed state.
import { queueNames } from "./queueNames";
import type { QueueStore, SavedBase, SavedQueue } from "./sync";

interface QueueRow extends SavedQueue {
  /** The account and the group. */
  readonly board: string;
}

interface BaseRow extends SavedBase {
  readonly board: string;
}

const databaseName = "atlas-boards";

export interface OpenStore {
  readonly store: QueueStore;
  readonly queue: SavedQueue | undefined;
  readonly base: SavedBase | undefined;
  readonly close: () => void;
}

/**
 * Takes over a queue that no open page holds, else begins with none. Where the browser gives us no storage, changes live
 * as long as the page.
 */
export async function openStore(board: string): Promise<OpenStore> {
  const database = await opened();
  const names = queueNames(board);
  const base = database ? await read<BaseRow>(database, "bases", (store) => store.get(board)) : undefined;
  const rows = database ? (await read<QueueRow[]>(database, "queues", (store) => store.index("board").getAll(board))) ?? [] : [];
  let queue: SavedQueue | undefined;
  for (const row of [...rows].sort((a, b) => b.pending.length - a.pending.length)) {
    if (queue === undefined && (await names.take(row.c))) queue = row;
  }
  let last = queue?.c;
  const store: QueueStore = {
    saveQueue(next, done) {
      if (next.c !== last) names.hold(next.c);
      const old = last;
      last = next.c;
      if (!database) return void Promise.resolve().then(done);
      write(database, "queues", (rowsNow) => {
        if (old !== undefined && old !== next.c) rowsNow.delete(old);
        rowsNow.put({ ...next, board } as QueueRow);
      }, done);
    },
    saveBase(next) {
      if (database) write(database, "bases", (rowsNow) => rowsNow.put({ ...next, board } as BaseRow), () => undefined);
    },
  };
  return { store, queue, base, close: () => names.free() };
}

function opened(): Promise<IDBDatabase | null> {
  return new Promise((resolve) => {
    try {
      const request = indexedDB.open(databaseName, 1);
      request.onupgradeneeded = () => {
        request.result.createObjectStore("bases", { keyPath: "board" });
        request.result.createObjectStore("queues", { keyPath: "c" }).createIndex("board", "board");
      };
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => resolve(null);
    } catch {
      resolve(null);
    }
  });
}

function read<Result>(database: IDBDatabase, name: string, ask: (store: IDBObjectStore) => IDBRequest): Promise<Result | undefined> {
  return new Promise((resolve) => {
    const request = ask(database.transaction(name, "readonly").objectStore(name));
    request.onsuccess = () => resolve(request.result as Result);
    request.onerror = () => resolve(undefined);
  });
}

function write(database: IDBDatabase, name: string, work: (store: IDBObjectStore) => void, done: () => void): void {
  try {
    const transaction = database.transaction(name, "readwrite");
    work(transaction.objectStore(name));
    transaction.oncomplete = done;
    transaction.onabort = done;
  } catch {
    // The disk is full or storage was taken from us; the page goes on without.
    done();
  }
}
