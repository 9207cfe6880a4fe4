import { fitted, opened, panned, showing, zoomed } from "./camera";
import type { Camera, Size } from "./camera";
import { Folding } from "./Folding";
import type { Part } from "./graph";

/** What a node or edge looks like: `data-state` for its health, `data-impact` in the answer of a question. */
export interface Look {
  readonly state?: string;
  readonly impact?: string;
  /** In a diagram that is gone through step by step: whether its time has come. */
  readonly phase?: "past" | "now" | "next" | "later";
  /** A small sign on a node's corner: a guess, and whether it was right. */
  readonly badge?: keyof typeof badges;
  /** The same in words, for screen readers. */
  readonly note?: string;
}

/** Drawn around the middle of a badge. */
const badges = {
  guess: "M-2.4-1.8a2.4 2.4 0 1 1 3.5 2.1c-.8.4-1.1.8-1.1 1.6M0 4.6v.1",
  right: "m-4 .3 2.8 2.8 5.2-6",
  wrong: "m-3.2-3.2 6.4 6.4m0-6.4-6.4 6.4",
};
const badgeRadius = 9;

/**
 * One picture on screen: the server's SVG in a window, with a camera.
 *
 * The camera is the SVG's `viewBox`, so lines and letters stay sharp at every scale. The picture's elements belong to the
 * server's markup; only attributes named here are changed.
 */
export class Stage {
  private static readonly all = new WeakMap<Element, Stage>();

  /** The stage in a window of the page. */
  static in(window: Element): Stage | undefined {
    return Stage.all.get(window);
  }

  readonly svg: SVGSVGElement | null;
  readonly folding: Folding | null;
  private readonly picture: Size;
  private camera: Camera = { x: 0, y: 0, scale: 1 };
  private frame: Size = { width: 1, height: 1 };
  private touched = false;
  private moving = 0;
  private printing = false;

  constructor(private readonly window: HTMLElement, markup: string) {
    Stage.all.set(window, this);
    window.innerHTML = markup;
    this.svg = window.querySelector("svg");
    const [, , width = 1, height = 1] = (this.svg?.getAttribute("viewBox") ?? "").split(/[\s,]+/).map(Number);
    this.picture = { width: width || 1, height: height || 1 };
    this.svg?.removeAttribute("width");
    this.svg?.removeAttribute("height");
    this.folding = this.svg ? new Folding(this.svg) : null;
    this.measure();
  }

  /** Takes the window's new size; the camera follows unless a person has moved it. */
  measure(): void {
    const { clientWidth, clientHeight } = this.window;
    if (clientWidth === 0 || clientHeight === 0 || this.printing) return;
    this.frame = { width: clientWidth, height: clientHeight };
    this.apply(this.touched ? this.camera : opened(this.picture, this.frame));
  }

  /** Shows the whole picture for the printer, or what was seen before. */
  print(on: boolean): void {
    this.printing = on;
    this.apply(this.camera);
  }

  fit(): void {
    this.touched = true;
    this.glide(fitted(this.picture, this.frame));
  }

  zoom(factor: number, at?: { x: number; y: number }): void {
    this.touched = true;
    this.apply(zoomed(this.camera, factor, at ?? { x: this.frame.width / 2, y: this.frame.height / 2 }));
  }

  pan(dx: number, dy: number): void {
    this.touched = true;
    this.apply(panned(this.camera, dx, dy, this.picture, this.frame));
  }

  /** What is seen: the middle of the window in the picture's units, and pixels per unit. */
  get viewport(): Camera {
    const { x, y, scale } = this.camera;
    return { x: x + this.frame.width / scale / 2, y: y + this.frame.height / scale / 2, scale };
  }

  /** Puts a point in the middle of the window. */
  look({ x, y, scale }: Camera): void {
    this.touched = true;
    this.glide({ x: x - this.frame.width / scale / 2, y: y - this.frame.height / scale / 2, scale });
  }

  /** Brings parts into the window; if there is no room for all, the first. */
  reveal(...parts: readonly Part[]): void {
    for (const part of parts) {
      const element = this.element(part);
      if (element) this.folding?.open(element);
    }
    const boxes = parts.flatMap((part) => this.element(part)?.getBBox() ?? []);
    const first = boxes[0];
    if (!first) return;
    const all = around(boxes);
    const fits = all.width * this.camera.scale < this.frame.width && all.height * this.camera.scale < this.frame.height;
    const next = showing(this.camera, fits ? all : first, this.frame);
    if (next.x === this.camera.x && next.y === this.camera.y) return;
    this.touched = true;
    this.glide(next);
  }

