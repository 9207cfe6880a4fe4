import { Icon } from "../../design/Icon";
import type { IconName } from "../../design/Icon";

interface Props {
  readonly onZoom: (direction: 1 | -1) => void;
  readonly onPan: (x: -1 | 0 | 1, y: -1 | 0 | 1) => void;
  readonly onFit: () => void;
  readonly onFullScreen: () => void;
  readonly onHelp: () => void;
}

/** The buttons over the picture: everything that a drag, a pinch or a key does. */
export function ViewerTools({ onZoom, onPan, onFit, onFullScreen, onHelp }: Props) {
  return (
    <div className="viewer-tools" role="group" aria-label="Picture controls">
      <div className="tool-group tool-pan">
        <Tool icon="left" label="Move left" onClick={() => onPan(-1, 0)} />
        <Tool icon="up" label="Move up" onClick={() => onPan(0, -1)} />
        <Tool icon="down" label="Move down" onClick={() => onPan(0, 1)} />
        <Tool icon="right" label="Move right" onClick={() => onPan(1, 0)} />
      </div>
      <div className="tool-group">
        <Tool icon="minus" label="Zoom out" keys="-" onClick={() => onZoom(-1)} />
        <Tool icon="plus" label="Zoom in" keys="+" onClick={() => onZoom(1)} />
        <Tool icon="fit" label="Fit to window" keys="0" onClick={onFit} />
        <Tool icon="full" label="Full screen" keys="f" onClick={onFullScreen} />
        <Tool icon="help" label="Keyboard shortcuts" keys="?" onClick={onHelp} />
      </div>
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
