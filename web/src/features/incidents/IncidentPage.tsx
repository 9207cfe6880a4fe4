import { useCallback, useEffect, useState } from "react";
import { ApiError } from "../../api/transport";
import { useQuery } from "../../api/useQuery";
import { NotFoundPage } from "../../app/NotFoundPage";
import { Link } from "../../app/router";
import type { PageProps } from "../../app/routes";
import { DiagramCard } from "../../design/DiagramCard";
import { Failure } from "../../design/Failure";
import { Icon } from "../../design/Icon";
import { Level } from "../../design/Level";
import { Prose } from "../../design/Prose";
import { Skeleton } from "../../design/Skeleton";
import { useTitle } from "../../design/useTitle";
import { dayWords } from "../../design/words";
import { partFrom, partLabel } from "../diagram/graph";
import { InWords } from "../diagram/InWords";
import { explainTab, Workspace } from "../diagram/Workspace";
import { patternWords } from "./patternWords";
import { PractiseLink } from "../review/PractiseLink";
import { ExplainButton } from "../tutor/ExplainButton";
import { IncidentPage as Document } from "./queries.generated";
import type { IncidentPageResult } from "./queries.generated";
import { ReplayPanel } from "./ReplayPanel";
import { useReplay } from "./useReplay";

const replayTab = "replay";

type Incident = IncidentPageResult["incident"];

export default function IncidentPage({ id }: PageProps) {
  const page = useQuery(Document, { id });
  useTitle(page.data?.incident.title);
  if (page.data) return <Page key={page.data.incident.id} incident={page.data.incident} />;
  if (page.error instanceof ApiError && page.error.code === "NOT_FOUND") return <NotFoundPage />;
  if (page.error) return <Failure title="The incident did not load" message={page.error.message} onRetry={page.retry} />;
  return <Skeleton shape="page" />;
}

function Page({ incident }: { incident: Incident }) {
  const [tab, setTab] = useState(() => (partFrom(location.hash, incident.graph) ? explainTab : replayTab));
  const onAddress = useCallback(() => setTab(replayTab), []);
  const { id, graph, timeline: steps } = incident;
  useEffect(() => {
    // A link to a part, from outside or from the tutor.
    const moved = () => partFrom(location.hash, graph) && setTab(explainTab);
    addEventListener("hashchange", moved);
    return () => removeEventListener("hashchange", moved);
  }, [graph]);
  const replaying = useReplay({ incident: id, graph, steps, active: tab === replayTab, onAddress });
  const replay = {
    id: replayTab,
    label: "Replay",
    content: <ReplayPanel replaying={replaying} lessons={incident.lessons} />,
    choosing: replaying,
  };
  return (
    <div className="page diagram-page">
      <div className="page-head">
        <nav className="crumbs" aria-label="Breadcrumb">
          <Link href="/incidents">Incidents</Link>
          <span aria-hidden="true">/</span>
          <span>{incident.company}</span>
        </nav>
        <h1>{incident.title}</h1>
        <p className="lead">{incident.description}</p>
        <p className="head-facts">
          <span>{dayWords(incident.date)}</span>
          <span>{incident.duration}</span>
          <Level level={incident.level} />
          {incident.patterns.map((each) => (
            <span key={each} className="pill">
              {patternWords(each)}
            </span>
          ))}
        </p>
      </div>
      <Workspace
        svg={incident.svg}
        graph={incident.graph}
        kind="flowchart"
        name={incident.title}
        looks={replaying.looks}
        attention={replaying.attention}
        tabs={steps.length > 0 ? [replay] : []}
        tab={tab}
        onTab={setTab}
        beside={(part) => (
          <div className="button-row">
            <ExplainButton context={{ incidentId: id }} part={part} name={partLabel(graph, part.id)} />
          </div>
        )}
      />
      <div className="columns">
        <div className="columns-main">
          <details className="root-cause">
            <summary>Root cause</summary>
            <p>{incident.rootCause}</p>
          </details>
          <Prose html={incident.bodyHTML} />
          {incident.lessons.length > 0 && (
            <section className="lessons">
              <h2>In short</h2>
              <ul>
                {incident.lessons.map((each) => (
                  <li key={each}>{each}</li>
                ))}
              </ul>
            </section>
          )}
          <InWords alternative={incident.alternativeText} long={incident.longDescription} />
          <PractiseLink id={incident.id} what="incident" />
        </div>
        <div className="columns-side">
          {incident.related.length > 0 && (
            <section>
              <h2>The mechanism</h2>
              <ul className="pointers">
                {incident.related.map((each) => (
                  <li key={each.id}>
                    <DiagramCard diagram={each} />
                  </li>
                ))}
              </ul>
            </section>
          )}
          <section>
            <h2>Source</h2>
            <ul className="plain-links">
              <li>
                <a href={incident.url} rel="noreferrer noopener" target="_blank">
                  {incident.publicTitle} <Icon name="link" />
                  <span className="visually-hidden">(opens a new tab)</span>
                </a>
                <small>{incident.company}</small>
              </li>
            </ul>
          </section>
        </div>
      </div>
    </div>
  );
}
