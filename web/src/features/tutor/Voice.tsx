import { useEffect, useRef, useState } from "react";
import type { Turn } from "./turns";
import { sentencesFrom } from "./sentences";
import { endWords } from "./words";

interface Line {
  readonly id: number;
  readonly text: string;
}

/** Sentences that stay in the region; a voice has long said those before. */
const longest = 12;

/** Says an answer while it is written, sentence by sentence, politely. */
export function Voice({ turn }: { turn: Turn | undefined }) {
  const [lines, setLines] = useState<readonly Line[]>([]);
  const place = useRef({ clientId: "", to: 0, text: "", isSaid: false, note: "", number: 0 });
  useEffect(() => {
    if (!turn) return;
    const at = place.current;
    if (at.clientId !== turn.clientId) {
      // What was said before the panel was opened is not said again.
      const isOld = turn.isOver && at.clientId === "";
      Object.assign(at, { clientId: turn.clientId, to: 0, text: "", isSaid: isOld, note: turn.isOver ? turn.note ?? "" : "" });
    }
    if (at.isSaid) {
      at.isSaid = turn.isOver;
      return;
    }
    // Another text takes the place of what was said, as when a model fails half-way: it is said from its beginning.
    if (!turn.text.startsWith(at.text)) at.to = 0;
    const { said, to } = sentencesFrom(turn.text, at.to, turn.isOver);
    at.to = to;
    at.text = turn.text.slice(0, to);
    at.isSaid = turn.isOver;
    const note = turn.note ?? "";
    const words = [
      ...(note !== "" && note !== at.note ? [note] : []),
      ...said,
      ...(turn.isOver ? [turn.problem?.message ?? (turn.answer ? endWords(turn.answer) : "")] : []),
    ].filter((each) => each !== "");
    at.note = note;
    if (words.length === 0) return;
    const added = words.map((text) => ({ id: (at.number += 1), text }));
    setLines((before) => [...before, ...added].slice(-longest));
  }, [turn]);
  return (
    <div className="visually-hidden" role="log" aria-live="polite" aria-relevant="additions" aria-label="What the tutor says">
      {lines.map(({ id, text }) => (
        <p key={id}>{text}</p>
      ))}
    </div>
  );
}
