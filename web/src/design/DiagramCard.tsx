import { Link } from "../app/router";
import { Icon } from "./Icon";
import { Level } from "./Level";
import { viewWord } from "./words";
import type { View } from "./words";

export interface Pointer {
  readonly id: string;
  readonly title: string;
  readonly summary?: string;
  readonly level: number;
  readonly view: View;
  readonly completed?: boolean | null;
}

/** A link to a diagram, as a small card for lists of what to read next. */
export function DiagramCard({ diagram, label }: { diagram: Pointer; label?: string }) {
  return (
    <Link className="pointer" href={`/diagrams/${diagram.id}`}>
      {label && <span className="pointer-label">{label}</span>}
      <span className="pointer-title">{diagram.title}</span>
      {diagram.summary && <span className="pointer-summary">{diagram.summary}</span>}
      <span className="pointer-facts">
        <span className={`view-tag ${diagram.view.toLowerCase()}`}>{viewWord(diagram.view)}</span>
        <Level level={diagram.level} />
        {diagram.completed && (
          <span className="done-mark">
            <Icon name="check" /> Completed
          </span>
        )}
      </span>
    </Link>
  );
}
