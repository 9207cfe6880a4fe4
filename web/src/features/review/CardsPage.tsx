import { useEffect, useMemo, useState } from "react";
import { request } from "../../api/client";
import type { CardState } from "../../api/generated";
import { sendReviews } from "../../api/reviewLog";
import { refreshAnswers } from "../../api/store";
import { Link } from "../../app/router";
import { Failure } from "../../design/Failure";
import { Icon } from "../../design/Icon";
import { Prose } from "../../design/Prose";
import { Skeleton } from "../../design/Skeleton";
import { useTitle } from "../../design/useTitle";
import { counted } from "../../design/words";
import { SignedIn } from "../auth/SignedIn";
import { AnkiPanel } from "./AnkiPanel";
import { OutboxLine } from "./OutboxLine";
import { Cards, SuspendItem } from "./queries.generated";
import type { Card } from "./session";
import { fromNow, placeOf, skillWords } from "./words";

/** The server gives so many at a time. */
const pageSize = 100;
/** Beyond that, a search by words is the server's business. */
const mostCards = 2_000;

type Filter = "ALL" | "LEECH" | CardState;
const filters: readonly (readonly [Filter, string])[] = [
  ["ALL", "All"],
  ["REVIEW", "Known"],
  ["LEARNING", "Learning"],
  ["RELEARNING", "Learning again"],
  ["LEECH", "Often forgotten"],
  ["SUSPENDED", "Suspended"],
];
const stateWords: Readonly<Record<CardState, string>> = { NEW: "New", LEARNING: "Learning", REVIEW: "Known", RELEARNING: "Learning again", SUSPENDED: "Suspended" };

export default function CardsPage() {
  useTitle("Your cards");
  return (
    <SignedIn title="Your cards" back="/cards">
      <Content />
    </SignedIn>
  );
}

function Content() {
  const [filter, setFilter] = useState<Filter>("ALL");
  const [text, setText] = useState("");
  const { cards, done, problem, retry, replace } = useCards(filter);
  const words = text.trim().toLowerCase().split(/\s+/).filter(Boolean);
  const plain = useMemo(() => new Map(cards.map((each) => [each.item.id, plainText(each)])), [cards]);
  const shown = cards.filter(({ item }) => words.every((word) => plain.get(item.id)?.includes(word)));
  return (
    <div className="page">
      <div className="page-head">
        <h1>Your cards</h1>
        <p className="lead">Every card that you have reviewed or put aside. A card that is forgotten again and again is often a bad question: suspend it, or read its diagram once more.</p>
      </div>
      <OutboxLine />
      <div className="cards-tools">
        <div className="search-field">
          <Icon name="search" />
          <input type="search" value={text} placeholder="Words in the question or its diagram" aria-label="Search your cards" onChange={(event) => setText(event.target.value)} />
        </div>
        <div className="chips" role="group" aria-label="Which cards">
          {filters.map(([value, label]) => (
            <button key={value} type="button" className="chip" aria-pressed={filter === value} onClick={() => setFilter(value)}>
              {label}
            </button>
          ))}
        </div>
      </div>
      <p className="catalogue-state" role="status">
        {done && counted(shown.length, "card")}
      </p>
      {problem && <Failure title="Your cards did not load" message={problem} onRetry={retry} />}
      {!done && !problem && cards.length === 0 && <Skeleton shape="lines" count={4} />}
      {done && cards.length === 0 && <Empty filter={filter} />}
      {done && cards.length > 0 && shown.length === 0 && <p className="hint">No card holds these words.</p>}
      <ul className="card-rows">
        {shown.map((each) => (
          <CardRow key={each.item.id} card={each} onChange={replace} />
        ))}
      </ul>
      <AnkiPanel onDone={retry} />
    </div>
  );
}

