const svgSpace = "http://www.w3.org/2000/svg";
/** Groups of other kinds are sections or boxes without a border that edges could end at. */
const foldable = ".dg-flowchart .dg-group, .dg-state .dg-group:not(.dg-region), .dg-class .dg-group";
const buttonRadius = 11;
const samples = 120;

interface Frame {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

interface Fold {
  readonly group: SVGGElement;
  readonly frame: Frame;
  readonly button: SVGGElement;
  readonly nodes: readonly SVGGElement[];
  readonly inner: readonly SVGGElement[];
}

/**
 * Groups that can be closed to one box. The box keeps the place and the size of its group, so that the rest of the picture
 * stays where it was; edges that led inside end at its border.
 */
export class Folding {
  private readonly folds = new Map<string, Fold>();
  private readonly closed = new Set<string>();

  constructor(private readonly svg: SVGSVGElement) {
    for (const group of svg.querySelectorAll<SVGGElement>(foldable)) {
      const id = group.dataset["group"] ?? "";
      const frame = frameOf(group);
      if (!frame || this.folds.has(id)) continue;
      const within = (selector: string) => [...svg.querySelectorAll<SVGGElement>(selector)].filter((each) => each !== group && isInside(each, frame));
      const nodes = within("[data-node]");
      if (nodes.length === 0) continue;
      this.folds.set(id, { group, frame, button: this.makeButton(id, frame), nodes, inner: within("[data-group]") });
    }
    for (const id of this.folds.keys()) this.name(id);
  }

  /** The group whose button or closed box is at an element. */
  groupAt(target: EventTarget | null): string | null {
    if (!(target instanceof Element)) return null;
    const button = target.closest<SVGElement>("[data-fold]");
    if (button) return button.dataset["fold"] ?? null;
    return target.closest<SVGElement>(".dg-group.is-closed")?.dataset["group"] ?? null;
  }

  toggle(id: string): void {
    if (this.closed.has(id)) this.closed.delete(id);
    else if (this.folds.has(id)) this.closed.add(id);
    this.draw();
  }

  openAll(): void {
    if (this.closed.size === 0) return;
    this.closed.clear();
    this.draw();
  }

  /** The innermost group around a node. */
  groupOf(node: Element): string | null {
    const around = [...this.folds].filter(([, fold]) => fold.nodes.some((each) => each === node));
    around.sort(([, a], [, b]) => a.frame.width * a.frame.height - b.frame.width * b.frame.height);
    return around[0]?.[0] ?? null;
  }

  /** The closed group in which an element is hidden, or null. */
  hiding(element: Element): string | null {
    if (!element.classList.contains("is-folded")) return null;
    const holds = (fold: Fold) => [element, ...this.endsOf(element)].some((each) => fold.nodes.some((node) => node === each));
    const fold = [...this.folds].find(([id, each]) => this.closed.has(id) && !each.group.classList.contains("is-folded") && holds(each));
    return fold?.[0] ?? null;
  }

  /** Opens whatever hides an element. */
  open(element: Element): void {
    for (let id = this.hiding(element); id !== null; id = this.hiding(element)) this.toggle(id);
  }

  button(id: string): SVGGElement | null {
    return this.folds.get(id)?.button ?? null;
  }

  members(id: string): readonly SVGGElement[] {
    return this.folds.get(id)?.nodes ?? [];
  }

  middle(id: string): { x: number; y: number } | null {
    const frame = this.folds.get(id)?.frame;
    return frame ? { x: frame.x + frame.width / 2, y: frame.y + frame.height / 2 } : null;
  }

  private draw(): void {
    for (const each of this.svg.querySelectorAll(".is-folded, .is-cut, .is-kept")) each.classList.remove("is-folded", "is-cut", "is-kept");
    for (const each of this.svg.querySelectorAll(".dg-cut-end, .dg-fold-words")) each.remove();
    for (const [id, fold] of this.folds) {
      const isClosed = this.closed.has(id);
      fold.group.classList.toggle("is-closed", isClosed);
      this.name(id);
      if (!isClosed) continue;
      for (const each of [...fold.nodes, ...fold.inner]) each.classList.add("is-folded");
      for (const inner of fold.inner) this.folds.get(inner.dataset["group"] ?? "")?.button.classList.add("is-folded");
      fold.group.append(made("text", { class: "dg-fold-words", "text-anchor": "middle", ...this.middle(id), dy: "0.36em" }, words(fold)));
    }
    for (const edge of this.svg.querySelectorAll<SVGGElement>("[data-edge]")) this.drawEdge(edge);
  }

