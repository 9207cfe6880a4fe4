// The load simulation's question and answer; docs/load-model.md says what each value means.
import type { Diagnostic, EdgeFacts, NodeFacts } from "./answers";

export interface LoadNodeSettings {
  readonly replicas?: number;
  readonly servers?: number;
  readonly serviceMs?: number;
  readonly service?: "exponential" | "deterministic";
  readonly contention?: number;
  readonly queue?: number;
  readonly blocking?: boolean;
  readonly dropExpired?: boolean;
  readonly hitRatio?: number;
  readonly keys?: number;
  readonly cold?: boolean;
}

export interface LoadBreaker {
  readonly window?: number;
  readonly failures?: number;
  readonly openMs?: number;
  readonly probes?: number;
}

export interface LoadEdgeSettings {
  readonly calls?: number;
  readonly timeoutMs?: number;
  readonly retries?: number;
  readonly backoffMs?: number;
  readonly jitter?: number;
  readonly budget?: number | null;
  readonly budgetBurst?: number;
  readonly breaker?: LoadBreaker | true | null;
  readonly onMiss?: boolean;
  readonly flow?: "push" | "pull";
}

export type LoadEvent = { readonly at: number } & (
  | { readonly kill: string }
  | { readonly restore: string }
  | { readonly slow: string; readonly factor: number }
  | { readonly flush: string }
);

/** Every key may be left out. */
export interface LoadScenario {
  readonly seed?: number;
  readonly seconds?: number;
  readonly interval?: number;
  readonly patience?: number;
  readonly load?: readonly { readonly at: number; readonly rate: number; readonly node?: string }[];
  readonly nodes?: Readonly<Record<string, LoadNodeSettings>>;
  readonly everyEdge?: LoadEdgeSettings;
  readonly edges?: Readonly<Record<string, LoadEdgeSettings>>;
  readonly events?: readonly LoadEvent[];
}

export interface SimulateRequest {
  readonly source: string;
  readonly nodes?: readonly NodeFacts[];
  readonly edges?: readonly EdgeFacts[];
  readonly scenario?: LoadScenario;
}

type Series = readonly number[];

export interface LoadNodeReport {
  readonly id: string;
  readonly name: string;
  readonly kind: string;
  readonly arrivals: Series;
  readonly served: Series;
  readonly failed: Series;
  readonly timedOut: Series;
  readonly retried: Series;
  readonly queueMean: Series;
  readonly queueMax: Series;
  readonly utilisation: Series;
  readonly p50: Series;
  readonly p99: Series;
  readonly state: readonly ("ok" | "slow" | "overloaded" | "down")[];
  /** Only of caches. */
  readonly hitRatio?: Series;
  readonly total: Readonly<
    Record<
      | "arrivals" | "served" | "failed" | "timedOut" | "retried" | "inFlight" | "queueMean" | "queueMax"
      | "utilisation" | "meanMs" | "meanWaitMs" | "p50" | "p99",
      number
    >
  >;
}

export interface LoadEdgeReport {
  readonly id: string;
  readonly calls: Series;
  readonly failed: Series;
  readonly timedOut: Series;
  readonly retried: Series;
  /** Only of edges with one. */
  readonly breaker?: readonly ("closed" | "open" | "half-open")[];
  readonly total: Readonly<
    Record<"calls" | "failed" | "timedOut" | "retried" | "withheld" | "refused" | "fallbacks", number>
  >;
}

export interface LoadFinding {
  readonly kind: string;
  readonly at?: number;
  readonly node?: string;
  readonly edge?: string;
  readonly text: string;
}

/** Arrays have one entry per interval. */
export interface LoadReport {
  readonly seed: number;
  readonly seconds: number;
  readonly interval: number;
  readonly stopped: string | null;
  readonly user: Readonly<
    Record<"offered" | "good" | "late" | "failed" | "degraded" | "errorRate" | "p50" | "p99", Series>
  >;
  readonly nodes: readonly LoadNodeReport[];
  readonly edges: readonly LoadEdgeReport[];
  readonly total: Readonly<
    Record<
      | "offered" | "good" | "late" | "failed" | "inFlight" | "degraded" | "errorRate" | "meanMs" | "p50" | "p99"
      | "events",
      number
    >
  >;
  readonly findings: readonly LoadFinding[];
  /** The whole scenario with all defaults. */
  readonly scenario: LoadScenario;
}

export interface Simulation {
  readonly ok: true;
  readonly report: LoadReport;
}

/** What is wrong with a scenario, and where in it, such as `nodes.db.servers`. */
export interface ScenarioRefusal {
  readonly ok: false;
  readonly path: string;
  readonly errors: readonly Diagnostic[];
}
