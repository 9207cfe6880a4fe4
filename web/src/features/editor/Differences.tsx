import { Fragment, useMemo } from "react";
import { rowsBetween } from "./lineRows";
import type { Row } from "./lineRows";

interface Props {
  readonly left: string;
  readonly leftName: string;
  readonly right: string;
  readonly rightName: string;
}

/** Lines around a difference that are shown too. */
const contextLines = 2;

/** Two texts side by side, one under the other on a phone; long runs that both have are left out. */
export function Differences({ left, leftName, right, rightName }: Props) {
  const rows = useMemo(() => shown(rowsBetween(left, right)), [left, right]);
  if (left === right) return <p className="hint">Both are the same, letter for letter.</p>;
  return (
    <div className="differences" role="region" aria-label={`${leftName} beside ${rightName}`} tabIndex={0}>
      <table>
        <thead>
          <tr>
            <th scope="col">{leftName}</th>
            <th scope="col">{rightName}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            <Fragment key={index}>
              {typeof row === "number" ? (
                <tr className="difference-gap">
                  <td colSpan={2}>{row === 1 ? "1 line that both have" : `${row} lines that both have`}</td>
                </tr>
              ) : (
                <tr className={row.type}>
                  {row.type === "same" ? (
                    <>
                      <Side number={row.left} text={row.text} change="" />
                      <Side number={row.right} text={row.text} change="" />
                    </>
                  ) : (
                    <>
                      <Side number={row.left} text={row.leftText} change="removed" />
                      <Side number={row.right} text={row.rightText} change="added" />
                    </>
                  )}
                </tr>
              )}
            </Fragment>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Side({ number, text, change }: { number: number | null; text: string; change: string }) {
  if (number === null) return <td className="absent" />;
  return (
    <td className={change}>
      <span className="difference-number">{number}</span>
      {change !== "" && <span className="visually-hidden">only here: </span>}
      <code>{text}</code>
    </td>
  );
}

/** Rows near a difference; a number stands for so many rows that are left out. */
function shown(rows: readonly Row[]): readonly (Row | number)[] {
  const near = new Set<number>();
  rows.forEach((row, index) => {
    if (row.type === "same") return;
    for (let at = index - contextLines; at <= index + contextLines; at += 1) near.add(at);
  });
  const result: (Row | number)[] = [];
  let hidden = 0;
  rows.forEach((row, index) => {
    if (!near.has(index)) {
      hidden += 1;
      return;
    }
    if (hidden > 0) result.push(hidden);
    hidden = 0;
    result.push(row);
  });
  if (hidden > 0) result.push(hidden);
  return result;
}
