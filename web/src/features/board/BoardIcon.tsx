// Drawn like the icons of the frame; here, so that only the board's page carries them.
const paths = {
  select: "M4 3l12 6-5.2 1.8L9 16z",
  hand: "M10 3v14M3 10h14M7.5 5.5 10 3l2.5 2.5M7.5 14.5 10 17l2.5-2.5M5.5 7.5 3 10l2.5 2.5M14.5 7.5 17 10l-2.5 2.5",
  node: "M3 6h14v8H3zM6 10h8",
  connect: "M3 4h5v4H3zM12 12h5v4h-5zM8 6h3.5v8",
  note: "M4 3.5h12V13l-3.5 3.5H4zM12.5 16.5V13H16M7 7h6M7 10h4",
  text: "M4 5V3.5h12V5M10 3.5v13M7.5 16.5h5",
  pen: "M3.5 16.5c4-8 5.5-1 7-5s1-7 5.5-8M3.5 16.5l1-3",
  image: "M3 4h14v12H3zM3 13l4-4 4 4 2.5-2.5L17 14M13 7.5v.1",
  undo: "M4 8h8a4.5 4.5 0 0 1 0 9H8M4 8l4-4M4 8l4 4",
  redo: "M16 8H8a4.5 4.5 0 0 0 0 9h4M16 8l-4-4M16 8l-4 4",
  list: "M4 5h.1M8 5h8M4 10h.1M8 10h8M4 15h.1M8 15h8",
  more: "M5 9.2a.8.8 0 1 0 0 1.6.8.8 0 0 0 0-1.6ZM10 9.2a.8.8 0 1 0 0 1.6.8.8 0 0 0 0-1.6ZM15 9.2a.8.8 0 1 0 0 1.6.8.8 0 0 0 0-1.6Z",
  present: "M3 4h14v9H3zM10 13v4M6.5 17h7",
} as const;

export type BoardIconName = keyof typeof paths;

export function BoardIcon({ name }: { name: BoardIconName }) {
  return (
    <svg className="icon" viewBox="0 0 20 20" aria-hidden="true">
      <path d={paths[name]} />
    </svg>
  );
}
