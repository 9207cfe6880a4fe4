import { useCallback, useRef } from "react";
import { counted } from "../../design/words";
import { nodeLabel } from "../diagram/graph";
import { ScoreCard, Verdict } from "../diagram/Scores";
import { Stepper } from "../diagram/Stepper";
import { useStepKeys } from "../diagram/useStepKeys";
import { healthWords, marksAt, scoreAt } from "./replay";
import type { Action, Prediction } from "./replay";
import { ReplayForm } from "./ReplayForm";
import { ReplaySummary } from "./ReplaySummary";
import { Timeline } from "./Timeline";
import type { Replaying } from "./useReplay";

/** The incident step by step: say what comes next, then see it. */
export function ReplayPanel({ replaying, lessons }: { replaying: Replaying; lessons: readonly string[] }) {
  const { steps, replay, graph, predictFirst } = replaying;
  const { place, reached } = replay;
  const heading = useRef<HTMLHeadingElement>(null);
  const send = replaying.dispatch;
  const dispatch = useCallback(
    (action: Action) => {
      send(action);
      if (action.type === "mark" || action.type === "sure") return;
      // The heading takes the focus from a button that is gone, so that the new step is read from its beginning.
      requestAnimationFrame(() => {
        if (document.activeElement !== document.body) return;
        heading.current?.focus({ preventScroll: true });
      });
      const panel = heading.current?.closest(".side-panel");
      if (panel instanceof HTMLElement && panel.scrollHeight > panel.clientHeight) panel.scrollTop = 0;
      else requestAnimationFrame(() => heading.current?.scrollIntoView({ block: "nearest" }));
    },
    [send],
  );
  useStepKeys((to) => {
    if (predictFirst) dispatch({ type: "go", place: to === "first" ? 0 : to === "last" ? reached : place + to });
  });
  const tools = (
    <div className="break-tools">
      <label className="check">
        <input type="checkbox" checked={predictFirst} onChange={(event) => replaying.onPredictFirst(event.target.checked)} />
        Predict first
      </label>
      {predictFirst && reached > 0 && (
        <button type="button" className="button quiet" onClick={() => dispatch({ type: "restart" })}>
          Start again
        </button>
      )}
    </div>
  );
  if (!predictFirst) {
    return (
      <div className="replay">
        {tools}
        <Timeline steps={steps} graph={graph} place={place} onPlace={(next) => send({ type: "open", place: next })} />
      </div>
    );
  }
  const step = steps[place];
  const prediction = replay.seen.get(place);
  return (
    <section className="replay" aria-labelledby="replay-heading">
      {tools}
      <div className="steps-head">
        <h2 id="replay-heading" ref={heading} tabIndex={-1}>
          Step {place + 1} of {steps.length}
        </h2>
        <Stepper place={place} last={reached} onPlace={(next) => dispatch({ type: "go", place: next })} />
      </div>
      <Progress replaying={replaying} />
      <div role="status">
        <p className="timeline-at">{step?.at}</p>
        <p className="replay-text">{step?.text}</p>
        <p className="timeline-changes">
          {step?.states
            .filter((each) => each.changed)
            .map((each) => (
              <span key={each.node} className="state-tag" data-state={each.state}>
                {nodeLabel(graph, each.node)}: {healthWords[each.state] ?? each.state}
              </span>
            ))}
        </p>
      </div>
      {prediction && <Outcome replaying={replaying} prediction={prediction} />}
      {place < reached && (
        <button type="button" className="button replay-onward" onClick={() => dispatch({ type: "go", place: reached })}>
          Back to step {reached + 1}
        </button>
      )}
      {replaying.phase === "predict" && <ReplayForm replaying={replaying} dispatch={dispatch} />}
      {place === steps.length - 1 && <ReplaySummary replaying={replaying} lessons={lessons} />}
    </section>
  );
}

/** One mark for each step; the words say the same. */
function Progress({ replaying }: { replaying: Replaying }) {
  const { steps, replay } = replaying;
  const predicted = [...replay.seen.values()].filter((each) => each !== null).length;
  return (
    <>
      <div className="replay-progress" aria-hidden="true">
        {steps.map((_, index) => {
          const prediction = replay.seen.get(index);
          const isRight = prediction && marksAt(steps, index, prediction).every((mark) => mark.right);
          const kind = index > replay.reached ? "later" : prediction ? (isRight ? "right" : "wrong") : "seen";
          return <i key={index} data-kind={kind} data-now={index === replay.place} />;
        })}
      </div>
      {replay.reached > 0 && <p className="visually-hidden">{counted(predicted, "prediction")} so far.</p>}
    </>
  );
}

/** What the learner had said of the step that is shown. */
function Outcome({ replaying, prediction }: { replaying: Replaying; prediction: Prediction }) {
  const { steps, replay, graph } = replaying;
  const score = scoreAt(steps, replay.place, prediction);
  const telling = marksAt(steps, replay.place, prediction).filter((mark) => mark.tells);
  const changes = telling.filter((mark) => mark.changed);
  const foreseen = changes.filter((mark) => mark.right).length;
  if (!score) return null;
  return (
    <div className="replay-outcome">
      <ScoreCard score={score} confidence={prediction.confidence}>
        <p>{changes.length === 0 ? "Nothing changed in this step." : `You saw ${foreseen} of ${counted(changes.length, "change")} coming.`}</p>
      </ScoreCard>
      <ul className="replay-marks">
        {telling.map((mark) => (
          <li key={mark.node}>
            <span>
              {nodeLabel(graph, mark.node)}: {healthWords[mark.truth]}
            </span>
            <Verdict right={mark.right} guess={healthWords[mark.guess] ?? mark.guess} />
          </li>
        ))}
      </ul>
    </div>
  );
}
