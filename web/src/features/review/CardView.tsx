import { lazy, Suspense, useEffect, useRef, useState } from "react";
import type { ContextInput, Rating } from "../../api/generated";
import { Link } from "../../app/router";
import { Icon } from "../../design/Icon";
import { Prose } from "../../design/Prose";
import { counted } from "../../design/words";
import { AskButton } from "../tutor/AskButton";
import type { Answer } from "./answers";
import { choiceOfKey, Choices } from "./Choices";
import { Order } from "./Order";
import { RatingBar, ratingsFor } from "./RatingBar";
import type { Card } from "./session";
import { useCard } from "./useCard";
import { folders, placeOf, ratings, skillWords } from "./words";

const CardPicture = lazy(() => import("./CardPicture"));

interface Props {
  readonly card: Card;
  /** As in "Card 3 of 20". */
  readonly place: string;
  readonly onRate: (id: string, rating: Rating, choices: readonly string[]) => void;
  readonly onSuspend: () => void;
  readonly onPutOff: () => void;
  /** Null while there is nothing to take back. */
  readonly onUndo: (() => void) | null;
}

/** A card, from its question to its rating. */
export function CardView({ card, place, onRate, onSuspend, onPutOff, onUndo }: Props) {
  const turn = useCard(card);
  const { item } = card;
  const { answer } = turn;
  const question = useRef<HTMLElement>(null);
  const reply = useRef<HTMLElement>(null);
  useEffect(() => question.current?.focus({ preventScroll: true }), []);
  useEffect(() => {
    if (answer) reply.current?.focus();
  }, [answer]);
  const rate = (rating: Rating) => {
    if (answer && ratingsFor(answer).includes(rating)) onRate(turn.id, rating, item.mode === "REVEAL" ? [] : turn.chosen);
  };
  useCardKeys({
    isAnswered: answer !== null,
    choice: (key) => (item.mode === "ONE" || item.mode === "MANY" ? choiceOfKey(key, item) : undefined),
    onChoose: turn.choose,
    onCommit: turn.commit,
    onRate: rate,
    onUndo,
    onSuspend,
  });
  return (
    <>
      <article className="review-card" ref={question} tabIndex={-1} aria-label={`${place}: ${item.contentTitle}`} aria-describedby="review-prompt">
        <p className="review-from">
          <span className="pill">{skillWords[item.skill]}</span>
          <span>{item.contentTitle}</span>
          {card.leech && <span className="pill warn">Forgotten {counted(card.lapses, "time")}</span>}
        </p>
        <div id="review-prompt">
          <Prose className="prose review-prompt" html={item.promptHTML} />
        </div>
        {(item.mode === "ONE" || item.mode === "MANY") && <Choices item={item} chosen={turn.chosen} onChoose={turn.choose} answer={answer} />}
        {item.mode === "ORDER" && <Order item={item} order={turn.chosen} onOrder={turn.reorder} answer={answer} />}
        {turn.problem && (
          <p className="form-problem" role="alert">
            {turn.problem}{" "}
            <button type="button" className="text-link" onClick={onPutOff}>
              Take another card first
            </button>
          </p>
        )}
        {!answer && (
          <button type="button" className="button primary review-show" disabled={turn.busy || !turn.isReady} onClick={turn.commit} aria-keyshortcuts={item.mode === "REVEAL" ? "Space" : "Enter"}>
            {turn.busy ? "Looking…" : item.mode === "REVEAL" ? "Show the answer" : "Answer"}
            <kbd aria-hidden="true">{item.mode === "REVEAL" ? "Space" : "Enter"}</kbd>
          </button>
        )}
        {answer && (
          <section className="review-answer" ref={reply} tabIndex={-1} aria-label="Answer">
            <Verdict answer={answer} />
            <Prose className="prose" html={answer.answerHTML} />
            {answer.explanationHTML && <Prose className="prose review-explanation" html={answer.explanationHTML} />}
            {answer.correct === false && (
              <AskButton label="Why was I wrong?" question="Why was I wrong?" context={{ ...contextOf(item), itemId: item.id, intent: "WHY_WRONG" }} />
            )}
          </section>
        )}
      </article>
      {answer && <RatingBar card={card} answer={answer} onRate={rate} />}
      <div className="review-tools">
        <button type="button" className="button quiet" disabled={!onUndo} onClick={() => onUndo?.()} aria-keyshortcuts="U">
          Undo <kbd aria-hidden="true">U</kbd>
        </button>
        <button type="button" className="button quiet" onClick={onSuspend} aria-keyshortcuts="S" title="Keeps this card out of your reviews until you let it in again">
          Suspend <kbd aria-hidden="true">S</kbd>
        </button>
        <p className="hint review-why">
          <Icon name="help" /> {card.why}
        </p>
      </div>
      {answer && (
        <Suspense fallback={<div className="bone card-picture-bone" />}>
          <CardPicture card={card} />
        </Suspense>
      )}
    </>
  );
}

