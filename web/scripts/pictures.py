"""Draws the PNG icons and the preview picture: python3 pictures.py FOLDER

A small rasteriser of our own (scan lines, non-zero winding, exact horizontal coverage), so that a build needs neither a
browser nor an image library. Letters come from the fonts' outlines.
"""

import struct
import sys
import zlib
from pathlib import Path

from fontTools.pens.basePen import BasePen
from fontTools.ttLib import TTFont

INTER = "/usr/share/fonts/opentype/inter"
SUBLINES = 4


class Canvas:
    def __init__(self, width, height, colour):
        self.width, self.height = width, height
        self.rows = [[colour] * width for _ in range(height)]

    def fill(self, contours, colour):
        """Fills polygons, given as lists of points, by the non-zero rule."""
        edges = []
        for points in contours:
            for (x0, y0), (x1, y1) in zip(points, points[1:] + points[:1]):
                if y0 != y1:
                    edges.append((x0, y0, x1, y1, 1) if y0 < y1 else (x1, y1, x0, y0, -1))
        if not edges:
            return
        top = max(int(min(edge[1] for edge in edges)), 0)
        bottom = min(int(max(edge[3] for edge in edges)) + 1, self.height)
        for y in range(top, bottom):
            near = [edge for edge in edges if edge[1] < y + 1 and edge[3] > y]
            coverage = {}
            for part in range(SUBLINES):
                self._subline(near, y + (part + 0.5) / SUBLINES, coverage)
            row = self.rows[y]
            for x, share in coverage.items():
                row[x] = tuple(round(a + (b - a) * min(share, 1)) for a, b in zip(row[x], colour))

    def _subline(self, edges, level, coverage):
        crossings = sorted(
            (x0 + (x1 - x0) * (level - y0) / (y1 - y0), turn) for x0, y0, x1, y1, turn in edges if y0 <= level < y1
        )
        winding = 0
        for (x, turn), following in zip(crossings, crossings[1:]):
            winding += turn
            if winding == 0:
                continue
            start, stop = max(x, 0), min(following[0], self.width)
            for column in range(int(start), min(int(stop) + 1, self.width)):
                share = min(stop, column + 1) - max(start, column)
                if share > 0:
                    coverage[column] = coverage.get(column, 0) + share / SUBLINES

    def line(self, points, width, colour):
        """Draws a line with round joins."""
        for start, stop in zip(points, points[1:]):
            dx, dy = stop[0] - start[0], stop[1] - start[1]
            length = (dx * dx + dy * dy) ** 0.5 or 1
            nx, ny = -dy / length * width / 2, dx / length * width / 2
            quad = [(start[0] + nx, start[1] + ny), (stop[0] + nx, stop[1] + ny)]
            self.fill([quad + [(stop[0] - nx, stop[1] - ny), (start[0] - nx, start[1] - ny)]], colour)
        for x, y in points:
            self.fill([rounded(x - width / 2, y - width / 2, width, width, width / 2)], colour)

    def save(self, path):
        raw = b"".join(b"\0" + bytes(value for pixel in row for value in pixel) for row in self.rows)
        chunks = [
            (b"IHDR", struct.pack(">IIBBBBB", self.width, self.height, 8, 2, 0, 0, 0)),
            (b"IDAT", zlib.compress(raw, 9)),
            (b"IEND", b""),
        ]
        data = b"\x89PNG\r\n\x1a\n"
        for name, body in chunks:
            data += struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        Path(path).write_bytes(data)


class Outline(BasePen):
    """Takes a glyph as polygons."""

    def __init__(self, glyphs, scale, x, y):
        super().__init__(glyphs)
        self.scale, self.x, self.y, self.contours = scale, x, y, []

    def at(self, point):
        return (self.x + point[0] * self.scale, self.y - point[1] * self.scale)

    def _moveTo(self, point):
        self.contours.append([self.at(point)])

    def _lineTo(self, point):
        self.contours[-1].append(self.at(point))

    def _curveToOne(self, first, second, end):
        start = self.contours[-1][-1]
        a, b, c = self.at(first), self.at(second), self.at(end)
        for step in range(1, 9):
            t = step / 8
            u = 1 - t
            self.contours[-1].append(
                tuple(u**3 * p + 3 * u * u * t * q + 3 * u * t * t * r + t**3 * s for p, q, r, s in zip(start, a, b, c))
            )


