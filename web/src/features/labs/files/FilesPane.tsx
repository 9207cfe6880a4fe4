import { useCallback, useEffect, useState } from "react";
import type { FormEvent } from "react";
import { Dialog } from "../../../design/Dialog";
import { Icon } from "../../../design/Icon";
import { Differences } from "../../editor/Differences";
import type { DraftAction } from "../../editor/draft";
import { SourceEditor } from "../../editor/SourceEditor";
import { bytesWords } from "../terminal/link";
import { isChanged, pathProblem } from "./home";
import type { Doc, HomeFile } from "./home";
import type { HomeState } from "./useHome";

/** The learner's files: which there are, and an editor for those that are text. */
export function FilesPane({ state, isRunning, isShown, savedAt }: { state: HomeState; isRunning: boolean; isShown: boolean; savedAt: string | null }) {
  const { home, files, action, notice, deleted, reload } = state;
  const [isMaking, setMaking] = useState(false);
  const [deleting, setDeleting] = useState<HomeFile | null>(null);
  const [comparing, setComparing] = useState("");
  const doc = home.docs.get(home.shown);
  const compared = home.docs.get(comparing);
  // The terminal changes files, too: they are looked at again when this pane is, and when the server has kept them.
  useEffect(() => {
    if (isShown && isRunning) void reload();
  }, [isShown, isRunning, savedAt, reload]);
  const save = async (path: string) => {
    if (!(await state.save(path))) setComparing(path);
  };
  return (
    <div className="home">
      <div className="home-files">
        <div className="home-head">
          <h2>Your files</h2>
          <button type="button" className="icon-button" aria-label="New file" title="New file" onClick={() => setMaking(true)}>
            <Icon name="plus" />
          </button>
        </div>
        <FileList state={state} isRunning={isRunning} onDelete={setDeleting} />
        <button type="button" className="text-button" disabled={action.busy !== ""} onClick={() => void reload()}>
          Look again
        </button>
      </div>
      <div className="home-editor">
        {(notice || action.problem) && (
          <div className={`home-notice${action.problem ? " bad" : ""}`} role={action.problem ? "alert" : "status"}>
            <p>{action.problem || notice}</p>
            {deleted && !action.problem && (
              <button type="button" className="button" disabled={action.busy !== ""} onClick={() => void state.undoRemove()}>
                Undo
              </button>
            )}
            <button
              type="button"
              className="icon-button"
              aria-label="Close this notice"
              onClick={() => {
                state.setNotice("");
                action.settle();
              }}
            >
              <Icon name="close" />
            </button>
          </div>
        )}
        {doc ? (
          <OpenFile key={doc.path} doc={doc} state={state} onSave={() => void save(doc.path)} onCompare={() => setComparing(doc.path)} />
        ) : (
          <p className="home-empty hint">{files?.length === 0 ? "Your home is empty. Make a file, or write one in the terminal." : "Choose a file to read or change it."}</p>
        )}
      </div>
      {isMaking && <NewFile state={state} onClose={() => setMaking(false)} />}
      {deleting && <DeleteDialog file={deleting} state={state} onClose={() => setDeleting(null)} />}
      {compared?.theirs && <Conflict doc={compared} state={state} onClose={() => setComparing("")} />}
    </div>
  );
}

function FileList({ state, isRunning, onDelete }: { state: HomeState; isRunning: boolean; onDelete: (file: HomeFile) => void }) {
  const { home, files, action } = state;
  const unsaved = state.changed.filter((doc) => doc.version === null && !files?.some((each) => each.path === doc.path));
  if (!files) return <p className="hint">{action.problem ? "The list did not load." : isRunning ? "Loading…" : "They are here when the lab runs."}</p>;
  return (
    <ul className="home-list">
      {unsaved.map((doc) => (
        <li key={doc.path}>
          <button type="button" className="home-file" aria-current={home.shown === doc.path} onClick={() => state.dispatch({ type: "shown", path: doc.path })}>
            <span>{doc.path}</span>
            <small>
              <UnsavedMark /> new, not saved
            </small>
          </button>
        </li>
      ))}
      {files.map((file) => {
        const doc = home.docs.get(file.path);
        return (
          <li key={file.path}>
            <button
              type="button"
              className="home-file"
              aria-current={home.shown === file.path}
              disabled={!file.isText}
              onClick={() => void state.open(file.path)}
            >
              <span>{file.path}</span>
              <small>
                {doc && isChanged(doc) ? (
                  <>
                    <UnsavedMark /> not saved
                  </>
                ) : (
                  bytesWords(file.bytes)
                )}
                {!file.isText && ", not text"}
              </small>
            </button>
            <button type="button" className="icon-button" aria-label={`Delete ${file.path}`} disabled={action.busy !== ""} onClick={() => onDelete(file)}>
              <Icon name="close" />
            </button>
          </li>
        );
      })}
    </ul>
  );
}

function UnsavedMark() {
  return <span className="unsaved-mark" aria-hidden="true" />;
}

const noProblems: readonly never[] = [];

