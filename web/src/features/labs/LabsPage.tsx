import { useState } from "react";
import { useSession } from "../../api/session";
import { useQuery } from "../../api/useQuery";
import { Link } from "../../app/router";
import type { PageProps } from "../../app/routes";
import { Failure } from "../../design/Failure";
import { Icon } from "../../design/Icon";
import { Level } from "../../design/Level";
import { Skeleton } from "../../design/Skeleton";
import { useTitle } from "../../design/useTitle";
import { counted, dayWords } from "../../design/words";
import { LabsList, LabsProgress } from "./queries.generated";
import type { LabsListResult, LabsProgressResult } from "./queries.generated";
import { aboutWords, ordinal, percentWords, secondsUntil, tierWords, timerWords } from "./runWords";
import type { Run } from "./runWords";
import { useNow } from "./useNow";

type Lab = LabsListResult["labs"][number];
type Progress = LabsProgressResult["labsProgress"][number];
type Standing = Progress["status"];

const standings: readonly (readonly [Standing, string])[] = [
  ["NOT_STARTED", "Not started"],
  ["STARTED", "Started"],
  ["PASSED", "Passed"],
];

/** All labs, with how far the learner has come in each. */
export default function LabsPage(_: PageProps) {
  useTitle("Labs");
  const list = useQuery(LabsList, {});
  const account = useSession().user;
  const user = account?.id ?? "";
  const mine = useQuery(LabsProgress, { user }, user === "");
  if (list.error && !list.data) return <Failure title="The labs did not load" message={list.error.message} onRetry={list.retry} />;
  if (!list.data) return <Skeleton shape="page" />;
  const labs = [...list.data.labs].sort((a, b) => a.number - b.number);
  return (
    <div className="page labs-page">
      <div className="page-head">
        <h1>Labs</h1>
        <p className="lead">A shell of your own, started in about a second and checked step by step. Your files are kept from one visit to the next.</p>
        {account?.role === "ADMIN" && (
          <p className="head-facts">
            <Link href="/operator/labs">Labs on this machine</Link>
          </p>
        )}
      </div>
      {mine.error && !mine.data && <Failure title="Your progress did not load" message={mine.error.message} onRetry={mine.retry} />}
      {mine.data && mine.data.labRuns.length > 0 && <Running runs={mine.data.labRuns} labs={labs} />}
      {user === "" && (
        <p className="banner">
          <strong>To read for now.</strong> <Link href="/sign-in?back=%2Flabs">Sign in</Link> to run a lab and to see how far you have come.
        </p>
      )}
      <List labs={labs} progress={mine.data?.labsProgress} />
    </div>
  );
}

/** What runs or waits now, with a way back to it. */
function Running({ runs, labs }: { runs: readonly Run[]; labs: readonly Lab[] }) {
  const now = useNow(true);
  const titles = new Map(labs.map((each) => [each.id, each.title]));
  return (
    <section className="panel running-labs" aria-labelledby="running">
      <h2 id="running">Running labs</h2>
      <ul>
        {runs.map((run) => (
          <li key={run.labId}>
            <span>
              <strong>{titles.get(run.labId) ?? run.labId}</strong>
              <small>{runWords(run, now)}</small>
            </span>
            <Link className="button primary" href={`/labs/${run.labId}`} aria-label={`Continue: ${titles.get(run.labId) ?? run.labId}`}>
              Continue
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}

function runWords(run: Run, now: number): string {
  if (run.status === "QUEUED") {
    const place = run.position ? `${ordinal(run.position)} in the queue` : "In the queue";
    return run.estimateSeconds ? `${place}, free in ${aboutWords(run.estimateSeconds)}` : place;
  }
  if (run.status !== "RUNNING" || !run.endsAt) return run.status === "STARTING" ? "Starting" : "Keeping your files";
  return `Running, ${timerWords(secondsUntil(run.endsAt, now))} left`;
}

function List({ labs, progress }: { labs: readonly Lab[]; progress: readonly Progress[] | undefined }) {
  const [wanted, setWanted] = useState<Standing | null>(null);
  const known = new Map((progress ?? []).map((each) => [each.labId, each]));
  const standingOf = (lab: Lab): Standing => known.get(lab.id)?.status ?? "NOT_STARTED";
  const shown = wanted === null ? labs : labs.filter((each) => standingOf(each) === wanted);
  const passed = labs.filter((each) => standingOf(each) === "PASSED").length;
  return (
    <section aria-label="All labs">
      {progress && (
        <div className="labs-progress">
          <p className="catalogue-progress">
            <meter min={0} max={labs.length || 1} value={passed} aria-label="Labs passed" />
            {passed} of {counted(labs.length, "lab")} passed
          </p>
          <div className="chips" role="group" aria-label="Show">
            {standings.map(([standing, word]) => (
              <button key={standing} type="button" className="chip" aria-pressed={wanted === standing} onClick={() => setWanted(wanted === standing ? null : standing)}>
                {word} <span className="chip-count">{labs.filter((each) => standingOf(each) === standing).length}</span>
              </button>
            ))}
          </div>
        </div>
      )}
      {shown.length === 0 ? (
        <div className="notice">
          <p>{labs.length === 0 ? "There are no labs here yet." : emptyWords(wanted)}</p>
          {wanted !== null && (
            <button type="button" className="button" onClick={() => setWanted(null)}>
              Show all labs
            </button>
          )}
        </div>
      ) : (
        <ul className="lab-list">
          {shown.map((each) => (
            <li key={each.id}>
              <Link href={`/labs/${each.id}`}>
                <span className="lab-number" aria-hidden="true">
                  {each.number}
                </span>
                <span className="lab-what">
                  <span className="card-title">{each.title}</span>
                  <span className="lab-summary">{each.summary}</span>
                  <span className="card-facts">
                    <Level level={each.level} />
                    <span>{each.minutes} min</span>
                    <span>{tierWords[each.tier] ?? each.tier}</span>
                    {!each.available && <span className="pill">Not available here</span>}
                  </span>
                </span>
                {progress && <StandingMark progress={known.get(each.id)} />}
              </Link>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function emptyWords(wanted: Standing | null): string {
  if (wanted === "PASSED") return "You have passed no lab yet. The first one in the list is a good start.";
  return wanted === "STARTED" ? "No lab is begun and not passed." : "You have begun every lab.";
}

function StandingMark({ progress }: { progress: Progress | undefined }) {
  if (!progress || progress.status === "NOT_STARTED") return <span className="lab-standing">Not started</span>;
  if (progress.status === "PASSED") {
    return (
      <span className="lab-standing">
        <span className="done-mark">
          <Icon name="check" /> Passed
        </span>
        {progress.passedAt && <small>{dayWords(progress.passedAt)}</small>}
      </span>
    );
  }
  return (
    <span className="lab-standing">
      Started
      {progress.attempts > 0 && <small>best {percentWords(progress.bestScore)}</small>}
    </span>
  );
}
