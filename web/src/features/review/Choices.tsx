import { useId } from "react";
import { Icon } from "../../design/Icon";
import { Prose } from "../../design/Prose";
import type { Answer } from "./answers";
import type { Card } from "./session";

interface Props {
  readonly item: Card["item"];
  readonly chosen: readonly string[];
  readonly onChoose: (id: string) => void;
  /** Null until the question is answered. */
  readonly answer: Answer | null;
}

const letters = "ABCDEFGHIJ";

/** One choice or several; number and letter keys choose too. */
export function Choices({ item, chosen, onChoose, answer }: Props) {
  const name = useId();
  const type = item.mode === "ONE" ? "radio" : "checkbox";
  return (
    <fieldset className="choices">
      <legend>{item.mode === "ONE" ? "Choose one" : "Choose all that are right"}</legend>
      {item.choices.map((each, index) => {
        const verdict = verdictOf(each.id, chosen, answer);
        return (
          <label key={each.id} className="choice" data-verdict={verdict}>
            <input type={type} name={name} checked={chosen.includes(each.id)} disabled={answer !== null} onChange={() => onChoose(each.id)} />
            <kbd aria-hidden="true">{index + 1}</kbd>
            <Prose className="choice-text" html={each.html} />
            {verdict && (
              <span className="choice-verdict">
                <Icon name={verdict === "wrong" ? "close" : "check"} /> {verdictWords[verdict]}
              </span>
            )}
          </label>
        );
      })}
    </fieldset>
  );
}

type Verdict = "right" | "wrong" | "missed";
const verdictWords: Readonly<Record<Verdict, string>> = { right: "Right", wrong: "Not right", missed: "This was right" };

function verdictOf(id: string, chosen: readonly string[], answer: Answer | null): Verdict | undefined {
  if (!answer) return undefined;
  const isRight = answer.correctChoices.includes(id);
  if (chosen.includes(id)) return isRight ? "right" : "wrong";
  return isRight ? "missed" : undefined;
}

/** The choice that a key stands for: 1 to 9, or a letter. */
export function choiceOfKey(key: string, item: Card["item"]): string | undefined {
  const number = Number(key);
  const index = key.length === 1 && number >= 1 ? number - 1 : key.length === 1 ? letters.indexOf(key.toUpperCase()) : -1;
  return item.choices[index]?.id;
}
