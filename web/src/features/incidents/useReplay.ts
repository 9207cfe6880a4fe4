import { useEffect, useMemo, useReducer } from "react";
import { recordPrediction } from "../../api/predictions";
import type { Graph, Part } from "../diagram/graph";
import type { Look } from "../diagram/Stage";
import { placeFrom } from "../diagram/steps";
import { usePredictFirst } from "../diagram/usePredictFirst";
import type { Choosing } from "../diagram/Workspace";
import { begun, changed, healthAt, healthWords, marksAt, nextHealth } from "./replay";
import type { Action, Replay, Steps } from "./replay";

/** `predict` while the learner says what comes next, else `watch`. */
export type Phase = "predict" | "watch";

export interface Replaying extends Choosing {
  readonly graph: Graph;
  readonly steps: Steps;
  readonly replay: Replay;
  readonly dispatch: (action: Action) => void;
  readonly phase: Phase;
  readonly predictFirst: boolean;
  readonly onPredictFirst: (on: boolean) => void;
  readonly looks: ReadonlyMap<string, Look>;
  readonly attention: readonly string[];
}

interface Options {
  readonly incident: string;
  readonly graph: Graph;
  readonly steps: Steps;
  readonly active: boolean;
  /** The address asks for a step. */
  readonly onAddress: () => void;
}

/** Everything about replaying an incident; while `active`, the address's fragment says which step is looked at. */
export function useReplay({ incident, graph, steps, active, onAddress }: Options): Replaying {
  const [replay, act] = useReducer(changed, null, () => begun(placeFrom(location.hash, steps.length) ?? 0));
  const [predictFirst, onPredictFirst] = usePredictFirst();
  const { place, reached, guesses, confidence } = replay;
  const last = steps.length - 1;
  const phase: Phase = predictFirst && place === reached && place < last ? "predict" : "watch";
  const dispatch = (action: Action) => {
    act(action);
    if (action.type !== "show") return;
    void recordPrediction({ item: incident, kind: "incident", step: reached + 2, confidence, guesses });
  };

  useEffect(() => {
    const moved = () => {
      const named = placeFrom(location.hash, steps.length);
      if (named === null) return;
      act({ type: "open", place: named });
      onAddress();
    };
    addEventListener("hashchange", moved);
    return () => removeEventListener("hashchange", moved);
  }, [steps.length, onAddress]);
  useEffect(() => {
    const here = location.pathname + location.search;
    const isNamed = location.hash.startsWith("#step=");
    if (active && (place > 0 || isNamed)) history.replaceState(null, "", `${here}#step=${place + 1}`);
    else if (isNamed) history.replaceState(null, "", here);
  }, [active, place]);

  const now = useMemo(() => healthAt(steps, place), [steps, place]);
  const onPick = (part: Part | null) => {
    if (phase !== "predict" || part?.type !== "node") return;
    const was = now.get(part.id) ?? "ok";
    dispatch({ type: "mark", node: part.id, now: was, state: nextHealth(guesses.get(part.id) ?? was) });
  };
  const looks = useMemo(
    () => (active ? looksOf(steps, replay, phase) : new Map<string, Look>()),
    [active, steps, replay, phase],
  );
  const shown = steps[place]?.states.filter((each) => each.changed).map((each) => each.node) ?? [];
  return {
    graph,
    steps,
    replay,
    dispatch,
    phase,
    predictFirst,
    onPredictFirst,
    pointed: null,
    pressed: phase === "predict" ? [...guesses.keys()] : [],
    onPick,
    looks,
    attention: active && place > 0 ? shown : [],
  };
}

function looksOf(steps: Steps, replay: Replay, phase: Phase): ReadonlyMap<string, Look> {
  const looks = new Map<string, Look>();
  for (const [node, state] of healthAt(steps, replay.place)) looks.set(node, { state, note: `Now: ${healthWords[state]}` });
  if (phase === "predict") {
    for (const [node, state] of replay.guesses) looks.set(node, { state, badge: "guess", note: `You say: ${healthWords[state]}` });
    // What was right in the last prediction is told in the panel; here the next one is made.
    if (replay.guesses.size > 0) return looks;
  }
  const prediction = replay.seen.get(replay.place);
  for (const mark of prediction ? marksAt(steps, replay.place, prediction) : []) {
    if (!mark.tells) continue;
    const verdict = mark.right ? "as you said" : `you said ${healthWords[mark.guess]}`;
    looks.set(mark.node, { state: mark.truth, badge: mark.right ? "right" : "wrong", note: `Now: ${healthWords[mark.truth]}, ${verdict}` });
  }
  return looks;
}
