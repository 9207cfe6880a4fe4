import { counted, kindWord } from "../../design/words";
import type { BoardRecord } from "./records";
import { wordsOf } from "./actions";

/** The kinds of parts that diagrams know. */
export const nodeKinds: readonly string[] = [
  "service", "client", "gateway", "lb", "cache", "db-leader", "db-replica", "queue", "stream", "worker", "store", "dns", "cdn", "lock", "scheduler", "external",
];

export const colours = ["ink", "grey", "red", "orange", "yellow", "green", "blue", "violet"] as const;

type Find = (id: string) => BoardRecord | undefined;

/** A record in a list: "Service: API", "API → Cache, asynchronous", "Note: …". */
export function nameOf(record: BoardRecord, find: Find): string {
  const words = wordsOf(record).replace(/\s+/g, " ").trim();
  const short = words.length > 80 ? `${words.slice(0, 79)}…` : words;
  switch (record.type) {
    case "node":
      return `${kindWord(record.kind ?? "unknown")}: ${short || "no name"}`;
    case "edge":
      return `${endName(record.from, find)} → ${endName(record.to, find)}${short === "" ? "" : `, ${short}`}${record.mode === "async" ? ", asynchronous" : ""}`;
    case "note":
      return `Note: ${short || "empty"}`;
    case "text":
      return `Text: ${short || "empty"}`;
    case "image":
      return `Image: ${short || record.ref || "no description"}`;
    case "freehand":
      return `Drawing of ${counted(Math.round((record.pts?.length ?? 0) / 3), "point")}`;
  }
}

/** What stands at the end of an edge. */
export function endName(id: string | undefined, find: Find): string {
  const record = find(id ?? "");
  return record ? wordsOf(record).replace(/\s+/g, " ").trim().slice(0, 40) || kindWord(record.kind ?? record.type) : "nothing";
}
