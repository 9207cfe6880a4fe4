import { useDeferredValue, useEffect, useMemo, useRef } from "react";
import { useSession } from "../../api/session";
import { useQuery } from "../../api/useQuery";
import { Link, navigate, useAddress } from "../../app/router";
import { Failure } from "../../design/Failure";
import { Icon } from "../../design/Icon";
import { Skeleton } from "../../design/Skeleton";
import { useTitle } from "../../design/useTitle";
import { counted } from "../../design/words";
import { useSearch } from "../search/useSearch";
import { addressFor, itemsOf, passes, wantedFrom } from "./items";
import type { Item, Wanted } from "./items";
import { Facets } from "./Facets";
import { ItemCard } from "./ItemCard";
import { Catalogue } from "./queries.generated";
import type { CatalogueResult } from "./queries.generated";

/** Everything there is to learn, by category, with facets and search. */
export default function CataloguePage() {
  const address = useAddress();
  const wanted = useMemo(() => wantedFrom(address.split("?")[1] ?? ""), [address]);
  const catalogue = useQuery(Catalogue, {});
  const title = wanted.type === "lab" ? "Labs" : "Catalogue";
  useTitle(title);
  const change = (part: Partial<Wanted>) => navigate(addressFor({ ...wanted, ...part }), true);
  return (
    <div className="page">
      <div className="page-head">
        <h1>{title}</h1>
        <p className="lead">Systems as they are built, and as they break. Each diagram can be opened, taken apart and questioned.</p>
        {wanted.type === "lab" && (
          <p className="head-facts">
            <Link href="/labs">All labs in order, with how far you have come</Link>
          </p>
        )}
      </div>
      <SearchField wanted={wanted} onChange={(text) => change({ text })} />
      {catalogue.data ? (
        <Results data={catalogue.data} wanted={wanted} onChange={change} />
      ) : catalogue.error ? (
        <Failure title="The catalogue did not load" message={catalogue.error.message} onRetry={catalogue.retry} />
      ) : (
        <Skeleton shape="cards" count={9} />
      )}
    </div>
  );
}

function SearchField({ wanted, onChange }: { wanted: Wanted; onChange: (text: string) => void }) {
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    const focus = (event: KeyboardEvent) => {
      const inField = event.target instanceof HTMLElement && event.target.matches("input, textarea, select");
      if (event.key !== "/" || inField || event.metaKey || event.ctrlKey || event.altKey) return;
      event.preventDefault();
      field.current?.focus();
    };
    addEventListener("keydown", focus);
    return () => removeEventListener("keydown", focus);
  }, []);
  return (
    <form className="search-field" role="search" onSubmit={(event) => event.preventDefault()}>
      <Icon name="search" />
      <input
        ref={field}
        type="search"
        aria-label="Search the catalogue"
        aria-keyshortcuts="/"
        placeholder="Search: cache, failover, retry storm…"
        autoComplete="off"
        value={wanted.text}
        onChange={(event) => onChange(event.target.value)}
      />
      <kbd aria-hidden="true">/</kbd>
    </form>
  );
}

interface ResultsProps {
  readonly data: CatalogueResult;
  readonly wanted: Wanted;
  readonly onChange: (part: Partial<Wanted>) => void;
}

function Results({ data, wanted, onChange }: ResultsProps) {
  const items = useMemo(() => itemsOf(data), [data]);
  const { hits, query, settled: answered } = useSearch(wanted.text);
  const snippets = useDeferredValue(hits);
  const settled = answered && snippets === hits;
  const byText = useMemo(() => {
    if (!snippets) return items.map((item) => ({ item, snippet: null }));
    const known = new Map(items.map((item) => [`${item.type}/${item.id}`, item]));
    return snippets.flatMap((hit) => {
      const item = known.get(`${hit.kind.toLowerCase()}/${hit.id}`);
      return item ? [{ item, snippet: hit.snippet as string | null }] : [];
    });
  }, [items, snippets]);
  const found = byText.filter(({ item }) => passes(item, wanted));
  const sections = snippets
    ? [{ id: "", title: "Best matches first", description: "", found }]
    : data.categories
        .map((each) => ({ ...each, found: found.filter(({ item }) => item.category === each.id) }))
        .filter((each) => each.found.length > 0);
  const clear = () => onChange({ text: "", category: "", level: "", view: "", kind: "", type: "" });

  return (
    <div className="catalogue">
      <Facets data={data} items={byText.map(({ item }) => item)} wanted={wanted} onChange={onChange} />
      <div className="catalogue-list">
        <div className="catalogue-state">
          <p role="status" data-settled={settled}>
            {counted(found.length, "item")}
            {wanted.text !== "" && <> for “{wanted.text}”</>}
          </p>
          <Completed items={items} />
        </div>
        {query.error ? (
          <Failure title="The search did not work" message={query.error.message} onRetry={query.retry} />
        ) : found.length === 0 && settled ? (
          <div className="notice">
            <h2>Nothing here yet</h2>
            <p>No item has all of what you chose. Fewer filters or another word may help.</p>
            <button type="button" className="button" onClick={clear}>
              Clear search and filters
            </button>
          </div>
        ) : (
          sections.map((section) => <Section key={section.id} {...section} />)
        )}
      </div>
    </div>
  );
}

interface SectionProps {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly found: readonly { readonly item: Item; readonly snippet: string | null }[];
}

function Section({ id, title, description, found }: SectionProps) {
  const heading = `category-${id || "hits"}`;
  return (
    <section className="category" aria-labelledby={heading}>
      <header>
        {id && (
          <span className="category-letter" aria-hidden="true">
            {id}
          </span>
        )}
        <div>
          <h2 id={heading}>{title}</h2>
          {description && <p>{description}</p>}
        </div>
      </header>
      <ul className="cards">
        {found.map(({ item, snippet }) => (
          <li key={item.type + item.id}>
            <ItemCard item={item} snippet={snippet} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function Completed({ items }: { items: readonly Item[] }) {
  const { status } = useSession();
  const diagrams = items.filter((item) => item.type === "diagram");
  if (status !== "member") return null;
  const done = diagrams.filter((item) => item.completed).length;
  return (
    <p className="catalogue-progress">
      <meter min={0} max={diagrams.length || 1} value={done} aria-label="Diagrams completed" />
      {done} of {diagrams.length} diagrams completed
    </p>
  );
}
