import { Link } from "../../app/router";
import { DiagramCard } from "../../design/DiagramCard";
import { Level } from "../../design/Level";
import { counted } from "../../design/words";
import { Attempts } from "./Attempts";
import { Instructions } from "./Instructions";
import type { Lab } from "./LabPage";
import { tierWords } from "./runWords";
import { StartCard } from "./StartCard";
import type { LabRun } from "./useLabRun";
import { useRecord } from "./useRecord";

/** The lab as it is read before it is started, and by whoever cannot start it. */
export function Reading({ lab, labRun, isMember }: { lab: Lab; labRun: LabRun; isMember: boolean }) {
  const record = useRecord(lab.id, isMember);
  return (
    <div className="page">
      <div className="page-head">
        <nav className="crumbs" aria-label="Breadcrumb">
          <Link href="/catalogue">Catalogue</Link>
          <span aria-hidden="true">/</span>
          <Link href="/labs">Labs</Link>
        </nav>
        <h1>{lab.title}</h1>
        <p className="lead">{lab.summary}</p>
        <p className="head-facts">
          <span>Lab {lab.number}</span>
          <Level level={lab.level} />
          <span>{lab.minutes} minutes</span>
          <span>{tierWords[lab.tier] ?? lab.tier}</span>
        </p>
      </div>
      <StartCard lab={lab} labRun={labRun} isMember={isMember} best={record.attempts} />
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
            <Instructions html={lab.instructions} onPaste={null} />
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
          {isMember && (record.attempts?.length ?? 0) > 0 && (
            <section aria-labelledby="attempts">
              <h2 id="attempts">Your attempts</h2>
              <Attempts attempts={record.attempts ?? []} />
            </section>
          )}
          <Files lab={lab} />
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

function Files({ lab }: { lab: Lab }) {
  if (lab.files.length === 0) return null;
  return (
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
  );
}
