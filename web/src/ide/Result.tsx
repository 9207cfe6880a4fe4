import type { Mistake } from "./ask";
import { Coloured } from "./Coloured";
import type { Answer } from "./useAsking";

interface Props {
  readonly answers: readonly Answer[];
  readonly status: string;
  readonly mistakes: readonly Mistake[];
  readonly isRunning: boolean;
  readonly goTo: (line: number, column: number) => void;
}

/** What the server said: one answer, or those of a subscription with the latest first. */
export function Result({ answers, status, mistakes, isRunning, goTo }: Props) {
  return (
    <>
      <p className="result-status" role="status" data-running={isRunning}>{status}</p>
      {mistakes.length > 0 && (
        <ul className="mistakes" aria-label="Errors">
          {mistakes.map(({ message, line, column }, index) => (
            <li key={index}>
              {line !== null && (
                <button type="button" className="text-button" aria-label={`Go to line ${line}, column ${column ?? 1}`} onClick={() => goTo(line, column ?? 1)}>
                  {line}:{column ?? 1}
                </button>
              )}{" "}
              {message}
            </li>
          ))}
        </ul>
      )}
      <div className="result-text" tabIndex={0} role="group" aria-label="Answer">
        {answers.map((answer) => (
          <div key={answer.number}>
            {answer.heading && <h2>{answer.heading}</h2>}
            <pre><Coloured source={answer.text} /></pre>
          </div>
        ))}
      </div>
    </>
  );
}
