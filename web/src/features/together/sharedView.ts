// The others who look at the same diagram: their cursors over the picture, and whose view can be followed. Places travel
// in the picture's own units, so that everybody may have another size and zoom.
import { call, hear, pass } from "../../realtime/connection";
import type { PeerCursor, Viewport } from "../../realtime/events";
import type { GroupRoom } from "../../realtime/room";
import { Stage } from "../diagram/Stage";
import { hueOf } from "../groups/groupWords";

const cursorEveryMs = 33;
const viewEveryMs = 100;
/** Who comes later learns within this that somebody presents. */
const presentAgainMs = 2_000;
const silentMs = 10_000;
const hiddenAfterMs = 20_000;
/** The share of the way to where somebody points that is gone in a sixtieth of a second. */
const ease = 0.35;

interface Shown extends PeerCursor {
  readonly at: number;
  readonly element: HTMLElement;
  shownX: number;
  shownY: number;
}

export class SharedView {
  presenters: ReadonlyMap<string, { readonly userId: string; readonly name: string; readonly viewport: Viewport }> = new Map();
  isPresenting = false;
  /** Calls when this person has moved the picture by hand. */
  onHand: () => void = () => undefined;
  private readonly cursors = new Map<string, Shown>();
  private readonly layer = document.createElement("div");
  private readonly ends: (() => void)[] = [];
  private readonly silence = new Map<string, number>();
  private isIn = false;
  private frame = 0;
  private drawnAt = 0;
  private pointTimer = 0;
  private pointed: { x: number; y: number } | null = null;
  private viewTimer = 0;
  private presentTimer = 0;

  constructor(private readonly room: GroupRoom, private readonly diagramId: string, private readonly picture: HTMLElement, private readonly changed: () => void) {
    this.layer.className = "cursors";
    this.layer.setAttribute("aria-hidden", "true");
    picture.parentElement?.append(this.layer);
    const moved = (event: PointerEvent) => this.point(event);
    const byHand = () => this.onHand();
    picture.addEventListener("pointermove", moved);
    picture.addEventListener("wheel", byHand, { passive: true });
    picture.addEventListener("pointerdown", byHand);
    // The camera of the picture is its viewBox.
    const observer = new MutationObserver(() => {
      this.wake();
      this.look();
    });
    observer.observe(picture, { subtree: true, attributes: true, attributeFilter: ["viewBox"] });
    const sweep = setInterval(() => this.wake(), hiddenAfterMs / 4);
    const here = <Payload extends { groupId: string; diagramId?: string | null }>(handle: (payload: Payload) => void) => (payload: Payload) => {
      if (payload.groupId === room.groupId && payload.diagramId === diagramId) handle(payload);
    };
    this.ends.push(
      () => picture.removeEventListener("pointermove", moved),
      () => picture.removeEventListener("wheel", byHand),
      () => picture.removeEventListener("pointerdown", byHand),
      () => observer.disconnect(),
      () => clearInterval(sweep),
      hear("peer-cursor", here(({ cursors, gone }) => this.saw(cursors, gone ?? []))),
      hear("presenting", here((payload) => this.sawPresenter(payload.userId, payload.name, payload.on ? payload.viewport ?? null : null))),
      room.watch(() => this.enter()),
    );
    this.enter();
  }

  get names(): readonly string[] {
    return [...this.cursors.values()].map((each) => each.name);
  }

  present(on: boolean): void {
    this.isPresenting = on;
    clearInterval(this.presentTimer);
    if (on) this.presentTimer = window.setInterval(() => this.sendView(), presentAgainMs);
    else call("present", { groupId: this.room.groupId, on: false, diagramId: this.diagramId }).catch(() => undefined);
    this.sendView();
    this.changed();
  }

  close(): void {
    if (this.isPresenting) this.present(false);
    for (const end of this.ends) end();
    for (const timer of this.silence.values()) clearTimeout(timer);
    clearTimeout(this.pointTimer);
    clearTimeout(this.viewTimer);
    clearInterval(this.presentTimer);
    cancelAnimationFrame(this.frame);
    this.layer.remove();
    call("leave-diagram", { groupId: this.room.groupId, diagramId: this.diagramId }).catch(() => undefined);
  }

