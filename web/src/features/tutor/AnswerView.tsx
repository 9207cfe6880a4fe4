import { useEffect, useRef, useState } from "react";
import type { MouseEvent } from "react";
import { Icon } from "../../design/Icon";
import { Prose } from "../../design/Prose";
import { Draft } from "./Draft";
import { Feedback } from "./Feedback";
import { addressOf } from "./point";
import { retryOf } from "./turns";
import type { Answer, Citation, Turn } from "./turns";
import { moveWords, statusWords, unsupportedWords } from "./words";

interface Props {
  readonly turn: Turn;
  readonly isLast: boolean;
  readonly isBusy: boolean;
  readonly onCite: (citation: Citation) => void;
  readonly onHint: () => void;
  readonly onRetry: () => void;
  readonly onRate: (helpful: boolean, comment: string) => Promise<void>;
}

/** A question and its answer, as far as it has come. */
export function AnswerView({ turn, isLast, isBusy, onCite, onHint, onRetry, onRate }: Props) {
  const { answer } = turn;
  const cite = (number: number) => {
    const citation = turn.citations.find((each) => each.number === number);
    if (citation) onCite(citation);
  };
  const clicked = (event: MouseEvent) => {
    const link = event.target instanceof Element ? event.target.closest("a.citation") : null;
    if (!link || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    cite(Number(link.getAttribute("data-citation")));
  };
  const canHint = isLast && turn.isOver && answer !== null && (answer.move === "DIAGNOSE" || (answer.move === "HINT" && answer.hintLevel < 4));
  return (
    <li className="turn">
      <p className="turn-question">
        <span className="visually-hidden">You asked: </span>
        {turn.question}
      </p>
      <article className="turn-answer" data-move={answer?.move} aria-label="Answer of the tutor" aria-busy={!turn.isOver}>
        {answer && !turn.problem && (turn.isOver || turn.text !== "") && <Kind answer={answer} />}
        {turn.text === "" && !turn.isOver && !turn.isLost && <p className="turn-waiting">Looking in the catalogue…</p>}
        {turn.text !== "" && (
          <div onClick={clicked}>
            {answer && turn.isOver && !turn.problem ? (
              <Said html={answer.html} citations={answer.citations} />
            ) : (
              <div className="prose">
                <Draft text={turn.text} onCite={cite} />
              </div>
            )}
          </div>
        )}
        {turn.isLost && (
          <p className="turn-note">{navigator.onLine ? "The connection is lost; looking for it…" : "There is no connection. The answer goes on when it is back."}</p>
        )}
        {answer && turn.isOver && statusWords[answer.status] !== undefined && <p className="turn-note">{statusWords[answer.status]}</p>}
        {turn.note !== null && turn.note !== "" && (
          <p className="turn-note">
            <Icon name="help" /> <span>{turn.note}</span>
          </p>
        )}
        {turn.isOver && answer && answer.unsupported > 0 && (
          <p className="turn-note warn">{unsupportedWords(answer.unsupported)}</p>
        )}
        {turn.problem && (
          <p className="form-problem" role="alert">
            {turn.problem.message}
          </p>
        )}
        {turn.citations.length > 0 && <Sources citations={turn.citations} onCite={onCite} />}
        <div className="turn-actions">
          {canHint && (
            <button type="button" className="button" disabled={isBusy} onClick={onHint}>
              One more hint
            </button>
          )}
          {isLast && retryOf(turn) !== null && <Retry wait={turn.problem?.retryAfterSeconds ?? 0} isBusy={isBusy} onRetry={onRetry} />}
          {turn.isOver && answer && answer.status !== "FAILED" && <Feedback helpful={answer.helpful} onRate={onRate} />}
        </div>
        {turn.isOver && answer && <Byline answer={answer} />}
      </article>
    </li>
  );
}

/** What kind of help it is, and how much of it. */
function Kind({ answer }: { answer: Answer }) {
  const level = Math.min(Math.max(answer.hintLevel, 0), 5);
  return (
    <p className="turn-kind">
      {level > 0 && (
        <span className="hint-level" data-level={level} aria-hidden="true">
          {[1, 2, 3, 4, 5].map((each) => (
            <i key={each} data-on={each <= level} />
          ))}
        </span>
      )}
      {moveWords(answer)}
    </p>
  );
}

/** The server's HTML, in which a citation's number says what it leads to. */
function Said({ html, citations }: { html: string; citations: readonly Citation[] }) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    for (const link of place.current?.querySelectorAll("a.citation") ?? []) {
      const citation = citations.find((each) => String(each.number) === link.getAttribute("data-citation"));
      link.setAttribute("aria-label", `Citation ${link.textContent}${citation ? `: ${citation.title}` : ""}`);
      if (citation) link.setAttribute("title", citation.title);
    }
  }, [html, citations]);
  return (
    <div ref={place}>
      <Prose html={html} />
    </div>
  );
}

/** The records that an answer rests on, each with its words. */
function Sources({ citations, onCite }: { citations: readonly Citation[]; onCite: (citation: Citation) => void }) {
  return (
    <ol className="sources" aria-label="Sources">
      {citations.map((each) => (
        <li key={each.number}>
          {addressOf(each) === null ? (
            <span className="source">
              <SourceWords citation={each} />
            </span>
          ) : (
            <button type="button" className="source" onClick={() => onCite(each)}>
              <SourceWords citation={each} />
            </button>
          )}
        </li>
      ))}
    </ol>
  );
}

function SourceWords({ citation }: { citation: Citation }) {
  return (
    <>
      <span className="source-number">{citation.number}</span>
      <span>
        <strong>{citation.title}</strong>
        <span className="source-quote">{citation.quote}</span>
      </span>
    </>
  );
}

/** Waits as long as the server asks for. */
function Retry({ wait, isBusy, onRetry }: { wait: number; isBusy: boolean; onRetry: () => void }) {
  const [left, setLeft] = useState(Math.ceil(wait));
  useEffect(() => {
    if (left <= 0) return;
    const timer = setTimeout(() => setLeft((before) => before - 1), 1_000);
    return () => clearTimeout(timer);
  }, [left]);
  return (
    <button type="button" className="button" disabled={isBusy || left > 0} onClick={onRetry}>
      {left > 0 ? `Ask again in ${left} s` : "Ask again"}
    </button>
  );
}

function Byline({ answer }: { answer: Answer }) {
  const seconds = (answer.milliseconds / 1_000).toFixed(answer.milliseconds < 10_000 ? 1 : 0);
  return (
    <p className="turn-byline">
      {answer.writer === "built-in" ? "From the catalogue, without a model" : answer.writer} · {seconds} s
      {answer.tokens > 0 && ` · ${answer.tokens.toLocaleString("en")} tokens`}
    </p>
  );
}
