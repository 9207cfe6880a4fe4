/** What is kept in this browser: the draft and what was asked. Headers are not, for they carry tokens; nor is a password. */
export interface Draft {
  readonly query: string;
  readonly variables: string;
}

export interface Asked extends Draft {
  /** Milliseconds since 1970. */
  readonly at: number;
}

const draftKey = "atlas-graphql-draft";
const historyKey = "atlas-graphql-history";
const historyLimit = 50;
const entryLimitCharacters = 20_000;
const secret = /(password|token)"?\s*:\s*"/i;

export function readDraft(): Draft | null {
  const draft = read(draftKey);
  return isDraft(draft) ? draft : null;
}

export function keepDraft(draft: Draft): void {
  if (isFit(draft)) write(draftKey, draft);
}

export function readHistory(): readonly Asked[] {
  const entries = read(historyKey);
  return Array.isArray(entries) ? entries.filter((each): each is Asked => isDraft(each) && typeof (each as Asked).at === "number") : [];
}

/** Puts an entry on top; the same question is kept once. */
export function keepAsked(asked: Asked): readonly Asked[] {
  if (!isFit(asked)) return readHistory();
  const others = readHistory().filter((each) => each.query !== asked.query || each.variables !== asked.variables);
  const entries = [asked, ...others].slice(0, historyLimit);
  write(historyKey, entries);
  return entries;
}

export function forgetHistory(): readonly Asked[] {
  write(historyKey, []);
  return [];
}

function isFit({ query, variables }: Draft): boolean {
  return query.length + variables.length <= entryLimitCharacters && !secret.test(query) && !secret.test(variables);
}

function isDraft(value: unknown): value is Draft {
  const draft = value as Partial<Draft> | null;
  return typeof draft?.query === "string" && typeof draft.variables === "string";
}

function read(key: string): unknown {
  try {
    return JSON.parse(localStorage.getItem(key) ?? "null");
  } catch {
    return null;
  }
}

function write(key: string, value: unknown): void {
  try {
    localStorage.setItem(key, JSON.stringify(value));
  } catch {
    // Storage may be full or closed to us; then nothing is kept.
  }
}
