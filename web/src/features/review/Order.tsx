import { useRef, useState } from "react";
import type { KeyboardEvent } from "react";
import { Icon } from "../../design/Icon";
import { Prose } from "../../design/Prose";
import type { Answer } from "./answers";
import type { Card } from "./session";

interface Props {
  readonly item: Card["item"];
  /** The choices' ids, first to last. */
  readonly order: readonly string[];
  readonly onOrder: (order: readonly string[]) => void;
  readonly answer: Answer | null;
}

/** Steps to be put in order, by buttons or by Alt and the arrow keys. */
export function Order({ item, order, onOrder, answer }: Props) {
  const list = useRef<HTMLOListElement>(null);
  const [said, setSaid] = useState("");
  const texts = new Map(item.choices.map((each) => [each.id, each.html]));
  const move = (id: string, by: -1 | 1) => {
    const from = order.indexOf(id);
    const to = from + by;
    if (from < 0 || to < 0 || to >= order.length) return;
    const next = order.filter((each) => each !== id);
    next.splice(to, 0, id);
    onOrder(next);
    setSaid(`Now number ${to + 1} of ${order.length}`);
    requestAnimationFrame(() => list.current?.querySelectorAll<HTMLElement>("li")[to]?.focus());
  };
  const keyed = (event: KeyboardEvent, id: string) => {
    const offset = event.key === "ArrowUp" ? -1 : event.key === "ArrowDown" ? 1 : 0;
    if (offset === 0 || answer) return;
    event.preventDefault();
    if (event.altKey) return move(id, offset);
    const items = [...(list.current?.querySelectorAll<HTMLElement>("li") ?? [])];
    items[order.indexOf(id) + offset]?.focus();
  };
  return (
    <div className="order">
      <p className="hint" id="order-hint">
        {answer ? "Your order" : "Put these in order: Alt with ↑ and ↓ moves the one in focus."}
      </p>
      <ol ref={list} aria-describedby="order-hint">
        {order.map((id, index) => {
          const isRight = answer?.correctChoices[index] === id;
          return (
            <li key={id} tabIndex={answer ? -1 : 0} data-verdict={answer ? (isRight ? "right" : "wrong") : undefined} onKeyDown={(event) => keyed(event, id)}>
              <span className="order-number" aria-hidden="true">
                {index + 1}
              </span>
              <Prose className="choice-text" html={texts.get(id) ?? ""} />
              {answer ? (
                <span className="choice-verdict">
                  <Icon name={isRight ? "check" : "close"} /> {isRight ? "Right" : `Belongs at ${answer.correctChoices.indexOf(id) + 1}`}
                </span>
              ) : (
                <span className="order-tools">
                  <button type="button" className="icon-button" tabIndex={-1} disabled={index === 0} aria-label={`Move number ${index + 1} up`} onClick={() => move(id, -1)}>
                    <Icon name="up" />
                  </button>
                  <button type="button" className="icon-button" tabIndex={-1} disabled={index === order.length - 1} aria-label={`Move number ${index + 1} down`} onClick={() => move(id, 1)}>
                    <Icon name="down" />
                  </button>
                </span>
              )}
            </li>
          );
        })}
      </ol>
      <p className="visually-hidden" role="status">
        {said}
      </p>
    </div>
  );
}
