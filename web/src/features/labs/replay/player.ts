import type { LabRecordingOfResult } from "../queries.generated";

export type Recording = LabRecordingOfResult["labRecording"];

/** One piece of output and when it is shown, in seconds. */
export interface Frame {
  readonly at: number;
  readonly bytes: Uint8Array;
}

/** Longer pauses are shown as this one, if pauses are to be skipped; in seconds. */
const longestPause = 1.5;

export function framesOf(recording: Recording, skipsPauses: boolean): readonly Frame[] {
  let before = 0;
  let at = 0;
  return recording.frames.map((frame) => {
    const pause = Math.max(0, frame.at - before);
    before = frame.at;
    at += skipsPauses ? Math.min(pause, longestPause) : pause;
    return { at, bytes: Uint8Array.from(atob(frame.data), (letter) => letter.charCodeAt(0)) };
  });
}

export function lengthOf(frames: readonly Frame[]): number {
  return frames[frames.length - 1]?.at ?? 0;
}

/** The number of frames that have been shown at a moment. */
export function shownAt(frames: readonly Frame[], seconds: number): number {
  let low = 0;
  let high = frames.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((frames[middle]?.at ?? Infinity) <= seconds) low = middle + 1;
    else high = middle;
  }
  return low;
}