function Verdict({ answer }: { answer: Answer }) {
  if (answer.correct === null) return <h2 className="review-verdict">Answer</h2>;
  return (
    <h2 className={`review-verdict ${answer.correct ? "right" : "wrong"}`}>
      <Icon name={answer.correct ? "check" : "close"} /> {answer.correct ? "Right" : "Not right"}
    </h2>
  );
}

interface Keys {
  readonly isAnswered: boolean;
  readonly choice: (key: string) => string | undefined;
  readonly onChoose: (id: string) => void;
  readonly onCommit: () => void;
  readonly onRate: (rating: Rating) => void;
  readonly onUndo: (() => void) | null;
  readonly onSuspend: () => void;
}

/** The keys of a review. Where a key already means something to what has the focus, that goes first. */
function useCardKeys(keys: Keys): void {
  const latest = useRef(keys);
  latest.current = keys;
  useEffect(() => {
    const keyed = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
      const target = event.target instanceof Element ? event.target : document.body;
      if (target.matches("input:not([type=radio], [type=checkbox]), textarea, select")) return;
      const { isAnswered, choice, onChoose, onCommit, onRate, onUndo, onSuspend } = latest.current;
      const onControl = target.matches("button, a[href], summary, [role=button], [data-node], [data-edge]");
      const chosen = isAnswered ? undefined : choice(event.key);
      const rating = isAnswered ? ratings[Number(event.key) - 1] : undefined;
      const act = () => {
        if (chosen !== undefined) return () => onChoose(chosen);
        if (rating) return () => onRate(rating);
        if (event.key === "Enter" && !isAnswered && !onControl) return onCommit;
        if (event.key === " " && !isAnswered && !onControl && !target.matches("input")) return onCommit;
        if (event.key === "u") return onUndo;
        return event.key === "s" ? onSuspend : null;
      };
      const acts = act();
      if (!acts) return;
      event.preventDefault();
      // A key that is held must not go through card after card.
      if (!event.repeat) acts();
    };
    addEventListener("keydown", keyed);
    return () => removeEventListener("keydown", keyed);
  }, []);
}

/** What a session was, and the way on. */
export function MissedList({ cards }: { cards: readonly Card[] }) {
  const [more, setMore] = useState(false);
  const shown = more ? cards : cards.slice(0, 5);
  return (
    <section aria-labelledby="missed">
      <h2 id="missed">To look at again</h2>
      <ul className="missed-list">
        {shown.map(({ item }) => (
          <li key={item.id}>
            <Prose className="missed-prompt" html={item.promptHTML} />
            <Link href={placeOf(item)}>{item.contentTitle}</Link>
          </li>
        ))}
      </ul>
      {cards.length > shown.length && (
        <button type="button" className="button quiet" onClick={() => setMore(true)}>
          All {cards.length}
        </button>
      )}
    </section>
  );
}

/** What a card is about, for the tutor. */
function contextOf({ contentKind, contentId }: Card["item"]): ContextInput {
  if (contentKind === "DIAGRAM") return { diagramId: contentId };
  return contentKind === "LAB" ? { labId: contentId } : { incidentId: contentId };
}

/** The page of the item that a card was made from. */
export function pageOf(card: Card | undefined): string {
  return card ? `/${folders[card.item.contentKind]}/${card.item.contentId}` : "/today";
}
