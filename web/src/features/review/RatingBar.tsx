import type { Rating } from "../../api/generated";
import type { Answer } from "./answers";
import type { Card } from "./session";
import { ratingHints, ratings, ratingWords } from "./words";

interface Props {
  readonly card: Card;
  readonly answer: Answer;
  readonly onRate: (rating: Rating) => void;
}

/** A graded answer that was not right cannot count as remembered. */
export function ratingsFor(answer: Answer): readonly Rating[] {
  return answer.correct === false ? ["AGAIN"] : ratings;
}

/** How well it was known, and when it comes again. */
export function RatingBar({ card, answer, onRate }: Props) {
  const open = ratingsFor(answer);
  const labels = new Map(card.intervals.map((each) => [each.rating, each.label]));
  return (
    <div className="rating-bar" role="group" aria-label="How well did you know it?">
      {ratings.map((each, index) => (
        <button key={each} type="button" className="rating" data-rating={each.toLowerCase()} disabled={!open.includes(each)} onClick={() => onRate(each)} aria-keyshortcuts={String(index + 1)}>
          <span className="rating-word">
            {ratingWords[each]} <kbd aria-hidden="true">{index + 1}</kbd>
          </span>
          <span className="rating-hint">{ratingHints[each]}</span>
          <span className="rating-interval">
            <span className="visually-hidden">comes again in </span>
            {labels.get(each) ?? "–"}
          </span>
        </button>
      ))}
    </div>
  );
}
