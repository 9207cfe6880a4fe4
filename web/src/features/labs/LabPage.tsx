import { ApiError } from "../../api/transport";
import { useQuery } from "../../api/useQuery";
import { NotFoundPage } from "../../app/NotFoundPage";
import { Link } from "../../app/router";
import type { PageProps } from "../../app/routes";
import { DiagramCard } from "../../design/DiagramCard";
import { Failure } from "../../design/Failure";
import { Level } from "../../design/Level";
import { Prose } from "../../design/Prose";
import { Skeleton } from "../../design/Skeleton";
import { useTitle } from "../../design/useTitle";
import { counted } from "../../design/words";
import { LabPage as Document } from "./queries.generated";
import type { LabPageResult } from "./queries.generated";

const tiers: Record<string, string> = {
  "0": "Shell and Python",
  R: "Redis",
  P: "PostgreSQL",
  N: "nginx",
};

export default function LabPage({ id }: PageProps) {
  const page = useQuery(Document, { id });
  useTitle(page.data?.lab.title);
  if (page.data) return <Page lab={page.data.lab} />;
  if (page.error instanceof ApiError && page.error.code === "NOT_FOUND") return <NotFoundPage />;
  if (page.error) return <Failure title="The lab did not load" message={page.error.message} onRetry={page.retry} />;
  return <Skeleton shape="page" />;
}

function Page({ lab }: { lab: LabPageResult["lab"] }) {
  return (
    <div className="page">
      <div className="page-head">
        <nav className="crumbs" aria-label="Breadcrumb">
          <Link href="/catalogue">Catalogue</Link>
          <span aria-hidden="true">/</span>
          <Link href="/catalogue?type=lab">Labs</Link>
        </nav>
        <h1>{lab.title}</h1>
        <p className="lead">{lab.summary}</p>
        <p className="head-facts">
          <span>Lab {lab.number}</span>
          <Level level={lab.level} />
          <span>{lab.minutes} minutes</span>
          <span>{tiers[lab.tier] ?? lab.tier}</span>
        </p>
      </div>
      <p className="banner">
        <strong>To read for now.</strong> Running labs in the browser arrives later. Until then the instructions say what to do in a shell of your
        own, and the checks say what a finished solution must show.
      </p>
      <div className="columns">
        <div className="columns-main">
          <section className="lessons">
            <h2>What you will be able to do</h2>
            <ul>
              {lab.objectives.map((each) => (
                <li key={each}>{each}</li>
              ))}
            </ul>
          </section>
          <section className="prose" aria-labelledby="instructions">
            <h2 id="instructions">Instructions</h2>
            <Prose html={lab.instructions} className="" />
          </section>
          <section className="checks" aria-labelledby="checks">
            <h2 id="checks">Checks</h2>
            <ol>
              {lab.checks.map((each) => (
                <li key={each.id}>
                  <span>{each.text}</span>
                  {each.hintCount > 0 && <small>{counted(each.hintCount, "hint")}</small>}
                </li>
              ))}
            </ol>
          </section>
        </div>
        <div className="columns-side">
          {lab.files.length > 0 && (
            <section>
              <h2>Files</h2>
              <dl className="files">
                {lab.files.map((each) => (
                  <div key={each.path}>
                    <dt>
                      <code>{each.path}</code>
                    </dt>
                    <dd>{each.purpose}</dd>
                  </div>
                ))}
              </dl>
            </section>
          )}
          {lab.related.length > 0 && (
            <section>
              <h2>Diagrams to know</h2>
              <ul className="pointers">
                {lab.related.map((each) => (
                  <li key={each.id}>
                    <DiagramCard diagram={{ id: each.id, title: each.title, level: each.level, view: each.view, completed: each.completed }} />
                  </li>
                ))}
              </ul>
            </section>
          )}
        </div>
      </div>
    </div>
  );
}
