import { Dialog } from "../../design/Dialog";
import { momentWords } from "../../design/words";
import { Differences } from "./Differences";
import { normalised } from "./useCatalogueFile";
import type { Version } from "./useCatalogueFile";

interface Props {
  readonly theirs: Version;
  readonly mine: string;
  readonly onKeepMine: () => void;
  readonly onTakeTheirs: () => void;
  readonly onGoOn: () => void;
  readonly onClose: () => void;
}

/** Somebody else saved meanwhile: both versions, and what can be done. */
export function ConflictDialog({ theirs, mine, onKeepMine, onTakeTheirs, onGoOn, onClose }: Props) {
  return (
    <Dialog title="Somebody else saved meanwhile" onClose={onClose} className="wide-dialog">
      <p>
        Version {theirs.number} was saved on {momentWords(theirs.savedAt)}
        {theirs.removed ? " and removes the item" : ""}. Nothing of yours is lost, and nothing was saved.
      </p>
      <Differences left={normalised(theirs.source)} leftName={`Version ${theirs.number}`} right={mine} rightName="Yours" />
      <div className="button-row">
        <button type="button" className="button primary" onClick={onGoOn}>
          Go on editing mine
        </button>
        <button type="button" className="button" onClick={onTakeTheirs}>
          Take version {theirs.number}
        </button>
        <button type="button" className="button danger" onClick={onKeepMine}>
          Save mine over it
        </button>
      </div>
      <p className="hint">Whichever you choose, undo and the history lead back.</p>
    </Dialog>
  );
}
