import { Link } from "../../app/router";
import { DiagramCard } from "../../design/DiagramCard";
import { Icon } from "../../design/Icon";
import { dayWords } from "../../design/words";
import type { DiagramPageResult } from "./queries.generated";

const shownRelated = 4;

/** What belongs to the diagram: before, beside and after it, where it happened, and where to read more. */
export function Onward({ diagram }: { diagram: DiagramPageResult["diagram"] }) {
  const next = new Set(diagram.next.map((each) => each.id));
  const related = diagram.related.filter((each) => !next.has(each.id)).slice(0, shownRelated);
  return (
    <div className="columns-side">
      <Diagrams title="Read before" diagrams={diagram.prerequisites} />
      <Diagrams title="Where to go next" diagrams={diagram.next} />
      <Diagrams title="Related" diagrams={related} />
      {diagram.incidents.length > 0 && (
        <section>
          <h2>It has happened</h2>
          <ul className="plain-links">
            {diagram.incidents.map((each) => (
              <li key={each.id}>
                <Link href={`/incidents/${each.id}`}>{each.title}</Link>
                <small>
                  {each.company}, {dayWords(each.date)}
                </small>
              </li>
            ))}
          </ul>
        </section>
      )}
      {diagram.labs.length > 0 && (
        <section>
          <h2>Do it yourself</h2>
          <ul className="plain-links">
            {diagram.labs.map((each) => (
              <li key={each.id}>
                <Link href={`/labs/${each.id}`}>{each.title}</Link>
                <small>
                  Lab {each.number}, {each.minutes} minutes
                </small>
              </li>
            ))}
          </ul>
        </section>
      )}
      <section>
        <h2>Sources</h2>
        <ul className="plain-links">
          {diagram.sources.map((each) => (
            <li key={each.url}>
              <a href={each.url} rel="noreferrer noopener" target="_blank">
                {each.title} <Icon name="link" />
                <span className="visually-hidden">(opens a new tab)</span>
              </a>
            </li>
          ))}
        </ul>
      </section>
    </div>
  );
}

function Diagrams({ title, diagrams }: { title: string; diagrams: DiagramPageResult["diagram"]["related"] }) {
  if (diagrams.length === 0) return null;
  return (
    <section>
      <h2>{title}</h2>
      <ul className="pointers">
        {diagrams.map((each) => (
          <li key={each.id}>
            <DiagramCard diagram={{ id: each.id, title: each.title, level: each.level, view: each.view, completed: each.completed }} />
          </li>
        ))}
      </ul>
    </section>
  );
}
