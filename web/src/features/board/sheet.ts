// The board on screen: one canvas, a camera, and what is drawn over the records.
import { around, boxOf, extent, middle, overlap, painted } from "./geometry";
import type { Box, XY } from "./geometry";
import { paintRecord } from "./paint";
import type { Brush } from "./paint";
import { onThemeChange, paletteOf } from "./palette";
import type { BoardRecord } from "./records";
import type { BoardSession } from "./session";
import { Tiles } from "./tiles";
import type { Viewport } from "../../realtime/events";

/** What is drawn in place of, or above, what the board holds; nobody else sees it. */
export interface Overlay {
  readonly selected: ReadonlySet<string>;
  /** Records that are being moved, as they are now. */
  readonly shifted: ReadonlyMap<string, BoardRecord>;
  /** A record that is being made. */
  readonly draft: BoardRecord | null;
  /** A frame that is drawn around what is to be selected. */
  readonly marquee: Box | null;
  /** The line of an edge that is being drawn, and the record under its end. */
  readonly wire: { readonly from: XY; readonly to: XY; readonly target: string | null } | null;
  /** A record whose text is being written in a field above it. */
  readonly written: string;
}

export const noOverlay: Overlay = { selected: new Set(), shifted: new Map(), draft: null, marquee: null, wire: null, written: "" };

interface Camera extends XY {
  readonly scale: number;
}

const smallestScale = 0.08;
const largestScale = 4;
const gridPx = 24;
const fitMarginPx = 48;
export const handlePx = 9;
/** Of a change of more records than this, everything is drawn anew. */
const manyRecords = 200;

export class Sheet {
  overlay: Overlay = noOverlay;
  private readonly cameraWatchers = new Set<(byHand: boolean) => void>();
  private camera: Camera = { x: 0, y: 0, scale: 1 };
  private size = { width: 1, height: 1 };
  private frame = 0;
  private readonly context: CanvasRenderingContext2D;
  private readonly palette: ReturnType<typeof paletteOf>;
  private readonly images = new Map<string, HTMLImageElement | null>();
  private readonly ends: (() => void)[] = [];
  private wasFitted = false;
  private readonly tiles = new Tiles((context, piece, scale) => this.paintPiece(context, piece, scale));
  /** What each record covers. */
  private readonly drawn = new Map<string, Box>();

  constructor(private readonly canvas: HTMLCanvasElement, private readonly session: BoardSession) {
    const context = canvas.getContext("2d");
    if (!context) throw new Error("This browser cannot draw on a canvas.");
    this.context = context;
    this.palette = paletteOf(canvas.parentElement ?? document.body);
    const observer = new ResizeObserver(() => this.measure());
    observer.observe(canvas.parentElement ?? canvas);
    this.ends.push(
      () => observer.disconnect(),
      onThemeChange(() => {
        this.palette.forget();
        this.redraw();
      }),
      session.watch((ids) => {
        if (ids) this.changed(ids);
        this.fitOnce();
        this.draw();
      }),
    );
    void document.fonts.ready.then(() => this.redraw());
    this.measure();
  }

  close(): void {
    cancelAnimationFrame(this.frame);
    this.palette.close();
    for (const end of this.ends) end();
  }

  /** Calls after each change of the camera; `byHand` unless somebody else's view is followed. */
  watchCamera(watcher: (byHand: boolean) => void): () => void {
    this.cameraWatchers.add(watcher);
    return () => this.cameraWatchers.delete(watcher);
  }

  get scale(): number {
    return this.camera.scale;
  }

  /** The piece of the board that is seen. */
  get window(): Box {
    const { x, y, scale } = this.camera;
    return { x, y, width: this.size.width / scale, height: this.size.height / scale };
  }

  get viewport(): Viewport {
    return { ...middle(this.window), scale: this.camera.scale };
  }

  find = (id: string): BoardRecord | undefined => this.overlay.shifted.get(id) ?? this.session.records.get(id);

  toBoard(at: { readonly clientX: number; readonly clientY: number }): XY {
    const box = this.canvas.getBoundingClientRect();
    return { x: this.camera.x + (at.clientX - box.left) / this.camera.scale, y: this.camera.y + (at.clientY - box.top) / this.camera.scale };
  }

  /** In pixels from the canvas's corner. */
  toScreen({ x, y }: XY): XY {
    return { x: (x - this.camera.x) * this.camera.scale, y: (y - this.camera.y) * this.camera.scale };
  }

  /** By pixels of the screen. */
  pan(dx: number, dy: number): void {
    this.move({ ...this.camera, x: this.camera.x + dx / this.camera.scale, y: this.camera.y + dy / this.camera.scale });
  }

