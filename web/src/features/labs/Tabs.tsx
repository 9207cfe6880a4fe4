import type { KeyboardEvent, ReactNode } from "react";

export interface Tab {
  readonly name: string;
  readonly label: string;
  /** What is shown beside the label, read after it. */
  readonly mark?: ReactNode;
}

interface Props {
  readonly label: string;
  readonly tabs: readonly Tab[];
  readonly shown: string;
  readonly onShow: (name: string) => void;
  readonly children?: ReactNode;
}

/** Tabs for panels with the ids `panel-NAME`. */
export function Tabs({ label, tabs, shown, onShow, children }: Props) {
  return (
    <div className="tabs lab-tabs">
      <div role="tablist" aria-label={label} onKeyDown={walk}>
        {tabs.map(({ name, label, mark }) => (
          <button
            key={name}
            type="button"
            role="tab"
            id={`tab-${name}`}
            aria-selected={name === shown}
            aria-controls={`panel-${name}`}
            tabIndex={name === shown ? 0 : -1}
            onClick={() => onShow(name)}
          >
            {label}
            {mark}
          </button>
        ))}
      </div>
      {children}
    </div>
  );
}

function walk(event: KeyboardEvent<HTMLDivElement>): void {
  const tabs = [...event.currentTarget.querySelectorAll<HTMLElement>('[role="tab"]')];
  const at = tabs.indexOf(document.activeElement as HTMLElement);
  const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1 }[event.key];
  if (to === undefined) return;
  const next = tabs[(to + tabs.length) % tabs.length];
  next?.focus();
  next?.click();
  event.preventDefault();
}
