import { useId } from "react";
import { Icon } from "../../design/Icon";
import { kindWord } from "../../design/words";
import type { Part } from "../diagram/graph";
import { NumberRows } from "./NumberRows";
import type { Match, RecordedPart } from "./recordMatch";
import { withField, withNumbers, withoutRecord, withRecords, wordCount, wordLimit } from "./records";
import type { SourceRecord } from "./records";

interface Props {
  readonly text: string;
  readonly match: Match;
  readonly problem: string | null;
  readonly selected: Part | null;
  readonly onSelect: (part: Part) => void;
  /** Changes of one group in a row are undone together. */
  readonly onEdit: (text: string, group: string) => void;
}

const kinds = [
  ...["client", "dns", "cdn", "lb", "gateway", "service", "cache", "db-leader"],
  ...["db-replica", "queue", "stream", "worker", "store", "lock", "scheduler", "external"],
];

/** Records of nodes and edges as fields. All that is changed here is changed in the source. */
export function RecordForm({ text, match, problem, selected, onSelect, onEdit }: Props) {
  const id = useId();
  const { parts, strays } = match;
  const at = Math.max(parts.findIndex((part) => part.id === selected?.id && part.type === selected.type), 0);
  const part = parts[at];
  const missing = parts.filter((each) => each.record === null);
  if (problem) return <p className="form-problem">{problem}</p>;
  if (!part) return <p className="hint">As soon as the picture has a part, its record can be written here.</p>;
  const add = (wanted: readonly RecordedPart[]) => {
    const of = (type: Part["type"]) => wanted.filter((each) => each.type === type).map((each) => each.identity);
    onEdit(withRecords(withRecords(text, "nodes", of("node")), "edges", of("edge")), "records");
  };
  const go = (offset: number) => {
    const next = parts[(at + offset + parts.length) % parts.length];
    if (next) onSelect({ type: next.type, id: next.id });
  };
  return (
    <div className="record-form">
      {missing.length > 0 && (
        <div className="record-offer">
          <p>{missing.length === 1 ? "1 part has no record yet." : `${missing.length} parts have no record yet.`}</p>
          <button type="button" className="button" onClick={() => add(missing)}>
            {missing.length === 1 ? "Add it" : "Add all"}
          </button>
        </div>
      )}
      {strays.map((record) => (
        <div className="record-offer stray" key={`${record.section}-${record.index}`}>
          <p>
            The record of <strong>{strayName(record)}</strong> (line {record.from + 1}) names nothing in the picture.
          </p>
          <button type="button" className="button" onClick={() => onEdit(withoutRecord(text, record), "remove")}>
            Remove
          </button>
        </div>
      ))}
      <div className="record-picker">
        <label htmlFor={`${id}-part`}>Part</label>
        <select
          id={`${id}-part`}
          className="select"
          value={`${part.type} ${part.id}`}
          onChange={(event) => {
            const [type, ...rest] = event.target.value.split(" ");
            onSelect({ type: type === "edge" ? "edge" : "node", id: rest.join(" ") });
          }}
        >
          <Options label="Nodes" parts={parts.filter((each) => each.type === "node")} />
          <Options label="Edges" parts={parts.filter((each) => each.type === "edge")} />
        </select>
        <button type="button" className="icon-button" aria-label="Previous part" onClick={() => go(-1)}>
          <Icon name="left" />
        </button>
        <button type="button" className="icon-button" aria-label="Next part" onClick={() => go(1)}>
          <Icon name="right" />
        </button>
      </div>
      {part.record === null ? (
        <div className="record-offer">
          <p>“{part.label}” has no record.</p>
          <button type="button" className="button" onClick={() => add([part])}>
            Add a record
          </button>
        </div>
      ) : part.record.editable ? (
        <Fields key={`${part.type} ${part.id}`} isFlow={match.isFlow} text={text} record={part.record} onEdit={onEdit} />
      ) : (
        <p className="form-problem">This record is written in a way that the form cannot change. Edit it in the source, line {part.record.from + 1}.</p>
      )}
    </div>
  );
}

function strayName(record: SourceRecord): string {
  const { fields } = record;
  if (record.section === "nodes") return fields.get("id") ?? "a node";
  return fields.has("step") ? `message ${fields.get("step")}` : `${fields.get("from") ?? "?"} → ${fields.get("to") ?? "?"}`;
}

function Options({ label, parts }: { label: string; parts: readonly RecordedPart[] }) {
  if (parts.length === 0) return null;
  return (
    <optgroup label={label}>
      {parts.map((part) => (
        <option key={part.id} value={`${part.type} ${part.id}`}>
          {part.label}
          {part.record ? "" : " · no record"}
        </option>
      ))}
    </optgroup>
  );
}

