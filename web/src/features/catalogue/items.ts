import { diagramKindWord } from "../../design/words";
import type { View } from "../../design/words";
import type { CatalogueResult } from "./queries.generated";

export type ItemType = "diagram" | "incident" | "lab";

/** A diagram, incident or lab, as the catalogue lists it. */
export interface Item {
  readonly type: ItemType;
  readonly id: string;
  readonly title: string;
  readonly summary: string;
  readonly category: string;
  readonly level: number;
  readonly topics: readonly string[];
  readonly view: View | null;
  readonly kind: string;
  readonly completed: boolean;
  /** What is said beside the level: "Flowchart", "28 February 2017", "25 minutes". */
  readonly fact: string;
}

/** What the address says is wanted; an empty text means everything. */
export interface Wanted {
  readonly text: string;
  readonly category: string;
  readonly level: string;
  readonly view: string;
  readonly kind: string;
  readonly type: string;
}

export function itemsOf(data: CatalogueResult): readonly Item[] {
  const diagrams = data.diagrams.map(
    (each): Item => ({
      ...each,
      type: "diagram",
      category: each.category.id,
      completed: each.completed === true,
      fact: diagramKindWord(each.kind),
    }),
  );
  const incidents = data.incidents.map(
    (each): Item => ({
      ...each,
      type: "incident",
      title: each.title.includes(each.company) ? each.title : `${each.company}: ${each.title}`,
      summary: each.description,
      category: each.category.id,
      view: null,
      kind: "",
      completed: false,
      fact: each.date.slice(0, 4),
    }),
  );
  const labs = data.labs.map(
    (each): Item => ({
      ...each,
      type: "lab",
      topics: [],
      category: each.category.id,
      view: null,
      kind: "",
      completed: false,
      fact: `${each.minutes} min`,
    }),
  );
  return [...diagrams, ...incidents, ...labs];
}

export function wantedFrom(search: string): Wanted {
  const values = new URLSearchParams(search);
  const value = (name: string) => values.get(name) ?? "";
  return {
    text: value("q"),
    category: value("category"),
    level: value("level"),
    view: value("view"),
    kind: value("kind"),
    type: value("type"),
  };
}

export function addressFor(wanted: Wanted): string {
  const values = new URLSearchParams();
  const { text, ...rest } = wanted;
  if (text !== "") values.set("q", text);
  for (const [name, value] of Object.entries(rest)) if (value !== "") values.set(name, value);
  const search = values.toString();
  return search === "" ? "/catalogue" : `/catalogue?${search}`;
}

/** Whether an item passes the facets; the words are the search's business. */
export function passes(item: Item, wanted: Wanted): boolean {
  return (
    (wanted.category === "" || item.category === wanted.category) &&
    (wanted.level === "" || String(item.level) === wanted.level) &&
    (wanted.view === "" || item.view?.toLowerCase() === wanted.view) &&
    (wanted.kind === "" || item.kind === wanted.kind) &&
    (wanted.type === "" || item.type === wanted.type)
  );
}
