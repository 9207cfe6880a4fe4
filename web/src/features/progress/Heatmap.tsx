import { useRef, useState } from "react";
import type { KeyboardEvent } from "react";
import { useQuery } from "../../api/useQuery";
import { Link } from "../../app/router";
import { Failure } from "../../design/Failure";
import { Skeleton } from "../../design/Skeleton";
import { counted, dayWords } from "../../design/words";
import { skillEvidence, skills, skillWords } from "../review/words";
import { SkillMap } from "./queries.generated";
import type { SkillMapResult } from "./queries.generated";

type Cell = SkillMapResult["skillHeatmap"]["cells"][number];

/** An interval as wide as this says little; the cell is hatched. */
const unsureWidth = 0.45;

/** Categories by kinds of evidence. A number, a bar with its interval and a hatching say what the colour says. */
export function Heatmap({ user }: { user: string }) {
  const { data, error, retry } = useQuery(SkillMap, { user });
  if (error && !data) return <Failure title="The map did not load" message={error.message} onRetry={retry} />;
  if (!data) return <Skeleton shape="lines" count={4} />;
  return <Grid cells={data.skillHeatmap.cells} />;
}

function Grid({ cells }: { cells: readonly Cell[] }) {
  const table = useRef<HTMLTableElement>(null);
  const [at, setAt] = useState<readonly [number, number]>([0, 0]);
  const categories = [...new Map(cells.map((each) => [each.category.id, each.category])).values()];
  const cellOf = (row: number, column: number) => cells.find((each) => each.category.id === categories[row]?.id && each.skill === skills[column]);
  const shown = cellOf(...at);
  const known = cells.filter((each) => each.mastery !== null).length;
  const keyed = (event: KeyboardEvent) => {
    const moves: Record<string, readonly [number, number]> = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
    const edges: Record<string, readonly [number, number]> = { Home: [at[0], 0], End: [at[0], skills.length - 1] };
    const move = moves[event.key];
    const [row, column] = edges[event.key] ?? (move ? [at[0] + move[0], at[1] + move[1]] : [-1, -1]);
    if (row < 0 || column < 0 || row >= categories.length || column >= skills.length) return;
    event.preventDefault();
    setAt([row, column]);
    table.current?.querySelector<HTMLElement>(`[data-at="${row}.${column}"]`)?.focus();
  };
  return (
    <>
      <p className="hint">
        {known === 0
          ? "Empty so far. Reading fills nothing: only what you retrieve does. Choose a cell, and it says how it fills."
          : `Evidence in ${known} of ${cells.length} cells. The number is your chance to answer an average question there; the bar is what it could as well be, hatched where that is wide.`}
      </p>
      <div className="heatmap-frame">
        <table className="heatmap" ref={table} role="grid" aria-label="Skills by category" onKeyDown={keyed}>
          <thead>
            <tr>
              <th scope="col">Category</th>
              {skills.map((each) => (
                <th key={each} scope="col">
                  {skillWords[each]}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {categories.map((category, row) => (
              <tr key={category.id}>
                <th scope="row">
                  <span className="category-letter" aria-hidden="true">
                    {category.id}
                  </span>
                  <span className="heatmap-title">{category.title}</span>
                </th>
                {skills.map((skill, column) => {
                  const cell = cellOf(row, column);
                  const isAt = at[0] === row && at[1] === column;
                  return (
                    <td key={skill} data-shown={isAt}>
                      <button
                        type="button"
                        data-at={`${row}.${column}`}
                        className="heatmap-cell"
                        data-level={levelOf(cell)}
                        data-unsure={isUnsure(cell)}
                        tabIndex={isAt ? 0 : -1}
                        aria-label={cell ? said(cell) : "No evidence"}
                        onFocus={() => setAt([row, column])}
                        onClick={() => setAt([row, column])}
                      >
                        {cell?.mastery === null || cell?.mastery === undefined ? <span>–</span> : <Filled cell={cell} mastery={cell.mastery} />}
                      </button>
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {shown && <About cell={shown} />}
      <ul className="heatmap-key" aria-label="What the shades say">
        {levels.map(([words], index) => (
          <li key={words}>
            <span className="heatmap-cell" data-level={index} aria-hidden="true" />
            {words}
          </li>
        ))}
        <li>
          <span className="heatmap-cell" data-level={2} data-unsure="true" aria-hidden="true" />
          not sure
        </li>
      </ul>
    </>
  );
}

/** Lower ends. */
const levels: readonly (readonly [string, number])[] = [
  ["no evidence", -1],
  ["below 40 %", 0],
  ["40 to 59 %", 0.4],
  ["60 to 79 %", 0.6],
  ["80 % and more", 0.8],
];

function levelOf(cell: Cell | undefined): number {
  const mastery = cell?.mastery ?? null;
  if (mastery === null) return 0;
  return levels.reduce((found, [, low], index) => (mastery >= low ? index : found), 1);
}

function isUnsure(cell: Cell | undefined): boolean {
  return cell !== undefined && cell.low !== null && cell.high !== null && cell.high - cell.low >= unsureWidth;
}

function Filled({ cell, mastery }: { cell: Cell; mastery: number }) {
  const low = cell.low ?? mastery;
  const high = cell.high ?? mastery;
  return (
    <>
      <span>{Math.round(100 * mastery)}</span>
      <svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
        <path className="heatmap-scale" d="M0 4H100" />
        <path className="heatmap-range" d={`M${100 * low} 4H${100 * high}`} />
        <path className="heatmap-mean" d={`M${100 * mastery} 0V8`} />
      </svg>
    </>
  );
}

function said(cell: Cell): string {
  const name = `${cell.category.title}, ${skillWords[cell.skill]}`;
  if (cell.mastery === null) return `${name}: no evidence yet`;
  return `${name}: ${percent(cell.mastery)}, ${rangeWords(cell)}, from ${counted(cell.attempts, "attempt")}`;
}

function rangeWords({ low, high }: Cell): string {
  return low === null || high === null ? "range not known" : `between ${percent(low)} and ${percent(high)}`;
}

function percent(share: number): string {
  return `${Math.round(100 * share)} %`;
}

/** What a cell says, in words, and what to do about it. */
function About({ cell }: { cell: Cell }) {
  const place = cell.skill === "DO" ? `/catalogue?type=lab&category=${cell.category.id}` : `/catalogue?category=${cell.category.id}`;
  return (
    <div className="heatmap-about">
      <p>
        <strong>
          {cell.category.title} · {skillWords[cell.skill]}
        </strong>{" "}
        {cell.mastery === null
          ? `No evidence yet. It comes from ${skillEvidence[cell.skill]}.`
          : `${percent(cell.mastery)}, ${rangeWords(cell)}. ${counted(cell.attempts, "attempt")}${cell.lastAt ? `, the last on ${dayWords(cell.lastAt)}` : ""}; more of them (${skillEvidence[cell.skill]}) make it surer.`}
      </p>
      <Link href={place}>{cell.skill === "DO" ? "Labs of this category" : "Open this category"}</Link>
    </div>
  );
}
