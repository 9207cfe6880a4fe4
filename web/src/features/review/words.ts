import type { ContentKind, Rating, Skill } from "../../api/generated";

export const ratings: readonly Rating[] = ["AGAIN", "HARD", "GOOD", "EASY"];

export const ratingWords: Readonly<Record<Rating, string>> = { AGAIN: "Again", HARD: "Hard", GOOD: "Good", EASY: "Easy" };

/** Hard is a pass, and the words say so: who has forgotten must not press it. */
export const ratingHints: Readonly<Record<Rating, string>> = {
  AGAIN: "Not remembered",
  HARD: "With effort",
  GOOD: "Remembered",
  EASY: "At once",
};

export const skills: readonly Skill[] = ["RECALL", "EXPLAIN", "PREDICT", "DO", "DESIGN"];

export const skillWords: Readonly<Record<Skill, string>> = { RECALL: "Recall", EXPLAIN: "Explain", PREDICT: "Predict", DO: "Do", DESIGN: "Design" };

/** How a skill is shown, by which a cell of the map fills. */
export const skillEvidence: Readonly<Record<Skill, string>> = {
  RECALL: "flashcards in Review",
  EXPLAIN: "graded questions in Review",
  PREDICT: "predictions in Break it and in incident replays",
  DO: "checks passed in labs",
  DESIGN: "designs that meet their requirements",
};

/** Where items of a kind have their pages. */
export const folders: Readonly<Record<ContentKind, string>> = { DIAGRAM: "diagrams", LAB: "labs", INCIDENT: "incidents" };

interface Place {
  readonly contentKind: ContentKind;
  readonly contentId: string;
  readonly nodeIds: readonly string[];
  readonly edgeIds: readonly string[];
}

/** The item that a card was made from, at the part that it is about. */
export function placeOf({ contentKind, contentId, nodeIds, edgeIds }: Place): string {
  const node = nodeIds[0];
  const edge = edgeIds[0];
  const part = node !== undefined ? `#node=${encodeURIComponent(node)}` : edge !== undefined ? `#edge=${encodeURIComponent(edge)}` : "";
  return `/${folders[contentKind]}/${contentId}${contentKind === "LAB" ? "" : part}`;
}

/** `95000` as "1 min 35 s". */
export function timeWords(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 60 ? `${minutes} min${seconds % 60 === 0 ? "" : ` ${seconds % 60} s`}` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

export function minuteWords(minutes: number): string {
  return minutes > 0 && minutes < 1 ? "less than a minute" : `${Math.round(minutes)} ${Math.round(minutes) === 1 ? "minute" : "minutes"}`;
}

/** "in 3 hours", "2 days ago", measured from now. */
export function fromNow(iso: string, now = Date.now()): string {
  const seconds = (new Date(iso).getTime() - now) / 1000;
  if (Number.isNaN(seconds)) return iso;
  const units: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [["year", 31_536_000], ["month", 2_592_000], ["day", 86_400], ["hour", 3_600], ["minute", 60]];
  const [unit, length] = units.find(([, each]) => Math.abs(seconds) >= each) ?? ["minute", 60];
  return relative.format(Math.round(seconds / length), unit);
}

const relative = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
