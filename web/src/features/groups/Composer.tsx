import { useEffect, useId, useLayoutEffect, useRef, useState } from "react";
import type { ChangeEvent, KeyboardEvent } from "react";
import { Icon } from "../../design/Icon";
import type { Anchor } from "../../realtime/events";
import type { ChatMessage } from "../../realtime/log";
import type { GroupRoom } from "../../realtime/room";
import { limits } from "./groupWords";
import { plainText } from "./richText";
import { useAction } from "./useAction";

interface Props {
  readonly room: GroupRoom;
  readonly names: ReadonlyMap<string, string>;
  readonly replyTo: ChatMessage | null;
  /** The message whose text is being changed. */
  readonly editing: ChatMessage | null;
  readonly anchor?: Anchor | null;
  readonly placeholder?: string;
  /** Not editing any more, or else not replying. */
  readonly onSettled: () => void;
  readonly onSent: () => void;
  readonly onEditLast?: () => void;
}

interface Completion {
  /** Where the `@` stands. */
  readonly from: number;
  readonly found: readonly (readonly [string, string])[];
  readonly chosen: number;
}

const mostSuggested = 6;
const tallestPx = 180;

/** Where a message is written: Enter sends, Shift and Enter begins a line, `@` names a member. */
export function Composer({ room, names, replyTo, editing, anchor = null, placeholder = "Write a message", onSettled, onSent, onEditLast }: Props) {
  const id = useId();
  const field = useRef<HTMLTextAreaElement>(null);
  const [text, setText] = useState("");
  const [mentioned, setMentioned] = useState<ReadonlyMap<string, string>>(new Map());
  const [completion, setCompletion] = useState<Completion | null>(null);
  const { busy, problem, run, settle } = useAction();
  /** The message that was being written when another one began to be changed. */
  const halfWritten = useRef<{ readonly text: string; readonly mentioned: ReadonlyMap<string, string> } | null>(null);
  useEffect(() => {
    if (!editing) {
      const before = halfWritten.current;
      halfWritten.current = null;
      if (!before) return;
      setText(before.text);
      setMentioned(before.mentioned);
      setCompletion(null);
      return;
    }
    halfWritten.current ??= { text, mentioned };
    const { shown, people } = readable(editing.content);
    setText(shown);
    setMentioned(people);
    field.current?.focus();
  }, [editing]);
  useEffect(() => {
    if (replyTo) field.current?.focus();
  }, [replyTo]);
  useLayoutEffect(() => {
    const element = field.current;
    if (!element) return;
    element.style.height = "auto";
    element.style.height = `${Math.min(element.scrollHeight + 2, tallestPx)}px`;
  }, [text]);
  const length = [...text].length;
  const send = async () => {
    const content = text.trim();
    if (content === "" || length > limits.message || (editing && busy !== "")) return;
    const marked = withMentions(content, mentioned);
    if (!editing) {
      // A message is taken at once: what is typed while it is on its way is the next one.
      setText("");
      setMentioned(new Map());
      setCompletion(null);
    }
    const done = await run("send", () => (editing ? room.edit(editing.id, marked) : room.send(marked, replyTo?.id ?? null, anchor)));
    if (done) return onSent();
    if (editing) return;
    setText((typed) => (typed === "" ? text : typed));
    setMentioned((people) => new Map([...mentioned, ...people]));
  };
  const changed = (event: ChangeEvent<HTMLTextAreaElement>) => {
    const { value, selectionStart } = event.target;
    setText(value);
    settle();
    if (!editing && value.trim() !== "") room.typed();
    setCompletion(completionAt(value, selectionStart, names, room.me.id));
  };
  const complete = (index: number) => {
    const person = completion?.found[index];
    const element = field.current;
    if (!completion || !person || !element) return;
    const [userId, name] = person;
    const end = element.selectionStart;
    const next = `${text.slice(0, completion.from)}@${name} ${text.slice(end)}`;
    setText(next);
    setMentioned(new Map(mentioned).set(name, userId));
    setCompletion(null);
    const caret = completion.from + name.length + 2;
    element.focus();
    requestAnimationFrame(() => element.setSelectionRange(caret, caret));
  };
  const keyed = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    if (completion) {
      const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
      if (step !== 0) setCompletion({ ...completion, chosen: (completion.chosen + step + completion.found.length) % completion.found.length });
      else if (event.key === "Enter" || event.key === "Tab") complete(completion.chosen);
      else if (event.key === "Escape") setCompletion(null);
      else return;
      return event.preventDefault();
    }
    if (event.key === "Enter" && !event.shiftKey) void send();
    else if (event.key === "Escape" && (editing || replyTo)) onSettled();
    else if (event.key === "ArrowUp" && text === "" && onEditLast) onEditLast();
    else return;
    event.preventDefault();
  };
  return (
    <form
      className="composer"
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      {(replyTo || editing) && (
        <p className="composer-about">
          <span>{editing ? "You are changing your message" : `Reply to ${replyTo?.name ?? ""}: ${plainText(replyTo?.content ?? "", 80)}`}</span>
          <button type="button" className="icon-button" onClick={onSettled} aria-label={editing ? "Leave it as it was" : "No reply"}>
            <Icon name="close" />
          </button>
        </p>
      )}
      {completion && (
        <ul className="mention-list" role="listbox" id={`${id}-list`} aria-label="Members">
          {completion.found.map(([userId, name], index) => (
            <li key={userId} id={`${id}-${index}`} role="option" aria-selected={index === completion.chosen} onPointerDown={(event) => { event.preventDefault(); complete(index); }}>
              {name}
            </li>
          ))}
        </ul>
      )}
      {problem && <p className="field-problem" role="alert">{problem}</p>}
      <div className="composer-row">
        <label className="visually-hidden" htmlFor={id}>
          {editing ? "Your message" : placeholder}
        </label>
        <textarea
          ref={field}
          id={id}
          rows={1}
          value={text}
          placeholder={placeholder}
          aria-autocomplete="list"
          aria-controls={completion ? `${id}-list` : undefined}
          aria-activedescendant={completion ? `${id}-${completion.chosen}` : undefined}
          onChange={changed}
          onKeyDown={keyed}
          onBlur={() => setCompletion(null)}
        />
        <button type="submit" className="button primary" disabled={text.trim() === "" || length > limits.message || busy !== ""}>
          {editing ? "Save" : "Send"}
        </button>
      </div>
      {length > limits.message - 500 && (
        <p className={length > limits.message ? "field-problem" : "hint"} role="status">
          {length > limits.message ? `${(length - limits.message).toLocaleString("en")} characters too many.` : `${(limits.message - length).toLocaleString("en")} characters left.`}
        </p>
      )}
    </form>
  );
}

