import { useSyncExternalStore } from "react";
import type { ContextInput } from "../../api/generated";

// Pages know of the tutor what is here; the panel and all that it needs are loaded when it is opened.

/** A question that a page asks for the learner. */
export interface Wish {
  readonly question: string;
  readonly context: ContextInput;
}

export interface Opening {
  readonly isOpen: boolean;
  /** Asked once, by the panel. */
  readonly wish: Wish | null;
  /** What had the focus before. */
  readonly from: Element | null;
}

let opening: Opening = { isOpen: false, wish: null, from: null };
const listeners = new Set<() => void>();

function become(next: Opening): void {
  opening = next;
  for (const tell of listeners) tell();
}

/** Opens the panel, or brings the focus back into it. */
export function showTutor(wish: Wish | null = null): void {
  become({ isOpen: true, wish, from: opening.isOpen ? opening.from : document.activeElement });
}

export function hideTutor(): void {
  become({ isOpen: false, wish: null, from: opening.from });
}

export function useOpening(): Opening {
  return useSyncExternalStore(
    (tell) => {
      listeners.add(tell);
      return () => listeners.delete(tell);
    },
    () => opening,
  );
}

/** Says that another part of the picture is selected; the address alone tells nobody. */
export const selectionChanged = "atlas:selection";