function OpenFile({ doc, state, onSave, onCompare }: { doc: Doc; state: HomeState; onSave: () => void; onCompare: () => void }) {
  const { dispatch, action } = state;
  const { path } = doc;
  const [line, setLine] = useState(1);
  const [isClosing, setClosing] = useState(false);
  const close = () => dispatch({ type: "closed", path });
  const edit = useCallback((change: DraftAction) => dispatch({ type: "draft", path, action: change }), [dispatch, path]);
  const changed = isChanged(doc);
  const words = doc.isPart
    ? "Too long for the editor: this is its beginning, to read only. Change it in the terminal."
    : action.busy === "save"
      ? "Saving…"
      : changed
        ? "Not saved"
        : "Saved in the lab";
  return (
    <div
      className="open-file"
      onKeyDown={(event) => {
        if (!(event.ctrlKey || event.metaKey) || event.altKey) return;
        const key = event.key.toLowerCase();
        if (key === "s" && !event.shiftKey) onSave();
        else if (key === "z" || key === "y") edit({ type: key === "y" || event.shiftKey ? "redo" : "undo" });
        else return;
        event.preventDefault();
      }}
    >
      <div className="open-file-head">
        <div>
          <h3>{path}</h3>
          <p className="hint" id="file-state" role="status">
            {words} · line {line}
          </p>
        </div>
        <button type="button" className="button" disabled={!changed || doc.isPart || action.busy !== ""} onClick={onSave} aria-keyshortcuts="Control+S">
          Save
        </button>
        <button type="button" className="icon-button" aria-label={`Close ${path}`} title="Close" onClick={() => (changed && !doc.isPart ? setClosing(true) : close())}>
          <Icon name="close" />
        </button>
      </div>
      {isClosing && (
        <Dialog title="Close without saving?" onClose={() => setClosing(false)}>
          <p>What you have changed in {path} here and not saved is lost then.</p>
          <div className="button-row">
            <button type="button" className="button primary" onClick={() => setClosing(false)}>
              Go on editing
            </button>
            <button type="button" className="button danger" onClick={close}>
              Close it
            </button>
          </div>
        </Dialog>
      )}
      {doc.theirs && (
        <div className="home-notice warn" role="status">
          <p>{doc.theirs.content === null ? "This file was deleted in the lab since you opened it." : "This file was changed in the lab since you opened it."}</p>
          <button type="button" className="button" onClick={onCompare}>
            Compare
          </button>
        </div>
      )}
      {doc.isPart ? (
        <pre className="file-part" tabIndex={0} role="region" aria-label={path}>
          {doc.draft.text}
        </pre>
      ) : (
        <SourceEditor draft={doc.draft} dispatch={edit} problems={noProblems} label={path} describedBy="file-state" step="    " onLine={setLine} />
      )}
    </div>
  );
}

function NewFile({ state, onClose }: { state: HomeState; onClose: () => void }) {
  const [path, setPath] = useState("");
  const [problem, setProblem] = useState("");
  const make = (event: FormEvent) => {
    event.preventDefault();
    const found = pathProblem(path.trim(), state.files ?? []);
    setProblem(found);
    if (found) return;
    state.dispatch({ type: "made", path: path.trim(), text: "" });
    onClose();
  };
  return (
    <Dialog title="New file" onClose={onClose}>
      <form className="group-form" onSubmit={make} noValidate>
        <div className="field">
          <label htmlFor="new-file">Name</label>
          <input
            id="new-file"
            value={path}
            autoFocus
            autoCapitalize="off"
            spellCheck={false}
            placeholder="src/main.py"
            aria-invalid={problem !== ""}
            aria-describedby="new-file-problem"
            onChange={(event) => setPath(event.target.value)}
          />
          <p id="new-file-problem" className="field-problem">
            {problem}
          </p>
        </div>
        <button type="submit" className="button primary">
          Make it
        </button>
      </form>
    </Dialog>
  );
}

function DeleteDialog({ file, state, onClose }: { file: HomeFile; state: HomeState; onClose: () => void }) {
  const doc = state.home.docs.get(file.path);
  const isChangedHere = doc !== undefined && isChanged(doc);
  return (
    <Dialog title={`Delete ${file.path}?`} onClose={onClose}>
      <p>
        {file.isText ? "It goes from your home in the lab. You can undo this as long as this page is open." : "It goes from your home in the lab. It is not text, so this cannot be undone here."}
        {isChangedHere && " What you have changed here and not saved goes, too."}
      </p>
      <div className="button-row">
        <button
          type="button"
          className="button danger"
          onClick={() => {
            onClose();
            void state.remove(file);
          }}
        >
          Delete it
        </button>
        <button type="button" className="button" onClick={onClose}>
          Keep it
        </button>
      </div>
    </Dialog>
  );
}

/** The file has changed in the lab: both texts, and what can be done. Nothing is saved meanwhile. */
function Conflict({ doc, state, onClose }: { doc: Doc; state: HomeState; onClose: () => void }) {
  const { path, theirs } = doc;
  const settle = (takes: "mine" | "theirs") => {
    state.action.settle();
    state.dispatch({ type: "settled", path, takes });
    onClose();
  };
  if (!theirs) return null;
  const isGone = theirs.content === null;
  return (
    <Dialog title={isGone ? `${path} was deleted in the lab` : `${path} has changed in the lab`} onClose={onClose} className="wide-dialog">
      <p>
        {isGone ? "It is not there any more." : "It was changed since you opened it, by the terminal or in another window."} Nothing of yours is lost, and nothing
        was saved.
      </p>
      {theirs.content !== null && <Differences left={theirs.content} leftName="In the lab" right={doc.draft.text} rightName="Yours" />}
      <div className="button-row">
        <button type="button" className="button primary" onClick={() => settle("mine")}>
          {isGone ? "Keep mine, to be saved again" : "Go on with mine"}
        </button>
        {!isGone && (
          <button type="button" className="button" onClick={() => settle("theirs")}>
            Take the lab's
          </button>
        )}
      </div>
      {!isGone && <p className="hint">With yours, the next save replaces what is in the lab. Undo in the editor leads back to yours.</p>}
    </Dialog>
  );
}
