/** What a learner said before the answer was shown. */
export type PredictionMade = {
  /** The diagram's or the incident's id. */
  readonly item: string;
  /** Per cent, 50 to 99. */
  readonly confidence: number;
  /** By node; nodes that are not in it were said to work, or to stay as they are. */
  readonly guesses: ReadonlyMap<string, string>;
} & (
  | { readonly kind: "diagram"; readonly taken: readonly string[] }
  /** `step` counts from 1 and is the step that was predicted. */
  | { readonly kind: "incident"; readonly step: number }
);

/** `kept` on the server, `waiting` here until the server can be reached, or `visitor`: nobody to keep it for. */
export type Keeping = "kept" | "waiting" | "visitor";

const made: PredictionMade[] = [];

/** Keeps a prediction as long as the page lives. */
export function recordPrediction(prediction: PredictionMade): Promise<Keeping> {
  made.push(prediction);
  return Promise.resolve("waiting");
}
