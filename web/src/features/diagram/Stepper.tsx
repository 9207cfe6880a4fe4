import { Icon } from "../../design/Icon";

interface Props {
  readonly place: number;
  readonly last: number;
  readonly onPlace: (place: number) => void;
  /** Left out where nothing can go on by itself. */
  readonly playing?: boolean;
  readonly onPlay?: (on: boolean) => void;
}

/** Previous, play or pause, next. A button at its end keeps the focus, so it is not disabled but does nothing. */
export function Stepper({ place, last, onPlace, playing = false, onPlay }: Props) {
  return (
    <div className="button-row stepper">
      <button
        type="button"
        className="icon-button"
        aria-label="Previous step"
        title="Previous step (←)"
        aria-disabled={place <= 0}
        onClick={() => place > 0 && onPlace(place - 1)}
      >
        <Icon name="left" />
      </button>
      {onPlay && (
        <button type="button" className="icon-button" aria-label={playing ? "Pause" : "Play"} title={playing ? "Pause" : "Play"} onClick={() => onPlay(!playing)}>
          <Icon name={playing ? "pause" : "play"} />
        </button>
      )}
      <button
        type="button"
        className="icon-button"
        aria-label="Next step"
        title="Next step (→)"
        aria-disabled={place >= last}
        onClick={() => place < last && onPlace(place + 1)}
      >
        <Icon name="right" />
      </button>
    </div>
  );
}
