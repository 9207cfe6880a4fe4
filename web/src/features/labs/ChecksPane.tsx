import { Icon } from "../../design/Icon";
import { Attempts } from "./Attempts";
import type { Lab } from "./LabPage";
import { percentWords } from "./runWords";
import type { Outcome, Record } from "./useRecord";

interface Props {
  readonly lab: Lab;
  readonly record: Record;
  /** What came out last, or null; it may say that nothing could be graded. */
  readonly outcome: Outcome | null;
  readonly isChecking: boolean;
}

/** What the finished work must show, what the last check saw, and hints for what does not hold yet. */
export function ChecksPane({ lab, record, outcome, isChecking }: Props) {
  const { action, problem, attempts } = record;
  const passed = outcome?.checks.filter((each) => each.passed).length ?? 0;
  return (
    <div className="lab-checks" aria-busy={isChecking}>
      <div className="lab-checks-head">
        <div>
          <h2>Checks</h2>
          <p className="hint">{outcome && outcome.error === null ? `${passed} of ${outcome.checks.length} hold` : isChecking ? "Checking…" : "Not checked yet. Ctrl Enter checks your files as they are."}</p>
        </div>
      </div>
      {isChecking && record.isLong && (
        <div className="lab-long">
          <progress aria-label="The check goes on" />
          <p>This check takes long. It goes on even if you leave; what comes out is then among your attempts.</p>
        </div>
      )}
      {outcome && outcome.error === null && <Score outcome={outcome} />}
      {outcome?.error && (
        <p className="form-problem" role="alert">
          Nothing was graded: {outcome.error}
        </p>
      )}
      {(action.problem || problem) && (
        <p className="form-problem" role="alert">
          {action.problem || problem}
        </p>
      )}
      <ol className="criteria">
        {lab.checks.map((each) => (
          <Criterion key={each.id} check={each} result={outcome?.checks.find((found) => found.id === each.id)} record={record} />
        ))}
      </ol>
      {(attempts?.length ?? 0) > 0 && (
        <section aria-labelledby="lab-attempts">
          <h3 id="lab-attempts">Attempts</h3>
          <Attempts attempts={attempts ?? []} />
        </section>
      )}
    </div>
  );
}

function Score({ outcome }: { outcome: Outcome }) {
  return (
    <div className="lab-score" data-passed={outcome.passed}>
      {outcome.passed ? (
        <p>
          <Icon name="check" /> <strong>Passed.</strong> Every criterion holds.
        </p>
      ) : (
        <p>
          <strong>{percentWords(outcome.score)}</strong> of the way. What holds stays counted.
        </p>
      )}
      <meter min={0} max={1} value={outcome.score} aria-label="Score" />
    </div>
  );
}

interface CriterionProps {
  readonly check: Lab["checks"][number];
  readonly result: Outcome["checks"][number] | undefined;
  readonly record: Record;
}

function Criterion({ check, result, record }: CriterionProps) {
  const hints = record.hints.get(check.id) ?? [];
  const left = check.hintCount - hints.length;
  // The first hint shown is the one about what was observed.
  const next = Math.min(Math.max(hints.length + 1, result?.hint ?? 1), check.hintCount);
  const state = result ? (result.passed ? "passed" : "failed") : "open";
  return (
    <li className="criterion" data-state={state}>
      <span className="criterion-mark">
        {state === "open" ? <span aria-hidden="true" /> : <Icon name={result?.passed ? "check" : "close"} />}
        <span className="visually-hidden">{state === "open" ? "Not checked:" : result?.passed ? "Passed:" : "Failed:"}</span>
      </span>
      <div>
        <p>{check.text}</p>
        {result && (
          <dl className="observations">
            <div>
              <dt>Observed</dt>
              <dd>{result.observed || "nothing"}</dd>
            </div>
            {!result.passed && result.expected && (
              <div>
                <dt>Expected</dt>
                <dd>{result.expected}</dd>
              </div>
            )}
          </dl>
        )}
        {hints.length > 0 && (
          <ol className="hints" aria-label="Hints seen">
            {hints.map((each) => (
              <li key={each.number}>{each.text}</li>
            ))}
          </ol>
        )}
        {left > 0 && !result?.passed && (
          <button type="button" className="hint-button" disabled={record.action.busy !== ""} onClick={() => void record.reveal(check.id)}>
            {hints.length === 0 ? "Show a hint" : "Show the next hint"} <small>({next} of {check.hintCount})</small>
          </button>
        )}
      </div>
    </li>
  );
}
