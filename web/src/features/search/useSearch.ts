import { useEffect, useState } from "react";
import { useQuery } from "../../api/useQuery";
import type { Query } from "../../api/useQuery";
import { Search } from "./queries.generated";
import type { SearchResult } from "./queries.generated";

export type Hit = SearchResult["search"][number];

const pauseMs = 140;

/** Searches while one types: after a short pause, and keeping the last hits until new ones are there. */
export function useSearch(text: string): { hits: readonly Hit[] | null; query: Query<SearchResult>; settled: boolean } {
  const wanted = text.trim().slice(0, 200);
  const [asked, setAsked] = useState(wanted);
  const [hits, setHits] = useState<readonly Hit[] | null>(null);
  useEffect(() => {
    const timer = setTimeout(() => setAsked(wanted), pauseMs);
    return () => clearTimeout(timer);
  }, [wanted]);
  const query = useQuery(Search, { query: asked }, asked === "");
  const found = query.data?.search;
  useEffect(() => {
    if (asked === "") setHits(null);
    else if (found) setHits(found);
  }, [asked, found]);
  return { hits, query, settled: asked === wanted && !query.loading && (asked === "" || hits === found) };
}

const folders = { DIAGRAM: "diagrams", INCIDENT: "incidents", LAB: "labs" } as const;

export function addressOf(hit: Pick<Hit, "kind" | "id">): string {
  return `/${folders[hit.kind]}/${hit.id}`;
}
