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
  const [words, setWords] = useState(wordsOf(record));
  const [target, setTarget] = useState("");
  const find = (each: string) => session.records.get(each);
  const set = (values: Parameters<typeof change>[2]) => change(session, [id], values);
  const keep = () => field && words.trim() !== wordsOf(record) && set({ [field]: words.trim() });
  const targets = order.filter((each) => each !== id && !["edge", "freehand"].includes(find(each)?.type ?? "edge"));
  const canConnect = record.type !== "edge" && record.type !== "freehand" && targets.length > 0;
  const [x, y] = record.pos ?? [0, 0];
  const number = (label: string, value: number, apply: (value: number) => void, least = -1_000_000) => (
    <label>
      {label}
      <input
        type="number"
        min={least}
        step={8}
        key={value}
        defaultValue={value}
        onBlur={(event) => Number.isFinite(event.target.valueAsNumber) && event.target.valueAsNumber >= least && event.target.valueAsNumber !== value && apply(event.target.valueAsNumber)}
      />
    </label>
  );
  return (
    <fieldset className="inspector" disabled={!session.mayDraw}>
      <legend className="visually-hidden">Change it</legend>
      {field && (
        <label htmlFor={name}>
          {field === "text" ? "Text" : record.type === "edge" ? "What it does" : field === "alt" ? "What it shows" : "Name"}
          {field === "text" ? (
            <textarea id={name} rows={3} value={words} maxLength={2_000} onChange={(event) => setWords(event.target.value)} onBlur={keep} />
          ) : (
            <input id={name} value={words} maxLength={500} onChange={(event) => setWords(event.target.value)} onBlur={keep} onKeyDown={(event) => event.key === "Enter" && keep()} />
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
          {number("X", x, (value) => set({ pos: [value, y] }))}
          {number("Y", y, (value) => set({ pos: [x, value] }))}
          {record.size && number("Width", record.size[0], (value) => set({ size: [value, record.size?.[1] ?? value] }), 8)}
          {record.size && number("Height", record.size[1], (value) => set({ size: [record.size?.[0] ?? value, value] }), 8)}
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
