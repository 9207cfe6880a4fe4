import { useEffect, useMemo, useRef, useState } from "react";
import type { MutableRefObject } from "react";
import { Failure } from "../../design/Failure";
import { Skeleton } from "../../design/Skeleton";
import { nodeLabel } from "../diagram/graph";
import type { Graph } from "../diagram/graph";
import type { Look } from "../diagram/Stage";
import { Results } from "./Results";
import { simulate, weakestOf } from "./run";
import type { Run } from "./run";
import { defaultsFor, presetFor, presets, scenarioOf, wantedFinding } from "./settings";
import type { Settings } from "./settings";
import { SettingsForm } from "./SettingsForm";
import { sourceOf } from "./source";
import { usePlayback } from "./usePlayback";

interface Props {
  readonly graph: Graph;
  readonly picked: string | null;
  readonly onPick: (id: string) => void;
  readonly onLooks: (looks: ReadonlyMap<string, Look>) => void;
  /** The last run, which outlives this panel. */
  readonly kept: MutableRefObject<Run | null>;
}

/** After so long no further settings are tried. */
const patienceMs = 3_000;
const nothing: ReadonlyMap<string, Look> = new Map();

/** Requests played through the diagram: what is set, what happens, what it means. */
export default function LoadPanel({ graph, picked, onPick, onLooks, kept }: Props) {
  const source = useMemo(() => sourceOf(graph), [graph]);
  const [run, setRun] = useState<Run | null>(kept.current);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const [attempt, setAttempt] = useState(0);
  const [missed, setMissed] = useState(false);
  const results = useRef<HTMLDivElement>(null);
  const playback = usePlayback(run?.report?.user.offered.length ?? 0);
  const hold = (next: Run) => {
    kept.current = next;
    setRun(next);
  };

  useEffect(() => {
    if (kept.current) return;
    let live = true;
    setError(null);
    weakestOf(source).then(
      (weakest) => live && hold({ weakest, settings: defaultsFor(weakest), report: null }),
      (reason: Error) => live && setError(reason.message),
    );
    return () => {
      live = false;
    };
  }, [source, attempt]);
  const hasReport = run?.report != null;
  useEffect(() => {
    if (!hasReport) onLooks(nothing);
  }, [hasReport, onLooks]);

  /** Runs the first settings; the next ones only while what is wanted does not show. */
  const start = async (trials: readonly Settings[], wanted: string | null) => {
    if (!run || busy) return;
    setBusy(true);
    setError(null);
    try {
      let shown: Run = run;
      const began = performance.now();
      for (const settings of trials) {
        if (shown !== run && performance.now() - began > patienceMs) break;
        shown = { ...run, settings, report: await simulate(source, scenarioOf(settings, run.weakest, graph)) };
        if (wanted === null || shown.report?.findings.some((finding) => finding.kind === wanted)) break;
      }
      const { report } = shown;
      setMissed(wanted !== null && !report?.findings.some((finding) => finding.kind === wanted));
      hold(shown);
      if (!report) return;
      requestAnimationFrame(() => results.current && bringUp(results.current));
      if (matchMedia("(prefers-reduced-motion: reduce)").matches) playback.go(Math.round(report.user.offered.length / 3));
      else playback.play();
    } catch (reason) {
      setError(reason instanceof Error ? reason.message : "The run did not work.");
    } finally {
      setBusy(false);
    }
  };
  if (error !== null && !run) return <Failure title="The simulation did not load" message={error} onRetry={() => setAttempt((before) => before + 1)} />;
  if (!run) return <Skeleton shape="lines" count={2} />;
  const hasCache = graph.nodes.some((node) => node.kind === "cache");
  return (
    <section className="load" aria-labelledby="load-heading">
      <h2 id="load-heading">Put it under load</h2>
      <p className="hint">
        One minute, second by second. {nodeLabel(graph, run.weakest.node)} is full first, at about {Math.round(run.weakest.capacity).toLocaleString("en")} requests a second.
      </p>
      <div className="load-presets">
        {presets
          .filter(([preset]) => preset !== "cold" || hasCache)
          .map(([preset, name, about]) => (
            <button key={preset} type="button" disabled={busy} onClick={() => void start(presetFor(preset, run.weakest, graph), wantedFinding[preset])}>
              <strong>{name}</strong>
              <span>{about}</span>
            </button>
          ))}
      </div>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void start([run.settings], null);
        }}
      >
        <details>
          <summary>Settings</summary>
          <SettingsForm graph={graph} weakest={run.weakest} settings={run.settings} onChange={(settings) => hold({ ...run, settings })} />
        </details>
        <button type="submit" className="button primary wide" disabled={busy}>
          {busy ? "Running…" : run.report ? "Run again" : `Run with ${run.settings.rate.toLocaleString("en")} requests a second`}
        </button>
      </form>
      {error !== null && (
        <p className="form-problem" role="alert">
          {error}
        </p>
      )}
      <div ref={results} className="load-anchor">
        {missed && <p className="hint">This diagram withstands what the preset tried; what it shows instead is below. Other settings may still bring it about.</p>}
        {run.report && <Results graph={graph} report={run.report} playback={playback} node={picked ?? run.weakest.node} onPick={onPick} onLooks={onLooks} />}
      </div>
    </section>
  );
}

/** To the top of the panel; where the panel does not scroll by itself, to the top of the page. */
function bringUp(element: HTMLElement): void {
  const panel = element.closest(".side-panel");
  if (panel && panel.scrollHeight > panel.clientHeight) panel.scrollTop += element.getBoundingClientRect().top - panel.getBoundingClientRect().top;
  else element.scrollIntoView({ block: "start" });
}
