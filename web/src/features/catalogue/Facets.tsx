import { diagramKinds, viewWord, views } from "../../design/words";
import type { Item, Wanted } from "./items";
import { passes } from "./items";
import type { CatalogueResult } from "./queries.generated";

type Facet = Exclude<keyof Wanted, "text">;

interface Props {
  readonly data: CatalogueResult;
  readonly items: readonly Item[];
  readonly wanted: Wanted;
  readonly onChange: (part: Partial<Wanted>) => void;
}

const choices: readonly { facet: Facet; legend: string; options: readonly (readonly [string, string])[] }[] = [
  { facet: "type", legend: "Type", options: [["diagram", "Diagrams"], ["incident", "Incidents"], ["lab", "Labs"]] },
  { facet: "level", legend: "Level", options: [["1", "First course"], ["2", "Working engineer"], ["3", "Staff"]] },
  { facet: "view", legend: "View", options: views.map((each) => [each.toLowerCase(), viewWord(each)] as const) },
  { facet: "kind", legend: "Kind", options: diagramKinds },
];

/** The filters beside the list; each choice says how many items it would leave. */
export function Facets({ data, items, wanted, onChange }: Props) {
  const count = (facet: Facet, value: string) => items.filter((item) => passes(item, { ...wanted, [facet]: value })).length;
  // A view or kind that nothing has yet is no choice.
  const kinds = new Set<string>(data.diagrams.flatMap((each) => [each.view.toLowerCase(), each.kind]));
  const offered = (facet: Facet, value: string) => (facet !== "view" && facet !== "kind") || kinds.has(value);
  const categories = data.categories.filter((each) => each.diagramCount + each.incidentCount + each.labCount > 0);
  return (
    <div className="facets" role="group" aria-label="Filters">
      {choices.map(({ facet, legend, options }) => (
        <div key={facet} className="facet" role="group" aria-label={legend}>
          <h2 className="facet-legend">{legend}</h2>
          <div className="chips">
            {options.filter(([value]) => offered(facet, value)).map(([value, label]) => {
              const on = wanted[facet] === value;
              return (
                <button
                  key={value}
                  type="button"
                  className="chip"
                  aria-pressed={on}
                  onClick={() => onChange({ [facet]: on ? "" : value })}
                >
                  {label}
                  <span className="chip-count">{count(facet, value)}</span>
                </button>
              );
            })}
          </div>
        </div>
      ))}
      <div className="facet">
        <h2 className="facet-legend" id="facet-category">
          Category
        </h2>
        <select
          aria-labelledby="facet-category"
          className="select facet-select"
          value={wanted.category}
          onChange={(event) => onChange({ category: event.target.value })}
        >
          <option value="">All categories</option>
          {categories.map((each) => (
            <option key={each.id} value={each.id}>
              {each.title} ({count("category", each.id)})
            </option>
          ))}
        </select>
        <div className="facet-categories" role="group" aria-labelledby="facet-category">
          {categories.map((each) => {
            const on = wanted.category === each.id;
            return (
              <button
                key={each.id}
                type="button"
                className="category-choice"
                aria-pressed={on}
                onClick={() => onChange({ category: on ? "" : each.id })}
              >
                <span className="category-letter" aria-hidden="true">
                  {each.id}
                </span>
                <span>{each.title}</span>
                <span className="chip-count">{count("category", each.id)}</span>
              </button>
            );
          })}
        </div>
      </div>
    </div>
  );
}