def write(canvas, text, font_name, size, x, y, colour, tracking=0):
    font = TTFont(f"{INTER}/{font_name}.otf")
    glyphs, names = font.getGlyphSet(), font.getBestCmap()
    scale = size / font["head"].unitsPerEm
    for letter in text:
        name = names[ord(letter)]
        pen = Outline(glyphs, scale, x, y)
        glyphs[name].draw(pen)
        canvas.fill(pen.contours, colour)
        x += glyphs[name].width * scale + tracking


def rounded(x, y, width, height, radius):
    points = []
    k = 0.2929
    for cx, cy, corners in (
        (x, y, ((0, 1), (k, k), (1, 0))),
        (x + width, y, ((-1, 0), (-k, k), (0, 1))),
        (x + width, y + height, ((0, -1), (-k, -k), (-1, 0))),
        (x, y + height, ((1, 0), (k, -k), (0, -1))),
    ):
        (ax, ay), _, (bx, by) = [(cx + dx * radius, cy + dy * radius) for dx, dy in corners]
        for step in range(9):
            t = step / 8
            points.append(
                tuple(
                    (1 - t) ** 2 * p + 2 * (1 - t) * t * (0.5858 * c + 0.4142 * (p + q) / 2) + t * t * q
                    for p, c, q in ((ax, cx, bx), (ay, cy, by))
                )
            )
    return points


def mark(canvas, x, y, size, colour):
    """The cube of icon.svg, whose drawing is 64 wide."""

    def at(*pairs):
        return [(x + px * size / 64, y + py * size / 64) for px, py in pairs]

    width = 4 * size / 64
    canvas.line(at((32, 12), (50, 21.5), (50, 42.5), (32, 52), (14, 42.5), (14, 21.5), (32, 12)), width, colour)
    canvas.line(at((14, 21.5), (32, 31.5), (50, 21.5)), width, colour)
    canvas.line(at((32, 31.5), (32, 52)), width, colour)


BLUE, WHITE, NIGHT, PALE, GREY, RED = (36, 65, 196), (255, 255, 255), (13, 16, 22), (163, 181, 255), (152, 160, 174), (255, 156, 144)


def icon(path, size, full=False):
    canvas = Canvas(size, size, BLUE if full or size == 180 else WHITE)
    if not full and size != 180:
        canvas.fill([rounded(0, 0, size, size, size * 14 / 64)], BLUE)
    inset = size * 0.1 if full else 0
    mark(canvas, inset, inset, size - 2 * inset, WHITE)
    canvas.save(path)


def preview(path):
    canvas = Canvas(1200, 630, NIGHT)
    for y in range(30, 630, 34):
        for x in range(30, 1200, 34):
            canvas.fill([rounded(x, y, 2.4, 2.4, 1.2)], (38, 44, 55))
    canvas.fill([rounded(80, 84, 84, 84, 19)], BLUE)
    mark(canvas, 80, 84, 84, WHITE)
    write(canvas, "Atlas", "InterDisplay-SemiBold", 58, 186, 147, WHITE, -1)
    write(canvas, "How distributed systems work,", "InterDisplay-SemiBold", 66, 78, 318, WHITE, -1.6)
    write(canvas, "and how they fail.", "InterDisplay-SemiBold", 66, 78, 398, RED, -1.6)
    boxes = [(80, PALE, "Client"), (340, PALE, "Service"), (600, RED, "Cache"), (860, PALE, "Database")]
    for (left, _, _), (right, _, _) in zip(boxes, boxes[1:]):
        canvas.line([(left + 190, 516), (right - 12, 516)], 3, GREY)
        canvas.fill([[(right - 4, 516), (right - 20, 508), (right - 20, 524)]], GREY)
    for x, colour, label in boxes:
        canvas.fill([rounded(x, 478, 190, 76, 16)], colour)
        canvas.fill([rounded(x + 3, 481, 184, 70, 13)], (27, 32, 41))
        write(canvas, label, "Inter-SemiBold", 25, x + 24, 525, WHITE)
    canvas.save(path)


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    for side in (180, 192, 512):
        icon(folder / f"icon-{side}.png", side)
    icon(folder / "icon-maskable-512.png", 512, full=True)
    preview(folder / "preview.png")
