import { useEffect } from "react";
import type { RefObject } from "react";
import type { Stage } from "./Stage";

const clickSlopPx = 5;

/** Drag to pan, pinch to zoom, Ctrl and wheel to zoom. A press that moves is no click. */
export function usePointer(window: RefObject<HTMLElement>, stage: RefObject<Stage | null>): void {
  useEffect(() => {
    const element = window.current;
    if (!element) return;
    const pointers = new Map<number, { x: number; y: number }>();
    let travelled = 0;

    const down = (event: PointerEvent) => {
      if (event.button !== 0) return;
      if (pointers.size === 0) travelled = 0;
      pointers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    };
    const move = (event: PointerEvent) => {
      const before = pointers.get(event.pointerId);
      if (!before) return;
      const now = { x: event.clientX, y: event.clientY };
      const other = [...pointers].find(([id]) => id !== event.pointerId)?.[1];
      pointers.set(event.pointerId, now);
      travelled += Math.abs(now.x - before.x) + Math.abs(now.y - before.y);
      if (travelled < clickSlopPx) return;
      if (!element.hasPointerCapture(event.pointerId)) element.setPointerCapture(event.pointerId);
      element.dataset["dragging"] = "true";
      if (other) {
        const box = element.getBoundingClientRect();
        const middle = { x: (now.x + other.x) / 2 - box.left, y: (now.y + other.y) / 2 - box.top };
        stage.current?.zoom(distance(now, other) / Math.max(distance(before, other), 1), middle);
      }
      const share = other ? 2 : 1;
      stage.current?.pan((before.x - now.x) / share, (before.y - now.y) / share);
    };
    const up = (event: PointerEvent) => {
      pointers.delete(event.pointerId);
      if (pointers.size === 0) delete element.dataset["dragging"];
    };
    const click = (event: MouseEvent) => {
      if (travelled < clickSlopPx || event.detail === 0) return;
      event.stopPropagation();
      event.preventDefault();
    };
    const wheel = (event: WheelEvent) => {
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      const box = element.getBoundingClientRect();
      const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 24 : 1;
      stage.current?.zoom(Math.exp(-event.deltaY * lines * 0.004), { x: event.clientX - box.left, y: event.clientY - box.top });
    };

    element.addEventListener("pointerdown", down);
    element.addEventListener("pointermove", move);
    element.addEventListener("pointerup", up);
    element.addEventListener("pointercancel", up);
    element.addEventListener("click", click, { capture: true });
    element.addEventListener("wheel", wheel, { passive: false });
    return () => {
      element.removeEventListener("pointerdown", down);
      element.removeEventListener("pointermove", move);
      element.removeEventListener("pointerup", up);
      element.removeEventListener("pointercancel", up);
      element.removeEventListener("click", click, { capture: true });
      element.removeEventListener("wheel", wheel);
    };
  }, [window, stage]);
}

function distance(a: { x: number; y: number }, b: { x: number; y: number }): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}
