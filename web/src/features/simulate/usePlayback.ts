import { useCallback, useEffect, useState } from "react";

export const speeds = [1, 2, 4] as const;
export type Speed = (typeof speeds)[number];

/** So many samples a second at speed 1. */
const samplesPerSecond = 4;

/** A place on the time axis that can run on by itself. */
export function usePlayback(count: number) {
  const [at, setAt] = useState(0);
  const [isPlaying, setPlaying] = useState(false);
  const [speed, setSpeed] = useState<Speed>(1);
  useEffect(() => {
    if (!isPlaying || count === 0) return;
    const timer = setInterval(() => setAt((before) => Math.min(before + 1, count - 1)), 1_000 / samplesPerSecond / speed);
    return () => clearInterval(timer);
  }, [isPlaying, speed, count]);
  useEffect(() => {
    if (at >= count - 1) setPlaying(false);
  }, [at, count]);
  const go = useCallback((next: number) => setAt(Math.min(Math.max(next, 0), Math.max(count - 1, 0))), [count]);
  const toggle = useCallback(() => {
    setPlaying((before) => !before);
    setAt((before) => (before >= count - 1 ? 0 : before));
  }, [count]);
  const play = useCallback(() => {
    setAt(0);
    setPlaying(true);
  }, []);
  return { at: Math.min(at, Math.max(count - 1, 0)), go, isPlaying, toggle, play, setPlaying, speed, setSpeed };
}
