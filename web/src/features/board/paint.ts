// Draws records on a canvas whose unit is a pixel of the board.
import { kindWord } from "../../design/words";
import { boxOf, defaultFont, edgeLine, lineHeight, middle } from "./geometry";
import type { Box, Lookup, XY } from "./geometry";
import type { Palette } from "./palette";
import type { BoardRecord } from "./records";

export interface Brush {
  readonly context: CanvasRenderingContext2D;
  readonly colour: Palette;
  readonly find: Lookup;
  /** Pixels of the screen per pixel of the board. */
  readonly scale: number;
  readonly image: (ref: string) => HTMLImageElement | null;
}

const sans = '"Inter", ui-sans-serif, system-ui, sans-serif';
/** Letters that would be smaller on the screen are not drawn: nobody could read them. */
const legiblePx = 5;
const arrowLength = 10;
const radius = 10;

export function paintRecord(brush: Brush, record: BoardRecord): void {
  const { context } = brush;
  const box = boxOf(record);
  const turned = box && record.angle ? record.angle : 0;
  if (turned !== 0 && box) {
    const { x, y } = middle(box);
    context.save();
    context.translate(x, y);
    context.rotate((turned * Math.PI) / 180);
    context.translate(-x, -y);
  }
  if (record.type === "edge") paintEdge(brush, record);
  else if (record.type === "freehand") paintStroke(brush, record);
  else if (box && record.type === "node") paintNode(brush, record, box);
  else if (box && record.type === "note") paintNote(brush, record, box);
  else if (box && record.type === "text") paintText(brush, record.text ?? "", record.size ? box : { ...box, width: Infinity, height: Infinity }, { size: record.font ?? defaultFont, weight: 400, align: "left", colour: brush.colour(inkName(record)) });
  else if (box) paintImage(brush, record, box);
  if (turned !== 0) context.restore();
}

export function inkName({ colour }: BoardRecord): string {
  return `--board-${colour ?? "ink"}`;
}

function paintNode(brush: Brush, record: BoardRecord, box: Box): void {
  const { context, colour, scale } = brush;
  const kind = record.kind ?? "unknown";
  const accent = record.colour ? colour(inkName(record)) : colour(kind === "unknown" ? "--dg-node-stroke" : `--dg-kind-${kind}`);
  context.fillStyle = colour("--dg-node-fill");
  context.strokeStyle = accent;
  context.lineWidth = 1.5;
  context.setLineDash(kind === "external" ? [6, 4] : []);
  context.beginPath();
  outlineOf(context, kind, box);
  context.fill();
  context.globalAlpha = 0.08;
  context.fillStyle = accent;
  context.fill();
  context.globalAlpha = 1;
  context.stroke();
  context.setLineDash([]);
  if (isCylinder(kind)) {
    context.beginPath();
    context.ellipse(box.x + box.width / 2, box.y + lid, box.width / 2, lid, 0, 0, Math.PI);
    context.stroke();
  }
  const top = isCylinder(kind) ? 2 * lid : 6;
  const inner = { x: box.x + 8, y: box.y + top, width: box.width - 16, height: box.height - top - 6 };
  const hasWord = kind !== "unknown" && box.height >= 48;
  paintText(brush, record.label ?? "", hasWord ? { ...inner, height: inner.height - 16 } : inner, { size: 14, weight: 600, align: "center", colour: colour("--ink") });
  if (hasWord && 11 * scale >= legiblePx) {
    paintText(brush, kindWord(kind), { ...inner, y: box.y + box.height - 23, height: 16 }, { size: 11, weight: 400, align: "center", colour: colour("--ink-2") });
  }
}

const lid = 7;
const isCylinder = (kind: string) => ["db-leader", "db-replica", "store"].includes(kind);

function outlineOf(context: CanvasRenderingContext2D, kind: string, { x, y, width, height }: Box): void {
  if (isCylinder(kind)) {
    context.moveTo(x, y + lid);
    context.ellipse(x + width / 2, y + lid, width / 2, lid, 0, Math.PI, 0);
    context.lineTo(x + width, y + height - lid);
    context.ellipse(x + width / 2, y + height - lid, width / 2, lid, 0, 0, Math.PI);
    context.closePath();
  } else rounded(context, { x, y, width, height }, ["queue", "stream", "client"].includes(kind) ? Math.min(width, height) / 2 : radius);
}

/** Older browsers have no `roundRect`. */
function rounded(context: CanvasRenderingContext2D, { x, y, width, height }: Box, corner: number): void {
  const most = Math.min(corner, width / 2, height / 2);
  context.moveTo(x + most, y);
  context.arcTo(x + width, y, x + width, y + height, most);
  context.arcTo(x + width, y + height, x, y + height, most);
  context.arcTo(x, y + height, x, y, most);
  context.arcTo(x, y, x + width, y, most);
  context.closePath();
}

function paintNote(brush: Brush, record: BoardRecord, box: Box): void {
  const { context, colour } = brush;
  context.fillStyle = colour(`--board-note-${record.colour ?? "yellow"}`);
  context.strokeStyle = colour(`--board-${record.colour ?? "yellow"}`);
  context.lineWidth = 1;
  context.beginPath();
  rounded(context, box, 6);
  context.fill();
  context.stroke();
  const inner = { x: box.x + 12, y: box.y + 10, width: box.width - 24, height: box.height - 20 };
  paintText(brush, record.text ?? "", inner, { size: 15, weight: 400, align: "left", colour: colour("--ink") });
}

