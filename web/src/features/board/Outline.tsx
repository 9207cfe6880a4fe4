import { useState } from "react";
import { Icon } from "../../design/Icon";
import { counted } from "../../design/words";
import { readingOrder } from "./actions";
import type { Placed } from "./actions";
import { Inspector } from "./Inspector";
import type { BoardRecord } from "./records";
import type { BoardSession } from "./session";
import { nameOf } from "./words";

interface Props {
  readonly session: BoardSession;
  readonly selected: ReadonlySet<string>;
  readonly onSelect: (id: string) => void;
  readonly onSelected: (ids: Iterable<string>) => void;
  readonly onAdd: (type: Placed) => void;
  readonly onClose: () => void;
}

/** More are shown when somebody asks for them. */
const firstShown = 200;

/** The board as a list in the order of reading, in which everything can be changed as well. */
export function Outline({ session, selected, onSelect, onSelected, onAdd, onClose }: Props) {
  const [shown, setShown] = useState(firstShown);
  const order = readingOrder(session);
  const find = (id: string) => session.records.get(id);
  const [only] = selected;
  return (
    <aside className="board-side" aria-label="List of shapes">
      <div className="panel-head">
        <h2>{counted(order.length, "shape")}</h2>
        <button type="button" className="icon-button" onClick={onClose} aria-label="Close the list">
          <Icon name="close" />
        </button>
      </div>
      {session.mayDraw && (
        <div className="board-add" role="group" aria-label="Add">
          <button type="button" className="button" onClick={() => onAdd("node")}>Part</button>
          <button type="button" className="button" onClick={() => onAdd("note")}>Note</button>
          <button type="button" className="button" onClick={() => onAdd("text")}>Text</button>
        </div>
      )}
      {order.length === 0 && <p className="hint">Nothing is drawn yet.</p>}
      <ul className="board-list">
        {order.slice(0, shown).map((id) => {
          const record = find(id);
          if (!record) return null;
          const isOnly = selected.size === 1 && id === only;
          return (
            <li key={id} data-type={record.type}>
              <button type="button" aria-pressed={selected.has(id)} aria-expanded={isOnly} onClick={() => (isOnly ? onSelected([]) : onSelect(id))}>
                <Mark record={record} />
                {nameOf(record, find)}
              </button>
              {isOnly && <Inspector key={id} id={id} record={record} session={session} order={order} onSelected={onSelected} />}
            </li>
          );
        })}
      </ul>
      {order.length > shown && (
        <button type="button" className="button" onClick={() => setShown(shown + firstShown)}>
          Show {Math.min(firstShown, order.length - shown)} more
        </button>
      )}
    </aside>
  );
}

function Mark({ record }: { record: BoardRecord }) {
  return <span className={record.type === "node" ? `kind-dot kind-${record.kind ?? "unknown"}` : "kind-dot plain"} aria-hidden="true" />;
}
