import { Icon } from "../../design/Icon";
import type { RecordNumber } from "./records";

interface Props {
  readonly numbers: readonly RecordNumber[];
  readonly onChange: (numbers: readonly RecordNumber[]) => void;
}

const columns: readonly (readonly [keyof RecordNumber, string])[] = [
  ["name", "Name"],
  ["value", "Value"],
  ["source", "Source"],
];

/** Quantities of a node, each with where it comes from. */
export function NumberRows({ numbers, onChange }: Props) {
  const set = (index: number, key: keyof RecordNumber, value: string) =>
    onChange(numbers.map((number, at) => (at === index ? { ...number, [key]: value } : number)));
  return (
    <fieldset className="number-rows">
      <legend>Numbers</legend>
      {numbers.map((number, index) => (
        <div className="number-row" key={index}>
          {columns.map(([key, label]) => (
            <input
              key={key}
              type="text"
              aria-label={`${label} of number ${index + 1}`}
              placeholder={label}
              value={number[key]}
              onChange={(event) => set(index, key, event.target.value)}
            />
          ))}
          <button
            type="button"
            className="icon-button"
            aria-label={`Remove number ${index + 1}${number.name ? `, ${number.name}` : ""}`}
            onClick={() => onChange(numbers.filter((_, at) => at !== index))}
          >
            <Icon name="close" />
          </button>
        </div>
      ))}
      <button type="button" className="button quiet" onClick={() => onChange([...numbers, { name: "", value: "", source: "illustrative" }])}>
        <Icon name="plus" /> Add a number
      </button>
    </fieldset>
  );
}
