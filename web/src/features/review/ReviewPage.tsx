import { useCallback, useEffect, useRef, useState } from "react";
import { request } from "../../api/client";
import type { Rating } from "../../api/generated";
import { logReview, sendReviews, thisDevice, waitingReviews } from "../../api/reviewLog";
import { sessionRestored, useSession } from "../../api/session";
import { refreshAnswers } from "../../api/store";
import { Link } from "../../app/router";
import { Failure } from "../../design/Failure";
import { Skeleton } from "../../design/Skeleton";
import { useTitle } from "../../design/useTitle";
import { counted } from "../../design/words";
import { timeOrderedID } from "../../realtime/ids";
import { SignedIn } from "../auth/SignedIn";
import { forgetPrepared, makeReady } from "./answers";
import { CardView, MissedList, pageOf } from "./CardView";
import { OutboxLine } from "./OutboxLine";
import { ReviewQueue } from "./queries.generated";
import type { ReviewQueueResult } from "./queries.generated";
import * as sessions from "./session";
import type { Session } from "./session";
import { useStopwatch } from "./useStopwatch";
import { fromNow, timeWords } from "./words";

type Queue = ReviewQueueResult["reviewQueue"];

export default function ReviewPage() {
  useTitle("Review");
  const contentId = new URLSearchParams(location.search).get("item");
  return (
    <SignedIn title="Review" back={location.pathname + location.search}>
      <Content contentId={contentId} />
    </SignedIn>
  );
}

/** Fetches the queue after what waits has been sent, so that no card comes twice. */
function Content({ contentId }: { contentId: string | null }) {
  const [queue, setQueue] = useState<Queue | null>(null);
  const [problem, setProblem] = useState("");
  const [round, setRound] = useState(0);
  useEffect(() => {
    let isCurrent = true;
    forgetPrepared();
    fetchQueue(contentId).then(
      (found) => isCurrent && setQueue(found),
      (error: unknown) => isCurrent && setProblem(error instanceof Error ? error.message : "Try again in a moment."),
    );
    return () => {
      isCurrent = false;
    };
  }, [contentId, round]);
  const again = useCallback(() => {
    setQueue(null);
    setProblem("");
    setRound((before) => before + 1);
  }, []);
  if (problem) {
    return (
      <div className="page review-page">
        <OutboxLine />
        <Failure title="Your cards did not load" message={problem} onRetry={again} />
      </div>
    );
  }
  if (!queue) return <Skeleton shape="page" />;
  if (queue.cards.length === 0) return <NothingDue queue={queue} contentId={contentId} />;
  return <InSession key={round} queue={queue} contentId={contentId} onAgain={again} />;
}

async function fetchQueue(contentId: string | null): Promise<Queue> {
  const owner = (await sessionRestored())?.id ?? "";
  await sendReviews();
  const { reviewQueue } = await request(ReviewQueue, { contentId });
  const unsent = new Set(waitingReviews(owner).map((each) => each.itemId));
  return { ...reviewQueue, cards: reviewQueue.cards.filter((each) => !unsent.has(each.item.id)) };
}

