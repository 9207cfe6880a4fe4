import { useId, useState } from "react";
import type { KeyboardEvent } from "react";
import { navigate } from "../../app/router";
import { Dialog } from "../../design/Dialog";
import { Icon } from "../../design/Icon";
import { counted } from "../../design/words";
import { addressOf, useSearch } from "./useSearch";

/** Search from anywhere: type, choose with the arrow keys, press Enter. */
export default function QuickSearch({ onClose }: { onClose: () => void }) {
  const [text, setText] = useState("");
  const [chosen, setChosen] = useState(0);
  const { hits, query, settled } = useSearch(text);
  const list = useId();
  const shown = hits?.slice(0, 8) ?? [];
  const index = Math.min(chosen, shown.length - 1);

  const open = (place: number) => {
    const hit = shown[place];
    if (!hit) return;
    onClose();
    navigate(addressOf(hit));
  };
  const keyed = (event: KeyboardEvent) => {
    if (event.key === "ArrowDown") setChosen(Math.min(index + 1, shown.length - 1));
    else if (event.key === "ArrowUp") setChosen(Math.max(index - 1, 0));
    else if (event.key === "Enter") open(index);
    else return;
    event.preventDefault();
  };

  return (
    <Dialog title="Search Atlas" quietTitle className="quick-search" onClose={onClose}>
      <div className="quick-field">
        <Icon name="search" />
        <input
          autoFocus
          type="text"
          role="combobox"
          aria-label="Search diagrams, incidents and labs"
          aria-expanded={shown.length > 0}
          aria-controls={list}
          aria-autocomplete="list"
          aria-activedescendant={shown[index] ? `${list}-${index}` : undefined}
          placeholder="Search diagrams, incidents and labs"
          autoComplete="off"
          spellCheck={false}
          value={text}
          onKeyDown={keyed}
          onChange={(event) => {
            setText(event.target.value);
            setChosen(0);
          }}
        />
        <button type="button" className="icon-button" onClick={onClose} aria-label="Close search">
          <Icon name="close" />
        </button>
      </div>
      <ul id={list} role="listbox" aria-label="Results" className="quick-hits" hidden={shown.length === 0}>
        {shown.map((hit, place) => (
          <li
            key={hit.kind + hit.id}
            id={`${list}-${place}`}
            role="option"
            aria-selected={place === index}
            onMouseMove={() => setChosen(place)}
            onClick={() => open(place)}
          >
            <Icon name={hit.kind === "LAB" ? "lab" : hit.kind === "INCIDENT" ? "pulse" : "diagram"} />
            <span>
              <strong>{hit.title}</strong>
              <span className="snippet" dangerouslySetInnerHTML={{ __html: hit.snippet }} />
            </span>
          </li>
        ))}
      </ul>
      <p className="quick-state" role="status">
        {query.error
          ? query.error.message
          : text.trim() === ""
            ? "Try “cache”, “leader election” or “connection pool”."
            : !settled
              ? "Searching…"
              : shown.length === 0
                ? `Nothing found for “${text.trim()}”.`
                : counted(shown.length, "result")}
      </p>
    </Dialog>
  );
}
