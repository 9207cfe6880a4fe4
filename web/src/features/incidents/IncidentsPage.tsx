import { useMemo, useState } from "react";
import { useQuery } from "../../api/useQuery";
import { Link } from "../../app/router";
import { Failure } from "../../design/Failure";
import { Level } from "../../design/Level";
import { Skeleton } from "../../design/Skeleton";
import { useTitle } from "../../design/useTitle";
import { counted, dayWords } from "../../design/words";
import { patternWords } from "./patternWords";
import { Incidents } from "./queries.generated";
import type { IncidentsResult } from "./queries.generated";

/** Famous failures, newest first. */
export default function IncidentsPage() {
  useTitle("Incidents");
  const page = useQuery(Incidents, {});
  return (
    <div className="page">
      <div className="page-head">
        <h1>Incidents</h1>
        <p className="lead">What happened, step by step, on a diagram of the system it happened to. Facts come from the public reports.</p>
      </div>
      {page.data ? (
        <List incidents={page.data.incidents} />
      ) : page.error ? (
        <Failure title="The incidents did not load" message={page.error.message} onRetry={page.retry} />
      ) : (
        <Skeleton shape="lines" count={8} />
      )}
    </div>
  );
}

function List({ incidents }: { incidents: IncidentsResult["incidents"] }) {
  const [pattern, setPattern] = useState("");
  const patterns = useMemo(() => [...new Set(incidents.flatMap((each) => each.patterns))].sort(), [incidents]);
  const shown = incidents.filter((each) => pattern === "" || each.patterns.includes(pattern));
  if (incidents.length === 0) {
    return (
      <div className="notice">
        <h2>No incidents yet</h2>
        <p>They appear here as soon as the catalogue has some.</p>
      </div>
    );
  }
  return (
    <>
      <div className="chips" role="group" aria-label="Pattern">
        {patterns.map((each) => (
          <button key={each} type="button" className="chip" aria-pressed={each === pattern} onClick={() => setPattern(each === pattern ? "" : each)}>
            {patternWords(each)}
          </button>
        ))}
      </div>
      <p className="list-state" role="status">
        {counted(shown.length, "incident")}
      </p>
      <ol className="incident-list">
        {shown.map((each) => (
          <li key={each.id}>
            <Link href={`/incidents/${each.id}`}>
              <span className="incident-when">
                <time dateTime={each.date}>{dayWords(each.date)}</time>
                <span>{each.duration}</span>
              </span>
              <span className="incident-what">
                <span className="incident-company">{each.company}</span>
                <span className="card-title">{each.title}</span>
                <span className="card-summary">{each.description}</span>
                <span className="card-facts">
                  <Level level={each.level} />
                  {each.patterns.map((name) => (
                    <span key={name}>{patternWords(name)}</span>
                  ))}
                </span>
              </span>
            </Link>
          </li>
        ))}
      </ol>
    </>
  );
}
