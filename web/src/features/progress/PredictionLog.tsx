import { useQuery } from "../../api/useQuery";
import { Link } from "../../app/router";
import { Failure } from "../../design/Failure";
import { Skeleton } from "../../design/Skeleton";
import { counted, momentWords } from "../../design/words";
import { binned, Curve } from "./Curve";
import { PredictionLog as Document } from "./queries.generated";

/** Fewer questions make no curve. */
const leastForCurve = 5;

/** What the learner predicted, and whether "90 % sure" meant 90 %. */
export function PredictionLog({ user }: { user: string }) {
  const { data, error, retry } = useQuery(Document, { user });
  if (error && !data) return <Failure title="Your predictions did not load" message={error.message} onRetry={retry} />;
  if (!data) return <Skeleton shape="lines" count={1} />;
  const counting = data.predictions.filter((each) => each.attempt === 1);
  if (counting.length === 0) return null;
  const bins = binned(counting.map((each) => ({ predicted: each.confidence / 100, right: each.right, of: each.of })));
  return (
    <>
      {counting.length >= leastForCurve ? (
        <Curve bins={bins} said="You were sure" happened="You were right" />
      ) : (
        <p className="hint">From {counted(leastForCurve, "question")} on, a curve shows here how sure you were and how often you were right.</p>
      )}
      <details>
        <summary>Your last {counted(data.predictions.length, "prediction")}</summary>
        <div className="table-frame" tabIndex={0} role="group" aria-label="Predictions">
          <table className="plain-table">
            <thead>
              <tr>
                <th scope="col">When</th>
                <th scope="col">About</th>
                <th scope="col">Sure</th>
                <th scope="col">Right</th>
                <th scope="col">Log loss</th>
              </tr>
            </thead>
            <tbody>
              {data.predictions.map((each) => (
                <tr key={each.id}>
                  <th scope="row">{momentWords(each.at)}</th>
                  <td>
                    <Link href={`/${each.kind === "INCIDENT" ? "incidents" : "diagrams"}/${each.itemId}`}>{each.title ?? each.itemId}</Link>
                    {each.attempt > 1 && <small> again, does not count</small>}
                  </td>
                  <td>{each.confidence} %</td>
                  <td>
                    {each.right} of {each.of}
                  </td>
                  <td>{each.logLoss.toFixed(2)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </details>
    </>
  );
}
