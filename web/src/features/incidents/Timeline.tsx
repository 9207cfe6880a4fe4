import { useEffect, useRef } from "react";
import type { KeyboardEvent } from "react";
import { Icon } from "../../design/Icon";
import { nodeLabel } from "../diagram/graph";
import type { Graph } from "../diagram/graph";
import { healthWords } from "./replay";
import type { Steps } from "./replay";

interface Props {
  readonly steps: Steps;
  readonly graph: Graph;
  readonly place: number;
  readonly onPlace: (place: number) => void;
}

/** The incident step by step; the picture takes on the state after the chosen step. */
export function Timeline({ steps, graph, place, onPlace }: Props) {
  const list = useRef<HTMLOListElement>(null);
  const shown = useRef(place);
  const go = (next: number) => onPlace(Math.min(Math.max(next, 0), steps.length - 1));
  useEffect(() => {
    const panel = list.current?.closest(".side-panel");
    const item = list.current?.children[place];
    if (!(panel instanceof HTMLElement) || !(item instanceof HTMLElement)) return;
    if (shown.current === place) return;
    shown.current = place;
    if (panel.scrollHeight <= panel.clientHeight) {
      item.scrollIntoView({ block: "nearest" });
      return;
    }
    // Only the panel scrolls: the picture must stay where it is.
    const offset = item.getBoundingClientRect().top - panel.getBoundingClientRect().top;
    panel.scrollTop += offset - panel.clientHeight / 3;
  }, [place]);
  const keyed = (event: KeyboardEvent) => {
    const forward = event.key === "ArrowDown" || event.key === "ArrowRight";
    const back = event.key === "ArrowUp" || event.key === "ArrowLeft";
    if (!forward && !back && event.key !== "Home" && event.key !== "End") return;
    const next = event.key === "Home" ? 0 : event.key === "End" ? steps.length - 1 : place + (forward ? 1 : -1);
    go(next);
    const buttons = list.current?.querySelectorAll<HTMLElement>("button") ?? [];
    buttons[Math.min(Math.max(next, 0), steps.length - 1)]?.focus({ preventScroll: true });
    event.preventDefault();
  };
  return (
    <section className="timeline" aria-labelledby="timeline-title">
      <div className="timeline-head">
        <h2 id="timeline-title">
          Step {place + 1} of {steps.length}
        </h2>
        <div className="button-row">
          <button type="button" className="icon-button" aria-label="Previous step" disabled={place === 0} onClick={() => go(place - 1)}>
            <Icon name="up" />
          </button>
          <button
            type="button"
            className="icon-button"
            aria-label="Next step"
            disabled={place === steps.length - 1}
            onClick={() => go(place + 1)}
          >
            <Icon name="down" />
          </button>
        </div>
      </div>
      <p className="visually-hidden" role="status">
        {steps[place]?.at}: {steps[place]?.text}
      </p>
      <ol ref={list} onKeyDown={keyed}>
        {steps.map((step, index) => (
          <li key={index} data-when={index < place ? "past" : index === place ? "now" : "later"}>
            <button type="button" aria-current={index === place ? "step" : undefined} tabIndex={index === place ? 0 : -1} onClick={() => go(index)}>
              <span className="timeline-at">{step.at}</span>
              <span className="timeline-text">{step.text}</span>
              <span className="timeline-changes">
                {step.states
                  .filter((each) => each.changed)
                  .map((each) => (
                    <span key={each.node} className="state-tag" data-state={each.state}>
                      {nodeLabel(graph, each.node)}: {healthWords[each.state] ?? each.state}
                    </span>
                  ))}
              </span>
            </button>
          </li>
        ))}
      </ol>
    </section>
  );
}
