import { useEffect, useMemo, useRef, useState } from "react";
import type { KeyboardEvent } from "react";
import { useQuery } from "../../../api/useQuery";
import { Failure } from "../../../design/Failure";
import { Icon } from "../../../design/Icon";
import { Skeleton } from "../../../design/Skeleton";
import { counted, momentWords } from "../../../design/words";
import { LabRecordingOf } from "../queries.generated";
import { timerWords } from "../runWords";
import { usePreferences } from "../terminal/preferences";
import { useTerminal } from "../terminal/useTerminal";
import type { Outcome } from "../useRecord";
import { framesOf, lengthOf, shownAt } from "./player";
import type { Frame, Recording } from "./player";

interface Props {
  readonly labId: string;
  readonly attempts: readonly Outcome[];
}

/** What one's own terminal showed, to be watched again. */
export function ReplayPane({ labId, attempts }: Props) {
  const [attempt, setAttempt] = useState<number | null>(null);
  const found = useQuery(LabRecordingOf, { id: labId, attempt });
  const recording = found.data?.labRecording;
  return (
    <div className="lab-replay">
      <div className="lab-replay-head">
        <h2>Replay</h2>
        {attempts.length > 0 && (
          <select
            className="select"
            aria-label="What to replay"
            value={attempt ?? ""}
            onChange={(event) => setAttempt(event.target.value === "" ? null : Number(event.target.value))}
          >
            <option value="">This run</option>
            {attempts.map((each) => (
              <option key={each.attempt} value={each.attempt}>
                The run of attempt {each.attempt}
              </option>
            ))}
          </select>
        )}
        <button type="button" className="button" disabled={found.fetching} onClick={found.retry}>
          {found.fetching ? "Loading…" : "Load the newest"}
        </button>
      </div>
      {found.error && !recording && <Failure title="The recording did not load" message={found.error.message} onRetry={found.retry} />}
      {!found.error && !recording && <Skeleton shape="lines" count={3} />}
      {recording && recording.frames.length === 0 && <p className="hint">Nothing is recorded yet. What your terminal shows is kept as you work, for you alone.</p>}
      {recording && recording.frames.length > 0 && <Player key={`${attempt ?? ""} ${recording.frames.length}`} recording={recording} />}
    </div>
  );
}

const speeds = [0.5, 1, 2, 4, 8] as const;
const tickMs = 50;
const jump = 5;

function Player({ recording }: { recording: Recording }) {
  const [skipsPauses, setSkips] = useState(true);
  const frames = useMemo(() => framesOf(recording, skipsPauses), [recording, skipsPauses]);
  const length = lengthOf(frames);
  const [speed, setSpeed] = useState<number>(1);
  const [at, setAt] = useState(0);
  const [isPlaying, setPlaying] = useState(false);
  const place = useRef<HTMLDivElement>(null);
  const [preferences] = usePreferences();
  const [made, problem] = useTerminal(place, {
    ...preferences,
    isQuiet: () => true,
    options: { disableStdin: true, cursorBlink: false },
    size: { cols: recording.cols, rows: recording.rows },
  });
  const shown = useRef({ frames, count: 0 });

  useEffect(() => {
    if (!made) return;
    // Going back means beginning anew, as a terminal cannot forget the last piece.
    const count = shownAt(frames, at);
    if (count < shown.current.count || shown.current.frames !== frames) {
      made.terminal.reset();
      shown.current = { frames, count: 0 };
    }
    made.terminal.write(joined(frames.slice(shown.current.count, count)));
    shown.current.count = count;
  }, [made, frames, at]);
  useEffect(() => {
    if (!isPlaying) return;
    let before = performance.now();
    const timer = setInterval(() => {
      const now = performance.now();
      const passed = (now - before) / 1000;
      before = now;
      setAt((from) => Math.min(length, from + passed * speed));
    }, tickMs);
    return () => clearInterval(timer);
  }, [isPlaying, speed, length]);
  useEffect(() => {
    if (at >= length) setPlaying(false);
  }, [at, length]);

  const seek = (to: number) => setAt(Math.min(Math.max(0, to), length));
  const play = () => {
    if (!isPlaying && at >= length) setAt(0);
    setPlaying(!isPlaying);
  };
  const faster = (by: number) => {
    const index = speeds.findIndex((each) => each === speed) + by;
    setSpeed(speeds[Math.min(Math.max(index, 0), speeds.length - 1)] ?? 1);
  };
  const keyed = (event: KeyboardEvent<HTMLDivElement>) => {
    const target = event.target as HTMLElement;
    if (event.ctrlKey || event.metaKey || event.altKey || target.matches("select, input[type=checkbox]")) return;
    const isButton = target.matches("button");
    const act = {
      " ": isButton ? undefined : play,
      k: play,
      ArrowLeft: () => seek(at - jump),
      ArrowRight: () => seek(at + jump),
      Home: () => seek(0),
      End: () => seek(length),
      "<": () => faster(-1),
      ">": () => faster(1),
    }[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  };
  return (
    <div className="player" role="group" aria-label="Recording" onKeyDown={keyed}>
      {problem && <p className="form-problem">{problem}</p>}
      <div ref={place} className="terminal-place" />
      <div className="player-tools">
        <button type="button" className="icon-button" aria-label={isPlaying ? "Pause" : "Play"} onClick={play}>
          <Icon name={isPlaying ? "pause" : "play"} />
        </button>
        <input
          type="range"
          min={0}
          max={Math.max(length, 0.1)}
          step="any"
          value={at}
          aria-label="Place in the recording"
          aria-valuetext={`${timerWords(Math.floor(at))} of ${timerWords(Math.ceil(length))}`}
          onChange={(event) => seek(Number(event.target.value))}
        />
        <span className="player-time" aria-hidden="true">
          {timerWords(Math.floor(at))} / {timerWords(Math.ceil(length))}
        </span>
        <select className="select" aria-label="Speed" value={speed} onChange={(event) => setSpeed(Number(event.target.value))}>
          {speeds.map((each) => (
            <option key={each} value={each}>
              {each}×
            </option>
          ))}
        </select>
        <label className="player-skip">
          <input
            type="checkbox"
            checked={skipsPauses}
            onChange={(event) => {
              setSkips(event.target.checked);
              setAt(0);
            }}
          />
          Skip pauses
        </label>
      </div>
      <p className="hint">
        Recorded from {momentWords(recording.startedAt)}, {counted(frames.length, "piece")}.
        {recording.truncated && " The run showed more than is kept; this is a part of it."} Keys: K plays and pauses, arrows go five seconds, &lt; and &gt; change the
        speed.
      </p>
    </div>
  );
}

function joined(frames: readonly Frame[]): Uint8Array {
  const all = new Uint8Array(frames.reduce((sum, each) => sum + each.bytes.length, 0));
  let filled = 0;
  for (const { bytes } of frames) {
    all.set(bytes, filled);
    filled += bytes.length;
  }
  return all;
}
