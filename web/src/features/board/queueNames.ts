// Which page goes on with which queue. Two with one queue would number their changes alike, and lose half of them.

/** Names of queues that this page holds; they are free again with the page. */
export interface QueueNames {
  /** Whether no other page holds it; then this one does. */
  take(name: string): Promise<boolean>;
  /** Holds a name that this page has just made. */
  hold(name: string): void;
  free(): void;
}

export function queueNames(board: string): QueueNames {
  if ("locks" in navigator) return new LockedNames();
  // Browsers give no locks to a page that came by plain HTTP.
  return "BroadcastChannel" in window ? new AskedNames() : new NotedNames(board);
}

class LockedNames implements QueueNames {
  private readonly frees: (() => void)[] = [];

  take(name: string): Promise<boolean> {
    return new Promise((taken) => {
      void navigator.locks.request(`atlas-board-${name}`, { ifAvailable: true }, (lock) => {
        taken(lock !== null);
        return lock && new Promise<void>((free) => this.frees.push(free));
      });
    });
  }

  hold(name: string): void {
    void this.take(name);
  }

  free(): void {
    for (const free of this.frees.splice(0)) free();
  }
}

interface Said {
  readonly name: string;
  /** Of the question. */
  readonly id: number;
  readonly isTaken: boolean;
}

/** A page that holds a name says so within this. */
const answerMs = 300;

/** Asks the other pages; of two that ask at once, the one with the lower number gets the name. */
class AskedNames implements QueueNames {
  private readonly channel = new BroadcastChannel("atlas-board-queues");
  private readonly held = new Set<string>();
  private readonly asked = new Map<string, { readonly id: number; readonly lose: () => void }>();

  constructor() {
    this.channel.onmessage = ({ data }: MessageEvent<Said>) => {
      const { name, id, isTaken } = data;
      const mine = this.asked.get(name);
      if (isTaken) {
        if (mine?.id === id) mine.lose();
      } else if (this.held.has(name) || (mine && mine.id < id)) this.say({ name, id, isTaken: true });
      // Who asks later may have missed our question.
      else mine?.lose();
    };
  }

  take(name: string): Promise<boolean> {
    return new Promise((resolve) => {
      const settle = (isMine: boolean) => {
        clearTimeout(timer);
        this.asked.delete(name);
        if (isMine) this.held.add(name);
        resolve(isMine);
      };
      const timer = window.setTimeout(() => settle(true), answerMs);
      const id = Math.random();
      this.asked.set(name, { id, lose: () => settle(false) });
      this.say({ name, id, isTaken: false });
    });
  }

  hold(name: string): void {
    this.held.add(name);
  }

  free(): void {
    this.channel.close();
  }

  private say(said: Said): void {
    this.channel.postMessage(said);
  }
}

/** Without a way to ask, goes on only with what this very tab had before it was reloaded. */
class NotedNames implements QueueNames {
  private readonly key: string;

  constructor(board: string) {
    this.key = `atlas-board-queue:${board}`;
  }

  take(name: string): Promise<boolean> {
    try {
      return Promise.resolve(sessionStorage.getItem(this.key) === name);
    } catch {
      return Promise.resolve(false);
    }
  }

  hold(name: string): void {
    try {
      sessionStorage.setItem(this.key, name);
    } catch {
      // Then the queue waits for a browser that can tell whose it is.
    }
  }

  free(): void {
    // The tab owns it still, and may come back to the board.
  }
}
