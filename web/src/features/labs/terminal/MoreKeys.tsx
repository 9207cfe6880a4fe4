import { Icon } from "../../../design/Icon";
import type { IconName } from "../../../design/Icon";
import type { Terminal } from "./xterm";

const keys: readonly (readonly [string, string])[] = [
  ["Esc", "\x1b"],
  ["Tab", "\t"],
  ["^C", "\x03"],
  ["^D", "\x04"],
];
const arrows: readonly (readonly [string, IconName, string])[] = [
  ["Up", "up", "A"],
  ["Down", "down", "B"],
  ["Left", "left", "D"],
  ["Right", "right", "C"],
];

/** Keys that the keyboard of a phone does not have. */
export function MoreKeys({ terminal, isOn }: { terminal: Terminal | null; isOn: boolean }) {
  const press = (data: string) => {
    terminal?.input(data);
    terminal?.focus();
  };
  const lead = () => (terminal?.modes.applicationCursorKeysMode ? "\x1bO" : "\x1b[");
  return (
    <div className="terminal-more" role="toolbar" aria-label="More keys">
      {keys.map(([label, data]) => (
        <button key={label} type="button" disabled={!isOn} onClick={() => press(data)} aria-label={label.replace("^", "Control ")}>
          {label}
        </button>
      ))}
      {arrows.map(([label, icon, letter]) => (
        <button key={label} type="button" disabled={!isOn} onClick={() => press(lead() + letter)} aria-label={label}>
          <Icon name={icon} />
        </button>
      ))}
    </div>
  );
}
