import { useEffect, useId, useMemo } from "react";
import { Icon } from "../../design/Icon";
import type { LoadReport } from "../../engine/load";
import { nodeLabel } from "../diagram/graph";
import type { Graph } from "../diagram/graph";
import type { Look } from "../diagram/Stage";
import { amount, Chart } from "./Chart";
import { speeds } from "./usePlayback";
import type { Speed, usePlayback } from "./usePlayback";

interface Props {
  readonly graph: Graph;
  readonly report: LoadReport;
  readonly playback: ReturnType<typeof usePlayback>;
  readonly node: string;
  readonly onPick: (id: string) => void;
  readonly onLooks: (looks: ReadonlyMap<string, Look>) => void;
}

const stateWords: Readonly<Record<string, string>> = { ok: "fine", slow: "slow", overloaded: "overloaded", down: "down" };

/** What a run showed: findings in words, the time axis, charts, and everything as a table. */
export function Results({ graph, report, playback, node, onPick, onLooks }: Props) {
  const { at, go } = playback;
  const looks = useMemo(() => looksAt(report, at), [report, at]);
  useEffect(() => onLooks(looks), [looks, onLooks]);
  const chosen = report.nodes.find((each) => each.id === node) ?? report.nodes[0];
  const { user, interval } = report;
  const perSecond = (values: readonly number[]) => values.map((value) => value / interval);
  return (
    <div className="load-results">
      <h3>What it shows</h3>
      <div role="status">
        <ul className="findings">
          {report.findings.map((finding, index) => (
            <li key={index} data-kind={finding.kind}>
              <span>{finding.text}</span>
              {finding.at !== undefined && (
                <button
                  type="button"
                  className="text-link"
                  onClick={() => {
                    playback.setPlaying(false);
                    go(Math.floor((finding.at ?? 0) / interval));
                    if (finding.node) onPick(finding.node);
                  }}
                >
                  Go to second {Math.round(finding.at)}
                </button>
              )}
            </li>
          ))}
        </ul>
      </div>
      <TimeAxis playback={playback} count={user.offered.length} interval={interval} />
      <Chart
        title="Users"
        unit="/s"
        at={at}
        lines={[
          { name: "offered", values: perSecond(user.offered), look: "dashed" },
          { name: "good", values: perSecond(user.good), look: "plain" },
        ]}
      />
      <Chart
        title="Their wait"
        unit="ms"
        at={at}
        lines={[
          { name: "p50", values: user.p50, look: "plain" },
          { name: "p99", values: user.p99, look: "dashed" },
        ]}
      />
      {chosen && (
        <>
          <NodeChoice graph={graph} node={chosen.id} onPick={onPick} state={stateWords[chosen.state[at] ?? "ok"] ?? ""} />
          <Chart title="Waiting in line" unit="" at={at} lines={[{ name: "waiting", values: chosen.queueMean, look: "plain" }]} />
          <Chart title="Slots in use" unit="%" at={at} most={100} lines={[{ name: "in use", values: chosen.utilisation.map((value) => value * 100), look: "plain" }]} />
          {chosen.hitRatio && <Chart title="Cache hits" unit="%" at={at} most={100} lines={[{ name: "hits", values: chosen.hitRatio.map((value) => value * 100), look: "plain" }]} />}
        </>
      )}
      <Table report={report} node={chosen?.id ?? ""} name={chosen ? nodeLabel(graph, chosen.id) : ""} />
    </div>
  );
}

function TimeAxis({ playback, count, interval }: { playback: Props["playback"]; count: number; interval: number }) {
  const { at, go, isPlaying, toggle, speed, setSpeed, setPlaying } = playback;
  const id = useId();
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const step = (next: number) => {
    setPlaying(false);
    go(next);
  };
  return (
    <div className="time-axis" role="group" aria-label="Time">
      {!still && (
        <button type="button" className="button" onClick={toggle}>
          {isPlaying ? "Pause" : "Play"}
        </button>
      )}
      <button type="button" className="icon-button" aria-label="One second back" disabled={at === 0} onClick={() => step(at - 1)}>
        <Icon name="left" />
      </button>
      <button type="button" className="icon-button" aria-label="One second on" disabled={at >= count - 1} onClick={() => step(at + 1)}>
        <Icon name="right" />
      </button>
      <label htmlFor={id}>Second {Math.round((at + 1) * interval)}</label>
      {!still && (
        <select className="select" aria-label="Speed" value={speed} onChange={(event) => setSpeed(Number(event.target.value) as Speed)}>
          {speeds.map((each) => (
            <option key={each} value={each}>
              {each}×
            </option>
          ))}
        </select>
      )}
      <input id={id} type="range" min={0} max={Math.max(count - 1, 0)} value={at} onChange={(event) => step(event.target.valueAsNumber)} />
    </div>
  );
}

function NodeChoice({ graph, node, state, onPick }: { graph: Graph; node: string; state: string; onPick: (id: string) => void }) {
  const id = useId();
  return (
    <div className="load-node">
      <label htmlFor={id}>Part</label>
      <select id={id} className="select" value={node} onChange={(event) => onPick(event.target.value)}>
        {graph.nodes.map((each) => (
          <option key={each.id} value={each.id}>
            {each.label}
          </option>
        ))}
      </select>
      <span className="state-tag" data-state={state === "fine" ? "ok" : state}>
        {state}
      </span>
    </div>
  );
}

function Table({ report, node, name }: { report: LoadReport; node: string; name: string }) {
  const { user, interval } = report;
  const chosen = report.nodes.find((each) => each.id === node);
  return (
    <details>
      <summary>As a table</summary>
      <div className="load-table" role="region" aria-label="The run as a table" tabIndex={0}>
        <table>
          <thead>
            <tr>
              {["Second", "Offered", "Good", "p50 ms", "p99 ms", `${name}: state`, "Waiting", "In use %"].map((each) => (
                <th key={each} scope="col">
                  {each}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {user.offered.map((offered, index) => (
              <tr key={index}>
                <th scope="row">{Math.round((index + 1) * interval)}</th>
                <td>{amount(offered)}</td>
                <td>{amount(user.good[index] ?? 0)}</td>
                <td>{amount(user.p50[index] ?? 0)}</td>
                <td>{amount(user.p99[index] ?? 0)}</td>
                <td>{stateWords[chosen?.state[index] ?? "ok"]}</td>
                <td>{amount(chosen?.queueMean[index] ?? 0)}</td>
                <td>{amount((chosen?.utilisation[index] ?? 0) * 100)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}

function looksAt(report: LoadReport, at: number): ReadonlyMap<string, Look> {
  const looks = new Map<string, Look>();
  for (const node of report.nodes) {
    const state = node.state[at] ?? "ok";
    looks.set(node.id, { state, note: `${stateWords[state] ?? state}, ${Math.round((node.utilisation[at] ?? 0) * 100)} % in use` });
  }
  for (const edge of report.edges) if (edge.breaker?.[at] === "open") looks.set(edge.id, { impact: "killed", note: "The circuit breaker is open" });
  return looks;
}
