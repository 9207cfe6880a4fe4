import { Icon } from "../../design/Icon";
import { counted, momentWords } from "../../design/words";
import { percentWords } from "./runWords";
import type { Outcome } from "./useRecord";

/** What has been checked so far, newest first. */
export function Attempts({ attempts }: { attempts: readonly Outcome[] }) {
  return (
    <ol className="attempts" reversed>
      {attempts.map((each) => (
        <li key={each.attempt} data-passed={each.passed}>
          <span className="attempt-number">{each.attempt}</span>
          <span className="attempt-score">
            {each.passed ? (
              <span className="done-mark">
                <Icon name="check" /> Passed
              </span>
            ) : (
              <>
                {each.checks.filter((check) => check.passed).length} of {each.checks.length} · {percentWords(each.score)}
              </>
            )}
          </span>
          <small>
            <time dateTime={each.at}>{momentWords(each.at)}</time>
            {each.hintsSeen > 0 && `, ${counted(each.hintsSeen, "hint")} seen`}
          </small>
        </li>
      ))}
    </ol>
  );
}
