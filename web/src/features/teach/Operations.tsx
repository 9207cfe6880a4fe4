import { useQuery } from "../../api/useQuery";
import { Failure } from "../../design/Failure";
import { Skeleton } from "../../design/Skeleton";
import { dayWords } from "../../design/words";
import { Operator } from "./queries.generated";

const days = 7;

/** For who runs this Atlas: how it is used, and what its measurements take. */
export function Operations() {
  const { data, error, retry } = useQuery(Operator, { days });
  if (error && !data) return <Failure title="The operator's figures did not load" message={error.message} onRetry={retry} />;
  if (!data) return <Skeleton shape="lines" count={1} />;
  const report = data.operatorReport;
  return (
    <section className="panel" aria-labelledby="operations">
      <h2 id="operations">For the operator</h2>
      <dl className="facts">
        <div>
          <dt>Learners</dt>
          <dd>{report.learners} with any evidence</dd>
        </div>
        <div>
          <dt>Time series</dt>
          <dd>
            {report.points.toLocaleString("en")} points, {(report.bytes / 1_000_000).toFixed(1)} MB{report.oldest && `, since ${dayWords(report.oldest)}`}
          </dd>
        </div>
        <div>
          <dt>Given up</dt>
          <dd>{report.deadLetters} events</dd>
        </div>
      </dl>
      <table className="plain-table">
        <thead>
          <tr>
            <th scope="col">Day</th>
            <th scope="col">Active</th>
            <th scope="col">Answers</th>
            <th scope="col">Events</th>
          </tr>
        </thead>
        <tbody>
          {[...report.days].reverse().map((each) => (
            <tr key={each.day}>
              <th scope="row">{each.day}</th>
              <td>{each.activeLearners}</td>
              <td>{each.attempts}</td>
              <td>{each.events}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
