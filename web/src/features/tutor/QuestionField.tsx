import { useImperativeHandle, useLayoutEffect, useRef, useState, forwardRef } from "react";
import type { KeyboardEvent } from "react";
import { Icon } from "../../design/Icon";

export interface FieldHandle {
  readonly focus: () => void;
}

interface Props {
  readonly isAnswering: boolean;
  readonly onAsk: (question: string) => void;
  readonly onStop: () => void;
}

/** As the server's `TutorLimits.question`. */
const longestQuestion = 2_000;
const tallestPx = 160;

/** Where a question is written: Enter sends it, Shift and Enter begins a line. */
export const QuestionField = forwardRef<FieldHandle, Props>(function QuestionField({ isAnswering, onAsk, onStop }, handle) {
  const field = useRef<HTMLTextAreaElement>(null);
  const [text, setText] = useState("");
  useImperativeHandle(handle, () => ({ focus: () => field.current?.focus({ preventScroll: true }) }), []);
  useLayoutEffect(() => {
    const element = field.current;
    if (!element) return;
    element.style.height = "auto";
    element.style.height = `${Math.min(element.scrollHeight + 2, tallestPx)}px`;
  }, [text]);
  const length = [...text.trim()].length;
  const isTooLong = length > longestQuestion;
  const send = () => {
    if (isAnswering || length === 0 || isTooLong) return;
    onAsk(text.trim());
    setText("");
  };
  const keyed = (event: KeyboardEvent) => {
    if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    send();
  };
  return (
    <form
      className="question-field"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <textarea
        ref={field}
        rows={1}
        aria-label="Your question"
        aria-describedby="question-hint"
        placeholder="Ask a question"
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={keyed}
      />
      {isAnswering ? (
        <button type="button" className="button" onClick={onStop}>
          Stop
        </button>
      ) : (
        <button type="submit" className="button primary" disabled={length === 0 || isTooLong} aria-label="Ask">
          <Icon name="up" />
        </button>
      )}
      <p id="question-hint" className={isTooLong ? "question-hint bad" : "question-hint"}>
        {isTooLong ? `${length.toLocaleString("en")} of at most ${longestQuestion.toLocaleString("en")} letters` : "Enter asks, Shift Enter begins a line."}
      </p>
    </form>
  );
});
