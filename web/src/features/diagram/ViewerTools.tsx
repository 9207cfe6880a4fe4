import { Icon } from "../../design/Icon";
import type { IconName } from "../../design/Icon";

interface ViewProps {
  readonly onZoom: (direction: 1 | -1) => void;
  readonly onFit: () => void;
  readonly onFullScreen: () => void;
  readonly onHelp: () => void;
}

/** The buttons above the picture. With `PanTools`, they do everything that a drag, a pinch or a key does. */
export function ViewTools({ onZoom, onFit, onFullScreen, onHelp }: ViewProps) {
  return (
    <div className="view-tools" role="group" aria-label="Zoom">
      <Tool icon="minus" label="Zoom out" keys="-" onClick={() => onZoom(-1)} />
      <Tool icon="plus" label="Zoom in" keys="+" onClick={() => onZoom(1)} />
      <Tool icon="fit" label="Fit to window" keys="0" onClick={onFit} />
      <Tool icon="full" label="Full screen" keys="f" onClick={onFullScreen} />
      <Tool icon="help" label="Keyboard shortcuts" keys="?" onClick={onHelp} />
    </div>
  );
}

export function PanTools({ onPan }: { onPan: (x: -1 | 0 | 1, y: -1 | 0 | 1) => void }) {
  return (
    <div className="pan-tools" role="group" aria-label="Move the picture">
      <Tool icon="left" label="Move left" onClick={() => onPan(-1, 0)} />
      <Tool icon="up" label="Move up" onClick={() => onPan(0, -1)} />
      <Tool icon="down" label="Move down" onClick={() => onPan(0, 1)} />
      <Tool icon="right" label="Move right" onClick={() => onPan(1, 0)} />
    </div>
  );
}

function Tool({ icon, label, keys, onClick }: { icon: IconName; label: string; keys?: string; onClick: () => void }) {
  const title = keys ? `${label} (${keys})` : label;
  return (
    <button type="button" className="tool" aria-label={label} aria-keyshortcuts={keys} title={title} onClick={onClick}>
      <Icon name={icon} />
    </button>
  );
}