  element(part: Part): SVGGElement | null {
    return this.svg?.querySelector<SVGGElement>(`[data-${part.type}="${CSS.escape(part.id)}"]`) ?? null;
  }

  /** The middle of a part, in the picture's units. */
  place(part: Part): { x: number; y: number } | null {
    const element = this.element(part);
    const hiding = element ? this.folding?.hiding(element) ?? null : null;
    if (hiding !== null) return this.folding?.middle(hiding) ?? null;
    const box = element?.getBBox();
    return box ? { x: box.x + box.width / 2, y: box.y + box.height / 2 } : null;
  }

  partOf(target: EventTarget | null): Part | null {
    const element = target instanceof Element ? target.closest<SVGGElement>("[data-node],[data-edge]") : null;
    const node = element?.dataset["node"];
    const edge = element?.dataset["edge"];
    return node !== undefined ? { type: "node", id: node } : edge !== undefined ? { type: "edge", id: edge } : null;
  }

  /** All parts in the order of the document, which is the order of the flow. */
  parts(): Part[] {
    const elements = this.svg?.querySelectorAll("[data-node],[data-edge]") ?? [];
    return [...elements].flatMap((element) => (element.classList.contains("is-folded") ? [] : this.partOf(element) ?? []));
  }

  /** Gives the one place in the tab order to a part, and focus too if wanted. */
  rove(part: Part, focus: boolean): void {
    const element = this.element(part);
    if (!element) return;
    for (const other of this.svg?.querySelectorAll('[data-node][tabindex="0"], [data-edge][tabindex="0"]') ?? []) other.setAttribute("tabindex", "-1");
    element.setAttribute("tabindex", "0");
    if (focus) element.focus({ preventScroll: true });
  }

  /** Marks the selection, and what touches it. */
  select(part: Part | null): void {
    const chosen = part ? this.element(part) : null;
    for (const element of this.all()) {
      const { node, from, to } = element.dataset;
      const near =
        part?.type === "node" ? from === part.id || to === part.id : chosen && node !== undefined && (chosen.dataset["from"] === node || chosen.dataset["to"] === node);
      mark(element, "selected", element === chosen);
      mark(element, "near", Boolean(near) && element !== chosen);
    }
  }

  /** Closes or opens a group; the focus goes to its button if it was on what disappears. */
  fold(group: string, focus: boolean): void {
    const { folding } = this;
    folding?.toggle(group);
    const lost = this.svg?.querySelector('.is-folded[tabindex="0"]');
    if (lost) {
      lost.setAttribute("tabindex", "-1");
      const first = this.parts()[0];
      if (first) this.rove(first, false);
    }
    if (focus) folding?.button(group)?.focus({ preventScroll: true });
  }

  /** Says which parts are chosen: the selected one, or those that are taken away. */
  press(ids: readonly string[]): void {
    for (const element of this.all()) {
      const id = element.dataset["node"] ?? element.dataset["edge"] ?? "";
      element.setAttribute("aria-pressed", String(ids.includes(id)));
    }
  }

  /** Marks the parts on which a text can be read, and says which. */
  find(text: string): Part[] {
    const wanted = text.trim().toLowerCase();
    const hits: Part[] = [];
    for (const element of this.all()) {
      const hit = wanted !== "" && lettering(element).toLowerCase().includes(wanted);
      mark(element, "hit", hit);
      mark(element, "faded", wanted !== "" && !hit);
      const part = hit ? this.partOf(element) : null;
      if (part) hits.push(part);
    }
    return hits;
  }

  /** Marks one of the hits as the present one. */
  point(part: Part | null): void {
    const chosen = part ? this.element(part) : null;
    for (const element of this.all()) mark(element, "pointed", element === chosen);
  }

  dress(looks: ReadonlyMap<string, Look>): void {
    // What is spoken of must be seen.
    if (looks.size > 0) this.folding?.openAll();
    for (const element of this.all()) {
      const look = looks.get(element.dataset["node"] ?? element.dataset["edge"] ?? "");
      attribute(element, "data-state", look?.state);
      attribute(element, "data-impact", look?.impact);
      attribute(element, "data-phase", look?.phase);
      attribute(element, "aria-description", look?.note);
      wear(element, look?.badge);
    }
    this.dressCompanions();
  }

