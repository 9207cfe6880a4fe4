import { nodeLabel } from "../diagram/graph";
import { Sure } from "../diagram/Scores";
import { healthAt, healths, healthWords } from "./replay";
import type { Action, Health } from "./replay";
import type { Replaying } from "./useReplay";

interface Props {
  readonly replaying: Replaying;
  readonly dispatch: (action: Action) => void;
}

/** What changes next, and how sure the learner is of it. */
export function ReplayForm({ replaying, dispatch }: Props) {
  const { steps, replay, graph } = replaying;
  const now = healthAt(steps, replay.place);
  const next = steps[replay.place + 1];
  const marked = replay.marked;
  return (
    <form
      className="replay-form"
      aria-labelledby="replay-question"
      onSubmit={(event) => {
        event.preventDefault();
        dispatch({ type: "show" });
      }}
    >
      <h3 id="replay-question">What changes next?</h3>
      <p className="hint">
        The next step is at “{next?.at}”. Mark what changes, here or in the picture; what you leave stays as it is, and it may be that nothing changes.
      </p>
      <p className="visually-hidden" role="status">
        {marked !== null && `${nodeLabel(graph, marked)}: ${healthWords[replay.guesses.get(marked) ?? now.get(marked) ?? "ok"]}`}
      </p>
      <ul className="guesses">
        {[...now].map(([node, was]) => {
          const guess = replay.guesses.get(node) ?? was;
          return (
            <li key={node} className="replay-guess">
              <label htmlFor={`guess-${node}`}>{nodeLabel(graph, node)}</label>
              <select
                id={`guess-${node}`}
                className="select"
                data-state={replay.guesses.has(node) ? guess : undefined}
                value={guess}
                onChange={(event) => dispatch({ type: "mark", node, now: was, state: event.target.value as Health })}
              >
                {healths.map((each) => (
                  <option key={each} value={each}>
                    {each === was ? `stays: ${healthWords[each]}` : healthWords[each]}
                  </option>
                ))}
              </select>
            </li>
          );
        })}
      </ul>
      <Sure id="replay-sure" confidence={replay.confidence} onChange={(confidence) => dispatch({ type: "sure", confidence })} />
      <div className="button-row">
        <button type="submit" className="button primary">
          Show what happens
        </button>
        <button type="button" className="button" onClick={() => dispatch({ type: "skip" })}>
          Skip
        </button>
      </div>
    </form>
  );
}
