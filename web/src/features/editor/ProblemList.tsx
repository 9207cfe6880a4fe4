import { countWords } from "./problems";
import type { Problem } from "./problems";

interface Props {
  readonly id: string;
  readonly problems: readonly Problem[];
  /** What is still being found out, or could not be. */
  readonly note: string | null;
  readonly onGo: (problem: Problem) => void;
}

/** What is wrong, in the order of the source; each leads to its place. */
export function ProblemList({ id, problems, note, onGo }: Props) {
  const first = problems[0];
  return (
    <section className="problems-pane" aria-label="Problems">
      <p className="problems-state" id={id}>
        <span className={`problem-dot ${first ? (problems.some((each) => each.severity === "error") ? "error" : "warning") : "none"}`} aria-hidden="true" />
        {countWords(problems)}
        {note && <small>{note}</small>}
        {first && (
          <span className="problems-keys">
            <kbd>F8</kbd> next
          </span>
        )}
      </p>
      {first && (
        <ul>
          {problems.map((each) => (
            <li key={`${each.line}:${each.column}:${each.severity}`}>
              <button type="button" onClick={() => onGo(each)}>
                <span className={`problem-dot ${each.severity}`} aria-hidden="true" />
                <span className="problem-place">Line {each.line}</span>
                <span>
                  {each.severity === "warning" && <span className="visually-hidden">Warning: </span>}
                  {each.message}
                  {each.remedy && <small>{each.remedy}</small>}
                </span>
              </button>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
