import { forwardRef, useEffect, useImperativeHandle, useLayoutEffect, useRef, useState } from "react";
import type { RefObject } from "react";
import type { ContextInput } from "../../api/generated";
import { Failure } from "../../design/Failure";
import { Icon } from "../../design/Icon";
import { Skeleton } from "../../design/Skeleton";
import { About } from "./About";
import { AnswerView } from "./AnswerView";
import { useChat } from "./chat";
import type { Chat } from "./chat";
import type { Here } from "./here";
import { QuestionField } from "./QuestionField";
import type { FieldHandle } from "./QuestionField";
import type { Citation } from "./turns";
import { Voice } from "./Voice";

interface Props {
  readonly chat: Chat;
  /** The page beside it, if that can be asked about. */
  readonly here: Here | null;
  /** How many answers have ended. */
  readonly settled: number;
  /** A conversation that is gone is left for a new one. */
  readonly onNew: () => void;
  readonly onCite: (citation: Citation) => void;
}

const nearEndPx = 80;

/** A conversation: what was said, and the field for the next question. */
export const ChatView = forwardRef<FieldHandle, Props>(function ChatView({ chat, here, settled, onNew, onCite }, handle) {
  const state = useChat(chat);
  const field = useRef<FieldHandle>(null);
  const window = useRef<HTMLDivElement>(null);
  useImperativeHandle(handle, () => ({ focus: () => field.current?.focus() }), []);
  const isOnline = useOnline();
  useReturn(chat);
  const { turns } = state;
  const last = turns[turns.length - 1];
  const isAnswering = last !== undefined && !last.isOver;
  const context: ContextInput = here?.context ?? state.context;
  const toEnd = useScroll(window, turns.length, last?.text.length ?? 0, last?.isOver ?? true);
  const ask = (question: string, more: ContextInput = {}) => {
    chat.ask(question, { ...context, ...more });
    toEnd();
  };
  const pick = (question: string, more: ContextInput) => {
    ask(question, more);
    field.current?.focus();
  };
  const stop = () => {
    void chat.stop();
    // The button goes with the answer.
    field.current?.focus();
  };
  return (
    <div className="tutor-chat">
      <div className="tutor-window" ref={window} tabIndex={0} role="region" aria-label="Conversation">
        {state.isLoading && <Skeleton shape="lines" count={3} />}
        {state.problem && state.problem.code === "NOT_FOUND" && (
          <div className="tutor-empty">
            <p>This conversation is not there any more.</p>
            <button type="button" className="button" onClick={onNew}>
              Begin a new one
            </button>
          </div>
        )}
        {state.problem && state.problem.code !== "NOT_FOUND" && (
          <Failure title="The conversation did not load" message={state.problem.message} onRetry={() => state.id !== null && void chat.open(state.id)} />
        )}
        {turns.length === 0 && !state.isLoading && !state.problem && <Empty here={here} onAsk={pick} />}
        <ol className="turns">
          {turns.map((turn) => (
            <AnswerView
              key={turn.clientId}
              turn={turn}
              isLast={turn === last}
              isBusy={isAnswering}
              onCite={onCite}
              onHint={() => pick("One more hint", { intent: "HINT" })}
              onRetry={() => chat.retry(turn)}
              onRate={(helpful, comment) => chat.rate(turn, helpful, comment)}
            />
          ))}
        </ol>
      </div>
      <Voice turn={last} />
      <div className="tutor-foot">
        {!isOnline && (
          <p className="tutor-offline" role="status">
            There is no connection. A question that you ask now waits for it.
          </p>
        )}
        {turns.length > 0 && here && <Quick here={here} isBusy={isAnswering} onAsk={pick} />}
        <QuestionField ref={field} isAnswering={isAnswering} onAsk={ask} onStop={stop} />
        <About settled={settled} />
      </div>
    </div>
  );
});

interface AskingProps {
  readonly here: Here;
  readonly onAsk: (question: string, more: ContextInput) => void;
}

function Empty({ here, onAsk }: { here: Here | null; onAsk: AskingProps["onAsk"] }) {
  return (
    <div className="tutor-empty">
      <Icon name="tutor" />
      <h3>{here ? `Ask about ${here.title}` : "Ask about anything in the catalogue"}</h3>
      <p>Answers say which node, edge or line they rest on. Where you can find out yourself, a hint comes before the answer.</p>
      {here && <Suggestions here={here} onAsk={onAsk} />}
    </div>
  );
}

function Suggestions({ here, onAsk }: AskingProps) {
  return (
    <div className="tutor-suggestions">
      {here.part !== null ? <Explain here={here} part={here.part} isBusy={false} onAsk={onAsk} /> : here.context.labId === undefined && <p className="hint">Select a part of the picture and ask what it is there for.</p>}
      <button type="button" className="chip" onClick={() => onAsk("Quiz me on this", { intent: "QUIZ" })}>
        Quiz me on this
      </button>
      {here.context.labId !== undefined && (
        <button type="button" className="chip" onClick={() => onAsk("I am stuck. Where do I look first?", {})}>
          I am stuck
        </button>
      )}
    </div>
  );
}

function Quick({ here, isBusy, onAsk }: AskingProps & { isBusy: boolean }) {
  return (
    <div className="tutor-quick">
      {here.part !== null && <Explain here={here} part={here.part} isBusy={isBusy} onAsk={onAsk} />}
      <button type="button" className="chip" disabled={isBusy} onClick={() => onAsk("Quiz me on this", { intent: "QUIZ" })}>
        Quiz me
      </button>
    </div>
  );
}

function Explain({ part, isBusy, onAsk }: AskingProps & { part: string; isBusy: boolean }) {
  return (
    <button type="button" className="chip" disabled={isBusy} onClick={() => onAsk(`Explain “${part}”`, { intent: "EXPLAIN" })}>
      Explain “{part}”
    </button>
  );
}

/** Whoever comes back to this tab sees what was asked in another. */
function useReturn(chat: Chat): void {
  useEffect(() => {
    const look = () => {
      if (document.visibilityState === "visible") void chat.catchUp();
    };
    document.addEventListener("visibilitychange", look);
    return () => document.removeEventListener("visibilitychange", look);
  }, [chat]);
}

function useOnline(): boolean {
  const [isOnline, setOnline] = useState(navigator.onLine);
  useEffect(() => {
    const look = () => setOnline(navigator.onLine);
    addEventListener("online", look);
    addEventListener("offline", look);
    return () => {
      removeEventListener("online", look);
      removeEventListener("offline", look);
    };
  }, []);
  return isOnline;
}

/** Stays at the foot while somebody is there; the returned function goes there. */
function useScroll(window: RefObject<HTMLDivElement>, count: number, length: number, isOver: boolean): () => void {
  const isAtEnd = useRef(true);
  useEffect(() => {
    const element = window.current;
    if (!element) return;
    const look = () => {
      isAtEnd.current = element.scrollHeight - element.scrollTop - element.clientHeight < nearEndPx;
    };
    element.addEventListener("scroll", look, { passive: true });
    return () => element.removeEventListener("scroll", look);
  }, [window]);
  useLayoutEffect(() => {
    const element = window.current;
    if (element && isAtEnd.current) element.scrollTop = element.scrollHeight;
  }, [window, count, length, isOver]);
  return () => {
    isAtEnd.current = true;
  };
}
