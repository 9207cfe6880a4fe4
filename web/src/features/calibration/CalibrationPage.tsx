import type { ForecastKind } from "../../api/generated";
import { useQuery } from "../../api/useQuery";
import { Failure } from "../../design/Failure";
import { Icon } from "../../design/Icon";
import { Skeleton } from "../../design/Skeleton";
import { useTitle } from "../../design/useTitle";
import { counted, dayWords } from "../../design/words";
import { Curve } from "../progress/Curve";
import { Calibration } from "./queries.generated";
import type { CalibrationResult } from "./queries.generated";

type Report = CalibrationResult["calibration"][number];

const kinds: readonly (readonly [ForecastKind, string, string])[] = [
  ["ANSWER_NOW", "Will the next answer be right?", "The chance that a learner answers the next item correctly, stated before the answer."],
  ["DROPOUT", "Will somebody stop?", "The chance that a learner retrieves nothing in the next seven days."],
  ["DAYS_TO_GOAL", "When will a goal be reached?", "Days until the topics of a goal are mastered."],
];

/** For everybody: how good the forecasts of this Atlas were, beside a constant. */
export default function CalibrationPage() {
  useTitle("How good forecasts are");
  const page = useQuery(Calibration, {});
  if (page.error && !page.data) return <Failure title="The figures did not load" message={page.error.message} onRetry={page.retry} />;
  if (!page.data) return <Skeleton shape="page" />;
  const reports = page.data.calibration;
  return (
    <div className="page calibration-page">
      <div className="page-head">
        <h1>How good our forecasts are</h1>
        <p className="lead">
          Atlas says what it expects, and each night holds it against what happened. A forecast that is not better than a constant, the plain share of all outcomes so far, is kept from learners. Whoever wants to know how far to
          trust it finds the figures here.
        </p>
      </div>
      {kinds.map(([kind, title, about]) => (
        <Kind key={kind} title={title} about={about} reports={reports.filter((each) => each.kind === kind)} />
      ))}
      <section aria-labelledby="words">
        <h2 id="words">What the figures mean</h2>
        <dl className="facts calibration-words">
          <div>
            <dt>Log loss</dt>
            <dd>The penalty for what was said, −ln of the chance that was given to what happened. Less is better; saying 50 % always costs 0.693.</dd>
          </div>
          <div>
            <dt>Gain</dt>
            <dd>By how much the model’s log loss is less than the constant’s, as an interval of 95 % over learners. Only if all of it is above 0 are forecasts shown.</dd>
          </div>
          <div>
            <dt>Brier, AUC</dt>
            <dd>The mean squared error, and how well right answers are told from wrong ones (0.5 is a coin).</dd>
          </div>
          <div>
            <dt>ECE</dt>
            <dd>How far what was said is from how often it came true, on average over the bins of the curve.</dd>
          </div>
        </dl>
      </section>
    </div>
  );
}

function Kind({ title, about, reports }: { title: string; about: string; reports: readonly Report[] }) {
  const latest = reports[0];
  const id = title.replace(/\W+/g, "-");
  return (
    <section className="panel calibration-kind" aria-labelledby={id}>
      <div className="panel-head">
        <h2 id={id}>{title}</h2>
        {latest && (
          <span className={`pill ${latest.shown ? "good" : "warn"}`}>
            <Icon name={latest.shown ? "check" : "close"} /> {latest.shown ? "Shown to learners" : "Not shown"}
          </span>
        )}
      </div>
      <p className="hint">{about}</p>
      {!latest ? (
        <p className="calibration-none">We do not know yet: there are no forecasts with an outcome to judge. Until then none is shown.</p>
      ) : (
        <div className="calibration-body">
          {latest.bins.length > 0 && <Curve bins={latest.bins} said="Forecast" happened="Came true" />}
          <div>
            <p>
              {latest.shown
                ? `Better than a constant over ${counted(latest.n, "forecast")}.`
                : `Not shown to be better than a constant over ${counted(latest.n, "forecast")}: the gain may be ${latest.gainLow.toFixed(3)}.`}
            </p>
            <div className="table-frame" tabIndex={0} role="group" aria-label={`Figures: ${title}`}>
              <table className="plain-table">
                <thead>
                  <tr>
                    <th scope="col">Day</th>
                    <th scope="col">Number</th>
                    <th scope="col">Log loss</th>
                    <th scope="col">Constant</th>
                    <th scope="col">Gain</th>
                    <th scope="col">Brier</th>
                    <th scope="col">AUC</th>
                    <th scope="col">ECE</th>
                    <th scope="col">Shown</th>
                  </tr>
                </thead>
                <tbody>
                  {reports.map((each) => (
                    <tr key={each.at}>
                      <th scope="row">{dayWords(each.at)}</th>
                      <td>{each.n.toLocaleString("en")}</td>
                      <td>{each.logLoss.toFixed(3)}</td>
                      <td>{each.baselineLogLoss.toFixed(3)}</td>
                      <td>
                        {each.gainLow.toFixed(3)} to {each.gainHigh.toFixed(3)}
                      </td>
                      <td>{each.brier.toFixed(3)}</td>
                      <td>{each.auc === null ? "–" : each.auc.toFixed(3)}</td>
                      <td>{each.ece.toFixed(3)}</td>
                      <td>{each.shown ? "yes" : "no"}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          </div>
        </div>
      )}
    </section>
  );
}
