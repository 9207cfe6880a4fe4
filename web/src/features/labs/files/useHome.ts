import { useCallback, useEffect, useReducer, useRef, useState } from "react";
import { request } from "../../../api/client";
import { ApiError } from "../../../api/transport";
import { useAction } from "../../groups/useAction";
import type { Action } from "../../groups/useAction";
import { DeleteLabFile, LabFile, LabFiles, SaveLabFile } from "../queries.generated";
import { changedHome, emptyHome, isChanged } from "./home";
import type { Doc, Home, HomeAction, HomeFile } from "./home";
import { keepDocs, keptDocs } from "./kept";

const keepAfterMs = 400;

export interface HomeState {
  readonly home: Home;
  readonly dispatch: (action: HomeAction) => void;
  /** By path; undefined until they are known. */
  readonly files: readonly HomeFile[] | undefined;
  readonly action: Action;
  readonly changed: readonly Doc[];
  /** What was said about files last, as that one was deleted. */
  readonly notice: string;
  readonly setNotice: (notice: string) => void;
  /** The text of the file that was deleted last. */
  readonly deleted: { readonly path: string; readonly content: string } | null;
  readonly reload: () => Promise<void>;
  readonly open: (path: string) => Promise<void>;
  /** Saves one file; false if that did not work, also for a conflict, which is then in the document. */
  readonly save: (path: string) => Promise<boolean>;
  readonly saveAll: () => Promise<boolean>;
  readonly remove: (file: HomeFile) => Promise<void>;
  readonly undoRemove: () => Promise<void>;
}

/** The learner's files: the list, what is open, what is not saved. */
export function useHome(labId: string, user: string, isRunning: boolean): HomeState {
  const [home, dispatch] = useReducer(changedHome, emptyHome);
  const [files, setFiles] = useState<readonly HomeFile[]>();
  const [notice, setNotice] = useState("");
  const [deleted, setDeleted] = useState<HomeState["deleted"]>(null);
  const action = useAction();
  const { run } = action;
  const latest = useRef(home);
  latest.current = home;

  const read = useCallback(
    async (path: string) => {
      try {
        const { labFile } = await request(LabFile, { id: labId, path });
        dispatch({ type: "read", path, content: labFile.content, version: labFile.version });
      } catch (error) {
        if (!(error instanceof ApiError) || error.code !== "NOT_FOUND") throw error;
        dispatch({ type: "read", path, content: null, version: null });
      }
    },
    [labId],
  );
  /** The list anew; what is open and was changed in the lab is read anew, too. */
  const refresh = useCallback(async () => {
    const { labFiles } = await request(LabFiles, { id: labId });
    setFiles(labFiles);
    const versions = new Map(labFiles.map((each) => [each.path, each.version]));
    for (const doc of latest.current.docs.values()) {
      if (!doc.isPart && (versions.get(doc.path) ?? null) !== doc.version) await read(doc.path);
    }
  }, [labId, read]);
  const reload = useCallback(async () => void (await run("list", refresh)), [run, refresh]);

  useEffect(() => {
    const kept = keptDocs(user, labId);
    if (kept.length === 0) return;
    dispatch({ type: "restored", docs: kept });
    setNotice("Changes that you had not saved were kept on this device; here they are.");
  }, [user, labId]);
  useEffect(() => {
    if (isRunning) void reload();
  }, [isRunning, reload]);
  useEffect(() => {
    const timer = setTimeout(() => keepDocs(user, labId, home), keepAfterMs);
    return () => clearTimeout(timer);
  }, [user, labId, home]);
  useEffect(() => {
    const keep = () => void keepDocs(user, labId, latest.current);
    addEventListener("pagehide", keep);
    return () => {
      removeEventListener("pagehide", keep);
      keep();
    };
  }, [user, labId]);

  const open = async (path: string) => {
    if (home.docs.has(path)) return dispatch({ type: "shown", path });
    await run(`open ${path}`, async () => {
      dispatch({ type: "opened", file: (await request(LabFile, { id: labId, path })).labFile });
    });
  };
  const write = async (doc: Doc) => {
    const { path, version } = doc;
    const content = doc.draft.text;
    try {
      const { saveLabFile } = await request(SaveLabFile, { id: labId, path, content, version });
      dispatch({ type: "saved", path, text: content, version: saveLabFile.version });
    } catch (error) {
      if (error instanceof ApiError && error.code === "CONFLICT") await read(path);
      throw error;
    }
  };
  const save = async (path: string) => {
    const doc = latest.current.docs.get(path);
    if (!doc || doc.isPart || !isChanged(doc)) return true;
    return run("save", async () => {
      await write(doc);
      await refresh();
    });
  };
  const changed = [...home.docs.values()].filter((doc) => isChanged(doc) && !doc.isPart);
  const saveAll = async () => {
    if (changed.length === 0) return true;
    return run("save", async () => {
      for (const doc of changed) await write(doc);
      await refresh();
    });
  };
  const remove = async (file: HomeFile) => {
    const { path } = file;
    setDeleted(null);
    const done = await run("delete", async () => {
      const before = file.isText ? (await request(LabFile, { id: labId, path })).labFile : null;
      await request(DeleteLabFile, { id: labId, path });
      if (before && !before.truncated) setDeleted({ path, content: before.content });
      dispatch({ type: "closed", path });
      await refresh();
    });
    if (done) setNotice(`${path} is deleted.`);
  };
  const undoRemove = async () => {
    if (!deleted) return;
    const { path, content } = deleted;
    const done = await run("undo", async () => {
      await request(SaveLabFile, { id: labId, path, content, version: null });
      await refresh();
    });
    if (!done) return;
    setDeleted(null);
    setNotice(`${path} is back.`);
  };
  return { home, dispatch, files, action, changed, notice, setNotice, deleted, reload, open, save, saveAll, remove, undoRemove };
}
