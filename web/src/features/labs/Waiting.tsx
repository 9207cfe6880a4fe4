import { aboutWords, ordinal } from "./runWords";
import type { Run } from "./runWords";
import type { LabRun } from "./useLabRun";

/** In place of the terminal while there is none. */
export function Waiting({ run, labRun }: { run: Run; labRun: LabRun }) {
  if (run.status === "RUNNING") return null;
  return (
    <div className="lab-waiting">
      <div role="status">
        <h2>{headWords(run)}</h2>
        <p>{bodyWords(run)}</p>
      </div>
      {run.status === "QUEUED" && (
        <button type="button" className="button" disabled={labRun.action.busy !== ""} onClick={() => void labRun.stop()}>
          Leave the queue
        </button>
      )}
    </div>
  );
}

function headWords(run: Run): string {
  switch (run.status) {
    case "QUEUED":
      return run.position ? `You are ${ordinal(run.position)} in the queue` : "You are in the queue";
    case "STARTING":
      return "Starting your lab";
    case "STOPPED":
      return "Beginning anew";
    default:
      return "Keeping your files";
  }
}

function bodyWords(run: Run): string {
  switch (run.status) {
    case "QUEUED":
      return `Every place on this machine is taken. ${run.estimateSeconds ? `Yours is free in ${aboutWords(run.estimateSeconds)}, by how long other labs last. ` : ""}You can read the instructions meanwhile, or come back: your place is kept.`;
    case "STARTING":
      return "A sandbox of your own, with the files of this lab. This takes about a second.";
    case "STOPPED":
      return "What was there is put away.";
    default:
      return "The lab ends. What you wrote is there when you come back.";
  }
}
