import { lazy, Suspense, useMemo, useRef, useState } from "react";
import { Skeleton } from "../../design/Skeleton";
import type { Graph, Part } from "../diagram/graph";
import type { Look } from "../diagram/Stage";
import type { Choosing, Tab } from "../diagram/Workspace";
import type { Run } from "./run";

const LoadPanel = lazy(() => import("./LoadPanel"));

export const loadTab = "load";

export interface Loading {
  readonly tab: Tab;
  readonly looks: ReadonlyMap<string, Look>;
}

/** Only these say who calls whom, and how often. */
export function canLoad(kind: string): boolean {
  return kind === "flowchart";
}

/** The tab in which requests are played through the diagram, and what the picture shows meanwhile. */
export function useLoadTab(graph: Graph): Loading {
  const [looks, onLooks] = useState<ReadonlyMap<string, Look>>(new Map());
  const [picked, onPick] = useState<string | null>(null);
  const kept = useRef<Run | null>(null);
  return useMemo(() => {
    const pick = (part: Part | null) => part?.type === "node" && onPick(part.id);
    const choosing: Choosing = { pointed: picked === null ? null : { type: "node", id: picked }, pressed: picked === null ? [] : [picked], onPick: pick };
    const content = (
      <Suspense fallback={<Skeleton shape="lines" count={2} />}>
        <LoadPanel graph={graph} picked={picked} onPick={onPick} onLooks={onLooks} kept={kept} />
      </Suspense>
    );
    return { tab: { id: loadTab, label: "Load", content, choosing }, looks };
  }, [graph, looks, picked]);
}
