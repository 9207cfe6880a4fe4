import { useEffect, useMemo, useReducer, useState } from "react";
import { recordPrediction } from "../../api/predictions";
import { begun, changed, hashOfTaken, keyOf, takenFrom } from "./breakage";
import type { Action, Breakage, Prediction } from "./breakage";
import { partFrom } from "./graph";
import type { Graph, Part } from "./graph";
import { arrivals, wavesOf } from "./waves";
import type { Look } from "./Stage";
import { useFates } from "./useFates";
import type { Fates, FatesQuery } from "./useFates";
import { usePredictFirst } from "./usePredictFirst";
import type { Choosing } from "./Workspace";

/** `choose` while nothing is taken away, `predict` until the learner has asked for the answer, then `answer`. */
export type Phase = "choose" | "predict" | "answer";

export interface Breaking extends Choosing {
  readonly diagram: string;
  readonly graph: Graph;
  readonly state: Breakage;
  readonly dispatch: (action: Action) => void;
  readonly phase: Phase;
  readonly fates: FatesQuery;
  readonly prediction: Prediction | null;
  readonly predictFirst: boolean;
  readonly onPredictFirst: (on: boolean) => void;
  readonly onPoint: (part: Part | null) => void;
  /** Whom the loss hits, the nearest first. */
  readonly waves: readonly Fates[];
  /** How far the failure is shown to have come: a number of waves, or null for all at once. */
  readonly spread: number | null;
  readonly onSpread: (waves: number | null) => void;
  readonly looks: ReadonlyMap<string, Look>;
  /** Nodes that the answer speaks of. */
  readonly attention: readonly string[];
}

interface Options {
  readonly diagram: string;
  readonly graph: Graph;
  readonly active: boolean;
  /** The address asks for this mode, or for a part to be explained. */
  readonly onAddress: (wants: "break" | "explain") => void;
}

/** Everything about taking parts away; while `active`, the address's fragment says what is taken. */
export function useBreakage({ diagram, graph, active, onAddress }: Options): Breaking {
  const [state, act] = useReducer(changed, null, () => begun(takenFrom(location.hash, graph) ?? []));
  const dispatch = (action: Action) => {
    act(action);
    if (action.type !== "show") return;
    const { taken, confidence, guesses } = state;
    void recordPrediction({ item: diagram, kind: "diagram", taken, confidence, guesses });
  };
  const [pointed, onPoint] = useState<Part | null>(null);
  const [predictFirst, onPredictFirst] = usePredictFirst();
  const key = keyOf(state.taken);
  const seen = state.seen.has(key);
  const phase: Phase = key === "" ? "choose" : predictFirst && !seen ? "predict" : "answer";
  const fates = useFates(diagram, state.taken, phase !== "answer" || !active);
  const prediction = state.seen.get(key) ?? null;
  const [spread, onSpread] = useState<number | null>(null);
  const waves = useMemo(() => (phase === "answer" ? wavesOf(fates.nodes ?? []) : []), [phase, fates.nodes]);
  const answered = phase === "answer" && fates.nodes !== undefined;

  useEffect(() => {
    if (answered) act({ type: "saw", id: key });
  }, [answered, key]);
  useEffect(() => {
    const moved = () => {
      const taken = takenFrom(location.hash, graph);
      if (taken) act({ type: "load", taken });
      if (taken) onAddress("break");
      else if (partFrom(location.hash, graph)) onAddress("explain");
    };
    addEventListener("hashchange", moved);
    return () => removeEventListener("hashchange", moved);
  }, [graph, onAddress]);
  const hash = active ? hashOfTaken(state.taken) : "";
  useEffect(() => {
    if (hash !== "") history.replaceState(null, "", location.pathname + location.search + hash);
    else if (takenFrom(location.hash, graph)) history.replaceState(null, "", location.pathname + location.search);
  }, [hash, graph]);
  useEffect(() => onPoint(null), [key, active]);
  useEffect(() => onSpread(null), [key, phase, active]);

  const onPick = (part: Part | null) => {
    onPoint(null);
    if (!part) return;
    const guessing = phase === "predict" && part.type === "node" && !state.taken.includes(part.id);
    dispatch({ type: guessing ? "mark" : "take", id: part.id });
  };
  const looks = useMemo(() => {
    if (!active) return new Map<string, Look>();
    if (spread !== null && phase === "answer") return spreadLooks(graph, state.taken, waves, spread);
    return looksOf(state, phase, fates.nodes, prediction);
  }, [active, graph, state, phase, fates.nodes, prediction, waves, spread]);
  const affected = (fates.nodes ?? []).filter((node) => node.state !== "works").map((node) => node.id);
  const reached = spread === 0 ? state.taken : waves[(spread ?? 0) - 1]?.map((node) => node.id) ?? [];
  const attention = !active || !answered ? [] : spread === null ? affected : reached;
  return {
    diagram,
    graph,
    state,
    dispatch,
    phase,
    fates,
    prediction,
    predictFirst,
    onPredictFirst,
    waves,
    spread,
    onSpread,
    pointed,
    onPoint,
    pressed: state.taken,
    onPick,
    looks,
    attention,
  };
}

export const fateWords: Readonly<Record<string, string>> = { works: "works", degraded: "works worse", fails: "fails" };

function looksOf(state: Breakage, phase: Phase, fates: Fates | undefined, prediction: Prediction | null): ReadonlyMap<string, Look> {
  const looks = new Map<string, Look>();
  if (phase === "predict") {
    for (const [id, guess] of state.guesses) {
      if (guess !== "works") looks.set(id, { ...impact(guess), badge: "guess", note: `You say: ${fateWords[guess]}` });
    }
  }
  if (phase === "answer") {
    for (const { id, state: fate } of fates ?? []) {
      const right = prediction && (prediction.guesses.get(id) ?? "works") === fate;
      const badge = prediction ? { badge: right ? ("right" as const) : ("wrong" as const) } : {};
      const verdict = prediction ? (right ? ", as you said" : ", not as you said") : "";
      looks.set(id, { ...impact(fate), ...badge, note: `${fateWords[fate] ?? fate}${verdict}` });
    }
  }
  for (const id of state.taken) looks.set(id, { impact: "killed", note: "Taken away" });
  return looks;
}

function impact(fate: string): Look {
  return fate === "fails" ? { impact: "fails" } : fate === "degraded" ? { impact: "degrades" } : {};
}

/** The picture while a failure has come as far as `count` waves. */
function spreadLooks(graph: Graph, taken: readonly string[], waves: readonly Fates[], count: number): ReadonlyMap<string, Look> {
  const looks = new Map<string, Look>();
  for (const node of waves.slice(0, count).flat()) looks.set(node.id, { ...impact(node.state), note: fateWords[node.state] ?? node.state });
  const newest = count > 0 ? waves[count - 1] ?? [] : [];
  for (const edge of arrivals(graph, newest)) looks.set(edge, { phase: "now" });
  for (const id of taken) looks.set(id, { impact: "killed", note: "Taken away" });
  return looks;
}
