import { replacementBetween } from "./lines";
import type { Replacement, Span } from "./lines";

interface Change extends Replacement {
  readonly before: Span;
  readonly after: Span;
  /** Changes of one group that follow each other at once are undone together. */
  readonly group: string;
  readonly endedAt: number;
}

/** A text with its one history, whoever changes it: the keyboard, the form, a template, the server. */
export interface Draft {
  readonly text: string;
  readonly selection: Span;
  /** Grows when the text area must take over `selection`. */
  readonly moves: number;
  readonly past: readonly Change[];
  readonly future: readonly Change[];
}

export type DraftAction =
  | { readonly type: "edit"; readonly text: string; readonly selection?: Span; readonly group: string; readonly at: number }
  | { readonly type: "begin"; readonly text: string }
  | { readonly type: "select"; readonly selection: Span }
  | { readonly type: "undo" | "redo" };

/** The group of what is typed into the text area, which has its selection already. */
export const typing = "typing";
const keptChanges = 1_000;
const togetherMs = 900;

export function begunDraft(text: string): Draft {
  return { text, selection: { start: 0, end: 0 }, moves: 0, past: [], future: [] };
}

export function changedDraft(draft: Draft, action: DraftAction): Draft {
  switch (action.type) {
    case "begin":
      return { ...begunDraft(action.text), moves: draft.moves + 1 };
    case "select":
      return { ...draft, selection: action.selection, moves: draft.moves + 1 };
    case "edit":
      return edited(draft, action);
    case "undo": {
      const last = draft.past[draft.past.length - 1];
      if (!last) return draft;
      const text = replaced(draft.text, last.at, last.inserted, last.removed);
      return { text, selection: last.before, moves: draft.moves + 1, past: draft.past.slice(0, -1), future: [...draft.future, last] };
    }
    case "redo": {
      const next = draft.future[draft.future.length - 1];
      if (!next) return draft;
      const text = replaced(draft.text, next.at, next.removed, next.inserted);
      return { text, selection: next.after, moves: draft.moves + 1, past: [...draft.past, next], future: draft.future.slice(0, -1) };
    }
  }
}

function replaced(text: string, at: number, old: string, next: string): string {
  return text.slice(0, at) + next + text.slice(at + old.length);
}

function edited(draft: Draft, { text, selection, group, at }: Extract<DraftAction, { type: "edit" }>): Draft {
  if (text === draft.text) return draft;
  const replacement = replacementBetween(draft.text, text);
  const end = replacement.at + replacement.inserted.length;
  const after = selection ?? { start: end, end };
  const last = draft.past[draft.past.length - 1];
  const changed = { start: replacement.at, end: replacement.at + replacement.removed.length };
  const before = last && draft.future.length === 0 && group === typing ? draft.selection : changed;
  const change: Change = { ...replacement, before, after, group, endedAt: at };
  const joined = last && draft.future.length === 0 && at - last.endedAt < togetherMs ? joinedChange(last, change) : null;
  const past = joined ? [...draft.past.slice(0, -1), joined] : [...draft.past, change].slice(-keptChanges);
  return { text, selection: after, moves: draft.moves + (group === typing ? 0 : 1), past, future: [] };
}

/** Both changes as one, if they are of a kind: letters one after the other, or one field's text. */
function joinedChange(last: Change, next: Change): Change | null {
  if (last.group !== next.group || next.inserted.includes("\n") || next.removed.includes("\n")) return null;
  const end = last.at + last.inserted.length;
  if (next.removed === "" && next.at === end) {
    return { ...next, at: last.at, removed: last.removed, inserted: last.inserted + next.inserted, before: last.before };
  }
  if (next.inserted === "" && last.inserted === "" && next.at + next.removed.length === last.at) {
    return { ...next, removed: next.removed + last.removed, before: last.before };
  }
  if (next.at >= last.at && next.at + next.removed.length <= end) {
    const inserted = replaced(last.inserted, next.at - last.at, next.removed, next.inserted);
    return { ...next, at: last.at, removed: last.removed, inserted, before: last.before };
  }
  return null;
}
