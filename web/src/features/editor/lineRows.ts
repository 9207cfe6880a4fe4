/** A row of two texts side by side. */
export type Row =
  | { readonly type: "same"; readonly text: string; readonly left: number; readonly right: number }
  | { readonly type: "changed"; readonly left: number | null; readonly leftText: string; readonly right: number | null; readonly rightText: string };

/** Lines of the part that differs for which the best pairing is looked for; above it all of them count as changed. */
const maxCells = 4_000_000;

/** Two texts line by line: what both have, and what only one has. */
export function rowsBetween(before: string, after: string): readonly Row[] {
  const left = before.split("\n");
  const right = after.split("\n");
  let head = 0;
  while (head < left.length && head < right.length && left[head] === right[head]) head += 1;
  let tail = 0;
  while (tail < left.length - head && tail < right.length - head && left[left.length - 1 - tail] === right[right.length - 1 - tail]) tail += 1;
  const rows: Row[] = [];
  const same = (l: number, r: number) => rows.push({ type: "same", text: left[l] ?? "", left: l + 1, right: r + 1 });
  for (let index = 0; index < head; index += 1) same(index, index);
  middle(left, right, head, left.length - tail, right.length - tail, same, rows);
  for (let index = tail; index > 0; index -= 1) same(left.length - index, right.length - index);
  return rows;
}

function middle(
  left: readonly string[],
  right: readonly string[],
  from: number,
  leftEnd: number,
  rightEnd: number,
  same: (l: number, r: number) => void,
  rows: Row[],
): void {
  const height = leftEnd - from;
  const width = rightEnd - from;
  const table = height * width <= maxCells ? commonTable(left, right, from, height, width) : null;
  const common = (l: number, r: number) => table?.[(l - from) * (width + 1) + (r - from)] ?? 0;
  let onlyLeft: number[] = [];
  let onlyRight: number[] = [];
  const flush = () => {
    for (let index = 0; index < Math.max(onlyLeft.length, onlyRight.length); index += 1) {
      const l = onlyLeft[index];
      const r = onlyRight[index];
      rows.push({
        type: "changed",
        left: l === undefined ? null : l + 1,
        leftText: l === undefined ? "" : left[l] ?? "",
        right: r === undefined ? null : r + 1,
        rightText: r === undefined ? "" : right[r] ?? "",
      });
    }
    onlyLeft = [];
    onlyRight = [];
  };
  let l = from;
  let r = from;
  while (l < leftEnd || r < rightEnd) {
    if (table && l < leftEnd && r < rightEnd && left[l] === right[r]) {
      flush();
      same(l, r);
      l += 1;
      r += 1;
    } else if (l < leftEnd && (r >= rightEnd || common(l + 1, r) >= common(l, r + 1))) {
      onlyLeft.push(l);
      l += 1;
    } else {
      onlyRight.push(r);
      r += 1;
    }
  }
  flush();
}

/** Lengths of the longest common run of lines from each pair of lines on. */
function commonTable(left: readonly string[], right: readonly string[], from: number, height: number, width: number): Uint16Array {
  const table = new Uint16Array((height + 1) * (width + 1));
  for (let row = height - 1; row >= 0; row -= 1) {
    for (let column = width - 1; column >= 0; column -= 1) {
      const at = row * (width + 1) + column;
      table[at] =
        left[from + row] === right[from + column]
          ? (table[at + width + 2] ?? 0) + 1
          : Math.max(table[at + width + 1] ?? 0, table[at + 1] ?? 0);
    }
  }
  return table;
}
