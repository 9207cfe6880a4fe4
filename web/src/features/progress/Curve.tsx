import { useId } from "react";

/** Forecasts of about the same size, and how often they came true. */
export interface Bin {
  /** The mean of what was said, 0 to 1. */
  readonly predicted: number;
  /** The share that came true, 0 to 1. */
  readonly observed: number;
  readonly n: number;
  readonly low: number;
  readonly high: number;
}

const size = 260;
const left = 44;
const foot = 36;
const edge = 10;

/** A calibration curve: on the diagonal, 70 % means 70 %. The numbers stand in a table below. */
export function Curve({ bins, said, happened }: { bins: readonly Bin[]; said: string; happened: string }) {
  const id = useId();
  const x = (share: number) => left + share * (size - left - edge);
  const y = (share: number) => size - foot - share * (size - foot - edge);
  const most = Math.max(...bins.map((each) => each.n), 1);
  const used = bins.filter((each) => each.n > 0);
  const ticks = [0, 0.25, 0.5, 0.75, 1];
  return (
    <figure className="curve">
      <svg viewBox={`0 0 ${size} ${size}`} role="img" aria-labelledby={id}>
        <title id={id}>{`${said} against ${happened}: ${used.map((each) => `${percent(each.predicted)} said, ${percent(each.observed)} came true`).join("; ")}`}</title>
        {ticks.map((each) => (
          <g key={each}>
            <path className="curve-grid" d={`M${x(0)} ${y(each)}H${x(1)}M${x(each)} ${y(0)}V${y(1)}`} />
            <text x={left - 6} y={y(each) + 4} textAnchor="end">
              {Math.round(100 * each)}
            </text>
            <text x={x(each)} y={size - foot + 16} textAnchor="middle">
              {Math.round(100 * each)}
            </text>
          </g>
        ))}
        <path className="curve-diagonal" d={`M${x(0)} ${y(0)}L${x(1)} ${y(1)}`} />
        {used.map((each) => (
          <path key={each.predicted} className="curve-range" d={`M${x(each.predicted)} ${y(each.low)}V${y(each.high)}`} />
        ))}
        <polyline className="curve-line" points={used.map((each) => `${x(each.predicted).toFixed(1)},${y(each.observed).toFixed(1)}`).join(" ")} />
        {used.map((each) => (
          <circle key={each.predicted} className="curve-point" cx={x(each.predicted)} cy={y(each.observed)} r={3 + 4 * Math.sqrt(each.n / most)} />
        ))}
        <text x={x(0.5)} y={size - 4} textAnchor="middle">
          {said}, %
        </text>
        <text x={-y(0.5)} y={12} transform="rotate(-90)" textAnchor="middle">
          {happened}, %
        </text>
      </svg>
      <details>
        <summary>As a table</summary>
        <table className="plain-table">
          <thead>
            <tr>
              <th scope="col">{said}</th>
              <th scope="col">{happened}</th>
              <th scope="col">Range</th>
              <th scope="col">Number</th>
            </tr>
          </thead>
          <tbody>
            {used.map((each) => (
              <tr key={each.predicted}>
                <th scope="row">{percent(each.predicted)}</th>
                <td>{percent(each.observed)}</td>
                <td>
                  {percent(each.low)} to {percent(each.high)}
                </td>
                <td>{each.n}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </figure>
  );
}

function percent(share: number): string {
  return `${Math.round(100 * share)} %`;
}

export interface Said {
  /** 0 to 1. */
  readonly predicted: number;
  /** How many of `of` came true. */
  readonly right: number;
  readonly of: number;
}

/** Sorts what was said into ten bins, each with Wilson's 95 % interval. */
export function binned(said: readonly Said[]): readonly Bin[] {
  const count = 10;
  const sums = Array.from({ length: count }, () => ({ predicted: 0, right: 0, n: 0 }));
  for (const each of said) {
    const sum = sums[Math.min(count - 1, Math.max(0, Math.floor(each.predicted * count)))];
    if (!sum) continue;
    sum.predicted += each.predicted * each.of;
    sum.right += each.right;
    sum.n += each.of;
  }
  return sums.filter((each) => each.n > 0).map(({ predicted, right, n }) => ({ predicted: predicted / n, observed: right / n, n, ...wilson(right / n, n) }));
}

function wilson(share: number, n: number): { readonly low: number; readonly high: number } {
  const z = 1.96;
  const middle = (share + (z * z) / (2 * n)) / (1 + (z * z) / n);
  const half = (z / (1 + (z * z) / n)) * Math.sqrt((share * (1 - share)) / n + (z * z) / (4 * n * n));
  return { low: Math.max(0, middle - half), high: Math.min(1, middle + half) };
}
