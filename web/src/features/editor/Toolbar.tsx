import { useState } from "react";
import { ChoiceDialog } from "./ChoiceDialog";
import type { Option } from "./ChoiceDialog";
import { pictureFile } from "./drawing";
import type { Records } from "./records";
import { fragmentOf, maxShareLetters } from "./share";
import { kindOf, plainMermaid } from "./sourceParts";
import type { SourceParts } from "./sourceParts";
import { catalogueFile, snippets, templates } from "./templates";

interface Props {
  readonly name: string;
  readonly text: string;
  readonly parts: SourceParts;
  readonly records: Records;
  readonly isSketch: boolean;
  readonly mayWrite: boolean;
  readonly canUndo: boolean;
  readonly canRedo: boolean;
  readonly onUndo: () => void;
  readonly onRedo: () => void;
  readonly onBegin: (source: string) => void;
  readonly onInsert: (lines: string) => void;
  /** Says what happened. */
  readonly onSay: (words: string) => void;
}

/** What can be done with the source as a whole. */
export function Toolbar(props: Props) {
  const { text, parts, records, name, onSay } = props;
  const [open, setOpen] = useState<"new" | "insert" | null>(null);
  const attempt = (work: () => Promise<string>) => {
    work().then(onSay, () => onSay("That did not work in this browser."));
  };
  const share = async () => {
    const fragment = await fragmentOf(text);
    if (fragment === null) return `This is too long for a link: more than ${maxShareLetters.toLocaleString("en")} letters even when packed. Copy the source instead.`;
    await navigator.clipboard.writeText(`${location.origin}/editor${fragment}`);
    return "The link is copied. It carries the sketch itself; nothing was sent anywhere.";
  };
  const copy = async () => {
    await navigator.clipboard.writeText(plainMermaid(parts));
    return "The Mermaid source is copied.";
  };
  const download = async () => {
    const svg = await pictureFile(parts, records);
    if (svg === null) return "There is no picture while the source has errors.";
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([svg], { type: "image/svg+xml" }));
    link.download = `${name}.svg`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 0);
    return `${name}.svg is on its way.`;
  };
  return (
    <div className="editor-tools" role="toolbar" aria-label="Source">
      {props.isSketch && <Tool label="New…" onClick={() => setOpen("new")} />}
      <Tool label="Insert…" onClick={() => setOpen("insert")} />
      <Tool label="Undo" title="Undo (Ctrl Z)" disabled={!props.canUndo} onClick={props.onUndo} />
      <Tool label="Redo" title="Redo (Ctrl Y)" disabled={!props.canRedo} onClick={props.onRedo} />
      <span className="editor-tools-gap" />
      <Tool label="Share" title="Copy a link that carries the source" onClick={() => attempt(share)} />
      <Tool label="Copy Mermaid" onClick={() => attempt(copy)} />
      <Tool label="Download SVG" onClick={() => attempt(download)} />
      {open === "new" && (
        <ChoiceDialog
          title="Begin anew"
          hint="What is there now is replaced; undo brings it back."
          options={beginnings(props)}
          onClose={() => setOpen(null)}
        />
      )}
      {open === "insert" && (
        <ChoiceDialog title="Insert" hint="It goes below the line of the caret." options={insertions(props)} onClose={() => setOpen(null)} />
      )}
    </div>
  );
}

function Tool({ label, title, disabled = false, onClick }: { label: string; title?: string; disabled?: boolean; onClick: () => void }) {
  return (
    <button type="button" className="button quiet" title={title} disabled={disabled} onClick={onClick}>
      {label}
    </button>
  );
}

function beginnings({ mayWrite, onBegin }: Props): readonly Option[] {
  const options = templates.map(({ name, about, source }) => ({ name, about, onChoose: () => onBegin(source) }));
  const file = { name: "Catalogue item", about: "A whole file with records, probes and sources.", onChoose: () => onBegin(catalogueFile) };
  return [...options, ...(mayWrite ? [file] : []), { name: "Nothing", about: "An empty page.", onChoose: () => onBegin("") }];
}

function insertions({ parts, onInsert }: Props): readonly Option[] {
  const kind = kindOf(parts) ?? "flowchart";
  return snippets[kind].map(({ name, text }) => ({ name, about: text.trim(), code: true, onChoose: () => onInsert(text) }));
}
