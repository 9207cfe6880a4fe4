import { useEffect, useState } from "react";
import { draw } from "./drawing";
import type { Drawing } from "./drawing";
import type { Problem } from "./problems";
import type { Records } from "./records";
import type { SourceParts } from "./sourceParts";

interface Drawn {
  /** The source that the problems are about. */
  readonly text: string;
  /** The last one that could be drawn. */
  readonly drawing: Drawing | null;
  /** Whether the picture is of an earlier source. */
  readonly isOld: boolean;
  readonly problems: readonly Problem[];
  /** Why nothing can be drawn at all. */
  readonly failure: string | null;
}

/** So long nobody must type before the picture is drawn anew; longer if drawing takes long. */
const settledMs = 120;
const mostSettledMs = 1_000;

/** The picture of a source while it is typed. The last good one stays until there is a better. */
export function useDrawing(text: string, parts: SourceParts, records: Records, attempt: number): Drawn {
  const [drawn, setDrawn] = useState<Drawn>({ text: "", drawing: null, isOld: false, problems: [], failure: null });
  const [tookMs, setTookMs] = useState(0);
  useEffect(() => {
    let live = true;
    const run = async () => {
      const began = performance.now();
      try {
        const { drawing, problems } = await draw(parts, records);
        if (!live) return;
        setTookMs(performance.now() - began);
        setDrawn((before) => ({ text, drawing: drawing ?? before.drawing, isOld: drawing === null && before.drawing !== null, problems, failure: null }));
      } catch (error) {
        const failure = error instanceof Error ? error.message : "The picture could not be drawn.";
        if (live) setDrawn((before) => ({ ...before, text, isOld: before.drawing !== null, problems: [], failure }));
      }
    };
    const timer = setTimeout(() => void run(), Math.min(settledMs + 2 * tookMs, mostSettledMs));
    return () => {
      live = false;
      clearTimeout(timer);
    };
    // The parts and the records follow from the text.
  }, [text, attempt]);
  return drawn;
}
