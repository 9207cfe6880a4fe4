import { secondsUntil, timerWords } from "./runWords";
import type { Run } from "./runWords";
import type { LabRun } from "./useLabRun";

/** From so many seconds before the end on it is said. */
const warnSeconds = 300;

/** Says that the lab ends soon, and what to do about it. */
export function Warnings({ run, labRun, now, onStay }: { run: Run; labRun: LabRun; now: number; onStay: () => void }) {
  if (run.status !== "RUNNING" || !run.endsAt) return null;
  const total = secondsUntil(run.endsAt, now);
  const idle = run.idleEndsAt ? secondsUntil(run.idleEndsAt, now) : Infinity;
  const { action } = labRun;
  if (idle < total && idle <= warnSeconds) {
    return (
      <div className="lab-warning">
        <p role="alert">Nothing has been typed, saved or checked for a while, so the lab ends soon. Your files are kept.</p>
        <span className="lab-timer" role="timer" aria-label="Until it ends">
          {timerWords(idle)}
        </span>
        <button type="button" className="button" disabled={action.busy !== ""} onClick={onStay}>
          I am still here
        </button>
      </div>
    );
  }
  if (total > warnSeconds) return null;
  return (
    <div className="lab-warning">
      <p role="alert">The lab ends in a few minutes. Your files are kept, and you can start it again.</p>
      {run.canExtend && (
        <button type="button" className="button" disabled={action.busy !== ""} onClick={() => void labRun.extend()}>
          More time
        </button>
      )}
    </div>
  );
}
