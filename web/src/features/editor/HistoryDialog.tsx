import { useEffect, useState } from "react";
import { Dialog } from "../../design/Dialog";
import { Failure } from "../../design/Failure";
import { Skeleton } from "../../design/Skeleton";
import { momentWords } from "../../design/words";
import { Differences } from "./Differences";
import { historyOf, normalised } from "./useCatalogueFile";
import type { Version } from "./useCatalogueFile";

interface Props {
  readonly id: string;
  readonly text: string;
  readonly onRestore: (old: Version, newest: number) => void;
  readonly onRemove: (newest: number) => void;
  readonly onClose: () => void;
}

/** Earlier versions, each beside what is being written, and the way back to it. */
export function HistoryDialog({ id, text, onRestore, onRemove, onClose }: Props) {
  const [versions, setVersions] = useState<readonly Version[] | null>(null);
  const [error, setError] = useState<string | null>(null);
  const [attempt, setAttempt] = useState(0);
  const [chosen, setChosen] = useState<number | null>(null);
  const [removing, setRemoving] = useState(false);
  useEffect(() => {
    let live = true;
    setError(null);
    historyOf(id).then(
      (found) => live && setVersions(found),
      (reason: Error) => live && setError(reason.message),
    );
    return () => {
      live = false;
    };
  }, [id, attempt]);
  const newest = versions?.[0];
  const version = versions?.find((each) => each.number === chosen);
  return (
    <Dialog title="History" onClose={onClose} className="wide-dialog">
      {error !== null && <Failure title="The history did not load" message={error} onRetry={() => setAttempt((before) => before + 1)} />}
      {error === null && versions === null && <Skeleton shape="lines" count={2} />}
      {newest && (
        <>
          <ul className="version-list">
            {versions?.map((each) => (
              <li key={each.number}>
                <button type="button" aria-pressed={each.number === chosen} onClick={() => setChosen(each.number)}>
                  <strong>Version {each.number}</strong>
                  <span>{momentWords(each.savedAt)}</span>
                  <span className="version-note">{note(each, newest)}</span>
                </button>
              </li>
            ))}
          </ul>
          {version && (
            <>
              <Differences left={normalised(version.source)} leftName={`Version ${version.number}`} right={text} rightName="What you are writing" />
              <div className="button-row">
                <button
                  type="button"
                  className="button primary"
                  disabled={version.number === newest.number && !newest.removed}
                  onClick={() => onRestore(version, newest.number)}
                >
                  Restore version {version.number}
                </button>
              </div>
            </>
          )}
          {!newest.removed && (
            <div className="remove-item">
              {removing ? (
                <>
                  <p>Learners will no longer find this diagram. Its history stays, and any version can be restored.</p>
                  <button type="button" className="button danger" onClick={() => onRemove(newest.number)}>
                    Remove it
                  </button>
                </>
              ) : (
                <button type="button" className="button quiet" onClick={() => setRemoving(true)}>
                  Remove from the catalogue…
                </button>
              )}
            </div>
          )}
        </>
      )}
    </Dialog>
  );
}

function note(version: Version, newest: Version): string {
  const parts = [
    ...(version.removed ? ["removed"] : []),
    ...(version.savedBy === null ? ["from the catalogue's files"] : []),
    ...(version.number === newest.number ? ["newest"] : []),
  ];
  return parts.join(", ");
}
