import { navigate } from "../../app/router";
import { Dialog } from "../../design/Dialog";
import { ConflictDialog } from "./ConflictDialog";
import { HistoryDialog } from "./HistoryDialog";
import { normalised } from "./useCatalogueFile";
import type { useCatalogueFile, Version } from "./useCatalogueFile";
import { useLeaving } from "./useLeaving";

export type DeskDialog = "history" | null;

interface Props {
  readonly dialog: DeskDialog;
  readonly onDialog: (dialog: DeskDialog) => void;
  readonly catalogue: ReturnType<typeof useCatalogueFile>;
  readonly text: string;
  readonly isDirty: boolean;
  readonly onText: (text: string, group: string) => void;
  readonly onSave: (over: number) => void;
}

/** What is asked while a file of the catalogue is written: a conflict, the history, leaving. */
export function DeskDialogs({ dialog, onDialog, catalogue, text, isDirty, onText, onSave }: Props) {
  const { file, saving } = catalogue;
  const [leaving, setLeaving] = useLeaving(isDirty);
  const restore = async (old: Version, newest: number) => {
    onDialog(null);
    const restored = await catalogue.restore(old, newest);
    if (restored) onText(restored.source, "restore");
  };
  if (saving.status === "conflict") {
    const { theirs } = saving;
    return (
      <ConflictDialog
        theirs={theirs}
        mine={text}
        onClose={catalogue.settle}
        onGoOn={() => catalogue.goOnFrom(theirs)}
        onTakeTheirs={() => {
          catalogue.goOnFrom(theirs);
          onText(normalised(theirs.source), "theirs");
        }}
        onKeepMine={() => onSave(theirs.number)}
      />
    );
  }
  if (dialog === "history") {
    return (
      <HistoryDialog
        id={file.id}
        text={text}
        onClose={() => onDialog(null)}
        onRestore={(old, newest) => void restore(old, newest)}
        onRemove={(newest) => {
          onDialog(null);
          void catalogue.remove(newest);
        }}
      />
    );
  }
  if (leaving !== null) {
    return (
      <Dialog title="Leave without saving?" onClose={() => setLeaving(null)}>
        <p>Your changes stay on this device and are here when you come back. Learners see the saved version.</p>
        <div className="button-row">
          <button type="button" className="button primary" onClick={() => setLeaving(null)}>
            Stay
          </button>
          <button type="button" className="button" onClick={() => navigate(leaving)}>
            Leave
          </button>
        </div>
      </Dialog>
    );
  }
  return null;
}
