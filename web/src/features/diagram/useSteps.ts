import { useEffect, useMemo, useState } from "react";
import { decode } from "./graph";
import type { Graph, GraphEdge, Part } from "./graph";
import type { Look } from "./Stage";
import { choicesIn, edgesOn, fixedSteps, placeFrom, stepsFrom, walkedSteps } from "./steps";
import type { Step } from "./steps";
import { usePlayer } from "./usePlayer";
import type { Choosing } from "./Workspace";

/** The way through a diagram: its steps, where the reader is, and how it goes on. */
export interface Stepping extends Choosing {
  readonly kind: string;
  readonly graph: Graph;
  readonly steps: readonly Step[];
  readonly place: number;
  readonly step: Step | undefined;
  readonly onPlace: (place: number) => void;
  /** In a state diagram, what can happen now. */
  readonly choices: readonly GraphEdge[];
  readonly onChoose: (edge: string) => void;
  readonly playing: boolean;
  readonly onPlay: (on: boolean) => void;
  readonly looks: ReadonlyMap<string, Look>;
  readonly attention: readonly string[];
}

interface Options {
  readonly kind: string;
  readonly graph: Graph;
  readonly outline: Parameters<typeof fixedSteps>[2];
  readonly active: boolean;
  /** The address asks for a step. */
  readonly onAddress: () => void;
}

const longestPath = 200;

/** Everything about going through a diagram step by step; while `active`, the address's fragment says where. */
export function useSteps({ kind, graph, outline, active, onAddress }: Options): Stepping {
  const isFree = kind === "state";
  const fixed = useMemo(() => (isFree ? [] : fixedSteps(kind, graph, outline)), [isFree, kind, graph, outline]);
  const [path, setPath] = useState<readonly string[]>(() => (isFree ? pathFrom(location.hash, graph) : []));
  const [wanted, setPlace] = useState(() => (isFree ? path.length : placeFrom(location.hash, fixed.length) ?? 0));
  const steps = useMemo(() => (isFree ? walkedSteps(graph, path) : fixed), [isFree, graph, path, fixed]);
  const place = Math.min(Math.max(wanted, 0), Math.max(steps.length - 1, 0));
  const step = steps[place];
  const last = steps.length - 1;

  const [playing, onPlay] = usePlayer({ active, place, last, letters: step?.says.length ?? 0, onPlace: setPlace });

  useEffect(() => {
    const moved = () => {
      if (stepsFrom(location.hash) === null) return;
      const next = isFree ? pathFrom(location.hash, graph) : [];
      setPath(next);
      setPlace(isFree ? next.length : placeFrom(location.hash, fixed.length) ?? 0);
      onAddress();
    };
    addEventListener("hashchange", moved);
    return () => removeEventListener("hashchange", moved);
  }, [isFree, graph, fixed, onAddress]);
  const named = isFree ? path.slice(0, place).map(encodeURIComponent).join(",") : String(place + 1);
  useEffect(() => {
    const here = location.pathname + location.search;
    if (active) history.replaceState(null, "", `${here}#step=${named}`);
    else if (stepsFrom(location.hash) !== null) history.replaceState(null, "", here);
  }, [active, named]);

  const onPlace = (next: number) => {
    onPlay(false);
    setPlace(Math.min(Math.max(next, 0), last));
  };
  const choices = isFree && step ? choicesIn(graph, step.subject.id) : [];
  const onChoose = (edge: string) => {
    if (place >= longestPath) return;
    setPath([...path.slice(0, place), edge]);
    setPlace(place + 1);
  };
  const onPick = (part: Part | null) => {
    if (!part) return;
    const choice = choices.find((edge) => edge.id === part.id || edge.to === part.id);
    if (choice) return onChoose(choice.id);
    const to = steps.findIndex((each) => each.subject.id === part.id);
    const later = steps.findIndex((each, index) => index > place && each.now.includes(part.id));
    const next = to >= 0 ? to : later >= 0 ? later : steps.findIndex((each) => each.now.includes(part.id));
    if (next >= 0) onPlace(next);
  };
  const choosable = choices.map((edge) => edge.id).join(" ");
  const looks = useMemo(
    () => (active ? looksOf(steps, place, choosable === "" ? [] : choosable.split(" ")) : new Map<string, Look>()),
    [active, steps, place, choosable],
  );
  return {
    kind,
    graph,
    steps,
    place,
    step,
    onPlace,
    choices,
    onChoose,
    playing,
    onPlay,
    pointed: null,
    pressed: step ? [step.subject.id] : [],
    onPick,
    looks,
    attention: active ? step?.now ?? [] : [],
  };
}

/** What has been goes on to be seen, what comes is dimmed. */
function looksOf(steps: readonly Step[], place: number, choices: readonly string[]): ReadonlyMap<string, Look> {
  const looks = new Map<string, Look>();
  const subjects = new Set(steps.map((each) => each.subject.id));
  for (const [index, step] of steps.entries()) {
    // The participants of a later message are there all along.
    const parts = step.subject.type === "edge" ? step.now.filter((id) => subjects.has(id)) : step.now;
    for (const id of parts) {
      if (index < place) looks.set(id, { phase: "past" });
      else if (!looks.has(id)) looks.set(id, { phase: "later" });
    }
  }
  for (const id of choices) looks.set(id, { phase: "next", note: "Can happen now" });
  for (const id of steps[place]?.now ?? []) looks.set(id, { phase: "now", note: "In this step" });
  return looks;
}

function pathFrom(hash: string, graph: Graph): readonly string[] {
  const ids = (stepsFrom(hash) ?? "").split(",").map(decode);
  return edgesOn(graph, ids.slice(0, longestPath)).map((edge) => edge.id);
}
