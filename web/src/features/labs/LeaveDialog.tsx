import { useState } from "react";
import { Dialog } from "../../design/Dialog";
import { counted } from "../../design/words";
import type { HomeState } from "./files/useHome";
import type { LabRun } from "./useLabRun";

interface Props {
  readonly labRun: LabRun;
  readonly home: HomeState;
  readonly onClose: () => void;
}

/** Ending the run: what happens with the files, the unsaved ones too. */
export function LeaveDialog({ labRun, home, onClose }: Props) {
  const { action } = labRun;
  const unsaved = home.changed.length;
  /** Whether the run goes on because a file could not be saved. */
  const [isKept, setKept] = useState(false);
  const problem = action.problem || (isKept ? home.action.problem || "A file could not be saved." : "");
  const isBusy = action.busy !== "" || home.action.busy !== "";
  const leave = async (saves: boolean) => {
    const isSaved = !saves || (await home.saveAll());
    setKept(!isSaved);
    if (!isSaved) return;
    if (await labRun.stop()) onClose();
  };
  return (
    <Dialog title="End the lab for now?" onClose={onClose}>
      <p>What runs in it stops. Your files are kept, and the lab goes on from them when you come back.</p>
      {unsaved > 0 && <p className="desk-warning">{counted(unsaved, "file")} with changes that are not saved.</p>}
      {problem && (
        <p className="form-problem" role="alert">
          {problem}
        </p>
      )}
      <div className="button-row">
        <button type="button" className="button primary" disabled={isBusy} onClick={() => void leave(unsaved > 0)}>
          {unsaved > 0 ? "Save and end" : "End the lab"}
        </button>
        <button type="button" className="button" onClick={onClose}>
          Go on working
        </button>
      </div>
    </Dialog>
  );
}

/** Beginning anew: with what, and that there is one way back. */
export function ResetDialog({ labRun, onClose }: { labRun: LabRun; onClose: () => void }) {
  const { action, run } = labRun;
  const restore = async () => (await labRun.restore()) && onClose();
  const reset = async (newSeed: boolean) => (await labRun.reset(newSeed)) && onClose();
  return (
    <Dialog title="Begin the lab anew?" onClose={onClose}>
      <p>Your files are put away and the lab begins with those it came with. What runs in it stops. “Undo the reset” brings back what was put away; a second reset replaces it.</p>
      {action.problem && (
        <p className="form-problem" role="alert">
          {action.problem}
        </p>
      )}
      <div className="button-row">
        <button type="button" className="button danger" disabled={action.busy !== ""} onClick={() => void reset(false)}>
          Begin anew
        </button>
        <button type="button" className="button" disabled={action.busy !== ""} onClick={() => void reset(true)}>
          Begin anew with other numbers
        </button>
        {run?.canRestore && (
          <button type="button" className="button" disabled={action.busy !== ""} onClick={() => void restore()}>
            Undo the last reset
          </button>
        )}
        <button type="button" className="button" onClick={onClose}>
          Go on working
        </button>
      </div>
      <p className="hint">Other numbers means another seed: names, data and sizes of the lab change, the task does not.</p>
    </Dialog>
  );
}
