import { Link } from "../../app/router";
import { Icon } from "../../design/Icon";
import type { Lab } from "./LabPage";
import { clockWords, percentWords, startHeading } from "./runWords";
import type { LabRun } from "./useLabRun";
import type { Outcome } from "./useRecord";

interface Props {
  readonly lab: Lab;
  readonly labRun: LabRun;
  readonly isMember: boolean;
  readonly best: readonly Outcome[] | undefined;
}

/** How to begin, or why one cannot. */
export function StartCard({ lab, labRun, isMember, best }: Props) {
  const { run, problem, action } = labRun;
  const reason = lab.available ? (run?.status === "UNAVAILABLE" ? run.reason : null) : lab.unavailableReason ?? "This machine cannot run it.";
  if (reason !== null) {
    return (
      <section className="banner lab-start lab-unavailable" aria-label="Running this lab">
        <div>
          <h2>Not available here</h2>
          <p>{reason}</p>
          <p className="hint">The instructions and checks below say what to do in a shell of your own.</p>
        </div>
      </section>
    );
  }
  if (!isMember) {
    const back = encodeURIComponent(`/labs/${lab.id}`);
    return (
      <section className="banner lab-start" aria-label="Running this lab">
        <div>
          <h2>A shell of your own, checked step by step</h2>
          <p>It starts in about a second, and your files are kept. Sign in, so that they are yours.</p>
        </div>
        <div className="button-row">
          <Link className="button primary" href={`/sign-in?back=${back}`}>
            Sign in to start
          </Link>
          <Link className="button" href={`/register?back=${back}`}>
            Make an account
          </Link>
        </div>
      </section>
    );
  }
  if (run === undefined) {
    return (
      <section className="banner lab-start" aria-label="Running this lab">
        {problem ? (
          <>
            <p role="alert">{problem}</p>
            <button type="button" className="button" onClick={() => void labRun.reload()}>
              Try again
            </button>
          </>
        ) : (
          <p role="status">Looking for your files…</p>
        )}
      </section>
    );
  }
  const hasFailed = run?.status === "FAILED";
  return (
    <section className="banner lab-start" aria-label="Running this lab">
      <div>
        <h2>{startHeading(run)}</h2>
        <p role={hasFailed ? "alert" : undefined}>{stateWords(lab, labRun)}</p>
        <Best attempts={best} />
        {action.problem && (
          <p className="form-problem" role="alert">
            {action.problem}
          </p>
        )}
      </div>
      <button type="button" className="button primary" disabled={action.busy !== ""} onClick={() => void labRun.start()}>
        <Icon name="play" />
        {action.busy === "start" ? "Starting…" : hasFailed ? "Try again" : run ? "Continue" : "Start the lab"}
      </button>
    </section>
  );
}

function stateWords(lab: Lab, { run }: LabRun): string {
  if (!run) return `A shell of your own with the files of this lab, for about ${lab.minutes} minutes. It starts in about a second, and your files are kept.`;
  if (run.status === "FAILED") return run.reason ?? "Atlas does not know why. Your files are kept.";
  const kept = run.savedAt ? `Your files were last kept at ${clockWords(run.savedAt)}.` : "Your files are kept.";
  return run.reason ? `${run.reason} ${kept}` : kept;
}

function Best({ attempts = [] }: { attempts?: readonly Outcome[] | undefined }) {
  if (attempts.length === 0) return null;
  const best = attempts.reduce((a, b) => (b.score > a.score ? b : a));
  return best.passed ? (
    <p className="done-mark lab-best">
      <Icon name="check" /> Passed
    </p>
  ) : (
    <p className="hint">Best so far: {percentWords(best.score)} of the checks.</p>
  );
}