function Empty({ filter }: { filter: Filter }) {
  return (
    <div className="notice">
      <p>
        {filter === "ALL"
          ? "You have no cards yet. Open a diagram, read it, and press “Practise this diagram”: its cards come here."
          : filter === "LEECH"
            ? "No card is forgotten again and again."
            : filter === "SUSPENDED"
              ? "You have not suspended a card. In a review, S does."
              : "No card is in this state."}
      </p>
      {filter === "ALL" && (
        <Link className="button primary" href="/catalogue">
          Open the catalogue
        </Link>
      )}
    </div>
  );
}

function CardRow({ card, onChange }: { card: Card; onChange: (card: Card) => void }) {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState("");
  const { item } = card;
  const isOut = card.state === "SUSPENDED";
  const change = async () => {
    setBusy(true);
    setProblem("");
    try {
      onChange((await request(SuspendItem, { id: item.id, suspended: !isOut })).suspendItem);
      refreshAnswers(false);
    } catch (error) {
      setProblem(error instanceof Error ? error.message : "That did not work.");
    } finally {
      setBusy(false);
    }
  };
  return (
    <li className="card-row">
      <div>
        <Prose className="card-row-prompt" html={item.promptHTML} />
        <p className="card-row-facts">
          <Link href={placeOf(item)}>{item.contentTitle}</Link>
          <span>{skillWords[item.skill]}</span>
          <span>{stateWords[card.state]}</span>
          {!isOut && card.dueAt && <span>{new Date(card.dueAt).getTime() <= Date.now() ? "due now" : `comes ${fromNow(card.dueAt)}`}</span>}
          {!isOut && card.retrievability !== null && <span>{Math.round(100 * card.retrievability)} % likely remembered now</span>}
          <span>
            {counted(card.reviews, "review")}
            {card.lapses > 0 && `, forgotten ${counted(card.lapses, "time")}`}
          </span>
          {card.leech && <span className="pill warn">Often forgotten</span>}
        </p>
        {problem && (
          <p className="form-problem" role="alert">
            {problem}
          </p>
        )}
      </div>
      <button type="button" className="button" disabled={busy} onClick={() => void change()} aria-label={`${isOut ? "Let in again" : "Suspend"}: ${item.contentTitle}`}>
        {isOut ? "Let in again" : "Suspend"}
      </button>
    </li>
  );
}

/** All cards of a filter, page after page. */
function useCards(filter: Filter) {
  const [cards, setCards] = useState<readonly Card[]>([]);
  const [done, setDone] = useState(false);
  const [problem, setProblem] = useState("");
  const [round, setRound] = useState(0);
  useEffect(() => {
    const aborter = new AbortController();
    setCards([]);
    setDone(false);
    setProblem("");
    const load = async () => {
      // What was reviewed a moment ago belongs in the list.
      await sendReviews();
      let all: readonly Card[] = [];
      for (;;) {
        const state = filter === "ALL" || filter === "LEECH" ? null : filter;
        const after = all[all.length - 1]?.item.id ?? null;
        const { reviewCards } = await request(Cards, { state, leeches: filter === "LEECH", after }, aborter.signal);
        all = [...all, ...reviewCards];
        setCards(all);
        if (reviewCards.length < pageSize || all.length >= mostCards) break;
      }
      setDone(true);
    };
    load().catch((error: unknown) => {
      if (!aborter.signal.aborted) setProblem(error instanceof Error ? error.message : "Try again in a moment.");
    });
    return () => aborter.abort();
  }, [filter, round]);
  const replace = (card: Card) =>
    setCards((before) => before.flatMap((each) => (each.item.id !== card.item.id ? [each] : filter === "SUSPENDED" && card.state !== "SUSPENDED" ? [] : [card])));
  return { cards, done, problem, retry: () => setRound(round + 1), replace };
}

function plainText({ item }: Card): string {
  const template = document.createElement("template");
  template.innerHTML = item.promptHTML;
  return `${template.content.textContent ?? ""} ${item.contentTitle} ${item.category.title}`.toLowerCase();
}
