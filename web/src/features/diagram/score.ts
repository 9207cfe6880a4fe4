/** How good a prediction was. */
export interface Score {
  readonly right: number;
  readonly of: number;
  readonly loss: number;
}

/** What saying 50 % always costs. */
export const coinLoss = Math.log(2);

/**
 * The log loss of a prediction: for each mark −ln p if it was right and −ln (1 − p) if not, where p is the stated
 * confidence in per cent; then the mean. Null if there was nothing to predict.
 */
export function scored(marks: readonly boolean[], confidence: number): Score | null {
  if (marks.length === 0) return null;
  const right = marks.filter(Boolean).length;
  const sure = confidence / 100;
  const loss = -(right * Math.log(sure) + (marks.length - right) * Math.log(1 - sure)) / marks.length;
  return { right, of: marks.length, loss };
}
