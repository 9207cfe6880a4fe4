import { counted } from "../../design/words";
import { coinLoss } from "../diagram/score";
import { scoreAt } from "./replay";
import type { Replaying } from "./useReplay";

/** At the end: how the predictions were, and what to take home. */
export function ReplaySummary({ replaying, lessons }: { replaying: Replaying; lessons: readonly string[] }) {
  const { steps, replay } = replaying;
  const rows = [...replay.seen]
    .sort(([a], [b]) => a - b)
    .flatMap(([place, prediction]) => {
      const score = prediction && scoreAt(steps, place, prediction);
      return score ? [{ place, score, confidence: prediction.confidence }] : [];
    });
  const mean = rows.reduce((sum, row) => sum + row.score.loss, 0) / Math.max(rows.length, 1);
  return (
    <section className="replay-summary" aria-labelledby="replay-summary">
      <h3 id="replay-summary">How you predicted</h3>
      {rows.length === 0 ? (
        <p>You predicted no step. The next time, say what comes before you look: that is what is remembered.</p>
      ) : (
        <>
          <p>
            {counted(rows.length, "step")} of {steps.length - 1} predicted; mean score <strong>{mean.toFixed(2)}</strong>,{" "}
            {mean < coinLoss ? "better" : "no better"} than a coin’s 0.69.
          </p>
          <table>
            <thead>
              <tr>
                <th scope="col">Step</th>
                <th scope="col">Right</th>
                <th scope="col">Sure</th>
                <th scope="col">Score</th>
              </tr>
            </thead>
            <tbody>
              {rows.map(({ place, score, confidence }) => (
                <tr key={place}>
                  <th scope="row">{place + 1}</th>
                  <td>
                    {score.right} of {score.of}
                  </td>
                  <td>{confidence} %</td>
                  <td>{score.loss.toFixed(2)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </>
      )}
      {lessons.length > 0 && (
        <>
          <h3>What to take home</h3>
          <ul className="replay-lessons">
            {lessons.map((each) => (
              <li key={each}>{each}</li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}