function InSession({ queue, contentId, onAgain }: { queue: Queue; contentId: string | null; onAgain: () => void }) {
  const owner = useSession().user?.id ?? "";
  const [session, setSession] = useState<Session>(() => sessions.begin(queue.cards));
  const [full, setFull] = useState(false);
  const spent = useStopwatch(session.turn);
  const { current, ahead } = session;
  useEffect(() => {
    const aborter = new AbortController();
    if (current) void makeReady([current, ...ahead], aborter.signal);
    return () => aborter.abort();
  }, [current, ahead]);
  // Pages that count what is due must not say what was true before.
  useEffect(() => () => refreshAnswers(false), []);

  // The card that had the focus is gone with its last rating.
  const heading = useRef<HTMLHeadingElement>(null);
  const isOver = current === null;
  useEffect(() => {
    if (isOver) heading.current?.focus();
  }, [isOver]);

  const log = (entry: Omit<Parameters<typeof logReview>[1], "at" | "device">) => {
    const isKept = logReview(owner, { ...entry, at: new Date().toISOString(), device: thisDevice() });
    setFull(!isKept);
    return isKept;
  };
  const rate = (id: string, rating: Rating, choices: readonly string[]) => {
    if (!current) return;
    const durationMs = spent();
    const chosen = choices.length > 0 ? { choices } : {};
    if (log({ id, itemId: current.item.id, rating, durationMs, ...chosen })) setSession(sessions.rate(session, id, rating, durationMs, Date.now()));
  };
  const suspend = () => {
    if (current && log({ id: timeOrderedID(), itemId: current.item.id, action: "SUSPEND", durationMs: 0 })) setSession(sessions.suspend(session, Date.now()));
  };
  const last = session.done[session.done.length - 1];
  const undo = last
    ? () => {
        if (log({ id: timeOrderedID(), itemId: last.card.item.id, action: "UNDO", undoes: last.id, durationMs: 0 })) setSession(sessions.undo(session));
      }
    : null;

  const progress = sessions.progressOf(session);
  const tally = sessions.tallyOf(session);
  const place = `Card ${progress.done + 1} of ${progress.of}`;
  return (
    <div className="page review-page">
      <div className="review-head">
        <h1 ref={heading} tabIndex={-1} className={current ? "visually-hidden" : ""}>
          {current ? "Review" : "Done for now"}
        </h1>
        {current && (
          <>
            <progress max={progress.of} value={progress.done} aria-label={`${progress.done} of ${progress.of} reviewed`} />
            <p className="review-count">
              <span>
                {progress.done} of {progress.of}
              </span>
              <span>{timeWords(tally.ms)}</span>
              <Link href={contentId === null ? "/today" : pageOf(queue.cards[0])}>Leave</Link>
            </p>
          </>
        )}
      </div>
      <OutboxLine />
      {full && (
        <p className="form-problem" role="alert">
          This device cannot keep any more reviews. Connect it, let them be sent, and go on.
        </p>
      )}
      {current ? (
        <CardView
          key={session.turn}
          card={current}
          place={place}
          onRate={rate}
          onSuspend={suspend}
          onPutOff={() => setSession(sessions.putOff(session, Date.now()))}
          onUndo={undo}
        />
      ) : (
        <Summary session={session} onUndo={undo} onAgain={onAgain} />
      )}
    </div>
  );
}

function Summary({ session, onUndo, onAgain }: { session: Session; onUndo: (() => void) | null; onAgain: () => void }) {
  const { reviews, remembered, ms, missed } = sessions.tallyOf(session);
  const share = reviews > 0 ? Math.round((100 * remembered) / reviews) : 0;
  return (
    <div className="review-summary">
      <dl className="predicted">
        <div>
          <dt>Reviews</dt>
          <dd>{reviews}</dd>
        </div>
        <div>
          <dt>Remembered</dt>
          <dd>
            {remembered} ({share} %)
          </dd>
        </div>
        <div>
          <dt>Time</dt>
          <dd>{timeWords(ms)}</dd>
        </div>
        {session.suspended.length > 0 && (
          <div>
            <dt>Suspended</dt>
            <dd>{session.suspended.length}</dd>
          </div>
        )}
      </dl>
      {missed.length > 0 && <MissedList cards={missed} />}
      <div className="button-row">
        <Link className="button primary" href="/today">
          Back to today
        </Link>
        <button type="button" className="button" onClick={onAgain}>
          Look for more cards
        </button>
        {onUndo && (
          <button type="button" className="button quiet" onClick={onUndo}>
            Take the last one back
          </button>
        )}
      </div>
    </div>
  );
}

function NothingDue({ queue, contentId }: { queue: Queue; contentId: string | null }) {
  return (
    <div className="page narrow review-page">
      <div className="page-head">
        <h1>{queue.reviewedToday > 0 ? "Done for today" : "No card is due"}</h1>
        <p className="lead">
          {queue.reviewedToday > 0 && `${counted(queue.reviewedToday, "review")} today. `}
          {contentId !== null
            ? "There are no questions on this one."
            : queue.nextDueAt
              ? `The next card comes ${fromNow(queue.nextDueAt)}.`
              : "Cards come from the diagrams that you open: read one, then practise it."}
        </p>
      </div>
      <OutboxLine />
      <div className="button-row">
        <Link className="button primary" href="/catalogue">
          Open the catalogue
        </Link>
        <Link className="button" href="/today">
          Today
        </Link>
      </div>
    </div>
  );
}
