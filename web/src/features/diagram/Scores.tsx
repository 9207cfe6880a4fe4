import type { ReactNode } from "react";
import { useLastKeeping } from "../../api/predictions";
import { Link } from "../../app/router";
import { Icon } from "../../design/Icon";
import type { Score } from "./score";

interface SureProps {
  readonly id: string;
  readonly confidence: number;
  readonly onChange: (confidence: number) => void;
}

/** How sure the learner is. */
export function Sure({ id, confidence, onChange }: SureProps) {
  return (
    <div className="sure">
      <label htmlFor={id}>How sure are you?</label>
      <output htmlFor={id}>{confidence} %</output>
      <input
        id={id}
        type="range"
        min={50}
        max={99}
        value={confidence}
        aria-valuetext={`${confidence} per cent`}
        onChange={(event) => onChange(event.target.valueAsNumber)}
      />
      <small>50 %: as good as a coin. 99 %: next to certain.</small>
    </div>
  );
}

/** The score of a prediction, and how it is computed. */
export function ScoreCard({ score, confidence, children }: { score: Score; confidence: number; children?: ReactNode }) {
  return (
    <div className="verdict score">
      <p>
        <strong>
          {score.right} of {score.of} right
        </strong>{" "}
        at {confidence} % sure: a score of <strong>{score.loss.toFixed(2)}</strong>; lower is better.
      </p>
      {children}
      <Kept />
      <details>
        <summary>How it is computed</summary>
        <p>
          It is the log loss: being sure costs little when you are right and much when you are wrong. Each part costs −ln p if its mark was right and −ln (1 − p) if it was not, where p is how sure you were; the score is the
          mean over the parts. Saying 50 % always gives 0.69.
        </p>
      </details>
    </div>
  );
}

/** Where the prediction is now. */
function Kept() {
  const keeping = useLastKeeping();
  if (keeping === null) return null;
  return (
    <p className="hint">
      {keeping === "kept" && (
        <>
          Kept in <Link href="/progress">your progress</Link>.
        </>
      )}
      {keeping === "waiting" && "Atlas cannot be reached: it waits in this browser and is sent later."}
      {keeping === "visitor" && (
        <>
          <Link href={`/sign-in?back=${encodeURIComponent(location.pathname + location.hash)}`}>Sign in</Link> to keep your predictions.
        </>
      )}
    </p>
  );
}

/** Whether a mark was right, and if not, what it was. */
export function Verdict({ right, guess }: { right: boolean; guess: string }) {
  return (
    <span className={`fate-verdict ${right ? "right" : "wrong"}`}>
      <Icon name={right ? "check" : "close"} />
      {right ? "right" : `you said: ${guess}`}
    </span>
  );
}
