import { useEffect, useRef, useState } from "react";
import { request } from "../../api/client";
import { inertCopy } from "../diagram/inertCopy";
import { Thumbnails } from "./queries.generated";

// Pictures are fetched when their card comes near the window, all that come together in one request.
const pictures = new Map<string, string>();
const waiting = new Map<string, Set<(svg: string) => void>>();
const batchLimit = 24;
let scheduled = false;

function fetchBatch(): void {
  scheduled = false;
  const ids = [...waiting.keys()].slice(0, batchLimit);
  const callers = ids.map((id) => [id, waiting.get(id)] as const);
  for (const id of ids) waiting.delete(id);
  if (waiting.size > 0) schedule();
  request(Thumbnails, { ids }).then(
    ({ diagrams }) => {
      for (const { id, svg } of diagrams) pictures.set(id, svg);
      for (const [id, tell] of callers) {
        const svg = pictures.get(id);
        if (svg !== undefined) tell?.forEach((each) => each(svg));
      }
    },
    // A missing thumbnail is a blank band; the card says the same in words.
    () => undefined,
  );
}

function schedule(): void {
  if (scheduled) return;
  scheduled = true;
  requestAnimationFrame(fetchBatch);
}

/** The diagram in small, as decoration: the card's words say what it is. */
export function Thumbnail({ id }: { id: string }) {
  const frame = useRef<HTMLSpanElement>(null);
  const [near, setNear] = useState(false);
  useEffect(() => {
    const element = frame.current;
    if (!element) return;
    const observer = new IntersectionObserver(
      (entries) => {
        if (!entries.some((entry) => entry.isIntersecting)) return;
        setNear(true);
        observer.disconnect();
      },
      { rootMargin: "300px" },
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  useEffect(() => {
    if (!near) return;
    const draw = (svg: string) => frame.current?.replaceChildren(inertCopy(svg, `thumb-${id}-`));
    const known = pictures.get(id);
    if (known !== undefined) {
      draw(known);
      return;
    }
    const callers = waiting.get(id) ?? new Set();
    waiting.set(id, callers.add(draw));
    schedule();
    return () => {
      callers.delete(draw);
    };
  }, [near, id]);
  return <span ref={frame} className="thumbnail" aria-hidden="true" />;
}