  /** Nearer or farther, keeping still what is under a point of the screen. */
  zoom(factor: number, at: XY = { x: this.size.width / 2, y: this.size.height / 2 }): void {
    const { x, y, scale } = this.camera;
    const next = clampScale(scale * factor);
    this.move({ x: x + at.x / scale - at.x / next, y: y + at.y / scale - at.y / next, scale: next });
  }

  fit(ids: Iterable<string> = this.session.records.keys()): void {
    const all = around([...ids].flatMap((id) => this.boxOf(id) ?? []));
    if (!all) return this.move({ x: -this.size.width / 2, y: -this.size.height / 2, scale: 1 });
    const scale = clampScale(Math.min((this.size.width - 2 * fitMarginPx) / Math.max(all.width, 1), (this.size.height - 2 * fitMarginPx) / Math.max(all.height, 1), 1));
    this.look({ ...middle(all), scale });
  }

  /** Brings a record into the window without coming nearer. */
  reveal(id: string): void {
    const box = this.boxOf(id);
    const { window } = this;
    if (!box || (box.x >= window.x && box.y >= window.y && box.x + box.width <= window.x + window.width && box.y + box.height <= window.y + window.height)) return;
    this.look({ ...middle(box), scale: this.camera.scale });
  }

  /** Puts a point in the middle. */
  look({ x, y, scale }: Viewport, byHand = true): void {
    const next = clampScale(scale);
    this.move({ x: x - this.size.width / 2 / next, y: y - this.size.height / 2 / next, scale: next }, byHand);
  }

  boxOf(id: string): Box | null {
    const record = this.find(id);
    return record ? extent(record, this.find) : null;
  }

  draw(): void {
    if (this.frame === 0) this.frame = requestAnimationFrame(() => this.paint());
  }

  show(change: Partial<Overlay>): void {
    const before = this.overlay;
    this.overlay = { ...this.overlay, ...change };
    const touched = new Set<string>();
    if (change.shifted) for (const id of [...before.shifted.keys(), ...change.shifted.keys()]) touched.add(id);
    if (change.written !== undefined && change.written !== before.written) touched.add(before.written).add(change.written);
    if (touched.size > 0) this.changed(touched);
    this.draw();
  }

  private redraw(): void {
    this.tiles.clear();
    this.draw();
  }

  /** Has the places drawn anew where records were and where they are, with the edges that end at them. */
  private changed(ids: ReadonlySet<string>): void {
    if (ids.size > manyRecords) {
      this.drawn.clear();
      return this.tiles.clear();
    }
    const pieces: Box[] = [];
    const look = (id: string, record: BoardRecord | undefined) => {
      const now = record ? painted(record, this.find) : null;
      const before = this.drawn.get(id);
      if (before) pieces.push(before);
      if (now) {
        pieces.push(now);
        this.drawn.set(id, now);
      } else this.drawn.delete(id);
    };
    for (const id of ids) look(id, this.find(id));
    for (const [id, record] of this.session.records) {
      if (record.type === "edge" && !ids.has(id) && (ids.has(record.from ?? "") || ids.has(record.to ?? ""))) look(id, record);
    }
    this.tiles.invalidate(pieces);
  }

  private move(camera: Camera, byHand = true): void {
    this.camera = camera;
    this.wasFitted = true;
    this.draw();
    for (const watcher of [...this.cameraWatchers]) watcher(byHand);
  }

  /** What was there when the board was opened is shown whole. */
  private fitOnce(): void {
    if (this.wasFitted || this.size.width <= 1) return;
    if (this.session.records.size > 0) this.fit();
    else if (this.session.status === "live") this.wasFitted = true;
  }

  private measure(): void {
    const { clientWidth: width, clientHeight: height } = this.canvas.parentElement ?? this.canvas;
    if (width === 0 || height === 0) return;
    const density = Math.min(devicePixelRatio || 1, 2);
    this.size = { width, height };
    this.canvas.width = Math.round(width * density);
    this.canvas.height = Math.round(height * density);
    if (!this.wasFitted) this.camera = { x: -width / 2, y: -height / 2, scale: 1 };
    this.fitOnce();
    // A canvas that has got another size is empty until it is drawn on.
    cancelAnimationFrame(this.frame);
    this.paint();
  }

  private paint(): void {
    this.frame = 0;
    const { context, camera, canvas, overlay, size } = this;
    const density = canvas.width / size.width;
    const isDone = this.tiles.show(context, { ...camera, ...size, density }, this.palette.colour("--board-paper"));
    const factor = camera.scale * density;
    context.setTransform(factor, 0, 0, factor, -camera.x * factor, -camera.y * factor);
    if (overlay.draft) paintRecord(this.brush(context, camera.scale), overlay.draft);
    this.paintMarks();
    if (!isDone) this.draw();
  }

