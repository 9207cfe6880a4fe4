import { levelWord } from "./words";

/** One to three bars and the level's name. */
export function Level({ level }: { level: number }) {
  return (
    <span className="level">
      <span className="level-bars" data-level={level} aria-hidden="true">
        <i />
        <i />
        <i />
      </span>
      {levelWord(level)}
    </span>
  );
}