function completionAt(text: string, caret: number, names: ReadonlyMap<string, string>, me: string): Completion | null {
  const typed = /(?:^|\s)@([\p{L}\p{N}._ -]{0,30})$/u.exec(text.slice(0, caret));
  if (!typed) return null;
  const wanted = (typed[1] ?? "").toLowerCase();
  const found = [...names]
    .filter(([id, name]) => id !== me && (name.toLowerCase().startsWith(wanted) || name.toLowerCase().split(/\s+/).some((word) => word.startsWith(wanted))))
    .slice(0, mostSuggested);
  return found.length === 0 ? null : { from: caret - wanted.length - 1, found, chosen: 0 };
}

/** `@Ada` as the server keeps it, for those who were chosen from the list. */
function withMentions(text: string, people: ReadonlyMap<string, string>): string {
  const names = [...people].sort(([a], [b]) => b.length - a.length);
  return names.reduce((result, [name, id]) => result.split(`@${name}`).join(`@[${name}](user:${id})`), text);
}

/** The other way round, for changing a message. */
function readable(content: string): { shown: string; people: ReadonlyMap<string, string> } {
  const people = new Map<string, string>();
  const shown = content.replace(/@\[([^\]\n]{1,100})\]\(user:([\w-]{1,64})\)/g, (_, name: string, id: string) => {
    people.set(name, id);
    return `@${name}`;
  });
  return { shown, people };
}