  /** Hides an edge within a closed group, and cuts one that leads into it. */
  private drawEdge(edge: SVGGElement): void {
    const around = this.endsOf(edge).map((end) => this.outermostClosed(end));
    const [from, to] = around;
    if (!from && !to) return;
    if (from === to) return edge.classList.add("is-folded");
    const line = edge.querySelector<SVGPathElement>(".dg-edge-line");
    if (!line) return;
    const frames = [from, to].flatMap((id) => this.folds.get(id ?? "")?.frame ?? []);
    const length = line.getTotalLength();
    const points = Array.from({ length: samples + 1 }, (_, index) => line.getPointAtLength((length * index) / samples));
    const outside = points.filter((point) => !frames.some((frame) => holdsPoint(frame, point)));
    const d = outside.map((point, index) => `${index === 0 ? "M" : "L"}${point.x.toFixed(2)} ${point.y.toFixed(2)}`).join("");
    const kept: Element[] = to ? [] : [...edge.querySelectorAll(".dg-head, .dg-head-open, .dg-head-ring, .dg-head-hollow")];
    const label = edge.querySelector<SVGGraphicsElement>(".dg-label-back")?.getBBox();
    if (label && !frames.some((frame) => overlaps(frame, label))) kept.push(...edge.querySelectorAll(".dg-label-back, .dg-edge-label"));
    for (const each of kept) each.classList.add("is-kept");
    edge.prepend(made("path", { class: "dg-edge-hit dg-cut-end", d }), made("path", { class: "dg-edge-line dg-cut-end", d }));
    const [tip, before] = [outside[outside.length - 1], outside[outside.length - 4]];
    if (to && tip && before) edge.append(arrowHead(before, tip));
    edge.classList.add("is-cut");
  }

  private endsOf(edge: Element): readonly Element[] {
    if (!(edge instanceof SVGElement) || edge.dataset["edge"] === undefined) return [];
    return [edge.dataset["from"], edge.dataset["to"]].map(
      (id) => this.svg.querySelector(`[data-node="${CSS.escape(id ?? "")}"], [data-group="${CSS.escape(id ?? "")}"]`) ?? edge,
    );
  }

  private outermostClosed(end: Element): string | undefined {
    const around = [...this.folds].filter(
      ([id, fold]) => this.closed.has(id) && (fold.group === end || [...fold.nodes, ...fold.inner].some((each) => each === end)),
    );
    return around.find(([, fold]) => !fold.group.classList.contains("is-folded"))?.[0];
  }

  private makeButton(id: string, frame: Frame): SVGGElement {
    const at = `translate(${frame.x + frame.width - 4} ${frame.y + 4})`;
    const button = made("g", { class: "dg-fold", "data-fold": id, role: "button", tabindex: "0", transform: at }) as SVGGElement;
    button.append(made("circle", { class: "dg-fold-target", r: "18" }), made("circle", { class: "dg-fold-disc", r: String(buttonRadius) }), made("path", {}));
    this.svg.append(button);
    return button;
  }

  private name(id: string): void {
    const fold = this.folds.get(id);
    if (!fold) return;
    const isClosed = this.closed.has(id);
    const title = fold.group.querySelector("title")?.textContent ?? id;
    const names = fold.nodes.map((node) => node.querySelector(".dg-node-label")?.textContent ?? "").join(", ");
    fold.button.setAttribute("aria-expanded", String(!isClosed));
    fold.button.setAttribute("aria-label", `Group ${title}, ${words(fold)}: ${names}`);
    fold.button.querySelector("path")?.setAttribute("d", isClosed ? "M-5 0H5M0-5V5" : "M-5 0H5");
  }
}

function words(fold: Fold): string {
  return fold.nodes.length === 1 ? "1 part" : `${fold.nodes.length} parts`;
}

function frameOf(group: SVGGElement): Frame | null {
  const rect = group.querySelector<SVGRectElement>(":scope > .dg-group-frame");
  if (!rect) return null;
  return { x: rect.x.baseVal.value, y: rect.y.baseVal.value, width: rect.width.baseVal.value, height: rect.height.baseVal.value };
}

function isInside(element: SVGGElement, frame: Frame): boolean {
  const shape = element.querySelector<SVGGraphicsElement>(":scope > .dg-shape, :scope > .dg-group-frame");
  const box = (shape ?? element).getBBox();
  const isSmaller = box.width < frame.width && box.height < frame.height;
  return isSmaller && holdsPoint(frame, { x: box.x + box.width / 2, y: box.y + box.height / 2 });
}

function holdsPoint(frame: Frame, point: { readonly x: number; readonly y: number }): boolean {
  return point.x >= frame.x && point.x <= frame.x + frame.width && point.y >= frame.y && point.y <= frame.y + frame.height;
}

function overlaps(a: Frame, b: Frame): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

function arrowHead(before: DOMPoint, tip: DOMPoint): SVGElement {
  const length = Math.hypot(tip.x - before.x, tip.y - before.y) || 1;
  const [x, y] = [(tip.x - before.x) / length, (tip.y - before.y) / length];
  const at = (back: number, side: number) => `${(tip.x - x * back - y * side).toFixed(2)} ${(tip.y - y * back + x * side).toFixed(2)}`;
  return made("path", { class: "dg-head dg-cut-end", d: `M${at(0, 0)}L${at(10, 4.6)}L${at(8.2, 0)}L${at(10, -4.6)}Z` });
}

function made(name: string, attributes: Readonly<Record<string, string | number>>, text = ""): SVGElement {
  const element = document.createElementNS(svgSpace, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  element.textContent = text;
  return element;
}
