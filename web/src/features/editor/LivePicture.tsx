import { useEffect, useLayoutEffect, useRef } from "react";
import type { KeyboardEvent } from "react";
import { Icon } from "../../design/Icon";
import type { Part } from "../diagram/graph";
import { Stage } from "../diagram/Stage";
import { usePointer } from "../diagram/usePointer";

interface Props {
  readonly svg: string | null;
  readonly isOld: boolean;
  readonly failure: string | null;
  readonly onRetry: () => void;
  readonly selected: Part | null;
  /** `byKeyboard` is true for Enter and Space. */
  readonly onPick: (part: Part, byKeyboard: boolean) => void;
}

const zoomFactor = 1.25;
const steps: Record<string, 1 | -1> = { ArrowRight: 1, ArrowDown: 1, n: 1, ArrowLeft: -1, ArrowUp: -1, p: -1 };

/** The picture of what is written, as good as it was at last. */
export function LivePicture({ svg, isOld, failure, onRetry, selected, onPick }: Props) {
  const window = useRef<HTMLDivElement>(null);
  const stage = useRef<Stage | null>(null);
  usePointer(window, stage);
  useLayoutEffect(() => {
    const element = window.current;
    if (!element || svg === null) return;
    const made = new Stage(element, svg);
    stage.current = made;
    const observer = new ResizeObserver(() => made.measure());
    observer.observe(element);
    return () => observer.disconnect();
  }, [svg]);
  useEffect(() => {
    stage.current?.select(selected);
    if (selected) stage.current?.rove(selected, false);
  }, [svg, selected?.type, selected?.id]);
  const keyed = (event: KeyboardEvent) => {
    const part = stage.current?.partOf(event.target);
    if (!part || event.ctrlKey || event.metaKey || event.altKey) return;
    const step = steps[event.key];
    if (event.key === "Enter" || event.key === " ") onPick(part, true);
    else if (step) {
      const parts = stage.current?.parts() ?? [];
      const next = parts[parts.findIndex((each) => each.id === part.id && each.type === part.type) + step];
      if (next) {
        stage.current?.rove(next, true);
        stage.current?.reveal(next);
      }
    } else return;
    event.preventDefault();
  };
  return (
    <div className="live-preview" data-old={isOld || undefined}>
      <div
        className="picture"
        ref={window}
        onClick={(event) => {
          const part = stage.current?.partOf(event.target);
          if (part) onPick(part, false);
        }}
        onKeyDown={keyed}
      />
      {svg === null && failure === null && <p className="picture-empty hint">The picture appears here as soon as the source can be read.</p>}
      {isOld && failure === null && <p className="picture-old">This is the last picture that could be drawn.</p>}
      {failure !== null && (
        <div className="picture-empty" role="alert">
          <p>The part of Atlas that draws did not load. {failure}</p>
          <button type="button" className="button" onClick={onRetry}>
            Try again
          </button>
        </div>
      )}
      <div className="pan-tools" role="group" aria-label="Zoom">
        <button type="button" className="tool" aria-label="Zoom out" title="Zoom out" onClick={() => stage.current?.zoom(1 / zoomFactor)}>
          <Icon name="minus" />
        </button>
        <button type="button" className="tool" aria-label="Zoom in" title="Zoom in" onClick={() => stage.current?.zoom(zoomFactor)}>
          <Icon name="plus" />
        </button>
        <button type="button" className="tool" aria-label="Fit to window" title="Fit to window" onClick={() => stage.current?.fit()}>
          <Icon name="fit" />
        </button>
      </div>
    </div>
  );
}
