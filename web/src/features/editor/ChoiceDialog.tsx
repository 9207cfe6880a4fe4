import { Dialog } from "../../design/Dialog";

export interface Option {
  readonly name: string;
  readonly about: string;
  readonly code?: boolean;
  readonly onChoose: () => void;
}

/** A few things to choose one from. */
export function ChoiceDialog({ title, hint, options, onClose }: { title: string; hint: string; options: readonly Option[]; onClose: () => void }) {
  return (
    <Dialog title={title} onClose={onClose}>
      <ul className="choice-list">
        {options.map((option) => (
          <li key={option.name}>
            <button
              type="button"
              onClick={() => {
                onClose();
                option.onChoose();
              }}
            >
              <strong>{option.name}</strong>
              {option.code ? <code>{option.about}</code> : <span>{option.about}</span>}
            </button>
          </li>
        ))}
      </ul>
      <p className="hint">{hint}</p>
    </Dialog>
  );
}
