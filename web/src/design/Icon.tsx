// Drawn on a grid of 20, strokes of 1.6.
const paths = {
  atlas: "M10 2.2 17 6v8l-7 3.8L3 14V6zM3 6l7 4 7-4M10 10v7.8",
  grid: "M3.5 3.5h5v5h-5zM11.5 3.5h5v5h-5zM3.5 11.5h5v5h-5zM11.5 11.5h5v5h-5z",
  pulse: "M2 10.5h4l2.2-6 3.4 11 2.3-5H18",
  flag: "M5 17.5V3M5 3.8c4-2 6 2 10 0v7.4c-4 2-6-2-10 0",
  search: "M9 15A6 6 0 1 0 9 3a6 6 0 0 0 0 12ZM13.4 13.4 17 17",
  sun: "M10 13.2a3.2 3.2 0 1 0 0-6.4 3.2 3.2 0 0 0 0 6.4ZM10 2v2M10 16v2M2 10h2M16 10h2M4.3 4.3l1.4 1.4M14.3 14.3l1.4 1.4M4.3 15.7l1.4-1.4M14.3 5.7l1.4-1.4",
  moon: "M16.5 12A7 7 0 0 1 8 3.5a7 7 0 1 0 8.5 8.5Z",
  contrast: "M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14ZM10 3v14M10 6h4.6M10 9h6.8M10 12h6.6M10 15h4",
  check: "m4 10.5 4 4 8-9",
  close: "m5 5 10 10M15 5 5 15",
  plus: "M10 4v12M4 10h12",
  minus: "M4 10h12",
  fit: "M3 7.5V3h4.5M12.5 3H17v4.5M17 12.5V17h-4.5M7.5 17H3v-4.5",
  full: "M11.5 3H17v5.5M17 3l-6 6M8.5 17H3v-5.5M3 17l6-6",
  help: "M7.4 7.4a2.6 2.6 0 1 1 3.9 2.2c-.9.6-1.3 1-1.3 2.1M10 14.6v.1M10 18a8 8 0 1 0 0-16 8 8 0 0 0 0 16Z",
  left: "m12.5 4-6 6 6 6",
  right: "m7.5 4 6 6-6 6",
  up: "m4 12.5 6-6 6 6",
  down: "m4 7.5 6 6 6-6",
  arrow: "M3.5 10h13M11.5 5l5 5-5 5",
  link: "M8.5 5H4v11h11v-4.5M11 3.5h5.5V9M16.5 3.5 9 11",
  lab: "M7.5 3h5M8.5 3v5L4 15.5A1 1 0 0 0 5 17h10a1 1 0 0 0 1-1.5L11.5 8V3M6.2 12h7.6",
  diagram: "M3 3.5h5.5V8H3zM11.5 12H17v4.5h-5.5zM5.8 8v6.2h5.7",
} as const;

export type IconName = keyof typeof paths;

export function Icon({ name }: { name: IconName }) {
  return (
    <svg className="icon" viewBox="0 0 20 20" aria-hidden="true">
      <path d={paths[name]} />
    </svg>
  );
}
