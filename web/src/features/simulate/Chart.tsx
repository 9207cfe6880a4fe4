import { useId } from "react";

export interface Line {
  readonly name: string;
  readonly values: readonly number[];
  readonly look: "plain" | "dashed";
}

interface Props {
  readonly title: string;
  readonly unit: string;
  readonly lines: readonly Line[];
  /** The sample that is looked at. */
  readonly at: number;
  /** The upper end of the scale; the largest value if left out. */
  readonly most?: number;
}

const width = 336;
const height = 84;
const left = 4;

/** Values over the run's seconds. What it shows is also said in words. */
export function Chart({ title, unit, lines, at, most }: Props) {
  const id = useId();
  const top = most ?? niceTop(Math.max(...lines.flatMap((line) => line.values), 0));
  const count = Math.max(lines[0]?.values.length ?? 1, 2);
  const x = (index: number) => left + (index / (count - 1)) * (width - left);
  const y = (value: number) => height - Math.min(value / top, 1) * (height - 4) - 1;
  const now = lines.map((line) => `${line.name} ${amount(line.values[at] ?? 0)}`).join(", ");
  return (
    <figure className="load-chart">
      <figcaption id={id}>
        <strong>{title}</strong>
        {lines.map((line) => (
          <span key={line.name} className={`chart-key ${line.look}`}>
            <svg viewBox="0 0 22 4" aria-hidden="true">
              <path d="M0 2H22" />
            </svg>
            {lines.length > 1 ? `${line.name} ` : ""}
            <b>
              {amount(line.values[at] ?? 0)} {unit}
            </b>
          </span>
        ))}
      </figcaption>
      <svg viewBox={`0 0 ${width} ${height}`} role="img" aria-label={`${title}, ${unit}, up to ${amount(top)}. At second ${at + 1}: ${now}.`}>
        <path className="chart-grid" d={`M${left} 3H${width}M${left} ${height / 2}H${width}M${left} ${height - 1}H${width}`} />
        {lines.map((line) => (
          <polyline key={line.name} className={line.look} points={line.values.map((value, index) => `${x(index).toFixed(1)},${y(value).toFixed(1)}`).join(" ")} />
        ))}
        <path className="chart-now" d={`M${x(at).toFixed(1)} 0V${height}`} />
        <text x={left + 2} y={14}>
          {amount(top)} {unit}
        </text>
      </svg>
    </figure>
  );
}

/** 1, 2 or 5 times a power of ten, not below the value. */
function niceTop(value: number): number {
  if (value <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 5, 10].map((each) => each * power).find((each) => each >= value) ?? value;
}

export function amount(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString("en") : String(Math.round(value * 10) / 10);
}
