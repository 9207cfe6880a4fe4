import { useEffect, useState } from "react";
import { useConnection } from "../../realtime/connection";
import { clockWords, secondsUntil, timerWords } from "./runWords";
import type { Run } from "./runWords";
import { bytesWords } from "./terminal/link";

/** What the lab uses, and when its files were last kept. */
export function StatusLine({ run, isLive, problem }: { run: Run; isLive: boolean; problem: string }) {
  const connection = useConnection();
  const { usage } = run;
  const isCurrent = isLive && connection.status !== "offline" && problem === "";
  return (
    <footer className="lab-status" aria-label="State of the lab">
      <span className="lab-status-state" data-state={isCurrent ? run.status : "UNKNOWN"}>
        {isCurrent ? stateWords[run.status] : problem || "No connection: this is the last known state"}
      </span>
      <span>{run.savedAt ? `Files kept at ${clockWords(run.savedAt)}` : "Files not kept yet"}</span>
      {usage && (
        <>
          <span title="Of one processor core">CPU {Math.round(usage.cpuPercent)} %</span>
          <span className="lab-memory">
            <meter
              min={0}
              max={usage.memoryLimitBytes || 1}
              high={usage.memoryLimitBytes * 0.85}
              value={usage.memoryBytes}
              aria-label="Memory in use"
            />
            {bytesWords(usage.memoryBytes)} of {bytesWords(usage.memoryLimitBytes)} memory
          </span>
          <span>{usage.processes === 1 ? "1 process" : `${usage.processes} processes`}</span>
          <span className="lab-disk">{bytesWords(usage.diskBytes)} on disk</span>
        </>
      )}
      <span className="lab-seed" title="The numbers, names and data of your lab are drawn from it">
        Seed {run.seed}
      </span>
    </footer>
  );
}

const stateWords: Readonly<Record<Run["status"], string>> = {
  QUEUED: "Waiting for a place",
  STARTING: "Starting",
  RUNNING: "Running",
  STOPPING: "Keeping your files",
  STOPPED: "Ended",
  FAILED: "Failed",
  UNAVAILABLE: "Not available",
};

/** Time left; said aloud at a few moments only. */
export function Timer({ endsAt, now }: { endsAt: string; now: number }) {
  const left = secondsUntil(endsAt, now);
  const minutes = Math.ceil(left / 60);
  const [said, setSaid] = useState("");
  useEffect(() => {
    if (spokenMinutes.includes(minutes)) setSaid(minutes === 1 ? "One minute left." : `${minutes} minutes left.`);
  }, [minutes]);
  return (
    <>
      <span className="lab-timer" role="timer" aria-label="Time left" data-soon={left <= 300}>
        {timerWords(left)}
      </span>
      <span className="visually-hidden" role="status">
        {said}
      </span>
    </>
  );
}

const spokenMinutes = [10, 5, 1];
