import { useCallback, useState } from "react";
import { request } from "../../api/client";
import { refreshAnswers } from "../../api/store";
import { ApiError } from "../../api/transport";
import { EditableDiagram, RemoveDiagram, RestoreDiagram, SaveDiagram } from "./queries.generated";
import type { EditableDiagramResult } from "./queries.generated";

export type Version = EditableDiagramResult["contentHistory"][number];

/** The file of the catalogue that is being written. */
export interface CatalogueFile {
  readonly id: string;
  /** The version that the text began from; 0 for a new item. */
  readonly version: number;
  readonly source: string;
}

export type Saving =
  | { readonly status: "idle" | "saving" }
  | { readonly status: "saved"; readonly message: string }
  | { readonly status: "failed"; readonly message: string }
  | { readonly status: "conflict"; readonly theirs: Version };

export async function historyOf(id: string): Promise<readonly Version[]> {
  return (await request(EditableDiagram, { id })).contentHistory;
}

/** Line ends as a text area has them. */
export function normalised(source: string): string {
  return source.replace(/^\uFEFF/, "").replace(/\r\n?/g, "\n");
}

/** Saving, restoring and removing, with the version that each goes on from. */
export function useCatalogueFile(begun: CatalogueFile) {
  const [file, setFile] = useState(begun);
  const [saving, setSaving] = useState<Saving>({ status: "idle" });

  const attempt = useCallback(async (id: string, work: () => Promise<CatalogueFile>, done: string): Promise<CatalogueFile | null> => {
    setSaving({ status: "saving" });
    try {
      const saved = await work();
      // What was saved under another name is another desk's file.
      if (saved.id === begun.id) setFile(saved);
      setSaving({ status: "saved", message: done });
      refreshAnswers();
      return saved;
    } catch (error) {
      const theirs = error instanceof ApiError && error.code === "CONFLICT" ? (await historyOf(id).catch(() => []))[0] : undefined;
      if (theirs) setSaving({ status: "conflict", theirs });
      else setSaving({ status: "failed", message: error instanceof Error ? error.message : "That did not work." });
      return null;
    }
  }, [begun.id]);
  const save = useCallback(
    (id: string, source: string, version: number) =>
      attempt(
        id,
        async () => {
          const { saveContent } = await request(SaveDiagram, { source, version });
          return { id: saveContent.id, version: saveContent.version, source };
        },
        "Saved.",
      ),
    [attempt],
  );
  const restore = useCallback(
    (old: Version, version: number) =>
      attempt(
        file.id,
        async () => {
          const { restoreContent } = await request(RestoreDiagram, { id: file.id, number: old.number, version });
          return { id: file.id, version: restoreContent.version, source: normalised(old.source) };
        },
        `Version ${old.number} is the newest again.`,
      ),
    [attempt, file.id],
  );
  const remove = useCallback(
    (version: number) =>
      attempt(
        file.id,
        async () => {
          await request(RemoveDiagram, { id: file.id, version });
          return { ...file, version: version + 1 };
        },
        "Removed from the catalogue. Its history stays.",
      ),
    [attempt, file],
  );
  /** Goes on from a newer version, with a text of one's own. */
  const goOnFrom = useCallback((theirs: Version) => {
    setFile((before) => ({ ...before, version: theirs.number, source: normalised(theirs.source) }));
    setSaving({ status: "idle" });
  }, []);
  const settle = useCallback(() => setSaving({ status: "idle" }), []);
  return { file, saving, save, restore, remove, goOnFrom, settle };
}
