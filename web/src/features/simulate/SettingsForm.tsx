import { useId } from "react";
import { nodeLabel } from "../diagram/graph";
import type { Graph } from "../diagram/graph";
import { runSeconds } from "./settings";
import type { Settings, Trouble, Weakest } from "./settings";

interface Props {
  readonly graph: Graph;
  readonly weakest: Weakest;
  readonly settings: Settings;
  readonly onChange: (settings: Settings) => void;
}

const troubles: readonly (readonly [Trouble, string])[] = [
  ["none", "Nothing"],
  ["kill", "A part is lost"],
  ["slow", "A part is ten times slower"],
  ["flush", "A cache is emptied"],
];

/** Everything about a run that can be set. */
export function SettingsForm({ graph, weakest, settings, onChange }: Props) {
  const set = (change: Partial<Settings>) => onChange({ ...settings, ...change });
  const caches = graph.nodes.filter((node) => node.kind === "cache" || node.kind === "cdn");
  const choices = settings.trouble === "flush" ? caches : graph.nodes.filter((node) => node.kind !== "client");
  const trouble = (next: Trouble) => {
    const fits = next !== "flush" || caches.some((each) => each.id === settings.node);
    set({ trouble: next, node: fits ? settings.node : caches[0]?.id ?? settings.node });
  };
  return (
    <div className="load-settings">
      <NumberField label="Requests a second" value={settings.rate} from={1} to={2_000} onChange={(rate) => set({ rate })} />
      <NumberField label="Seed" value={settings.seed} from={0} to={999_999} onChange={(seed) => set({ seed })} />
      <Choice
        label="Spike"
        value={String(settings.spike)}
        options={[["1", "None"], ["2", "Twice the load"], ["3", "Three times"], ["5", "Five times"]]}
        onChange={(spike) => set({ spike: Number(spike) })}
      />
      {settings.spike !== 1 ? <Span label="Spike" at={settings.spikeAt} length={settings.spikeFor} onChange={(spikeAt, spikeFor) => set({ spikeAt, spikeFor })} /> : <span />}
      <Choice
        label="What goes wrong"
        value={settings.trouble}
        options={troubles.filter(([each]) => each !== "flush" || caches.length > 0)}
        onChange={(next) => trouble(next as Trouble)}
      />
      {settings.trouble === "none" ? (
        <span />
      ) : (
        <Choice label="Where" value={settings.node} options={choices.map((node) => [node.id, node.label])} onChange={(node) => set({ node })} />
      )}
      {settings.trouble !== "none" && (
        <Span label="Trouble" at={settings.troubleAt} length={settings.troubleFor} onChange={(troubleAt, troubleFor) => set({ troubleAt, troubleFor })} />
      )}
      <NumberField label="Retries" value={settings.retries} from={0} to={10} onChange={(retries) => set({ retries })} />
      <NumberField label="Timeout, ms" value={settings.timeoutMs} from={10} to={60_000} onChange={(timeoutMs) => set({ timeoutMs })} />
      {caches.length > 0 && <NumberField label="Cache hits, %" value={settings.hitRatio} from={0} to={100} onChange={(hitRatio) => set({ hitRatio })} />}
      <NumberField
        label={`Slots of ${nodeLabel(graph, weakest.node)}`}
        value={settings.slots || weakest.slots}
        from={1}
        to={10_000}
        onChange={(slots) => set({ slots })}
      />
      <label className="check">
        <input type="checkbox" checked={settings.budget} onChange={(event) => set({ budget: event.target.checked })} />
        Retry budget of 10 %
      </label>
      <label className="check">
        <input type="checkbox" checked={settings.breaker} onChange={(event) => set({ breaker: event.target.checked })} />
        Circuit breakers
      </label>
    </div>
  );
}

interface NumberProps {
  readonly label: string;
  readonly value: number;
  readonly from: number;
  readonly to: number;
  readonly onChange: (value: number) => void;
}

function NumberField({ label, value, from, to, onChange }: NumberProps) {
  const id = useId();
  return (
    <div className="record-field">
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        type="number"
        min={from}
        max={to}
        value={value}
        onChange={(event) => {
          const next = event.target.valueAsNumber;
          if (Number.isFinite(next)) onChange(Math.min(Math.max(Math.round(next), from), to));
        }}
      />
    </div>
  );
}

function Choice({ label, value, options, onChange }: { label: string; value: string; options: readonly (readonly [string, string])[]; onChange: (value: string) => void }) {
  const id = useId();
  return (
    <div className="record-field">
      <label htmlFor={id}>{label}</label>
      <select id={id} className="select" value={value} onChange={(event) => onChange(event.target.value)}>
        {options.map(([each, word]) => (
          <option key={each} value={each}>
            {word}
          </option>
        ))}
      </select>
    </div>
  );
}

/** From a second on, for so many seconds. */
function Span({ label, at, length, onChange }: { label: string; at: number; length: number; onChange: (at: number, length: number) => void }) {
  return (
    <div className="load-span" role="group" aria-label={label}>
      <NumberField label="From second" value={at} from={1} to={runSeconds - 2} onChange={(next) => onChange(next, length)} />
      <NumberField label="For seconds" value={length} from={1} to={runSeconds} onChange={(next) => onChange(at, next)} />
    </div>
  );
}
