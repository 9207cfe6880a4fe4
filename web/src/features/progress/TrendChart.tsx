// Chart.js, in a chunk of its own.
import { BarController, BarElement, CategoryScale, Chart, LinearScale, LineController, LineElement, PointElement, Tooltip } from "chart.js";
import type { ChartConfiguration, ChartDataset } from "chart.js";
import { useEffect, useRef, useState } from "react";

Chart.register(BarController, BarElement, CategoryScale, LinearScale, LineController, LineElement, PointElement, Tooltip);

export interface Series {
  readonly name: string;
  /** A colour of the page, as in `--accent`. */
  readonly colour: string;
  readonly values: readonly (number | null)[];
}

interface Props {
  readonly type: "bar" | "line";
  readonly labels: readonly string[];
  readonly series: readonly Series[];
  /** What the picture shows, for who does not see it. */
  readonly summary: string;
  readonly unit: string;
  /** The upper end of the scale, where there is one. */
  readonly most?: number;
}

/** A chart that follows the page's colours and keeps still for who wants that. The numbers stand in a table beside it. */
export default function TrendChart({ type, labels, series, summary, unit, most }: Props) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const theme = useThemeEpoch();
  useEffect(() => {
    const element = canvas.current;
    if (!element) return;
    const colour = (name: string) => resolved(element, name);
    const ink = colour("--ink-3");
    const config: ChartConfiguration<"bar" | "line", (number | null)[], string> = {
      type,
      data: { labels: [...labels], datasets: series.map((each, index) => dataset(each, index, type, colour)) },
      options: {
        responsive: true,
        maintainAspectRatio: false,
        animation: matchMedia("(prefers-reduced-motion: reduce)").matches ? false : { duration: 250 },
        interaction: { mode: "index", intersect: false },
        scales: {
          x: { stacked: type === "bar", grid: { display: false }, ticks: { color: ink, maxRotation: 0, autoSkipPadding: 12 } },
          y: { stacked: type === "bar", beginAtZero: true, ...(most === undefined ? {} : { max: most }), grid: { color: colour("--line") }, ticks: { color: ink, precision: 0, maxTicksLimit: 5 } },
        },
        plugins: {
          tooltip: {
            callbacks: { label: (item) => `${item.dataset.label ?? ""}: ${item.formattedValue}${unit}` },
            // The legend stands in the page.
            displayColors: series.length > 1,
          },
        },
      },
    };
    const chart = new Chart(element, config);
    return () => chart.destroy();
  }, [type, labels, series, unit, most, theme]);
  return (
    <div className="trend-canvas">
      <canvas ref={canvas} role="img" aria-label={summary} />
    </div>
  );
}

function dataset(series: Series, index: number, type: "bar" | "line", colour: (name: string) => string): ChartDataset<"bar" | "line", (number | null)[]> {
  const main = colour(series.colour);
  const data = [...series.values];
  if (type === "line") return { type, label: series.name, data, borderColor: main, backgroundColor: main, borderWidth: 2, pointRadius: 2, spanGaps: true, borderDash: index === 0 ? [] : [5, 4] };
  // The second is hollow, so that nobody has to tell the colours apart.
  return { type, label: series.name, data, backgroundColor: index === 0 ? main : "transparent", borderColor: main, borderWidth: 1.5, maxBarThickness: 26 };
}

/** What a colour of the page is now; a canvas does not know the page's names. */
function resolved(beside: Element, name: string): string {
  const probe = document.createElement("span");
  probe.style.color = `var(${name})`;
  beside.parentElement?.append(probe);
  const found = getComputedStyle(probe).color;
  probe.remove();
  return found;
}

/** Changes with the page's theme. */
function useThemeEpoch(): number {
  const [epoch, setEpoch] = useState(0);
  useEffect(() => {
    const changed = () => setEpoch((before) => before + 1);
    const system = matchMedia("(prefers-color-scheme: dark)");
    const observer = new MutationObserver(changed);
    observer.observe(document.documentElement, { attributeFilter: ["data-theme"] });
    system.addEventListener("change", changed);
    return () => {
      observer.disconnect();
      system.removeEventListener("change", changed);
    };
  }, []);
  return epoch;
}
