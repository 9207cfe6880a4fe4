import { Link } from "../../app/router";
import type { CatalogueFile, Saving } from "./useCatalogueFile";

interface Props {
  readonly file: CatalogueFile;
  readonly isDirty: boolean;
  readonly isKept: boolean;
  readonly canSave: boolean;
  readonly mayWrite: boolean;
  /** Whether the source is a whole catalogue file. */
  readonly isWhole: boolean;
  readonly saving: Saving;
  readonly notice: string | null;
  /** The id in the file if it is not the one of the address. */
  readonly otherID: string | null;
  readonly onSave: () => void;
  readonly onHistory: () => void;
}

/** What is being written, how it stands, and saving. */
export function DeskHead({ file, isDirty, isKept, canSave, mayWrite, isWhole, saving, notice, otherID, onSave, onHistory }: Props) {
  const isSketch = file.id === "";
  const kept = isKept ? "Kept in this browser." : "This browser does not let Atlas keep it.";
  const state = isSketch ? kept : isDirty ? `Not saved yet; it goes on from version ${file.version}.` : `Version ${file.version}, saved.`;
  return (
    <div className="desk-head">
      <div>
        {!isSketch && (
          <nav className="crumbs" aria-label="Breadcrumb">
            <Link href={`/diagrams/${file.id}`}>Back to the diagram</Link>
          </nav>
        )}
        <h1>{isSketch ? "Sketch" : file.id}</h1>
        <p className="desk-state" role="status">
          {saving.status === "saving" ? "Saving…" : saving.status === "saved" && !isDirty ? `${saving.message} ${state}` : state} {notice}
        </p>
        {saving.status === "failed" && (
          <p className="form-problem" role="alert">
            {saving.message}
          </p>
        )}
        {otherID !== null && <p className="desk-warning">The id in the file is “{otherID}”: saving makes a diagram of that name, and this one stays as it is.</p>}
      </div>
      {mayWrite && (!isSketch || isWhole) && (
        <div className="desk-actions">
          {!isSketch && (
            <button type="button" className="button" onClick={onHistory}>
              History
            </button>
          )}
          <button type="button" className="button primary" aria-keyshortcuts="Control+S" disabled={!canSave || saving.status === "saving"} onClick={onSave}>
            {isSketch ? "Add to the catalogue" : "Save"}
          </button>
        </div>
      )}
    </div>
  );
}