function paintEdge(brush: Brush, record: BoardRecord): void {
  const line = edgeLine(record, brush.find);
  if (!line) return;
  const { context, colour } = brush;
  const { start, end } = line;
  const ink = record.colour ? colour(inkName(record)) : colour("--dg-edge");
  const angle = Math.atan2(end.y - start.y, end.x - start.x);
  context.strokeStyle = ink;
  context.fillStyle = ink;
  context.lineWidth = 1.75;
  context.setLineDash(record.mode === "async" ? [6, 5] : []);
  context.beginPath();
  context.moveTo(start.x, start.y);
  context.lineTo(end.x - Math.cos(angle) * (arrowLength - 2), end.y - Math.sin(angle) * (arrowLength - 2));
  context.stroke();
  context.setLineDash([]);
  context.beginPath();
  context.moveTo(end.x, end.y);
  for (const side of [-1, 1]) context.lineTo(end.x - arrowLength * Math.cos(angle + side * 0.42), end.y - arrowLength * Math.sin(angle + side * 0.42));
  context.closePath();
  context.fill();
  if (!record.label || 12 * brush.scale < legiblePx) return;
  const at = { x: (start.x + end.x) / 2, y: (start.y + end.y) / 2 };
  context.font = `400 12px ${sans}`;
  const width = context.measureText(record.label).width + 10;
  context.fillStyle = colour("--board-paper");
  context.fillRect(at.x - width / 2, at.y - 9, width, 18);
  paintText(brush, record.label, { x: at.x - width / 2, y: at.y - 9, width, height: 18 }, { size: 12, weight: 400, align: "center", colour: colour("--ink-2") });
}

const strokes = new WeakMap<BoardRecord, Path2D>();

function paintStroke(brush: Brush, record: BoardRecord): void {
  const { context } = brush;
  let path = strokes.get(record);
  if (!path) {
    path = strokePath(record.pts ?? [], record.pos ?? [0, 0]);
    strokes.set(record, path);
  }
  context.strokeStyle = brush.colour(inkName(record));
  context.lineWidth = (record.width ?? 2.5) * (0.6 + (0.8 * pressureOf(record.pts ?? [])) / 255);
  context.lineCap = "round";
  context.lineJoin = "round";
  context.stroke(path);
}

function pressureOf(pts: readonly number[]): number {
  let sum = 0;
  for (let index = 2; index < pts.length; index += 3) sum += pts[index] ?? 0;
  return pts.length === 0 ? 128 : sum / (pts.length / 3);
}

/** Through the middles between the points, so that the hand's corners are round. */
function strokePath(pts: readonly number[], [x, y]: readonly [number, number]): Path2D {
  const path = new Path2D();
  const at = (index: number): XY => ({ x: x + (pts[index * 3] ?? 0) / 4, y: y + (pts[index * 3 + 1] ?? 0) / 4 });
  const count = Math.floor(pts.length / 3);
  const first = at(0);
  path.moveTo(first.x, first.y);
  if (count < 2) path.lineTo(first.x + 0.01, first.y);
  for (let index = 1; index < count; index += 1) {
    const point = at(index);
    const next = index + 1 < count ? at(index + 1) : point;
    path.quadraticCurveTo(point.x, point.y, (point.x + next.x) / 2, (point.y + next.y) / 2);
  }
  return path;
}

function paintImage(brush: Brush, record: BoardRecord, box: Box): void {
  const { context, colour } = brush;
  const image = brush.image(record.ref ?? "");
  if (image) return context.drawImage(image, box.x, box.y, box.width, box.height);
  context.strokeStyle = colour("--line-strong");
  context.lineWidth = 1;
  context.setLineDash([4, 4]);
  context.strokeRect(box.x, box.y, box.width, box.height);
  context.setLineDash([]);
  paintText(brush, record.alt || record.ref || "Image", box, { size: 13, weight: 400, align: "center", colour: colour("--ink-2") });
}

export interface Lettering {
  readonly size: number;
  readonly weight: 400 | 600;
  readonly align: "left" | "center";
  readonly colour: string;
}


const laid = new Map<string, readonly string[]>();
const keptTexts = 5_000;

/** Lines that fit the width; what does not fit the height is cut with an ellipsis. */
export function linesOf(context: CanvasRenderingContext2D, text: string, width: number, height: number, size: number, weight: number): readonly string[] {
  const key = `${size} ${weight} ${width} ${height} ${text}`;
  const known = laid.get(key);
  if (known) return known;
  context.font = `${weight} ${size}px ${sans}`;
  const most = Math.max(1, Math.floor(height / (size * lineHeight)));
  const lines: string[] = [];
  for (const paragraph of text.split("\n")) {
    let line = "";
    for (const word of paragraph.split(" ")) {
      const longer = line === "" ? word : `${line} ${word}`;
      if (line !== "" && context.measureText(longer).width > width) {
        lines.push(line);
        line = word;
      } else line = longer;
      if (lines.length > most) break;
    }
    lines.push(line);
    if (lines.length > most) break;
  }
  const shown = lines.slice(0, most);
  if (lines.length > most) shown[most - 1] = `${shown[most - 1] ?? ""}…`;
  if (laid.size >= keptTexts) laid.clear();
  laid.set(key, shown);
  return shown;
}

function paintText({ context, scale }: Brush, text: string, box: Box, { size, weight, align, colour }: Lettering): void {
  if (text === "" || size * scale < legiblePx) return;
  const lines = linesOf(context, text, box.width, box.height, size, weight);
  context.font = `${weight} ${size}px ${sans}`;
  context.fillStyle = colour;
  context.textBaseline = "middle";
  context.textAlign = align;
  const step = size * lineHeight;
  const top = align === "center" ? box.y + (box.height - lines.length * step) / 2 : box.y;
  lines.forEach((line, index) => context.fillText(line, align === "center" ? box.x + box.width / 2 : box.x, top + (index + 0.5) * step));
}
