import { useEffect, useState } from "react";

interface Options {
  readonly active: boolean;
  readonly place: number;
  readonly last: number;
  /** How much there is to read at this place. */
  readonly letters: number;
  readonly onPlace: (place: number) => void;
}

const shortestMs = 2200;
const longestMs = 9000;
const msPerLetter = 45;

/** Goes on by itself, at the pace of reading, until the end or until it is stopped; begins anew when it was at the end. */
export function usePlayer({ active, place, last, letters, onPlace }: Options): [boolean, (on: boolean) => void] {
  const [wanted, setWanted] = useState(false);
  const playing = wanted && active;
  useEffect(() => {
    if (!playing || place >= last) return setWanted(false);
    const pause = Math.min(Math.max(letters * msPerLetter, shortestMs), longestMs);
    const timer = setTimeout(() => onPlace(place + 1), pause);
    return () => clearTimeout(timer);
  }, [playing, place, last, letters, onPlace]);
  const play = (on: boolean) => {
    if (on && place >= last) onPlace(0);
    setWanted(on);
  };
  return [playing, play];
}