  private brush(context: CanvasRenderingContext2D, scale: number): Brush {
    return { context, colour: this.palette.colour, find: this.find, scale, image: (ref) => this.image(ref) };
  }

  private paintPiece(context: CanvasRenderingContext2D, piece: Box, scale: number): void {
    const { session, overlay } = this;
    context.fillStyle = this.palette.colour("--board-paper");
    context.fillRect(piece.x, piece.y, piece.width, piece.height);
    this.paintGrid(context, piece, scale);
    const brush = this.brush(context, scale);
    for (const id of session.stack) {
      const box = this.place(id);
      const record = box && overlap(box, piece) ? this.find(id) : undefined;
      if (!record || (id === overlay.written && record.type === "text")) continue;
      paintRecord(brush, id === overlay.written ? { ...record, label: "", text: "" } : record);
    }
  }

  /** What a record covers, worked out once until something that it depends on changes. */
  private place(id: string): Box | null {
    const known = this.drawn.get(id);
    if (known) return known;
    const record = this.find(id);
    const box = record ? painted(record, this.find) : null;
    if (box) this.drawn.set(id, box);
    return box;
  }

  private paintGrid(context: CanvasRenderingContext2D, piece: Box, scale: number): void {
    let step = gridPx;
    while (step * scale < gridPx * 0.9) step *= 2;
    const dot = 1.5 / scale;
    context.beginPath();
    context.fillStyle = this.palette.colour("--board-grid");
    for (let x = Math.floor(piece.x / step) * step; x <= piece.x + piece.width; x += step) {
      for (let y = Math.floor(piece.y / step) * step; y <= piece.y + piece.height; y += step) context.rect(x - dot / 2, y - dot / 2, dot, dot);
    }
    context.fill();
  }

  /** Selections, of this person and of others, and what is under way. */
  private paintMarks(): void {
    const { context, overlay, camera } = this;
    const pixel = 1 / camera.scale;
    for (const peer of this.session.peers.values()) {
      context.strokeStyle = this.palette.colour("--board-peer");
      context.lineWidth = 1.5 * pixel;
      for (const id of peer.selected) this.frameAround(id, 4 * pixel);
    }
    context.strokeStyle = this.palette.colour("--focus");
    context.lineWidth = 2 * pixel;
    for (const id of overlay.selected) this.frameAround(id, 4 * pixel);
    const handle = this.handle();
    if (handle) {
      context.fillStyle = this.palette.colour("--board-paper");
      context.beginPath();
      context.rect(handle.x, handle.y, handle.width, handle.height);
      context.fill();
      context.stroke();
    }
    if (overlay.wire) {
      const { from, to, target } = overlay.wire;
      context.beginPath();
      context.moveTo(from.x, from.y);
      context.lineTo(to.x, to.y);
      context.stroke();
      if (target !== null) this.frameAround(target, 6 * pixel);
    }
    if (overlay.marquee) {
      const { x, y, width, height } = overlay.marquee;
      context.globalAlpha = 0.08;
      context.fillStyle = this.palette.colour("--focus");
      context.fillRect(x, y, width, height);
      context.globalAlpha = 1;
      context.lineWidth = pixel;
      context.strokeRect(x, y, width, height);
    }
  }

  private frameAround(id: string, distance: number): void {
    const box = this.boxOf(id);
    if (box) this.context.strokeRect(box.x - distance, box.y - distance, box.width + 2 * distance, box.height + 2 * distance);
  }

  /** Where the one selected record can be made larger. */
  handle(): Box | null {
    const [id, ...others] = this.overlay.selected;
    const record = id === undefined || others.length > 0 ? undefined : this.find(id);
    const box = record?.size && this.session.mayDraw ? boxOf(record) : null;
    if (!box) return null;
    const length = handlePx / this.camera.scale;
    return { x: box.x + box.width + 4 / this.camera.scale - length / 2, y: box.y + box.height + 4 / this.camera.scale - length / 2, width: length, height: length };
  }

  private image(ref: string): HTMLImageElement | null {
    const known = this.images.get(ref);
    if (known !== undefined) return known;
    this.images.set(ref, null);
    // Only what lies on this server: the page's policy would refuse others anyway.
    if (!/^\/(?!\/)/.test(ref)) return null;
    const image = new Image();
    image.onload = () => {
      this.images.set(ref, image);
      this.redraw();
    };
    image.src = ref;
    return null;
  }
}

function clampScale(scale: number): number {
  return Math.min(Math.max(scale, smallestScale), largestScale);
}