  /** Notes follow the message before them, lifelines and footers their participant. */
  private dressCompanions(): void {
    let phase: string | undefined;
    for (const element of this.svg?.querySelectorAll<SVGElement>("[data-edge], .dg-note-box") ?? []) {
      if (element.dataset["edge"] !== undefined) phase = element.dataset["phase"];
      else attribute(element, "data-phase", phase);
    }
    for (const line of this.svg?.querySelectorAll<SVGLineElement>(".dg-lifeline") ?? []) {
      const x = line.x1.baseVal.value;
      const owner = [...this.all()].find((element) => element.dataset["node"] !== undefined && isCentred(element, x));
      attribute(line, "data-phase", owner?.dataset["phase"]);
    }
  }

  private all(): Iterable<SVGGElement> {
    return this.svg?.querySelectorAll<SVGGElement>("[data-node],[data-edge]") ?? [];
  }

  private apply(camera: Camera): void {
    cancelAnimationFrame(this.moving);
    this.draw(camera);
  }

  private draw(camera: Camera): void {
    this.camera = camera;
    const { width, height } = this.frame;
    const seen = [camera.x, camera.y, width / camera.scale, height / camera.scale];
    const numbers = this.printing ? [0, 0, this.picture.width, this.picture.height] : seen;
    this.svg?.setAttribute("viewBox", numbers.map((value) => value.toFixed(2)).join(" "));
    this.window.dataset["scale"] = camera.scale.toFixed(3);
  }

  /** Moves the camera smoothly, or at once for those who ask for less motion. */
  private glide(target: Camera): void {
    cancelAnimationFrame(this.moving);
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) {
      this.draw(target);
      return;
    }
    const { camera: start } = this;
    const durationMs = 180;
    const begin = performance.now();
    const frame = (now: number) => {
      const part = Math.min(Math.max((now - begin) / durationMs, 0), 1);
      const eased = 1 - (1 - part) ** 3;
      const between = (a: number, b: number) => a + (b - a) * eased;
      this.draw({ x: between(start.x, target.x), y: between(start.y, target.y), scale: between(start.scale, target.scale) });
      if (part < 1) this.moving = requestAnimationFrame(frame);
    };
    this.moving = requestAnimationFrame(frame);
  }
}

/** What can be read on a part, its lines joined. */
function lettering(element: Element): string {
  return [...element.querySelectorAll("text, tspan")]
    .flatMap((line) => (line.querySelector("tspan") ? [] : line.textContent ?? ""))
    .join(" ");
}

function isCentred(element: SVGGElement, x: number): boolean {
  const box = element.querySelector<SVGGraphicsElement>(":scope > .dg-shape")?.getBBox();
  return box !== undefined && Math.abs(box.x + box.width / 2 - x) < 1;
}

function around(boxes: readonly DOMRect[]): { x: number; y: number; width: number; height: number } {
  const x = Math.min(...boxes.map((box) => box.x));
  const y = Math.min(...boxes.map((box) => box.y));
  const right = Math.max(...boxes.map((box) => box.x + box.width));
  const bottom = Math.max(...boxes.map((box) => box.y + box.height));
  return { x, y, width: right - x, height: bottom - y };
}

/** Puts a badge on the upper right corner of a node's shape, or takes it off. */
function wear(element: SVGGElement, badge: keyof typeof badges | undefined): void {
  element.querySelector(":scope > .dg-badge")?.remove();
  const box = badge ? element.querySelector<SVGGraphicsElement>(":scope > .dg-shape")?.getBBox() : undefined;
  if (!badge || !box) return;
  const group = drawn("g", { class: "dg-badge", "data-badge": badge, transform: `translate(${box.x + box.width - 4} ${box.y + 3})` });
  group.append(drawn("circle", { r: String(badgeRadius) }), drawn("path", { d: badges[badge] }));
  element.append(group);
}

function drawn(name: string, attributes: Readonly<Record<string, string>>): SVGElement {
  const element = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return element;
}

function mark(element: Element, name: string, on: boolean): void {
  element.classList.toggle(`is-${name}`, on);
}

function attribute(element: Element, name: string, value: string | undefined): void {
  if (value === undefined) element.removeAttribute(name);
  else element.setAttribute(name, value);
}