  /** After each arrival in the group's room: that ends with the connection. */
  private enter(): void {
    const { isIn } = this.room.snapshot();
    if (isIn && !this.isIn) {
      call("view-diagram", { groupId: this.room.groupId, diagramId: this.diagramId }).catch(() => {
        this.isIn = false;
      });
    }
    this.isIn = isIn;
  }

  private point(event: PointerEvent): void {
    const matrix = this.picture.querySelector("svg")?.getScreenCTM();
    if (!matrix) return;
    const { x, y } = new DOMPoint(event.clientX, event.clientY).matrixTransform(matrix.inverse());
    this.pointed = { x, y };
    if (this.pointTimer !== 0) return;
    this.pointTimer = window.setTimeout(() => {
      this.pointTimer = 0;
      if (this.pointed) pass("cursor-move", { groupId: this.room.groupId, diagramId: this.diagramId, position: this.pointed });
    }, cursorEveryMs);
  }

  private look(): void {
    if (!this.isPresenting || this.viewTimer !== 0) return;
    this.viewTimer = window.setTimeout(() => {
      this.viewTimer = 0;
      this.sendView();
    }, viewEveryMs);
  }

  private sendView(): void {
    const viewport = Stage.in(this.picture)?.viewport;
    if (this.isPresenting && viewport) pass("present", { groupId: this.room.groupId, on: true, diagramId: this.diagramId, viewport });
  }

  private saw(cursors: readonly PeerCursor[], gone: readonly string[]): void {
    for (const cursor of cursors) {
      if (cursor.userId === this.room.me.id) continue;
      const known = this.cursors.get(cursor.userId);
      const at = performance.now();
      this.cursors.set(
        cursor.userId,
        known
          ? { ...cursor, at, element: known.element, shownX: known.shownX, shownY: known.shownY }
          : { ...cursor, at, element: this.made(cursor), shownX: cursor.x, shownY: cursor.y },
      );
      if (!known) this.changed();
    }
    for (const id of gone) this.drop(id);
    this.wake();
  }

  private made({ userId, name }: PeerCursor): HTMLElement {
    const element = document.createElement("div");
    element.className = "cursor";
    element.dataset["hue"] = String(hueOf(userId));
    const label = document.createElement("span");
    label.textContent = name;
    element.append(label);
    this.layer.append(element);
    return element;
  }

  private drop(id: string): void {
    this.cursors.get(id)?.element.remove();
    if (this.cursors.delete(id)) this.changed();
  }

  private wake(): void {
    if (this.frame === 0) this.frame = requestAnimationFrame((now) => this.draw(now));
  }

  private draw(now: number): void {
    this.frame = 0;
    const share = 1 - (1 - ease) ** Math.max(1, (now - this.drawnAt) / 16.7);
    this.drawnAt = now;
    const matrix = this.picture.querySelector("svg")?.getScreenCTM();
    const box = this.layer.getBoundingClientRect();
    let isMoving = false;
    for (const [id, cursor] of this.cursors) {
      if (now - cursor.at > hiddenAfterMs) {
        this.drop(id);
        continue;
      }
      const [dx, dy] = [cursor.x - cursor.shownX, cursor.y - cursor.shownY];
      cursor.shownX += dx * share;
      cursor.shownY += dy * share;
      isMoving = isMoving || Math.abs(dx) + Math.abs(dy) > 0.5;
      if (!matrix) continue;
      const at = new DOMPoint(cursor.shownX, cursor.shownY).matrixTransform(matrix);
      cursor.element.style.transform = `translate(${at.x - box.left}px, ${at.y - box.top}px)`;
    }
    if (isMoving) this.wake();
  }

  private sawPresenter(userId: string, name: string, viewport: Viewport | null): void {
    if (userId === this.room.me.id) return;
    clearTimeout(this.silence.get(userId));
    const presenters = new Map(this.presenters);
    if (viewport) {
      presenters.set(userId, { userId, name, viewport });
      this.silence.set(userId, window.setTimeout(() => this.sawPresenter(userId, name, null), silentMs));
    } else presenters.delete(userId);
    this.presenters = presenters;
    this.changed();
  }
}
