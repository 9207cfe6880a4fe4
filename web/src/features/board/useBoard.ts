import { useCallback, useRef, useSyncExternalStore } from "react";
import type { BoardSession } from "./session";

/** Draws a component anew after changes of the board, at most once a frame. */
export function useBoard(session: BoardSession): number {
  const version = useRef(0);
  const subscribe = useCallback(
    (tell: () => void) => {
      let frame = 0;
      const end = session.watch(() => {
        frame ||= requestAnimationFrame(() => {
          frame = 0;
          version.current += 1;
          tell();
        });
      });
      return () => {
        cancelAnimationFrame(frame);
        end();
      };
    },
    [session],
  );
  return useSyncExternalStore(subscribe, () => version.current);
}
