import { decode } from "./graph";
import type { Graph } from "./graph";
import { scored } from "./score";

export type Fate = "works" | "degraded" | "fails";

/** What a learner said before the answer was shown; a node without a mark works. */
export interface Prediction {
  readonly guesses: ReadonlyMap<string, Fate>;
  /** Per cent, 50 to 99. */
  readonly confidence: number;
}

interface Step {
  /** Ids of nodes and edges, in the order in which they were taken away. */
  readonly taken: readonly string[];
  readonly guesses: ReadonlyMap<string, Fate>;
}

/** What is taken away, what was guessed, and how it came to that. */
export interface Breakage extends Step {
  readonly confidence: number;
  /** The node that was marked last, for the announcement. */
  readonly marked: string | null;
  /** Earlier steps, the last one last. */
  readonly before: readonly Step[];
  /** The sets whose answer was shown, each with what was predicted. */
  readonly seen: ReadonlyMap<string, Prediction | null>;
}

export type Action =
  | { readonly type: "take" | "mark" | "saw"; readonly id: string }
  | { readonly type: "load"; readonly taken: readonly string[] }
  | { readonly type: "sure"; readonly confidence: number }
  | { readonly type: "putAllBack" | "undo" | "show" };

/** As many as the server answers for. */
export const mostTaken = 30;
const keptSteps = 200;
const fates: readonly Fate[] = ["works", "degraded", "fails"];

export function begun(taken: readonly string[]): Breakage {
  return { taken, guesses: new Map(), confidence: 70, marked: null, before: [], seen: new Map() };
}

/** The same for the same parts in any order. */
export function keyOf(taken: readonly string[]): string {
  return [...taken].sort().join(",");
}

export function changed(state: Breakage, action: Action): Breakage {
  switch (action.type) {
    case "take":
      return take(state, action.id);
    case "mark": {
      const next = fates[(fates.indexOf(state.guesses.get(action.id) ?? "works") + 1) % fates.length] ?? "works";
      return { ...remembering(state), guesses: new Map(state.guesses).set(action.id, next), marked: action.id };
    }
    case "putAllBack":
      return state.taken.length === 0 ? state : moved(state, []);
    case "load":
      return keyOf(state.taken) === keyOf(action.taken) ? state : moved(state, action.taken);
    case "undo": {
      const last = state.before[state.before.length - 1];
      return last ? { ...state, ...last, marked: null, before: state.before.slice(0, -1) } : state;
    }
    case "sure":
      return { ...state, confidence: action.confidence };
    case "show":
      return shown(state, { guesses: state.guesses, confidence: state.confidence });
    case "saw":
      return state.seen.has(action.id) ? state : { ...state, seen: new Map(state.seen).set(action.id, null) };
  }
}

function take(state: Breakage, id: string): Breakage {
  if (state.taken.includes(id)) return moved(state, state.taken.filter((each) => each !== id));
  return state.taken.length >= mostTaken ? state : moved(state, [...state.taken, id]);
}

/** Guesses outlive a further loss until an answer was seen; then they begin anew. */
function moved(state: Breakage, taken: readonly string[]): Breakage {
  const fresh = taken.length === 0 || state.seen.has(keyOf(state.taken));
  const guesses = fresh ? new Map<string, Fate>() : new Map([...state.guesses].filter(([id]) => !taken.includes(id)));
  return { ...remembering(state), taken, guesses, marked: null };
}

function remembering(state: Breakage): Breakage {
  const step = { taken: state.taken, guesses: state.guesses };
  return { ...state, before: [...state.before, step].slice(-keptSteps) };
}

/** Marks cannot be taken back once the answer is out, so undoing skips them. */
function shown(state: Breakage, prediction: Prediction): Breakage {
  const key = keyOf(state.taken);
  const before = state.before.filter((step) => keyOf(step.taken) !== key);
  return { ...state, marked: null, before, seen: new Map(state.seen).set(key, prediction) };
}

/** `#break=db,cache` as ids that the graph has; null for another fragment. */
export function takenFrom(hash: string, graph: Graph): readonly string[] | null {
  const [, list] = /^#break=(.*)$/.exec(hash) ?? [];
  if (list === undefined) return null;
  const known = new Set([...graph.nodes, ...graph.edges].map((part) => part.id));
  return [...new Set(list.split(",").map(decode))].filter((id) => known.has(id)).slice(0, mostTaken);
}

export function hashOfTaken(taken: readonly string[]): string {
  return `#break=${taken.map(encodeURIComponent).join(",")}`;
}

/** How good a prediction was; what is taken away itself does not count. */
export function scoreOf(prediction: Prediction, nodes: readonly { readonly id: string; readonly state: string; readonly isCause: boolean }[]) {
  const others = nodes.filter((node) => !node.isCause);
  return scored(others.map((node) => (prediction.guesses.get(node.id) ?? "works") === node.state), prediction.confidence);
}
