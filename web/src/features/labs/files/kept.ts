// Changes of files that were not saved, kept on this device until they are: the lab may end while somebody writes.
import { isChanged } from "./home";
import type { Doc, Home } from "./home";

interface KeptDoc {
  readonly path: string;
  readonly version: string | null;
  readonly saved: string;
  readonly text: string;
}

const keyOf = (user: string, lab: string) => `atlas-lab-files ${user} ${lab}`;
/** Characters of all texts together; storage has no more room to give. */
const mostKept = 1_000_000;

/** Keeps what has changed; false if there was no room for it. */
export function keepDocs(user: string, lab: string, home: Home): boolean {
  const docs = [...home.docs.values()].filter((doc) => isChanged(doc) && !doc.isPart).map(keptDoc);
  try {
    if (docs.length === 0) localStorage.removeItem(keyOf(user, lab));
    else {
      const text = JSON.stringify(docs);
      if (text.length > mostKept) return false;
      localStorage.setItem(keyOf(user, lab), text);
    }
    return true;
  } catch {
    // Storage may be closed to us, or full.
    return false;
  }
}

export function keptDocs(user: string, lab: string): readonly KeptDoc[] {
  try {
    const found = JSON.parse(localStorage.getItem(keyOf(user, lab)) ?? "[]") as unknown;
    return Array.isArray(found) ? (found as KeptDoc[]).filter((each) => typeof each?.path === "string" && typeof each.text === "string") : [];
  } catch {
    return [];
  }
}

function keptDoc({ path, version, saved, draft }: Doc): KeptDoc {
  return { path, version, saved, text: draft.text };
}
