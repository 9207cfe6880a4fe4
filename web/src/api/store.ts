/** What is known about one question: its answer or error, and whether a request is under way. */
export interface Answer {
  readonly data: unknown;
  readonly error: Error | null;
  readonly fetching: boolean;
}

type Fetch = (signal: AbortSignal) => Promise<unknown>;

interface Entry {
  answer: Answer;
  askedAt: number;
  aborter: AbortController | null;
  /** Asked for during a request, whose answer may be older than that. */
  again: boolean;
  fetch: Fetch;
  readonly watchers: Set<() => void>;
}

const freshMs = 30_000;
const keptAnswers = 60;
const empty: Answer = { data: undefined, error: null, fetching: false };
const entries = new Map<string, Entry>();

export function answerTo(key: string): Answer {
  return entries.get(key)?.answer ?? empty;
}

/**
 * Watches one question, asking it if the answer is missing, failed or older than `freshMs`; an older answer stays
 * visible meanwhile. When the last watcher leaves, a request under way is aborted.
 */
export function watch(key: string, fetch: Fetch, watcher: () => void): () => void {
  let entry = entries.get(key);
  if (!entry) {
    entry = { answer: empty, askedAt: 0, aborter: null, again: false, fetch, watchers: new Set() };
    entries.set(key, entry);
    dropOldest();
  }
  entry.fetch = fetch;
  entry.watchers.add(watcher);
  if (entry.answer.error || Date.now() - entry.askedAt > freshMs) askOrWait(entry);
  const watched = entry;
  return () => {
    watched.watchers.delete(watcher);
    if (watched.watchers.size > 0 || !watched.aborter) return;
    watched.aborter.abort();
    watched.aborter = null;
    watched.again = false;
    watched.askedAt = 0;
    watched.answer = { ...watched.answer, fetching: false };
  };
}

export function askAgain(key: string): void {
  const entry = entries.get(key);
  if (entry) askOrWait(entry);
}

/** Marks every answer as out of date; what is on screen is asked again, unless that can wait. */
export function refreshAnswers(now = true): void {
  for (const entry of entries.values()) {
    entry.askedAt = 0;
    if (now && entry.watchers.size > 0) askOrWait(entry);
  }
}

/** Forgets every answer, because somebody else is asking now. */
export function forgetAnswers(): void {
  for (const [key, entry] of [...entries]) {
    entry.aborter?.abort();
    entry.aborter = null;
    entry.again = false;
    entry.answer = empty;
    if (entry.watchers.size > 0) ask(entry);
    else entries.delete(key);
  }
}

function askOrWait(entry: Entry): void {
  if (entry.aborter) entry.again = true;
  else ask(entry);
}

function ask(entry: Entry): void {
  const aborter = new AbortController();
  entry.aborter = aborter;
  entry.askedAt = Date.now();
  tell(entry, { ...entry.answer, error: null, fetching: true });
  entry.fetch(aborter.signal).then(
    (data) => settle(entry, aborter, { data, error: null, fetching: false }),
    (error: Error) => settle(entry, aborter, { data: entry.answer.data, error, fetching: false }),
  );
}

function settle(entry: Entry, aborter: AbortController, answer: Answer): void {
  if (entry.aborter !== aborter) return;
  entry.aborter = null;
  if (entry.again) {
    entry.again = false;
    entry.answer = answer;
    ask(entry);
  } else tell(entry, answer);
}

function tell(entry: Entry, answer: Answer): void {
  entry.answer = answer;
  for (const watcher of entry.watchers) watcher();
}

function dropOldest(): void {
  for (const [key, entry] of entries) {
    if (entries.size <= keptAnswers) return;
    if (entry.watchers.size === 0) entries.delete(key);
  }
}
