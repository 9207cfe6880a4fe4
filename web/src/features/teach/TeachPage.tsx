import { useState } from "react";
import { useSession } from "../../api/session";
import { useQuery } from "../../api/useQuery";
import { Link } from "../../app/router";
import { DownloadButton } from "../../design/DownloadButton";
import { Failure } from "../../design/Failure";
import { Prose } from "../../design/Prose";
import { Skeleton } from "../../design/Skeleton";
import { useTitle } from "../../design/useTitle";
import { counted, dayWords, momentWords } from "../../design/words";
import { SignedIn } from "../auth/SignedIn";
import { folders, placeOf } from "../review/words";
import { Operations } from "./Operations";
import { Cohort as Document, TeachGroups } from "./queries.generated";
import type { CohortResult } from "./queries.generated";

type Cohort = CohortResult["cohort"];
type Member = Cohort["members"][number];

const periods = [7, 30, 90] as const;

export default function TeachPage() {
  useTitle("Teaching");
  return (
    <SignedIn title="Teaching" back="/teach">
      <Gate />
    </SignedIn>
  );
}

/** The server refuses as well; here it is said in words. */
function Gate() {
  const role = useSession().user?.role;
  if (role === "LEARNER") {
    return (
      <section className="page narrow notice">
        <h1>For instructors</h1>
        <p>This page shows how a cohort is doing. What your own instructors see of you stands in your report, word for word.</p>
        <Link className="button primary" href="/report">
          Your report
        </Link>
      </section>
    );
  }
  return <Content isAdmin={role === "ADMIN"} />;
}

function Content({ isAdmin }: { isAdmin: boolean }) {
  const groups = useQuery(TeachGroups, {});
  const [group, setGroup] = useState("");
  const [days, setDays] = useState<number>(30);
  const { data, error, loading, retry } = useQuery(Document, { group: group === "" ? null : group, days });
  const led = groups.data?.studyGroups.filter((each) => !each.archived && (each.role === "OWNER" || each.role === "MODERATOR")) ?? [];
  const csv = `/reports/cohort.csv?days=${days}${group === "" ? "" : `&groupId=${encodeURIComponent(group)}`}`;
  return (
    <div className="page teach-page">
      <div className="page-head">
        <h1>Teaching</h1>
        <p className="lead">Where your learners are stuck and what misleads them. Names stand in the order of the alphabet: nobody is ranked, and each sees the very line about themselves.</p>
      </div>
      <div className="teach-tools">
        <label>
          <span className="visually-hidden">Whom</span>
          <select className="select" value={group} onChange={(event) => setGroup(event.target.value)}>
            <option value="">{isAdmin ? "All learners" : "All groups that you lead"}</option>
            {led.map((each) => (
              <option key={each.id} value={each.id}>
                {each.name}
              </option>
            ))}
          </select>
        </label>
        <div className="chips" role="group" aria-label="Period">
          {periods.map((each) => (
            <button key={each} type="button" className="chip" aria-pressed={days === each} onClick={() => setDays(each)}>
              {each} days
            </button>
          ))}
        </div>
        <DownloadButton path={csv} name={`atlas-cohort-${days}-days.csv`} label="Save as CSV" />
      </div>
      {error && !data && <Failure title="The dashboard did not load" message={error.message} onRetry={retry} />}
      {loading && <Skeleton shape="lines" count={4} />}
      {data && <Dashboard cohort={data.cohort} />}
      {isAdmin && <Operations />}
    </div>
  );
}

