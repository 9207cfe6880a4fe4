import { useId, useState } from "react";
import type { KeyboardEvent, ReactNode } from "react";

interface Tab {
  readonly id: string;
  readonly label: string;
  readonly content: ReactNode;
}

/** Tabs whose contents keep their state while another one is shown. */
export function Tabs({ label, tabs }: { readonly label: string; readonly tabs: readonly Tab[] }) {
  const own = useId();
  const [current, setCurrent] = useState(0);
  const pressed = (event: KeyboardEvent) => {
    const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (step === 0) return;
    const next = (current + step + tabs.length) % tabs.length;
    setCurrent(next);
    document.getElementById(`${own}${tabs[next]?.id}`)?.focus();
    event.preventDefault();
  };
  return (
    <div className="ide-tabs">
      <div role="tablist" aria-label={label} onKeyDown={pressed}>
        {tabs.map((tab, index) => (
          <button
            key={tab.id}
            id={own + tab.id}
            type="button"
            role="tab"
            aria-selected={index === current}
            aria-controls={`${own}${tab.id}-panel`}
            tabIndex={index === current ? 0 : -1}
            onClick={() => setCurrent(index)}
          >
            {tab.label}
          </button>
        ))}
      </div>
      {tabs.map((tab, index) => (
        <div key={tab.id} id={`${own}${tab.id}-panel`} role="tabpanel" aria-labelledby={own + tab.id} hidden={index !== current}>
          {tab.content}
        </div>
      ))}
    </div>
  );
}
