import { useId, useState } from "react";
import type { FormEvent } from "react";
import { useAction } from "../groups/useAction";

interface Props {
  readonly helpful: boolean | null;
  readonly onRate: (helpful: boolean, comment: string) => Promise<void>;
}

const longestComment = 1_000;

/** Whether an answer helped, and, for whoever likes to say more, why. */
export function Feedback({ helpful, onRate }: Props) {
  const id = useId();
  const { busy, problem, run } = useAction();
  const [isAsking, setAsking] = useState(false);
  const [comment, setComment] = useState("");
  const [said, setSaid] = useState("");
  const rate = async (next: boolean) => {
    if (!(await run("rate", () => onRate(next, "")))) return;
    setSaid("Thank you.");
    setAsking(true);
  };
  const send = async (event: FormEvent) => {
    event.preventDefault();
    if (helpful === null || comment.trim() === "") return setAsking(false);
    if (!(await run("comment", () => onRate(helpful, comment.trim())))) return;
    setAsking(false);
    setComment("");
    setSaid("Thank you, your comment is kept with the answer.");
  };
  return (
    <>
      <div className="feedback" role="group" aria-label="Did this help?">
        {([[true, "Helpful"], [false, "Not helpful"]] as const).map(([value, label]) => (
          <button key={label} type="button" className="button quiet" aria-pressed={helpful === value} disabled={busy !== ""} onClick={() => void rate(value)}>
            {label}
          </button>
        ))}
      </div>
      {isAsking && helpful !== null && (
        <form className="feedback-form" onSubmit={(event) => void send(event)}>
          <label htmlFor={id}>{helpful ? "What helped?" : "What was wrong or missing?"} (may be left out)</label>
          <textarea id={id} rows={2} maxLength={longestComment} value={comment} onChange={(event) => setComment(event.target.value)} />
          <button type="submit" className="button" disabled={busy !== "" || comment.trim() === ""}>
            Send the comment
          </button>
        </form>
      )}
      <p className="feedback-said" role="status">
        {problem || said}
      </p>
    </>
  );
}
