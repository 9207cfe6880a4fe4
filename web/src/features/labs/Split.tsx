import { useRef, useState } from "react";
import type { KeyboardEvent, PointerEvent, ReactNode } from "react";

interface Props {
  readonly left: ReactNode;
  readonly right: ReactNode;
}

const key = "atlas-lab-split";
const least = 22;
const most = 70;
const usual = 40;
const step = 2;

/** Two panes with a border between them that can be moved by pointer and by arrow keys. */
export function Split({ left, right }: Props) {
  const [share, setShare] = useState(kept);
  const place = useRef<HTMLDivElement>(null);
  const move = (next: number, isDone = true) => {
    const within = Math.round(Math.min(Math.max(next, least), most) * 10) / 10;
    setShare(within);
    if (isDone) keep(within);
  };
  const dragged = (event: PointerEvent<HTMLDivElement>, isDone: boolean) => {
    if (!event.currentTarget.hasPointerCapture(event.pointerId)) return;
    const box = place.current?.getBoundingClientRect();
    if (box && box.width > 0) move((100 * (event.clientX - box.left)) / box.width, isDone);
  };
  const keyed = (event: KeyboardEvent<HTMLDivElement>) => {
    const next = { ArrowLeft: share - step, ArrowRight: share + step, Home: least, End: most, Enter: usual }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    move(next);
  };
  return (
    <div ref={place} className="split" style={{ gridTemplateColumns: `minmax(0, ${share}fr) 9px minmax(0, ${100 - share}fr)` }}>
      {left}
      <div
        className="split-border"
        role="separator"
        tabIndex={0}
        aria-orientation="vertical"
        aria-label="Width of the instructions"
        aria-valuenow={Math.round(share)}
        aria-valuemin={least}
        aria-valuemax={most}
        title="Drag, or use the arrow keys; Enter brings back the usual width"
        onPointerDown={(event) => {
          event.preventDefault();
          event.currentTarget.setPointerCapture(event.pointerId);
        }}
        onPointerMove={(event) => dragged(event, false)}
        onPointerUp={(event) => dragged(event, true)}
        onDoubleClick={() => move(usual)}
        onKeyDown={keyed}
      />
      {right}
    </div>
  );
}

function kept(): number {
  try {
    const value = Number(localStorage.getItem(key));
    return value >= least && value <= most ? value : usual;
  } catch {
    // Storage may be closed to us.
    return usual;
  }
}

function keep(share: number): void {
  try {
    localStorage.setItem(key, String(share));
  } catch {
    // The width then lasts as long as the page.
  }
}
