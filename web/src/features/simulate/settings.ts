import type { LoadEdgeSettings, LoadEvent, LoadNodeSettings, LoadScenario } from "../../engine/load";
import type { Graph } from "../diagram/graph";

export type Trouble = "none" | "kill" | "slow" | "flush";

/** What can be set about a run; all times in seconds. */
export interface Settings {
  readonly rate: number;
  /** The rate times this, from `spikeAt` on for `spikeFor`; 1 is no spike. */
  readonly spike: number;
  readonly spikeAt: number;
  readonly spikeFor: number;
  readonly trouble: Trouble;
  readonly node: string;
  readonly troubleAt: number;
  readonly troubleFor: number;
  readonly retries: number;
  readonly timeoutMs: number;
  readonly budget: boolean;
  readonly breaker: boolean;
  /** Per cent. */
  readonly hitRatio: number;
  /** How many requests the weakest part works on at once; 0 leaves it alone. */
  readonly slots: number;
  readonly seed: number;
}

/** The part that is full first, learned from a quiet run. */
export interface Weakest {
  readonly node: string;
  /** Requests a second of all users at which it is full. */
  readonly capacity: number;
  readonly slots: number;
}

export type Preset = "storm" | "metastable" | "cold";

export const runSeconds = 60;
const slowFactor = 10;
/** More than this says nothing more and takes longer. */
const mostPresetRate = 300;

export function defaultsFor(weakest: Weakest): Settings {
  return {
    rate: rounded(Math.min(weakest.capacity * 0.5, mostPresetRate)),
    spike: 1,
    spikeAt: 15,
    spikeFor: 10,
    trouble: "none",
    node: weakest.node,
    troubleAt: 15,
    troubleFor: 10,
    retries: 2,
    timeoutMs: 1_000,
    budget: false,
    breaker: false,
    hitRatio: 90,
    slots: 0,
    seed: 1,
  };
}

export function scenarioOf(settings: Settings, weakest: Weakest, graph: Graph): LoadScenario {
  const { rate, spike, spikeAt, spikeFor, trouble, node, troubleAt, troubleFor } = settings;
  const load = [
    { at: 0, rate },
    ...(spike === 1 ? [] : [{ at: spikeAt, rate: rate * spike }, { at: Math.min(spikeAt + spikeFor, runSeconds - 1), rate }]),
  ];
  const nodes: Record<string, LoadNodeSettings> = {};
  for (const each of graph.nodes) if (each.kind === "cache" || each.kind === "cdn") nodes[each.id] = { hitRatio: settings.hitRatio / 100 };
  if (settings.slots > 0) nodes[weakest.node] = { ...nodes[weakest.node], servers: settings.slots };
  const over = Math.min(troubleAt + troubleFor, runSeconds - 1);
  const events: readonly LoadEvent[] =
    trouble === "kill"
      ? [{ at: troubleAt, kill: node }, { at: over, restore: node }]
      : trouble === "slow"
        ? [{ at: troubleAt, slow: node, factor: slowFactor }, { at: over, slow: node, factor: 1 }]
        : trouble === "flush"
          ? [{ at: troubleAt, flush: node }]
          : [];
  const everyEdge: LoadEdgeSettings = {
    retries: settings.retries,
    timeoutMs: settings.timeoutMs,
    budget: settings.budget ? 0.1 : null,
    breaker: settings.breaker ? true : null,
  };
  return { seed: settings.seed, seconds: runSeconds, interval: 1, load, nodes, everyEdge, events };
}

/** Settings under which a known failure may show, fitted to this diagram's weakest part; to be tried in turn. */
export function presetFor(preset: Preset, weakest: Weakest, graph: Graph): readonly Settings[] {
  const perSlot = weakest.capacity / Math.max(weakest.slots, 1);
  const slots = weakest.capacity > mostPresetRate ? Math.max(1, Math.floor(mostPresetRate / perSlot)) : 0;
  const capacity = slots > 0 ? slots * perSlot : weakest.capacity;
  const base = { ...defaultsFor(weakest), slots };
  switch (preset) {
    case "storm":
      return [{ ...base, rate: rounded(capacity * 0.6), trouble: "slow", retries: 5 }];
    case "metastable":
      return metastableTrials.map(([share, spike, timeoutMs]) => ({ ...base, rate: rounded(capacity * share), spike, timeoutMs, retries: 8 }));
    case "cold": {
      const cache = graph.nodes.find((node) => node.kind === "cache");
      return [{ ...base, rate: rounded(capacity * 0.8), hitRatio: 95, trouble: "flush", node: cache?.id ?? base.node, retries: 3 }];
    }
  }
}

/** What a run has to find for a preset to have shown what it is named after. */
export const wantedFinding: Readonly<Record<Preset, string>> = { storm: "retries", metastable: "metastable", cold: "cold" };

/** Share of the capacity, spike, timeout. */
const metastableTrials = [[0.8, 3, 1_000], [0.9, 5, 500], [0.9, 5, 200], [0.95, 5, 100]] as const;

export const presets: readonly (readonly [Preset, string, string])[] = [
  ["storm", "Retry storm", "One part is slow for ten seconds, and everybody tries again."],
  ["metastable", "Metastable failure", "A short spike is over, the failure is not."],
  ["cold", "Cold cache", "The cache is emptied at full load."],
];

function rounded(rate: number): number {
  if (rate >= 100) return Math.round(rate / 10) * 10;
  return Math.max(Math.round(rate), 1);
}
