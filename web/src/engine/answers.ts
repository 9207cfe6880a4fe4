// What the engine is asked and what it answers; the same JSON as DiagramRequests on the server.

/** What is known about a node of the source. */
export interface NodeFacts {
  readonly id: string;
  /** Such as "cache" or "db-leader"; the words of the catalogue. */
  readonly kind?: string;
  readonly replicas?: number;
  readonly quorum?: number | null;
  readonly stateful?: boolean;
  readonly purpose?: string;
  /** Facts for a simulation, such as "hit ratio" with "95 %". */
  readonly numbers?: readonly { readonly name: string; readonly value: string }[];
  /** Where the record stands, for warnings about it. */
  readonly line?: number;
}

/** What is known about an edge of the source. */
export interface EdgeFacts {
  readonly from: string;
  readonly to: string;
  /** The number of the message, counted from 1; only in sequence diagrams. */
  readonly step?: number | null;
  readonly mode?: "sync" | "async";
  readonly required?: boolean;
  readonly protocol?: string;
  readonly carries?: string;
  readonly fallback?: string | null;
  readonly line?: number;
}

export interface RenderOptions {
  /** Put before every id of the picture, so that several fit on a page. */
  readonly idPrefix?: string;
  /** Whether nodes and edges are buttons for keyboard and pointer. */
  readonly interactive?: boolean;
  /** Whether the picture carries its own stylesheet, to be saved as a file. */
  readonly embedStylesheet?: boolean;
  readonly nodes?: readonly NodeFacts[];
  readonly edges?: readonly EdgeFacts[];
}

export interface FailingRequest {
  readonly source: string;
  readonly nodes?: readonly NodeFacts[];
  readonly edges?: readonly EdgeFacts[];
  /** Nodes, `ID:N` for N copies of a node, groups, edges. */
  readonly kill: readonly string[];
  readonly slow?: readonly string[];
}

/** Something wrong with a source; line and column are counted from 1. */
export interface Diagnostic {
  readonly line: number;
  /** In Unicode scalars, as `[...line]` counts. */
  readonly column: number;
  readonly message: string;
  readonly expected: readonly string[];
  readonly hint: string | null;
  readonly severity: "error" | "warning";
}

/** The source cannot be read; `errors` holds at least one error. */
export interface Refusal {
  readonly ok: false;
  readonly errors: readonly Diagnostic[];
}

export type DiagramKind = "flowchart" | "sequence" | "state" | "class" | "er" | "timeline";

export interface EngineNode {
  readonly id: string;
  readonly label: string;
  readonly shape: string;
  readonly kind: string;
  readonly group: string | null;
  readonly line: number;
}

export interface EngineEdge {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  /** Empty for none. */
  readonly label: string;
  readonly arrow: string;
  readonly step: number | null;
  readonly line: number;
}

export interface EngineGroup {
  readonly id: string;
  readonly label: string;
  readonly parent: string | null;
  readonly members: readonly string[];
  readonly line: number;
}

export interface EngineGraph {
  readonly kind: DiagramKind;
  readonly direction: "TB" | "BT" | "LR" | "RL";
  readonly title: string | null;
  readonly nodes: readonly EngineNode[];
  readonly edges: readonly EngineEdge[];
  readonly groups: readonly EngineGroup[];
}

export interface EngineOutlineEntry {
  readonly depth: number;
  readonly text: string;
  readonly target: string | null;
}

export interface Rendering {
  readonly ok: true;
  readonly kind: DiagramKind;
  readonly graph: EngineGraph;
  readonly svg: string;
  readonly outline: readonly EngineOutlineEntry[];
  readonly alternativeText: string;
  readonly longDescription: string;
  /** Sixteen hexadecimal digits that change with the meaning of the diagram. */
  readonly hash: string;
  /** Of the source, and of records that do not fit it (these have severity "error" but change nothing). */
  readonly warnings: readonly Diagnostic[];
}

export interface NodeFate {
  readonly id: string;
  readonly state: "works" | "degraded" | "fails";
  readonly reason: string;
  /** What led to it, the first cause first, this node last; empty when it works. */
  readonly chain: readonly string[];
  readonly isCause: boolean;
  /** Whether a user would notice. */
  readonly isUserFacing: boolean;
}

export interface Failing {
  readonly ok: true;
  readonly fails: readonly string[];
  readonly degrades: readonly string[];
  /** What the question named but the diagram does not have. */
  readonly unknown: readonly string[];
  readonly nodes: readonly NodeFate[];
  /** What users have of the system: those of `nodes` where a user would notice. */
  readonly capabilities: readonly NodeFate[];
  readonly singlePointsOfFailure: readonly string[];
}
