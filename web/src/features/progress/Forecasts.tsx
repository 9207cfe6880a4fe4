import { useQuery } from "../../api/useQuery";
import type { ForecastKind } from "../../api/generated";
import { Link } from "../../app/router";
import { Failure } from "../../design/Failure";
import { Icon } from "../../design/Icon";
import { Skeleton } from "../../design/Skeleton";
import { counted, momentWords } from "../../design/words";
import { skillWords } from "../review/words";
import { binned, Curve } from "./Curve";
import { Forecasts as Document } from "./queries.generated";
import type { ForecastsResult } from "./queries.generated";

type Forecast = ForecastsResult["forecasts"][number];
type Answered = ForecastsResult["answerForecasts"][number];

export const forecastWords: Readonly<Record<ForecastKind, string>> = {
  ANSWER_NOW: "You answer the next item correctly",
  DROPOUT: "You retrieve nothing in the next seven days",
  DAYS_TO_GOAL: "Until your goal is reached",
};

/** Fewer answers make no curve. */
const leastForCurve = 10;

/** What Atlas expects, with how good such forecasts were; or why it keeps them to itself. */
export function Forecasts({ user }: { user: string }) {
  const { data, error, retry } = useQuery(Document, { user });
  if (error && !data) return <Failure title="The forecasts did not load" message={error.message} onRetry={retry} />;
  if (!data) return <Skeleton shape="lines" count={2} />;
  return (
    <>
      <ul className="forecasts">
        {data.forecasts.map((each) => (
          <ForecastCard key={each.kind} forecast={each} />
        ))}
      </ul>
      <p className="hint">
        A forecast is shown only while it is better than a constant. <Link href="/calibration">How good all forecasts were</Link>
      </p>
      <Log answers={data.answerForecasts} />
    </>
  );
}

function ForecastCard({ forecast }: { forecast: Forecast }) {
  const { value, low, high, unit, calibration } = forecast;
  const words = (each: number) => (unit === "days" ? counted(Math.round(each), "day") : `${Math.round(100 * each)} %`);
  return (
    <li className="forecast" data-hidden={value === null}>
      <h3>{forecastWords[forecast.kind]}</h3>
      <p className="forecast-value">{value === null ? "Not shown" : words(value)}</p>
      {value !== null && low !== null && high !== null && (
        <p>
          between {words(low)} and {words(high)}
        </p>
      )}
      <p className="hint">{forecast.reason}</p>
      {calibration && (
        <p className="hint">
          Log loss {calibration.logLoss.toFixed(3)}, a constant {calibration.baselineLogLoss.toFixed(3)}, over {counted(calibration.n, "forecast")}.
        </p>
      )}
    </li>
  );
}

/** What was forecast of single answers, and what they were. */
function Log({ answers }: { answers: readonly Answered[] }) {
  const bins = binned(answers.map((each) => ({ predicted: each.predicted, right: each.correct ? 1 : 0, of: 1 })));
  return (
    <section aria-labelledby="forecast-log">
      <h3 id="forecast-log">What was expected of your answers</h3>
      {answers.length < leastForCurve ? (
        <p className="hint">
          {counted(answers.length, "answer")} so far. From {leastForCurve} on, a curve shows whether 70 % means 70 %.
        </p>
      ) : (
        <Curve bins={bins} said="Expected" happened="Were right" />
      )}
      {answers.length > 0 && (
        <details>
          <summary>The last {counted(answers.length, "answer")}</summary>
          <div className="table-frame" tabIndex={0} role="group" aria-label="Answers and what was expected of them">
            <table className="plain-table">
              <thead>
                <tr>
                  <th scope="col">When</th>
                  <th scope="col">From</th>
                  <th scope="col">Kind</th>
                  <th scope="col">Expected</th>
                  <th scope="col">It was</th>
                </tr>
              </thead>
              <tbody>
                {answers.map((each, index) => (
                  <tr key={`${each.itemId} ${each.at} ${index}`}>
                    <th scope="row">{momentWords(each.at)}</th>
                    <td>{each.contentId}</td>
                    <td>{skillWords[each.skill]}</td>
                    <td>{Math.round(100 * each.predicted)} %</td>
                    <td>
                      <Icon name={each.correct ? "check" : "close"} /> {each.correct ? "right" : "not right"}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </details>
      )}
    </section>
  );
}
