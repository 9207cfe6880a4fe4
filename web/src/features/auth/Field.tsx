import { useId } from "react";

interface Props {
  readonly label: string;
  readonly name: string;
  readonly type: "text" | "email" | "password";
  readonly autoComplete: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  /** What is wrong with it, or "". */
  readonly problem: string;
  readonly hint?: string;
  readonly maxLength: number;
}

/** A labelled input that says what it wants and what is wrong. */
export function Field({ label, name, type, autoComplete, value, onChange, problem, hint, maxLength }: Props) {
  const id = useId();
  const described = [hint && `${id}-hint`, problem && `${id}-problem`].filter(Boolean).join(" ");
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        name={name}
        type={type}
        autoComplete={autoComplete}
        autoCapitalize="none"
        spellCheck={false}
        value={value}
        maxLength={maxLength}
        required
        aria-invalid={problem !== ""}
        aria-describedby={described || undefined}
        onChange={(event) => onChange(event.target.value)}
      />
      {hint && (
        <p id={`${id}-hint`} className="hint">
          {hint}
        </p>
      )}
      {problem && (
        <p id={`${id}-problem`} className="field-problem">
          {problem}
        </p>
      )}
    </div>
  );
}
