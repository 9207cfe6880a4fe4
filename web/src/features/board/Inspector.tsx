import { useId, useState } from "react";
import { kindWord } from "../../design/words";
import { change, connect, duplicate, remove, wordsField, wordsOf } from "./actions";
import type { BoardRecord, Colour } from "./records";
import type { BoardSession } from "./session";
import { colours, endName, nodeKinds } from "./words";

interface Props {
  readonly id: string;
  readonly record: BoardRecord;
  readonly session: BoardSession;
  readonly order: readonly string[];
  readonly onSelected: (ids: Iterable<string>) => void;
}

const word = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

/** Everything that one shape has, in fields. */
export function Inspector({ id, record, session, order, onSelected }: Props) {
  const name = useId();
  const field = wordsField(record);
  /** Null until something is typed: what was not typed here is not written, for somebody may have changed it. */
  const [words, setWords] = useState<string | null>(null);
  const [target, setTarget] = useState("");
  const find = (each: string) => session.records.get(each);
  const set = (values: Parameters<typeof change>[2]) => change(session, [id], values);
  const keep = () => {
    if (field && words !== null && words.trim() !== wordsOf(find(id) ?? record)) set({ [field]: words.trim() });
    setWords(null);
  };
  const shown = words ?? wordsOf(find(id) ?? record);
  const targets = order.filter((each) => each !== id && !["edge", "freehand"].includes(find(each)?.type ?? "edge"));
  const canConnect = record.type !== "edge" && record.type !== "freehand" && targets.length > 0;
  const [x, y] = record.pos ?? [0, 0];
  return (
    <fieldset className="inspector" disabled={!session.mayDraw}>
      <legend className="visually-hidden">Change it</legend>
      {field && (
        <label htmlFor={name}>
          {field === "text" ? "Text" : record.type === "edge" ? "What it does" : field === "alt" ? "What it shows" : "Name"}
          {field === "text" ? (
            <textarea id={name} rows={3} value={shown} maxLength={2_000} onChange={(event) => setWords(event.target.value)} onBlur={keep} />
          ) : (
            <input id={name} value={shown} maxLength={500} onChange={(event) => setWords(event.target.value)} onBlur={keep} onKeyDown={(event) => event.key === "Enter" && keep()} />
          )}
        </label>
      )}
      {record.type === "node" && (
        <label>
          Kind
          <select className="select" value={record.kind} onChange={(event) => set({ kind: event.target.value })}>
            {nodeKinds.map((each) => (
              <option key={each} value={each}>
                {kindWord(each)}
              </option>
            ))}
          </select>
        </label>
      )}
      {record.type === "edge" && (
        <label>
          Mode
          <select className="select" value={record.mode ?? "sync"} onChange={(event) => set({ mode: event.target.value === "async" ? "async" : "sync" })}>
            <option value="sync">Synchronous: the caller waits</option>
            <option value="async">Asynchronous: nobody waits</option>
          </select>
        </label>
      )}
      {record.type !== "image" && (
        <label>
          Colour
          <select className="select" value={record.colour ?? ""} onChange={(event) => set({ colour: (event.target.value || null) as Colour | null })}>
            <option value="">As usual</option>
            {colours.map((each) => (
              <option key={each} value={each}>
                {word(each)}
              </option>
            ))}
          </select>
        </label>
      )}
      {record.pos && (
        <div className="inspector-row">
          <NumberField label="X" value={x} onWrite={(value) => set({ pos: [value, y] })} />
          <NumberField label="Y" value={y} onWrite={(value) => set({ pos: [x, value] })} />
          {record.size && <NumberField label="Width" value={record.size[0]} least={8} onWrite={(value) => set({ size: [value, record.size?.[1] ?? value] })} />}
          {record.size && <NumberField label="Height" value={record.size[1]} least={8} onWrite={(value) => set({ size: [record.size?.[0] ?? value, value] })} />}
        </div>
      )}
      {canConnect && (
        <div className="inspector-connect">
          <label>
            Connect to
            <select className="select" value={target} onChange={(event) => setTarget(event.target.value)}>
              <option value="">Choose</option>
              {targets.map((each) => (
                <option key={each} value={each}>
                  {endName(each, find)}
                </option>
              ))}
            </select>
          </label>
          <button
            type="button"
            className="button"
            disabled={target === ""}
            onClick={() => {
              const edge = connect(session, id, target);
              if (edge !== null) onSelected([edge]);
            }}
          >
            Connect
          </button>
        </div>
      )}
      <div className="button-row">
        <button type="button" className="button" onClick={() => set({ z: session.top() })}>To the front</button>
        <button type="button" className="button" onClick={() => onSelected(duplicate(session, [id]))}>Duplicate</button>
        <button
          type="button"
          className="button danger"
          onClick={() => {
            remove(session, [id]);
            onSelected([]);
          }}
        >
          Delete
        </button>
      </div>
    </fieldset>
  );
}

interface NumberProps {
  readonly label: string;
  readonly value: number;
  readonly least?: number;
  readonly onWrite: (value: number) => void;
}

/** What is typed stays although somebody moves the shape meanwhile; nothing else is written. */
function NumberField({ label, value, least = -1_000_000, onWrite }: NumberProps) {
  const [typed, setTyped] = useState<string | null>(null);
  const keep = () => {
    const wanted = Number.parseFloat(typed ?? "");
    if (wanted >= least && wanted !== value) onWrite(wanted);
    setTyped(null);
  };
  return (
    <label>
      {label}
      <input type="number" min={least} step={8} value={typed ?? value} onChange={(event) => setTyped(event.target.value)} onBlur={keep} />
    </label>
  );
}