interface FieldsProps {
  readonly isFlow: boolean;
  readonly text: string;
  readonly record: SourceRecord;
  readonly onEdit: (text: string, group: string) => void;
}

function Fields({ isFlow, text, record, onEdit }: FieldsProps) {
  const set = (key: string, value: string | null) => onEdit(withField(text, record, key, value), `field ${record.section} ${record.index} ${key}`);
  const value = (key: string) => record.fields.get(key) ?? "";
  if (record.section === "nodes") {
    return (
      <div className="record-fields">
        <Choice label="Kind" value={value("kind")} options={kinds.map((kind) => [kind, kindWord(kind)])} onChange={(next) => set("kind", next)} />
        {isFlow && <Count label="Replicas" value={value("replicas")} onChange={(next) => set("replicas", next)} />}
        {isFlow && <Switch label="Holds state" checked={value("stateful") === "true"} onChange={(on) => set("stateful", on ? "true" : null)} />}
        <Words label="Purpose" value={value("purpose")} onChange={(next) => set("purpose", next)} />
        <Words label="If it is lost" value={value("ifLost")} onChange={(next) => set("ifLost", next)} />
        <NumberRows numbers={record.numbers} onChange={(next) => onEdit(withNumbers(text, record, next), `numbers ${record.index} ${next.length}`)} />
      </div>
    );
  }
  const required = value("required") !== "false";
  if (!isFlow) {
    return (
      <div className="record-fields">
        <Words label="Carries" value={value("carries")} onChange={(next) => set("carries", next)} />
      </div>
    );
  }
  return (
    <div className="record-fields">
      <Choice label="Mode" value={value("mode")} options={[["sync", "The caller waits"], ["async", "The caller goes on"]]} onChange={(next) => set("mode", next)} />
      <Words label="Protocol" value={value("protocol")} onChange={(next) => set("protocol", next)} short />
      <Switch label="The caller fails without it" checked={required} onChange={(on) => set("required", on ? "true" : "false")} />
      <Words label="Carries" value={value("carries")} onChange={(next) => set("carries", next)} />
      {(!required || value("fallback") !== "") && <Words label="Fallback" value={value("fallback")} onChange={(next) => set("fallback", next)} />}
    </div>
  );
}

interface FieldProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
}

function Choice({ label, value, options, onChange }: FieldProps & { readonly options: readonly (readonly [string, string])[] }) {
  const id = useId();
  const isKnown = options.some(([each]) => each === value);
  return (
    <div className="record-field">
      <label htmlFor={id}>{label}</label>
      <select id={id} className="select" value={value} onChange={(event) => onChange(event.target.value)}>
        {!isKnown && <option value={value}>{value === "" ? "Not said" : value}</option>}
        {options.map(([each, word]) => (
          <option key={each} value={each}>
            {word}
          </option>
        ))}
      </select>
    </div>
  );
}

function Count({ label, value, onChange }: Omit<FieldProps, "onChange"> & { readonly onChange: (value: string | null) => void }) {
  const id = useId();
  return (
    <div className="record-field">
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        type="number"
        min={1}
        max={10_000}
        value={value === "" ? "1" : value}
        onChange={(event) => onChange(/^\d+$/.test(event.target.value) && event.target.value !== "1" ? event.target.value : null)}
      />
    </div>
  );
}

function Switch({ label, checked, onChange }: { readonly label: string; readonly checked: boolean; readonly onChange: (on: boolean) => void }) {
  return (
    <label className="check">
      <input type="checkbox" checked={checked} onChange={(event) => onChange(event.target.checked)} />
      {label}
    </label>
  );
}

/** A sentence, its words counted against the limit. */
function Words({ label, value, onChange, short = false }: Omit<FieldProps, "onChange"> & { readonly onChange: (value: string | null) => void; readonly short?: boolean }) {
  const id = useId();
  const words = wordCount(value);
  const change = (next: string) => onChange(next === "" ? null : next.replace(/\n/g, " "));
  const attributes = { id, value, "aria-describedby": short ? undefined : `${id}-count`, "aria-invalid": !short && words > wordLimit };
  return (
    <div className="record-field wide">
      <label htmlFor={id}>{label}</label>
      {short ? (
        <input type="text" {...attributes} onChange={(event) => change(event.target.value)} />
      ) : (
        <>
          <textarea rows={2} {...attributes} onChange={(event) => change(event.target.value)} />
          <small id={`${id}-count`} className={words > wordLimit ? "over" : ""}>
            {words} of {wordLimit} words{words > wordLimit ? `: ${words - wordLimit} too many` : ""}
          </small>
        </>
      )}
    </div>
  );
}
