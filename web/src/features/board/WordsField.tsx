import { useEffect, useLayoutEffect, useRef, useState } from "react";
import type { KeyboardEvent } from "react";
import { change, wordsField, wordsOf } from "./actions";
import type { BoardSession } from "./session";
import type { Sheet } from "./sheet";

interface Props {
  readonly id: string;
  readonly session: BoardSession;
  readonly sheet: Sheet;
  readonly onDone: () => void;
}

const mostLetters: Readonly<Record<string, number>> = { label: 500, alt: 500, text: 2_000 };

/** A field over a shape, in which its words are written. */
export function WordsField({ id, session, sheet, onDone }: Props) {
  const field = useRef<HTMLTextAreaElement>(null);
  const record = session.records.get(id);
  const name = record ? wordsField(record) : null;
  const [text, setText] = useState(record ? wordsOf(record) : "");
  const latest = useRef(text);
  latest.current = text;
  const isOver = useRef(false);
  const isGone = !record || name === null;
  const done = useRef(onDone);
  done.current = onDone;
  useEffect(() => {
    if (isGone) done.current();
  }, [isGone]);
  useEffect(() => {
    field.current?.focus({ preventScroll: true });
    field.current?.select();
  }, []);
  useLayoutEffect(() => {
    const put = () => {
      const element = field.current;
      const box = sheet.boxOf(id);
      if (!element || !box) return;
      const { x, y } = sheet.toScreen(box);
      const [width, height] = [Math.max(box.width * sheet.scale, 140), Math.max(box.height * sheet.scale, 44)];
      element.style.transform = `translate(${x + (box.width * sheet.scale - width) / 2}px, ${y + (box.height * sheet.scale - height) / 2}px)`;
      element.style.width = `${width}px`;
      element.style.height = `${height}px`;
    };
    put();
    const ends = [sheet.watchCamera(put), session.watch((ids) => ids?.has(id) && put())];
    return () => ends.forEach((end) => end());
  }, [sheet, session, id]);
  const finish = (keeps: boolean) => {
    if (isOver.current) return;
    isOver.current = true;
    const now = session.records.get(id);
    const words = latest.current.trim();
    if (keeps && name && now && words !== wordsOf(now)) change(session, [id], { [name]: words });
    // Text without words would be invisible for ever.
    else if (now?.type === "text" && wordsOf(now) === "") session.edit([["del", id]]);
    onDone();
  };
  const keyed = (event: KeyboardEvent) => {
    event.stopPropagation();
    if (event.nativeEvent.isComposing) return;
    if (event.key === "Escape") finish(false);
    else if (event.key === "Enter" && (!event.shiftKey && (name !== "text" || event.ctrlKey || event.metaKey))) finish(true);
    else return;
    event.preventDefault();
  };
  if (isGone) return null;
  return (
    <textarea
      ref={field}
      className="words-field"
      aria-label={name === "text" ? "Text. Escape leaves it as it was; Ctrl and Enter keep it." : "Name. Enter keeps it; Escape leaves it as it was."}
      value={text}
      maxLength={mostLetters[name]}
      onChange={(event) => setText(event.target.value)}
      onKeyDown={keyed}
      onBlur={() => finish(true)}
    />
  );
}
