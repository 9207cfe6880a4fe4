import { useEffect, useRef } from "react";
import { sendReviews, useReviewLog } from "../../api/reviewLog";
import { useSession } from "../../api/session";
import { useQuery } from "../../api/useQuery";
import { Link } from "../../app/router";
import { DiagramCard } from "../../design/DiagramCard";
import { Failure } from "../../design/Failure";
import { Icon } from "../../design/Icon";
import { Skeleton } from "../../design/Skeleton";
import { useTitle } from "../../design/useTitle";
import { counted, momentWords } from "../../design/words";
import { SignedIn } from "../auth/SignedIn";
import { OutboxLine } from "../review/OutboxLine";
import { folders, fromNow, minuteWords } from "../review/words";
import { DueToday, TodayGroups, TodayLabs, TodayStart, TodaySuggestion } from "./queries.generated";
import type { DueTodayResult, TodayStartResult, TodaySuggestionResult } from "./queries.generated";
import { Week } from "./Week";

export default function TodayPage() {
  useTitle("Today");
  return (
    <SignedIn title="Today" back="/today">
      <Content />
    </SignedIn>
  );
}

/** Each part asks for itself: what fails or takes its time does not hold up the others. */
function Content() {
  const start = useQuery(TodayStart, {});
  const due = useQuery(DueToday, {});
  useEffect(() => void sendReviews(), []);
  // What this device still had to send changes what is due.
  const { waiting } = useReviewLog(useSession().user?.id ?? "");
  const waitedFor = useRef(waiting);
  useEffect(() => {
    if (waiting < waitedFor.current) due.retry();
    waitedFor.current = waiting;
  }, [waiting, due.retry]);
  if (start.error && !start.data) return <Failure title="Today did not load" message={start.error.message} onRetry={start.retry} />;
  if (!start.data || due.loading) return <Skeleton shape="page" />;
  const me = start.data.currentUser;
  const isNew = me.progress.completedCount === 0 && due.data !== undefined && hasNoCards(due.data.reviewQueue);
  return (
    <div className="page today-page">
      <div className="page-head">
        <h1>{isNew ? `Welcome, ${me.displayName}` : `${greeting(new Date().getHours())}, ${me.displayName}`}</h1>
        {isNew && <p className="lead">Three steps make something stay: take a diagram apart, say what breaks before you look, and come back when it is about to fade.</p>}
      </div>
      <OutboxLine />
      <div className="today-columns">
        <div className="today-main">
          {isNew ? <First next={me.progress.next} /> : <Due due={due.data?.reviewQueue} error={due.error} onRetry={due.retry} />}
          {!isNew && <Suggested fallback={me.progress.next} />}
          <Labs user={me.id} />
        </div>
        <div className="today-side">
          {!isNew && <Week user={me.id} />}
          <Groups />
          {me.role !== "LEARNER" && (
            <section className="panel">
              <h2>Teaching</h2>
              <p>Where your learners are stuck, and which questions mislead.</p>
              <Link className="button" href="/teach">
                Open the dashboard
              </Link>
            </section>
          )}
        </div>
      </div>
    </div>
  );
}

function hasNoCards(queue: DueTodayResult["reviewQueue"]): boolean {
  return queue.due + queue.learning + queue.reviewedToday === 0 && queue.nextDueAt === null;
}

function greeting(hour: number): string {
  return hour < 5 ? "Good night" : hour < 12 ? "Good morning" : hour < 18 ? "Good afternoon" : "Good evening";
}

function First({ next }: { next: TodayStartResult["currentUser"]["progress"]["next"] }) {
  return (
    <section className="today-due" aria-labelledby="first">
      <h2 id="first">Begin with one diagram</h2>
      <ol className="today-steps">
        <li>
          <strong>Take it apart.</strong> Choose a part of the picture: Atlas says what it is there for.
        </li>
        <li>
          <strong>Break it.</strong> Say what follows and how sure you are, then look.
        </li>
        <li>
          <strong>Practise it.</strong> The first cards are made of it. From tomorrow, what is due stands here.
        </li>
      </ol>
      {next ? <DiagramCard diagram={next} label="A good first one" /> : <Link className="button primary" href="/catalogue">Open the catalogue</Link>}
    </section>
  );
}

