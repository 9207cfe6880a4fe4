// The board's picture in squares that are kept: moving the board copies them, and a change draws only those that it touches.
import type { Box, XY } from "./geometry";
import { overlap } from "./geometry";

export interface View extends XY {
  /** Pixels of the screen per pixel of the board. */
  readonly scale: number;
  /** In pixels of the screen. */
  readonly width: number;
  readonly height: number;
  /** Pixels of the device per pixel of the screen. */
  readonly density: number;
}

/** As browsers have it; older type libraries do not know it. */
interface Offscreen {
  getContext(type: "2d", options: { readonly alpha: boolean }): CanvasRenderingContext2D | null;
  transferToImageBitmap(): ImageBitmap;
}
declare const OffscreenCanvas: new (width: number, height: number) => Offscreen;

/** Paints a piece of the board; the context's unit is a pixel of the board. */
export type PaintPiece = (context: CanvasRenderingContext2D, piece: Box, scale: number) => void;

interface Tile {
  /** A bitmap where the browser has them: a canvas may keep what was drawn as a list, and go through it at each copy. */
  picture: ImageBitmap | HTMLCanvasElement | null;
  /** The piece of the board. */
  readonly piece: Box;
  isStale: boolean;
  usedAt: number;
}

interface Layer {
  readonly scale: number;
  readonly density: number;
  readonly tiles: Map<string, Tile>;
}

/** The side of a tile, in pixels of the screen. */
const side = 384;
/** What a frame may spend on tiles; the rest comes with the next. */
const budgetMs = 8;
/** While the scale changes, older tiles are stretched, until it rests for so long or differs by so much. */
const restMs = 120;
const mostStretch = 1.7;
const mostTiles = 96;

export class Tiles {
  private layer: Layer | null = null;
  /** Shown where the layer has nothing yet. */
  private before: Layer | null = null;
  private scale = 0;
  private scaledAt = 0;

  constructor(private readonly paintPiece: PaintPiece) {}

  /** Everything must be drawn anew, because colours, letters or the whole board have changed. */
  clear(): void {
    for (const tile of this.layer?.tiles.values() ?? []) tile.isStale = true;
    this.before = null;
  }

  /** Something in these pieces has changed. */
  invalidate(pieces: readonly Box[]): void {
    for (const tile of this.layer?.tiles.values() ?? []) {
      if (!tile.isStale && pieces.some((piece) => overlap(piece, tile.piece))) tile.isStale = true;
    }
  }

  /** Puts the picture on the screen's canvas; false if more is to be drawn in the next frame. */
  show(context: CanvasRenderingContext2D, view: View, paper: string): boolean {
    const now = performance.now();
    const layer = this.layerFor(view, now);
    const isStretched = layer.scale !== view.scale;
    const isComplete = isStretched ? this.isCovered(layer, view) : this.fill(layer, view, now);
    context.setTransform(view.density, 0, 0, view.density, 0, 0);
    if (!isComplete || isStretched) {
      context.fillStyle = paper;
      context.fillRect(0, 0, view.width, view.height);
      if (this.before) copy(context, this.before, view);
    }
    copy(context, layer, view);
    if (isComplete) this.before = null;
    this.forget(layer, now);
    return isComplete && !isStretched;
  }

  private layerFor(view: View, now: number): Layer {
    if (view.scale !== this.scale) {
      this.scale = view.scale;
      this.scaledAt = now;
    }
    const { layer } = this;
    if (layer && layer.density === view.density) {
      const stretch = Math.max(view.scale / layer.scale, layer.scale / view.scale);
      if (stretch === 1 || (stretch < mostStretch && now - this.scaledAt < restMs)) return layer;
      this.before = layer;
    }
    this.layer = { scale: view.scale, density: view.density, tiles: new Map() };
    return this.layer;
  }

  /** Draws what is missing or stale, the stale first, for that is what somebody is changing. */
  private fill(layer: Layer, view: View, now: number): boolean {
    const wanted = keysOf(layer, view);
    const missing = wanted.filter(([key]) => layer.tiles.get(key)?.isStale !== false);
    missing.sort(([a], [b]) => Number(layer.tiles.has(b)) - Number(layer.tiles.has(a)));
    for (const [key, piece] of missing) {
      if (performance.now() - now > budgetMs) break;
      const tile = layer.tiles.get(key) ?? { picture: null, piece, isStale: true, usedAt: now };
      layer.tiles.set(key, tile);
      this.paint(tile, layer);
    }
    for (const [key] of wanted) {
      const tile = layer.tiles.get(key);
      if (tile) tile.usedAt = now;
    }
    return wanted.every(([key]) => layer.tiles.get(key)?.isStale === false);
  }

  private paint(tile: Tile, { scale, density }: Layer): void {
    const length = Math.round(side * density);
    const canvas = "OffscreenCanvas" in window ? new OffscreenCanvas(length, length) : made(length);
    const context = canvas.getContext("2d", { alpha: false }) as CanvasRenderingContext2D | null;
    if (!context) return;
    const factor = scale * density;
    context.setTransform(factor, 0, 0, factor, -tile.piece.x * factor, -tile.piece.y * factor);
    this.paintPiece(context, tile.piece, scale);
    drop(tile);
    tile.picture = canvas instanceof HTMLCanvasElement ? canvas : canvas.transferToImageBitmap();
    tile.isStale = false;
  }

  private isCovered(layer: Layer, view: View): boolean {
    return keysOf(layer, view).every(([key]) => layer.tiles.has(key));
  }

  private forget({ tiles }: Layer, now: number): void {
    if (tiles.size <= mostTiles) return;
    const old = [...tiles].filter(([, tile]) => tile.usedAt !== now).sort(([, a], [, b]) => a.usedAt - b.usedAt);
    for (const [key, tile] of old.slice(0, tiles.size - mostTiles)) {
      drop(tile);
      tiles.delete(key);
    }
  }
}

function made(length: number): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = length;
  return canvas;
}

/** Gives a tile's memory back at once. */
function drop({ picture }: Tile): void {
  if (picture && "close" in picture) picture.close();
}

/** The tiles of a layer that a view touches. */
function keysOf({ scale }: Layer, view: View): [string, Box][] {
  const length = side / scale;
  const keys: [string, Box][] = [];
  const [right, bottom] = [view.x + view.width / view.scale, view.y + view.height / view.scale];
  for (let column = Math.floor(view.x / length); column * length < right; column += 1) {
    for (let row = Math.floor(view.y / length); row * length < bottom; row += 1) {
      keys.push([`${column} ${row}`, { x: column * length, y: row * length, width: length, height: length }]);
    }
  }
  return keys;
}

function copy(context: CanvasRenderingContext2D, layer: Layer, view: View): void {
  const right = view.x + view.width / view.scale;
  const bottom = view.y + view.height / view.scale;
  const length = (side / layer.scale) * view.scale;
  const isSharp = layer.scale === view.scale;
  const snap = (value: number) => (isSharp ? Math.round(value * view.density) / view.density : value);
  for (const { picture, piece } of layer.tiles.values()) {
    if (!picture) continue;
    if (piece.x > right || piece.y > bottom || piece.x + piece.width < view.x || piece.y + piece.height < view.y) continue;
    context.drawImage(picture, snap((piece.x - view.x) * view.scale), snap((piece.y - view.y) * view.scale), length, length);
  }
}
