// Drawn by us on a grid of 20, strokes of 1.6. The build puts the same paths into the start page.
import paths from "./icons.json";

export type IconName = keyof typeof paths;

export function Icon({ name }: { name: IconName }) {
  return (
    <svg className="icon" viewBox="0 0 20 20" aria-hidden="true">
      <path d={paths[name]} />
    </svg>
  );
}
