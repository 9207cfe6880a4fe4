import { useEffect, useRef } from "react";
import { hueOf } from "../groups/groupWords";
import type { BoardSession } from "./session";
import type { Sheet } from "./sheet";

interface Pointer {
  readonly element: HTMLElement;
  x: number;
  y: number;
}

/** The share of the way to where somebody points that is gone in a sixtieth of a second. */
const ease = 0.35;
/** Who has not moved for so long is not shown. */
const hiddenAfterMs = 20_000;

/** Where the others point, with their names; moved without React, for they move at each frame. */
export function Cursors({ session, sheet }: { session: BoardSession; sheet: Sheet }) {
  const layer = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const parent = layer.current;
    if (!parent) return;
    const pointers = new Map<string, Pointer>();
    let frame = 0;
    let before = performance.now();
    const step = (now: number) => {
      frame = 0;
      const share = 1 - (1 - ease) ** Math.max(1, (now - before) / 16.7);
      before = now;
      let isMoving = false;
      for (const [id, peer] of session.peers) {
        if (now - peer.at > hiddenAfterMs) continue;
        const known = pointers.get(id) ?? made(parent, id, peer);
        pointers.set(id, known);
        const [dx, dy] = [peer.x - known.x, peer.y - known.y];
        known.x += dx * share;
        known.y += dy * share;
        isMoving = isMoving || Math.abs(dx) + Math.abs(dy) > 0.5;
        const at = sheet.toScreen(known);
        known.element.style.transform = `translate(${at.x}px, ${at.y}px)`;
      }
      for (const [id, { element }] of pointers) {
        const peer = session.peers.get(id);
        if (peer && now - peer.at <= hiddenAfterMs) continue;
        element.remove();
        pointers.delete(id);
      }
      if (isMoving) wake();
    };
    const wake = () => {
      if (frame === 0) frame = requestAnimationFrame(step);
    };
    const ends = [session.watch((ids) => ids === null && wake()), sheet.watchCamera(wake)];
    const sweep = setInterval(wake, hiddenAfterMs / 4);
    return () => {
      cancelAnimationFrame(frame);
      clearInterval(sweep);
      ends.forEach((end) => end());
      for (const { element } of pointers.values()) element.remove();
    };
  }, [session, sheet]);
  return <div className="cursors" ref={layer} aria-hidden="true" />;
}

function made(parent: HTMLElement, id: string, { name, x, y }: { readonly name: string; readonly x: number; readonly y: number }): Pointer {
  const element = document.createElement("div");
  element.className = "cursor";
  element.dataset["hue"] = String(hueOf(id));
  element.dataset["user"] = id;
  const label = document.createElement("span");
  label.textContent = name;
  element.append(label);
  parent.append(element);
  return { element, x, y };
}