function Dashboard({ cohort }: { cohort: Cohort }) {
  if (cohort.members.length === 0) {
    return (
      <div className="notice">
        <p>There is nobody here yet. Make a study group, invite your learners by a link, and this page follows what they retrieve.</p>
        <Link className="button primary" href="/groups">
          Study groups
        </Link>
      </div>
    );
  }
  const active = cohort.members.filter((each) => each.activeDays > 0).length;
  const attempts = cohort.members.reduce((sum, each) => sum + each.attempts, 0);
  const correct = cohort.members.reduce((sum, each) => sum + each.correct, 0);
  return (
    <>
      <dl className="predicted">
        <div>
          <dt>Learners</dt>
          <dd>{cohort.members.length}</dd>
        </div>
        <div>
          <dt>Active in {cohort.days} days</dt>
          <dd>{active}</dd>
        </div>
        <div>
          <dt>Answers</dt>
          <dd>{attempts.toLocaleString("en")}</dd>
        </div>
        <div>
          <dt>Right</dt>
          <dd>{attempts > 0 ? `${Math.round((100 * correct) / attempts)} %` : "–"}</dd>
        </div>
      </dl>
      <section aria-labelledby="need-help">
        <h2 id="need-help">Who may welcome help, and why</h2>
        {cohort.needHelp.length === 0 ? (
          <p className="hint">Nothing points to anybody at present.</p>
        ) : (
          <ul className="need-help">
            {cohort.needHelp.map((each) => (
              <li key={each.user.id} className="panel">
                <h3>{each.user.displayName}</h3>
                <ul>
                  {each.help.map((reason) => (
                    <li key={reason}>{reason}</li>
                  ))}
                </ul>
                <p className="hint">{each.lastAt ? `Last answer on ${dayWords(each.lastAt)}` : "No answer yet"}</p>
              </li>
            ))}
          </ul>
        )}
      </section>
      <section aria-labelledby="misleading">
        <h2 id="misleading">Questions that mislead</h2>
        {cohort.misleading.length === 0 ? (
          <p className="hint">No question is answered wrongly more often than expected.</p>
        ) : (
          <Misleading items={cohort.misleading} />
        )}
      </section>
      <section aria-labelledby="cohort-categories">
        <h2 id="cohort-categories">By category</h2>
        <ul className="category-progress cohort-categories">
          {cohort.categories.map(({ category, mastery, learners, attempts: count }) => (
            <li key={category.id}>
              <Link href={`/catalogue?category=${category.id}`}>
                <span className="category-letter" aria-hidden="true">
                  {category.id}
                </span>
                <span className="category-progress-title">{category.title}</span>
                {mastery === null ? (
                  <span className="hint">no evidence</span>
                ) : (
                  <meter min={0} max={1} value={mastery} aria-label={`${category.title}: ${Math.round(100 * mastery)} % on average`} />
                )}
                <span className="category-progress-count">
                  {mastery === null ? "" : `${Math.round(100 * mastery)} % · `}
                  {counted(learners, "learner")}, {counted(count, "answer")}
                </span>
              </Link>
            </li>
          ))}
        </ul>
      </section>
      <section aria-labelledby="members">
        <h2 id="members">Everybody</h2>
        <Members members={cohort.members} />
      </section>
      <p className="hint">As of {momentWords(cohort.generatedAt)}</p>
    </>
  );
}

function Misleading({ items }: { items: Cohort["misleading"] }) {
  return (
    <div className="table-frame" tabIndex={0} role="group" aria-label="Questions that mislead">
      <table className="plain-table">
        <thead>
          <tr>
            <th scope="col">Question</th>
            <th scope="col">Answers</th>
            <th scope="col">Right</th>
            <th scope="col">Expected</th>
            <th scope="col">Why it is here</th>
          </tr>
        </thead>
        <tbody>
          {items.map((each) => (
            <tr key={each.itemId}>
              <th scope="row">
                {each.question ? <Prose className="missed-prompt" html={each.question.promptHTML} /> : <p>{askedOf(each.itemId)}</p>}
                {each.contentKind ? <Link href={each.question ? placeOf(each.question) : `/${folders[each.contentKind]}/${each.contentId}`}>{each.title}</Link> : <small>It is not in the catalogue any more.</small>}
              </th>
              <td>{each.attempts}</td>
              <td>{Math.round(100 * each.correctFraction)} %</td>
              <td>{Math.round(100 * each.expectedFraction)} %</td>
              <td>{each.reason}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** What an item is that has no card. */
function askedOf(itemId: string): string {
  if (itemId.startsWith("prediction:")) return "A prediction, in Break it or in a replay";
  return itemId.startsWith("lab:") ? "The checks of the lab" : "A question that is gone";
}

function Members({ members }: { members: readonly Member[] }) {
  return (
    <div className="table-frame" tabIndex={0} role="group" aria-label="Members">
      <table className="plain-table">
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col">Active days</th>
            <th scope="col">Last answer</th>
            <th scope="col">Answers</th>
            <th scope="col">Right</th>
            <th scope="col">Diagrams</th>
            <th scope="col">Labs</th>
          </tr>
        </thead>
        <tbody>
          {members.map((each) => (
            <tr key={each.user.id}>
              <th scope="row">{each.user.displayName}</th>
              <td>{each.activeDays}</td>
              <td>{each.lastAt ? dayWords(each.lastAt) : "–"}</td>
              <td>{each.attempts}</td>
              <td>{each.attempts > 0 ? `${Math.round((100 * each.correct) / each.attempts)} %` : "–"}</td>
              <td>{each.diagrams}</td>
              <td>{each.labs}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
