import { useEffect, useRef } from "react";

export interface DeskKeys {
  readonly undo: () => void;
  readonly redo: () => void;
  readonly save: () => void;
  readonly nextProblem: (backwards: boolean) => void;
}

/** The keys that work anywhere on the desk, in fields too. */
export function useDeskKeys(keys: DeskKeys): void {
  const current = useRef(keys);
  current.current = keys;
  useEffect(() => {
    const keyed = (event: KeyboardEvent) => {
      if (document.querySelector("dialog[open]")) return;
      const command = (event.ctrlKey || event.metaKey) && !event.altKey;
      const key = event.key.toLowerCase();
      if (event.key === "F8") current.current.nextProblem(event.shiftKey);
      else if (command && key === "s") current.current.save();
      else if (command && key === "z") event.shiftKey ? current.current.redo() : current.current.undo();
      else if (command && key === "y") current.current.redo();
      else return;
      event.preventDefault();
    };
    addEventListener("keydown", keyed);
    return () => removeEventListener("keydown", keyed);
  }, []);
}
