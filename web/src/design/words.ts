/** The three levels of the syllabus, in words. */
export function levelWord(level: number): string {
  return level === 1 ? "First course" : level === 2 ? "Working engineer" : "Staff";
}

/** The views of a topic, in the order of reading. */
export const views = ["STRUCTURE", "FLOW", "STATES", "MODEL", "FAILURE"] as const;

export type View = (typeof views)[number];

export function viewWord(view: View): string {
  return view.charAt(0) + view.slice(1).toLowerCase();
}

/** The Mermaid kinds, each with its word. */
export const diagramKinds: readonly (readonly [string, string])[] = [
  ["flowchart", "Flowchart"],
  ["sequence", "Sequence"],
  ["state", "State"],
  ["class", "Class"],
  ["er", "Entities"],
  ["timeline", "Timeline"],
];

/** `sequence` as "Sequence". */
export function diagramKindWord(kind: string): string {
  return diagramKinds.find(([name]) => name === kind)?.[1] ?? kind;
}

export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString("en")} ${count === 1 ? one : many}`;
}

const dayFormat = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });
const momentFormat = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "short" });

/** `2017-02-28` as "28 February 2017"; text that is no date stays as it is. */
export function dayWords(iso: string): string {
  const date = new Date(iso.length === 10 ? `${iso}T00:00:00Z` : iso);
  return Number.isNaN(date.getTime()) ? iso : dayFormat.format(date);
}

export function momentWords(iso: string): string {
  const date = new Date(iso);
  return Number.isNaN(date.getTime()) ? iso : momentFormat.format(date);
}

/** `db-leader` as "Database leader". */
export function kindWord(kind: string): string {
  const known: Record<string, string> = {
    "db-leader": "Database leader",
    "db-replica": "Database replica",
    cdn: "Content delivery network",
    dns: "Name service",
    lb: "Load balancer",
  };
  return known[kind] ?? kind.charAt(0).toUpperCase() + kind.slice(1);
}
