import { Dialog } from "../../design/Dialog";

const shortcuts: readonly (readonly [string, string])[] = [
  ["Tab", "Into the picture, at its first part"],
  ["← ↑ → ↓", "Along the edges to a neighbour"],
  ["n  p", "Next or previous part in reading order, edges included"],
  ["Home  End", "First or last part"],
  ["Enter  Space", "Explain the part; in “Break it”, take it away"],
  ["c", "Close the group around the part to one box, or open it again"],
  ["Esc", "Close the explanation; in “Break it”, put everything back"],
  ["u", "Undo the last step in “Break it”"],
  ["/", "Find in the picture; Enter or ↑ ↓ go through the hits"],
  ["←  →", "In “Steps” and “Replay”: previous or next step"],
  ["+  −", "Zoom in or out"],
  ["0", "Fit the picture to its window"],
  ["f", "Full screen"],
  ["Ctrl K", "Search Atlas"],
  ["Ctrl /", "Ask the tutor; Esc comes back"],
  ["?", "This list"],
];

export function ShortcutsDialog({ onClose }: { onClose: () => void }) {
  return (
    <Dialog title="Keyboard shortcuts" onClose={onClose}>
      <dl className="shortcuts">
        {shortcuts.map(([keys, meaning]) => (
          <div key={keys}>
            <dt>
              {keys.split("  ").map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
      <p className="hint">Drag to move the picture; pinch, or hold Ctrl and turn the wheel, to zoom.</p>
    </Dialog>
  );
}
