import { useEffect } from "react";
import { sendWaiting } from "../../api/predictions";
import { refreshAnswers } from "../../api/store";
import { useQuery } from "../../api/useQuery";
import { Link } from "../../app/router";
import { DiagramCard } from "../../design/DiagramCard";
import { Failure } from "../../design/Failure";
import { Icon } from "../../design/Icon";
import { Skeleton } from "../../design/Skeleton";
import { useTitle } from "../../design/useTitle";
import { dayWords, viewWord } from "../../design/words";
import { SignedIn } from "../auth/SignedIn";
import { Forecasts } from "./Forecasts";
import { Goals } from "./Goals";
import { Heatmap } from "./Heatmap";
import { PredictionLog } from "./PredictionLog";
import { ProgressPage as Document } from "./queries.generated";
import type { ProgressPageResult } from "./queries.generated";
import { Trends } from "./Trends";

export default function ProgressPage() {
  useTitle("Progress");
  return (
    <SignedIn title="Your progress" back="/progress">
      <Content />
    </SignedIn>
  );
}

function Content() {
  const page = useQuery(Document, {});
  useEffect(() => {
    void sendWaiting().then((sent) => {
      if (sent) refreshAnswers();
    });
  }, []);
  if (page.data) return <Page data={page.data} />;
  if (page.error) return <Failure title="Your progress did not load" message={page.error.message} onRetry={page.retry} />;
  return <Skeleton shape="page" />;
}

function Page({ data }: { data: ProgressPageResult }) {
  const { progress, displayName, id: user } = data.currentUser;
  const titles = new Map(data.diagrams.map((each) => [each.id, each]));
  const recent = [...progress.completedDiagrams].sort((a, b) => (a.completedAt < b.completedAt ? 1 : -1));
  return (
    <div className="page progress-page">
      <div className="page-head">
        <h1>Your progress</h1>
        <p className="lead">
          {progress.completedCount === 0
            ? `Welcome, ${displayName}. Nothing is completed yet: the first diagram below is a good start.`
            : `${displayName}, you have completed ${progress.completedCount} of ${progress.totalDiagrams} diagrams.`}
        </p>
      </div>
      <div className="progress-top">
        <div className="progress-total">
          <Ring done={progress.completedCount} total={progress.totalDiagrams} />
          <p>
            <strong>
              {progress.completedCount} of {progress.totalDiagrams}
            </strong>
            <span>diagrams completed</span>
          </p>
        </div>
        {progress.next ? (
          <DiagramCard diagram={progress.next} label="Next for you" />
        ) : (
          <p className="notice">Everything that there is today is completed.</p>
        )}
      </div>
      <nav className="progress-links" aria-label="More about your learning">
        <Link href="/today">Today</Link>
        <Link href="/cards">Your cards</Link>
        <Link href="/settings">Settings</Link>
        <Link href="/report">Report to print</Link>
        <Link href="/calibration">How good forecasts are</Link>
      </nav>
      <section aria-labelledby="skills">
        <h2 id="skills">Skills</h2>
        <Heatmap user={user} />
      </section>
      <section aria-labelledby="trends">
        <h2 id="trends">Day by day</h2>
        <Trends user={user} />
      </section>
      <section aria-labelledby="goals">
        <h2 id="goals">Goals</h2>
        <Goals user={user} />
      </section>
      <section aria-labelledby="forecasts">
        <h2 id="forecasts">Forecasts</h2>
        <Forecasts user={user} />
      </section>
      <Predicted record={progress.predictions} user={user} />
      <section aria-labelledby="by-category">
        <h2 id="by-category">By category</h2>
        <ul className="category-progress">
          {progress.byCategory
            .filter((each) => each.total > 0)
            .map(({ category, completed, total }) => (
              <li key={category.id}>
                <Link href={`/catalogue?category=${category.id}`}>
                  <span className="category-letter" aria-hidden="true">
                    {category.id}
                  </span>
                  <span className="category-progress-title">{category.title}</span>
                  <meter min={0} max={total} value={completed} aria-label={`${category.title}: ${completed} of ${total}`} />
                  <span className="category-progress-count" aria-hidden="true">
                    {completed}/{total}
                  </span>
                </Link>
              </li>
            ))}
        </ul>
      </section>
      {recent.length > 0 && (
        <section aria-labelledby="recent">
          <h2 id="recent">Completed</h2>
          <ul className="completed-list">
            {recent.map(({ diagramId, completedAt }) => {
              const diagram = titles.get(diagramId);
              return (
                <li key={diagramId}>
                  <Icon name="check" />
                  <Link href={`/diagrams/${diagramId}`}>{diagram?.title ?? diagramId}</Link>
                  {diagram && <small>{viewWord(diagram.view)}</small>}
                  <time dateTime={completedAt}>{dayWords(completedAt)}</time>
                </li>
              );
            })}
          </ul>
        </section>
      )}
    </div>
  );
}

/** How often the learner was right, beside how sure. */
function Predicted({ record, user }: { record: ProgressPageResult["currentUser"]["progress"]["predictions"]; user: string }) {
  const { questions, right, of, confidence, logLoss } = record;
  const share = of > 0 ? Math.round((100 * right) / of) : 0;
  const sure = Math.round(confidence ?? 0);
  return (
    <section aria-labelledby="predicted">
      <h2 id="predicted">Predictions</h2>
      {questions === 0 || logLoss === null ? (
        <p>
          None yet. Open a diagram, choose <em>Break it</em>, take a part away and say what follows before you look.
        </p>
      ) : (
        <>
          <dl className="predicted">
            <div>
              <dt>Questions</dt>
              <dd>{questions}</dd>
            </div>
            <div>
              <dt>Parts you were right about</dt>
              <dd>
                {right} of {of} ({share} %)
              </dd>
            </div>
            <div>
              <dt>How sure you were</dt>
              <dd>{sure} %</dd>
            </div>
            <div>
              <dt>Log loss</dt>
              <dd>{logLoss.toFixed(2)}</dd>
            </div>
          </dl>
          <p className="hint">
            {calibration(share, sure)} A coin has a log loss of 0.69, and less is better. Only your first prediction on each question
            counts.
          </p>
          <PredictionLog user={user} />
        </>
      )}
    </section>
  );
}

function calibration(share: number, sure: number): string {
  if (Math.abs(share - sure) <= 5) return "You are as sure as you are right.";
  return share > sure ? "You are right more often than you think." : "You are surer than you are right.";
}

function Ring({ done, total }: { done: number; total: number }) {
  const radius = 34;
  const length = 2 * Math.PI * radius;
  const share = total > 0 ? done / total : 0;
  return (
    <svg className="ring" viewBox="0 0 80 80" aria-hidden="true">
      <circle cx="40" cy="40" r={radius} />
      <circle cx="40" cy="40" r={radius} className="ring-done" strokeDasharray={`${share * length} ${length}`} />
      <text x="40" y="46" textAnchor="middle">
        {Math.round(share * 100)}%
      </text>
    </svg>
  );
}
