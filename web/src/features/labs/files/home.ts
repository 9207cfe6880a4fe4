// The learner's files as this page has them: what is in the lab, and what has been changed here and not saved.
import { begunDraft, changedDraft } from "../../editor/draft";
import type { Draft, DraftAction } from "../../editor/draft";
import type { LabFileResult, LabFilesResult } from "../queries.generated";

export type HomeFile = LabFilesResult["labFiles"][number];
export type FileContent = LabFileResult["labFile"];

/** A file that is open. */
export interface Doc {
  readonly path: string;
  /** The version that it was read or saved with; null for a file that is not in the lab yet. */
  readonly version: string | null;
  readonly saved: string;
  readonly draft: Draft;
  /** Only its beginning was read, so it must not be saved. */
  readonly isPart: boolean;
  /** What is in the lab now, where that is neither what was read nor what was saved; `null` content for a deleted file. */
  readonly theirs: { readonly content: string | null; readonly version: string | null } | null;
}

export interface Home {
  readonly docs: ReadonlyMap<string, Doc>;
  readonly shown: string;
}

export type HomeAction =
  | { readonly type: "opened"; readonly file: FileContent }
  | { readonly type: "made"; readonly path: string; readonly text: string }
  | { readonly type: "restored"; readonly docs: readonly { readonly path: string; readonly version: string | null; readonly saved: string; readonly text: string }[] }
  | { readonly type: "shown"; readonly path: string }
  | { readonly type: "draft"; readonly path: string; readonly action: DraftAction }
  | { readonly type: "saved"; readonly path: string; readonly text: string; readonly version: string }
  /** Read again: taken over where nothing was changed here. */
  | { readonly type: "read"; readonly path: string; readonly content: string | null; readonly version: string | null }
  | { readonly type: "settled"; readonly path: string; readonly takes: "mine" | "theirs" }
  | { readonly type: "closed"; readonly path: string };

export const emptyHome: Home = { docs: new Map(), shown: "" };

export function isChanged(doc: Doc): boolean {
  return doc.version === null || doc.draft.text !== doc.saved;
}

export function changedHome(home: Home, action: HomeAction): Home {
  switch (action.type) {
    case "opened": {
      const { path, content, version, truncated } = action.file;
      if (home.docs.has(path)) return { ...home, shown: path };
      return { ...put(home, { path, version, saved: content, draft: begunDraft(content), isPart: truncated, theirs: null }), shown: path };
    }
    case "made":
      return {
        ...put(home, { path: action.path, version: null, saved: "", draft: begunDraft(action.text), isPart: false, theirs: null }),
        shown: action.path,
      };
    case "restored":
      return action.docs.reduce(
        (all, { path, version, saved, text }) => put(all, { path, version, saved, draft: begunDraft(text), isPart: false, theirs: null }),
        home,
      );
    case "shown":
      return { ...home, shown: action.path };
    case "closed": {
      const docs = new Map(home.docs);
      docs.delete(action.path);
      return { docs, shown: home.shown === action.path ? "" : home.shown };
    }
    default: {
      const doc = home.docs.get(action.path);
      return doc ? put(home, changedDoc(doc, action)) : home;
    }
  }
}

function put(home: Home, doc: Doc): Home {
  return { ...home, docs: new Map(home.docs).set(doc.path, doc) };
}

function changedDoc(doc: Doc, action: Extract<HomeAction, { type: "draft" | "saved" | "read" | "settled" }>): Doc {
  switch (action.type) {
    case "draft":
      return { ...doc, draft: changedDraft(doc.draft, action.action) };
    case "saved":
      return { ...doc, version: action.version, saved: action.text, theirs: null };
    case "read": {
      const { content, version } = action;
      if (version === doc.version) return { ...doc, theirs: null };
      if (content === doc.draft.text) return { ...doc, version, saved: content, theirs: null };
      if (isChanged(doc) || content === null) return { ...doc, theirs: { content, version } };
      return { ...doc, version, saved: content, draft: begunAgain(doc.draft, content), theirs: null };
    }
    case "settled": {
      const { theirs } = doc;
      if (!theirs) return doc;
      const mine = { ...doc, version: theirs.version, saved: theirs.content ?? "", theirs: null };
      return action.takes === "mine" || theirs.content === null ? mine : { ...mine, draft: begunAgain(doc.draft, theirs.content) };
    }
  }
}

/** What the lab has, as one change that can be undone. */
function begunAgain(draft: Draft, text: string): Draft {
  return changedDraft(draft, { type: "edit", text, group: "theirs", at: 0 });
}

const longestPath = 200;

/** Why a path cannot be that of a new file, or "". */
export function pathProblem(path: string, files: readonly HomeFile[]): string {
  if (path === "") return "Give it a name.";
  if (path.length > longestPath) return `At most ${longestPath} characters.`;
  if (path.startsWith("/") || path.endsWith("/")) return "Name a file in your home, as in src/main.py.";
  if (path.split("/").some((part) => part === "" || part === "." || part === "..")) return "Each part between slashes must be a name.";
  if (/[\u0000-\u001f\\]/.test(path)) return "No control characters and no backslash.";
  return files.some((each) => each.path === path) ? "There is a file of this name already." : "";
}
