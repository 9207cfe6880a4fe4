// A board as an SVG file that refers to nothing outside itself.
import { around, boxOf, defaultFont, edgeLine, extent, lineHeight } from "./geometry";
import type { Box } from "./geometry";
import { inkName, linesOf } from "./paint";
import type { Palette } from "./palette";
import { paletteOf } from "./palette";
import type { BoardRecord } from "./records";
import type { BoardSession } from "./session";

const marginPx = 24;

interface Pen {
  readonly colour: Palette;
  readonly context: CanvasRenderingContext2D;
  readonly find: (id: string) => BoardRecord | undefined;
}

/** The colours are those that the page has at the moment. */
export function svgFrom(session: BoardSession, element: HTMLElement): string {
  const palette = paletteOf(element);
  const context = document.createElement("canvas").getContext("2d");
  if (!context) throw new Error("This browser cannot measure text.");
  const pen: Pen = { colour: palette.colour, context, find: (id) => session.records.get(id) };
  const records = session.stack.flatMap((id) => session.records.get(id) ?? []);
  const all = around(records.flatMap((record) => extent(record, pen.find) ?? [])) ?? { x: 0, y: 0, width: 1, height: 1 };
  const box = { x: all.x - marginPx, y: all.y - marginPx, width: all.width + 2 * marginPx, height: all.height + 2 * marginPx };
  const parts = records.map((record) => shape(pen, record));
  const view = [box.x, box.y, box.width, box.height].map(short).join(" ");
  const text = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${view}" width="${short(box.width)}" height="${short(box.height)}" font-family="Inter, ui-sans-serif, system-ui, sans-serif">
<rect ${attributes(box)} fill="${pen.colour("--board-paper")}"/>
${parts.join("\n")}
</svg>
`;
  palette.close();
  return text;
}

function shape(pen: Pen, record: BoardRecord): string {
  const { colour } = pen;
  const ink = colour(inkName(record));
  if (record.type === "edge") return edge(pen, record);
  if (record.type === "freehand") return stroke(record, ink);
  const box = boxOf(record);
  if (!box) return "";
  const turn = record.angle ? ` transform="rotate(${short(record.angle)} ${short(box.x + box.width / 2)} ${short(box.y + box.height / 2)})"` : "";
  const inner = { x: box.x + 10, y: box.y + 8, width: box.width - 20, height: box.height - 16 };
  const wrap = (content: string) => `<g${turn}>${content}</g>`;
  if (record.type === "node") {
    const accent = record.colour ? ink : colour(record.kind && record.kind !== "unknown" ? `--dg-kind-${record.kind}` : "--dg-node-stroke");
    return wrap(`<rect ${attributes(box)} rx="10" fill="${colour("--dg-node-fill")}" stroke="${accent}" stroke-width="1.5"/>${letters(pen, record.label ?? "", inner, 14, 600, "middle", colour("--ink"))}`);
  }
  if (record.type === "note") {
    const name = record.colour ?? "yellow";
    return wrap(`<rect ${attributes(box)} rx="6" fill="${colour(`--board-note-${name}`)}" stroke="${colour(`--board-${name}`)}"/>${letters(pen, record.text ?? "", inner, 15, 400, "start", colour("--ink"))}`);
  }
  if (record.type === "text") return wrap(letters(pen, record.text ?? "", box, record.font ?? defaultFont, 400, "start", ink));
  return wrap(`<rect ${attributes(box)} fill="none" stroke="${colour("--line-strong")}" stroke-dasharray="4 4"/>${letters(pen, record.alt || "Image", inner, 13, 400, "middle", colour("--ink-2"))}`);
}

function edge(pen: Pen, record: BoardRecord): string {
  const line = edgeLine(record, pen.find);
  if (!line) return "";
  const { start, end } = line;
  const ink = record.colour ? pen.colour(inkName(record)) : pen.colour("--dg-edge");
  const angle = Math.atan2(end.y - start.y, end.x - start.x);
  const corner = (side: number) => `${short(end.x - 10 * Math.cos(angle + side * 0.42))},${short(end.y - 10 * Math.sin(angle + side * 0.42))}`;
  const dash = record.mode === "async" ? ' stroke-dasharray="6 5"' : "";
  const at = { x: (start.x + end.x) / 2 - 200, y: (start.y + end.y) / 2 - 9, width: 400, height: 18 };
  const label = record.label ? letters(pen, record.label, at, 12, 400, "middle", pen.colour("--ink-2"), pen.colour("--board-paper")) : "";
  return `<path d="M${short(start.x)} ${short(start.y)}L${short(end.x)} ${short(end.y)}" fill="none" stroke="${ink}" stroke-width="1.75"${dash}/><polygon points="${short(end.x)},${short(end.y)} ${corner(-1)} ${corner(1)}" fill="${ink}"/>${label}`;
}

function stroke({ pts = [], pos: [x, y] = [0, 0], width = 2.5 }: BoardRecord, ink: string): string {
  const points: string[] = [];
  for (let index = 0; index + 1 < pts.length; index += 3) points.push(`${short(x + (pts[index] ?? 0) / 4)},${short(y + (pts[index + 1] ?? 0) / 4)}`);
  return `<polyline points="${points.join(" ")}" fill="none" stroke="${ink}" stroke-width="${short(width)}" stroke-linecap="round" stroke-linejoin="round"/>`;
}

function letters(pen: Pen, text: string, box: Box, size: number, weight: number, anchor: "start" | "middle", fill: string, halo?: string): string {
  if (text === "") return "";
  const lines = linesOf(pen.context, text, box.width, box.height, size, weight);
  const step = size * lineHeight;
  const top = anchor === "middle" ? box.y + (box.height - lines.length * step) / 2 : box.y;
  const x = anchor === "middle" ? box.x + box.width / 2 : box.x;
  const edges = halo ? ` stroke="${halo}" stroke-width="5" stroke-linejoin="round" paint-order="stroke"` : "";
  return lines
    .map((line, index) => `<text x="${short(x)}" y="${short(top + (index + 0.72) * step)}" font-size="${size}" font-weight="${weight}" text-anchor="${anchor}" fill="${fill}"${edges}>${escaped(line)}</text>`)
    .join("");
}

function attributes({ x, y, width, height }: Box): string {
  return `x="${short(x)}" y="${short(y)}" width="${short(width)}" height="${short(height)}"`;
}

function short(value: number): string {
  return String(Math.round(value * 100) / 100);
}

function escaped(text: string): string {
  // Control characters may not stand in XML at all.
  return text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "").replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&quot;");
}
