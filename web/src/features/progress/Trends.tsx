import { lazy, Suspense, useMemo, useState } from "react";
import { useQuery } from "../../api/useQuery";
import { Failure } from "../../design/Failure";
import { Skeleton } from "../../design/Skeleton";
import { counted } from "../../design/words";
import { StreakLine } from "./StreakLine";
import { Trends as Document } from "./queries.generated";
import type { TrendsResult } from "./queries.generated";
import type { Series } from "./TrendChart";

const TrendChart = lazy(() => import("./TrendChart"));

type Day = TrendsResult["userMetrics"]["days"][number];
const periods = [7, 30, 90] as const;
/** Shares of fewer answers jump about. */
const leastForShare = 3;
const shareWindowDays = 7;

const shortDay = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", timeZone: "UTC" });

/** What was retrieved day by day; a table of the same numbers is behind each chart. */
export function Trends({ user }: { user: string }) {
  const [period, setPeriod] = useState<number>(30);
  const { data, error, retry } = useQuery(Document, { user, days: period });
  if (error && !data) return <Failure title="Your days did not load" message={error.message} onRetry={retry} />;
  return (
    <>
      <div className="trends-head">
        {data && <StreakLine streak={data.userMetrics.streak} />}
        <div className="chips" role="group" aria-label="Period">
          {periods.map((each) => (
            <button key={each} type="button" className="chip" aria-pressed={period === each} onClick={() => setPeriod(each)}>
              {each} days
            </button>
          ))}
        </div>
      </div>
      {data ? <Charts days={data.userMetrics.days} /> : <Skeleton shape="lines" count={2} />}
    </>
  );
}

function Charts({ days }: { days: readonly Day[] }) {
  const labels = useMemo(() => days.map((each) => shortDay.format(new Date(`${each.day}T00:00:00Z`))), [days]);
  const answers = useMemo<readonly Series[]>(
    () => [
      { name: "Right", colour: "--good", values: days.map((each) => each.correct) },
      { name: "Not right", colour: "--bad", values: days.map((each) => each.attempts - each.correct) },
    ],
    [days],
  );
  const minutes = useMemo<readonly Series[]>(() => [{ name: "Minutes", colour: "--accent", values: days.map((each) => Math.round(10 * each.minutes) / 10) }], [days]);
  const share = useMemo<readonly Series[]>(() => [{ name: "Right", colour: "--accent", values: shares(days) }], [days]);
  const attempts = days.reduce((sum, each) => sum + each.attempts, 0);
  if (attempts === 0) return <p className="notice">Nothing was retrieved in these {days.length} days. A few cards, a prediction or a check of a lab, and it shows here.</p>;
  const correct = days.reduce((sum, each) => sum + each.correct, 0);
  const spent = days.reduce((sum, each) => sum + each.minutes, 0);
  const active = days.filter((each) => each.attempts > 0).length;
  return (
    <div className="trends">
      <Panel title="Answers a day" series={answers} summary={`${counted(attempts, "answer")} on ${counted(active, "day")}, ${correct} of them right.`} labels={labels} type="bar" unit="">
        <DayTable days={days} columns={[["Right", (each) => each.correct], ["Not right", (each) => each.attempts - each.correct], ["Reviews", (each) => each.reviews], ["Predictions", (each) => each.predictions], ["Lab checks", (each) => each.labChecks]]} />
      </Panel>
      <Panel title="Minutes a day" series={minutes} summary={`${Math.round(spent)} minutes in ${days.length} days.`} labels={labels} type="bar" unit=" min">
        <DayTable days={days} columns={[["Minutes", (each) => Math.round(10 * each.minutes) / 10], ["Diagrams read", (each) => each.diagrams]]} />
      </Panel>
      <Panel title={`Right of ${shareWindowDays} days, in %`} series={share} summary={`${Math.round((100 * correct) / attempts)} % of all answers were right.`} labels={labels} type="line" unit=" %" most={100}>
        <DayTable days={days} columns={[["Right in %", (_, index) => share[0]?.values[index] ?? "–"]]} />
      </Panel>
    </div>
  );
}

/** Per cent right in the seven days that end with each day; null where there is too little. */
function shares(days: readonly Day[]): readonly (number | null)[] {
  return days.map((_, index) => {
    const recent = days.slice(Math.max(0, index - shareWindowDays + 1), index + 1);
    const attempts = recent.reduce((sum, each) => sum + each.attempts, 0);
    return attempts < leastForShare ? null : Math.round((100 * recent.reduce((sum, each) => sum + each.correct, 0)) / attempts);
  });
}

interface PanelProps {
  readonly title: string;
  readonly type: "bar" | "line";
  readonly labels: readonly string[];
  readonly series: readonly Series[];
  readonly summary: string;
  readonly unit: string;
  readonly most?: number;
  readonly children: JSX.Element;
}

function Panel({ title, type, labels, series, summary, unit, most, children }: PanelProps) {
  return (
    <figure className="trend">
      <figcaption>
        <strong>{title}</strong>
        {series.length > 1 && (
          <span className="trend-key">
            {series.map((each, index) => (
              <span key={each.name} className={`trend-name ${index === 0 ? "full" : "hollow"}`} data-colour={each.colour}>
                {each.name}
              </span>
            ))}
          </span>
        )}
        <span className="hint">{summary}</span>
      </figcaption>
      <Suspense fallback={<div className="bone trend-bone" />}>
        <TrendChart type={type} labels={labels} series={series} summary={`${title}. ${summary} The numbers are in the table below.`} unit={unit} {...(most === undefined ? {} : { most })} />
      </Suspense>
      <details>
        <summary>As a table</summary>
        {children}
      </details>
    </figure>
  );
}

type Column = readonly [string, (day: Day, index: number) => number | string];

/** The newest day first. */
function DayTable({ days, columns }: { days: readonly Day[]; columns: readonly Column[] }) {
  const rows = days.map((day, index) => ({ day, index })).reverse();
  return (
    <div className="table-frame" tabIndex={0} role="group" aria-label="Numbers by day">
      <table className="plain-table">
        <thead>
          <tr>
            <th scope="col">Day</th>
            {columns.map(([name]) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ day, index }) => (
            <tr key={day.day}>
              <th scope="row">{day.day}</th>
              {columns.map(([name, value]) => (
                <td key={name}>{value(day, index)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
