import { useState } from "react";

export const fontSizes = [12, 13, 14, 16, 18, 21, 24] as const;
const usualSize = 14;
const key = "atlas-terminal";

interface Kept {
  readonly fontSize: number;
  readonly isForScreenReader: boolean;
}

/** How a person likes terminals, kept on this device. */
export function usePreferences(): [Kept, (part: Partial<Kept>) => void] {
  const [kept, setKept] = useState(read);
  const change = (part: Partial<Kept>) => {
    const next = { ...kept, ...part };
    setKept(next);
    try {
      localStorage.setItem(key, JSON.stringify(next));
    } catch {
      // The choice then lasts as long as the page.
    }
  };
  return [kept, change];
}

function read(): Kept {
  try {
    const found = JSON.parse(localStorage.getItem(key) ?? "{}") as Partial<Kept>;
    const fontSize = fontSizes.find((each) => each === found.fontSize) ?? usualSize;
    return { fontSize, isForScreenReader: found.isForScreenReader === true };
  } catch {
    // Storage may be closed to us, or hold what an older version wrote.
    return { fontSize: usualSize, isForScreenReader: false };
  }
}