function Due({ due, error, onRetry }: { due: DueTodayResult["reviewQueue"] | undefined; error: Error | null; onRetry: () => void }) {
  if (!due) {
    return <Failure title="Your cards did not load" message={error?.message ?? ""} onRetry={onRetry} />;
  }
  const known = due.due + due.learning;
  const all = known + due.fresh;
  return (
    <section className="today-due" aria-labelledby="due">
      <h2 id="due" className="visually-hidden">
        Cards
      </h2>
      {all > 0 ? (
        <>
          <p className="today-count">
            <strong>{all}</strong> {all === 1 ? "card" : "cards"} · about {minuteWords(due.minutesLeft)}
          </p>
          <p className="today-parts">
            {[known > 0 && `${known} to repeat`, due.fresh > 0 && `${due.fresh} new`].filter(Boolean).join(", ")}
            {due.reviewedToday > 0 && `. ${counted(due.reviewedToday, "review")} done today, in ${minuteWords(due.minutesToday)}`}.
          </p>
          <Link className="button primary" href="/review">
            {due.reviewedToday > 0 ? "Go on reviewing" : "Review"} <Icon name="arrow" />
          </Link>
        </>
      ) : (
        <>
          <p className="today-count">{due.reviewedToday > 0 ? "Done for today" : "No card is due"}</p>
          <p className="today-parts">
            {due.reviewedToday > 0 && `${counted(due.reviewedToday, "review")} in ${minuteWords(due.minutesToday)}. `}
            {due.nextDueAt ? `The next card comes ${fromNow(due.nextDueAt)}.` : "Practise a diagram that you have read, and its cards come here."}
          </p>
        </>
      )}
      <p className="today-links">
        <Link href="/cards">All your cards</Link>
        <Link href="/settings">Minutes a day</Link>
      </p>
    </section>
  );
}

const kindWords: Readonly<Record<NonNullable<TodaySuggestionResult["suggestion"]>["kind"], string>> = {
  STRENGTHEN: "Make it stronger",
  RESUME: "Go on with it",
  GOAL: "For your goal",
  NEXT: "Next in the syllabus",
  RETRIEVE: "Read, not yet retrieved",
};

/** One thing, and why. Where nothing is known yet, the syllabus decides. */
function Suggested({ fallback }: { fallback: TodayStartResult["currentUser"]["progress"]["next"] }) {
  const { data, loading } = useQuery(TodaySuggestion, {});
  if (loading) return <Skeleton shape="lines" count={1} />;
  const found = data?.suggestion;
  if (!found) {
    return fallback ? (
      <section aria-labelledby="suggested">
        <h2 id="suggested">One thing to do next</h2>
        <DiagramCard diagram={fallback} label="Next in the syllabus" />
      </section>
    ) : null;
  }
  const practises = found.contentKind === "DIAGRAM" && (found.kind === "STRENGTHEN" || found.kind === "RETRIEVE");
  return (
    <section aria-labelledby="suggested">
      <h2 id="suggested">One thing to do next</h2>
      <div className="suggestion">
        <Link className="pointer" href={`/${folders[found.contentKind]}/${found.contentId}`}>
          <span className="pointer-label">{kindWords[found.kind]}</span>
          <span className="pointer-title">{found.title}</span>
          <span className="pointer-summary">{found.reason}</span>
        </Link>
        {practises && (
          <Link className="button" href={`/review?item=${found.contentId}`}>
            Practise it
          </Link>
        )}
      </div>
    </section>
  );
}

function Labs({ user }: { user: string }) {
  const { data } = useQuery(TodayLabs, { user });
  const begun = data?.labsProgress.filter((each) => each.status === "STARTED") ?? [];
  if (begun.length === 0) return null;
  return (
    <section aria-labelledby="labs">
      <h2 id="labs">{begun.length === 1 ? "A lab to go on with" : "Labs to go on with"}</h2>
      <ul className="pointers">
        {begun.slice(0, 3).map((each) => (
          <li key={each.labId}>
            <Link className="pointer" href={`/labs/${each.labId}`}>
              <span className="pointer-title">
                <Icon name="lab" /> {each.title}
              </span>
              <span className="pointer-summary">
                {each.attempts === 0
                  ? "Begun, not checked yet. Your files are kept."
                  : `${counted(each.attempts, "attempt")}, at best ${Math.round(100 * (each.bestScore ?? 0))} % of the checks passed. Your files are kept.`}
              </span>
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Groups() {
  const { data, error, retry } = useQuery(TodayGroups, {});
  if (error && !data) return <Failure title="Your groups did not load" message={error.message} onRetry={retry} />;
  if (!data) return <Skeleton shape="lines" count={1} />;
  const groups = data.studyGroups.filter((each) => !each.archived);
  const unread = groups.filter((each) => each.unread > 0);
  return (
    <section className="panel" aria-labelledby="groups">
      <h2 id="groups">Study groups</h2>
      {data.notifications.length > 0 && (
        <ul className="today-notices">
          {data.notifications.map((each) => (
            <li key={each.id}>
              {each.groupId ? <Link href={`/groups/${each.groupId}`}>{each.text}</Link> : each.text} <small>{momentWords(each.at)}</small>
            </li>
          ))}
        </ul>
      )}
      {unread.map((each) => (
        <Link key={each.id} className="today-group" href={`/groups/${each.id}`}>
          <span>{each.name}</span>
          <span className="unread">
            {each.unread}
            <span className="visually-hidden"> unread messages</span>
          </span>
        </Link>
      ))}
      {unread.length === 0 && data.notifications.length === 0 && (
        <p className="hint">{groups.length > 0 ? "Nothing new in your groups." : "Two learn more than one: join a group, or make one."}</p>
      )}
      <Link className="button" href="/groups">
        {groups.length > 0 ? "All groups" : "Find a group"}
      </Link>
    </section>
  );
}
