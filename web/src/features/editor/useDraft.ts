import { useCallback, useEffect, useMemo, useReducer, useRef, useState } from "react";
import { begunDraft, changedDraft } from "./draft";
import { partsOf } from "./sourceParts";
import { recordsOf } from "./records";
import { textOf } from "./share";
import { keep, kept } from "./storage";
import { emptySketch } from "./templates";
import type { CatalogueFile } from "./useCatalogueFile";

const keepAfterMs = 400;

/** What was kept on this device of a file, if it says anything new. */
export function keptFor(begun: CatalogueFile) {
  const found = kept(begun.id);
  return found && (begun.id === "" || found.text !== begun.source) ? found : null;
}

/** The text that is being written: begun from what was kept, kept again at each change. */
export function useDraft(file: CatalogueFile) {
  const [draft, dispatch] = useReducer(changedDraft, null, () => begunDraft(keptFor(file)?.text ?? (file.id === "" ? emptySketch : file.source)));
  const [isKept, setKept] = useState(true);
  const [notice, setNotice] = useState<string | null>(() =>
    file.id !== "" && keptFor(file) ? "Changes that you had not saved were kept on this device; here they are." : null,
  );
  const { text } = draft;
  const parts = useMemo(() => partsOf(text), [text]);
  const records = useMemo(() => recordsOf(parts), [parts]);
  const isDirty = file.id !== "" && text !== file.source;

  const edit = useCallback((next: string, group: string) => dispatch({ type: "edit", text: next, group, at: performance.now() }), []);
  const latest = useRef((): boolean => true);
  latest.current = () => keep(file.id, file.id === "" || isDirty ? { text, version: file.version } : null);
  useEffect(() => {
    const timer = setTimeout(() => setKept(latest.current()), keepAfterMs);
    return () => clearTimeout(timer);
  }, [file.id, file.version, text, isDirty]);
  useEffect(() => {
    const save = () => void latest.current();
    addEventListener("pagehide", save);
    return () => {
      removeEventListener("pagehide", save);
      save();
    };
  }, []);
  useEffect(() => {
    if (file.id !== "") return;
    let live = true;
    const shared = location.hash;
    const read = async () => {
      const source = await textOf(shared);
      if (!live || source === null) return;
      history.replaceState(null, "", location.pathname + location.search);
      if (source === undefined) setNotice("The link is damaged; nothing could be read from it.");
      else {
        edit(source, "shared");
        setNotice("This sketch came with the link. Undo brings your own back.");
      }
    };
    void read();
    return () => {
      live = false;
    };
  }, [file.id, edit]);
  return { draft, dispatch, edit, text, parts, records, isDirty, isKept, notice, setNotice };
}
