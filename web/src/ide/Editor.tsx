import { useEffect, useId, useImperativeHandle, useMemo, useRef, useState } from "react";
import type { ChangeEvent, KeyboardEvent, Ref } from "react";
import type { Mistake } from "./ask";
import type { Completion, Suggestion } from "./completion";
import { Coloured } from "./Coloured";
import { offsetOf, placeOf } from "./tokens";

export interface EditorHandle {
  readonly caret: () => number;
  readonly goTo: (line: number, column: number) => void;
  /** Replaces the whole text in a way that the browser can undo. */
  readonly replace: (text: string) => void;
}

interface Props {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly complete?: (source: string, caret: number) => Completion | null;
  readonly mistakes?: readonly Mistake[];
  readonly placeholder?: string;
  readonly handle?: Ref<EditorHandle>;
}

/** A text field with colours behind its text, line numbers beside it, and suggestions below the caret. */
export function Editor({ label, value, onChange, complete, mistakes = [], placeholder, handle }: Props) {
  const field = useRef<HTMLTextAreaElement>(null);
  const listID = useId();
  const [completion, setCompletion] = useState<Completion | null>(null);
  const [chosen, setChosen] = useState(0);
  const lineCount = useMemo(() => value.split("\n").length, [value]);

  useImperativeHandle(handle, () => ({
    caret: () => field.current?.selectionStart ?? 0,
    goTo: (line, column) => {
      const offset = offsetOf(field.current?.value ?? "", line, column);
      field.current?.focus();
      field.current?.setSelectionRange(offset, offset);
    },
    replace: (text) => {
      field.current?.focus();
      field.current?.select();
      insert(text);
    },
  }));

  /** Through the browser's own editing, so that undo works. */
  const insert = (text: string) => {
    if (!document.execCommand("insertText", false, text)) {
      const element = field.current;
      element?.setRangeText(text, element.selectionStart, element.selectionEnd, "end");
      if (element) onChange(element.value);
    }
  };

  const suggest = (source: string, caret: number) => {
    setCompletion(complete?.(source, caret) ?? null);
    setChosen(0);
  };

  const changed = (event: ChangeEvent<HTMLTextAreaElement>) => {
    const { value: source, selectionStart } = event.target;
    onChange(source);
    if (/[\w$@]$|\.\.\.$/.test(source.slice(0, selectionStart))) suggest(source, selectionStart);
    else setCompletion(null);
  };

  const accept = (suggestion: Suggestion) => {
    if (!completion || !field.current) return;
    field.current.focus();
    field.current.setSelectionRange(completion.from, completion.to);
    insert(suggestion.text);
    setCompletion(null);
  };

  const pressed = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    const element = event.currentTarget;
    if (event.key === " " && event.ctrlKey) {
      event.preventDefault();
      return suggest(element.value, element.selectionStart);
    }
    if (completion) return pressedInList(event, completion);
    if (event.key === "Enter" && !event.ctrlKey && !event.metaKey && !event.nativeEvent.isComposing) {
      event.preventDefault();
      insert(lineBreak(element));
    }
  };

  const pressedInList = (event: KeyboardEvent<HTMLTextAreaElement>, { suggestions }: Completion) => {
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    const suggestion = suggestions[chosen];
    if (step !== 0) setChosen((chosen + step + suggestions.length) % suggestions.length);
    else if (event.key === "Escape") setCompletion(null);
    else if ((event.key === "Enter" || event.key === "Tab") && !event.ctrlKey && !event.metaKey && !event.shiftKey && suggestion) accept(suggestion);
    else {
      if (["ArrowLeft", "ArrowRight", "Home", "End", "Enter", "Tab"].includes(event.key)) setCompletion(null);
      return;
    }
    event.preventDefault();
  };

  return (
    <div className="editor">
      <div className="editor-sheet">
        <pre className="editor-lines" aria-hidden="true">
          {Array.from({ length: lineCount }, (_, index) => (
            <span key={index} className={mistakes.some((each) => each.line === index + 1) ? "bad" : undefined}>{`${index + 1}\n`}</span>
          ))}
        </pre>
        <div className="editor-text">
          <pre aria-hidden="true"><Coloured source={`${value}\n`} marks={mistakes.flatMap((each) => (each.line === null ? [] : [offsetOf(value, each.line, each.column ?? 1)]))} /></pre>
          <textarea
            ref={field}
            aria-label={label}
            aria-autocomplete={complete ? "list" : undefined}
            aria-controls={completion ? listID : undefined}
            aria-activedescendant={completion ? `${listID}-${chosen}` : undefined}
            value={value}
            placeholder={placeholder}
            spellCheck={false}
            autoCapitalize="off"
            autoCorrect="off"
            autoComplete="off"
            wrap="off"
            onChange={changed}
            onKeyDown={pressed}
            onBlur={() => setCompletion(null)}
          />
          {completion && <Suggestions id={listID} completion={completion} chosen={chosen} source={value} accept={accept} />}
        </div>
      </div>
      {complete && (
        <p className="visually-hidden" role="status">
          {completion ? `${completion.suggestions.length} suggestions. Arrow keys choose, Enter takes one.` : ""}
        </p>
      )}
    </div>
  );
}

/** A new line with the indent of this one, two blanks more behind an opening brace. */
function lineBreak({ value, selectionStart }: HTMLTextAreaElement): string {
  const line = value.slice(value.lastIndexOf("\n", selectionStart - 1) + 1, selectionStart);
  const indent = /^ */.exec(line)?.[0] ?? "";
  return `\n${indent}${/[{([]\s*$/.test(line) ? "  " : ""}`;
}

interface SuggestionsProps {
  readonly id: string;
  readonly completion: Completion;
  readonly chosen: number;
  readonly source: string;
  readonly accept: (suggestion: Suggestion) => void;
}

function Suggestions({ id, completion, chosen, source, accept }: SuggestionsProps) {
  const popup = useRef<HTMLDivElement>(null);
  const list = useRef<HTMLUListElement>(null);
  const { line, column } = placeOf(source, completion.from);
  const note = completion.suggestions[chosen]?.note;
  useEffect(() => {
    // Its result, in newer browsers a promise, would be taken for a clean-up.
    list.current?.children[chosen]?.scrollIntoView({ block: "nearest" });
  }, [chosen]);
  useEffect(() => {
    popup.current?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }, [completion]);
  return (
    <div className="suggestions" ref={popup} style={{ top: `${line * 1.5}em`, left: `max(0px, min(${column - 1}ch, 100% - 332px))` }}>
      <ul id={id} role="listbox" aria-label="Suggestions" ref={list}>
        {completion.suggestions.map((each, index) => (
          <li
            key={each.label}
            id={`${id}-${index}`}
            role="option"
            aria-selected={index === chosen}
            onMouseDown={(event) => {
              event.preventDefault();
              accept(each);
            }}
          >
            <span>{each.label}</span>
            <small>{each.detail}</small>
          </li>
        ))}
      </ul>
      {note && <p>{note}</p>}
    </div>
  );
}
