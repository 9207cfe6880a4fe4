import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { navigate } from "../../app/router";
import type { Part } from "../diagram/graph";
import { DeskDialogs } from "./DeskDialogs";
import type { DeskDialog } from "./DeskDialogs";
import { DeskHead } from "./DeskHead";
import { offsetOf, startOfLine } from "./lines";
import { LivePicture } from "./LivePicture";
import { Panes, wordsPane } from "./Panes";
import type { PaneName } from "./Panes";
import { ProblemList } from "./ProblemList";
import { countWords, moved, nextProblem, sorted } from "./problems";
import type { Problem } from "./problems";
import { RecordForm } from "./RecordForm";
import { matched } from "./recordMatch";
import { topField } from "./records";
import { SourceEditor } from "./SourceEditor";
import type { SourceEditorHandle } from "./SourceEditor";
import { emptySketch } from "./templates";
import { Toolbar } from "./Toolbar";
import { useCatalogueFile } from "./useCatalogueFile";
import type { CatalogueFile } from "./useCatalogueFile";
import { useDeskKeys } from "./useDeskKeys";
import { keptFor, useDraft } from "./useDraft";
import { useDrawing } from "./useDrawing";
import { useSourceCheck } from "./useSourceCheck";

interface Props {
  readonly begun: CatalogueFile;
  readonly mayWrite: boolean;
  readonly isRemoved: boolean;
}

const stateID = "problems-state";
const saidAfterMs = 900;

/** The place where a diagram is written: source, picture, problems and records. */
export function Desk({ begun, mayWrite, isRemoved }: Props) {
  const catalogue = useCatalogueFile({ ...begun, version: keptFor(begun)?.version ?? begun.version });
  const { file, saving } = catalogue;
  const { draft, dispatch, edit, text, parts, records, isDirty, isKept, notice, setNotice } = useDraft(file);
  const [attempt, setAttempt] = useState(0);
  const drawn = useDrawing(text, parts, records, attempt);
  const isWhole = parts.isFile && parts.front !== null;
  const check = useSourceCheck(text, mayWrite && (file.id !== "" || isWhole));
  const problems = useMemo(() => allProblems(text, drawn, check.checked), [text, drawn, check.checked]);
  const match = useMemo(() => (drawn.drawing ? matched(drawn.drawing, records) : null), [drawn.drawing, records]);
  const [selected, setSelected] = useState<Part | null>(null);
  const [pane, setPane] = useState<PaneName>("source");
  const [dialog, setDialog] = useState<DeskDialog>(null);
  const source = useRef<SourceEditorHandle>(null);
  const idInFile = topField(parts, "id");
  const isSketch = file.id === "";
  const canSave = mayWrite && (isSketch ? isWhole && idInFile !== null : isDirty || isRemoved);

  const go = useCallback(
    (offset: number, focus: boolean) => {
      if (focus) setPane("source");
      requestAnimationFrame(() => source.current?.goTo(offset, focus));
    },
    [],
  );
  const goTo = (problem: Problem) => go(offsetOf(text, problem.line, problem.column), true);
  const pick = (part: Part, byKeyboard: boolean) => {
    setSelected(part);
    setPane("records");
    const { nodes = [], edges = [] } = drawn.drawing?.graph ?? {};
    const line = [...(part.type === "node" ? nodes : edges)].find((each) => each.id === part.id)?.line;
    if (line) go(startOfLine(text, line + parts.mermaid.from), false);
    if (byKeyboard) requestAnimationFrame(() => document.getElementById("desk-panel")?.focus());
  };
  const onLine = (line: number) => {
    const here = match?.parts.find(({ record }) => record && record.from < line && line <= record.to);
    if (here && (here.id !== selected?.id || here.type !== selected.type)) setSelected({ type: here.type, id: here.id });
  };
  const insert = (lines: string) => {
    const end = text.indexOf("\n", source.current?.caret() ?? 0);
    const at = end === -1 ? text.length : end;
    const next = `${text.slice(0, at)}\n${lines}${text.slice(at)}`;
    dispatch({ type: "edit", text: next, selection: { start: at + 1, end: at + 1 + lines.length }, group: "insert", at: performance.now() });
    setPane("source");
  };
  const save = async (over?: number) => {
    if (!canSave) {
      setNotice(isSketch ? (isKept ? "Kept in this browser." : "This browser does not let Atlas keep the sketch.") : "There is nothing to save.");
      return;
    }
    setNotice(null);
    const id = idInFile ?? file.id;
    const saved = await catalogue.save(id, text, over ?? (id === file.id ? file.version : 0));
    if (!saved || saved.id === begun.id) return;
    if (isSketch) edit(emptySketch, "begin");
    requestAnimationFrame(() => navigate(`/diagrams/${saved.id}/edit`));
  };
  useDeskKeys({
    undo: () => dispatch({ type: "undo" }),
    redo: () => dispatch({ type: "redo" }),
    save: () => void save(),
    nextProblem: (backwards) => {
      const next = nextProblem(problems, source.current?.line() ?? 0, backwards);
      if (next) goTo(next);
    },
  });
  const spoken = useSpoken(problems);
  const note = check.pending ? "Checking the whole file…" : check.checked?.failed ? "The whole file could not be checked." : null;
  return (
    <div className="page editor-page">
      <DeskHead
        file={file}
        isDirty={isDirty}
        isKept={isKept}
        canSave={canSave}
        mayWrite={mayWrite}
        isWhole={isWhole}
        saving={saving}
        notice={notice ?? (isRemoved ? "This diagram is removed from the catalogue. Saving brings it back." : null)}
        otherID={!isSketch && idInFile !== null && idInFile !== file.id ? idInFile : null}
        onSave={() => void save()}
        onHistory={() => setDialog("history")}
      />
      <Toolbar
        name={idInFile ?? "sketch"}
        text={text}
        parts={parts}
        records={records}
        isSketch={isSketch}
        mayWrite={mayWrite}
        canUndo={draft.past.length > 0}
        canRedo={draft.future.length > 0}
        onUndo={() => dispatch({ type: "undo" })}
        onRedo={() => dispatch({ type: "redo" })}
        onBegin={(next) => {
          edit(next, "begin");
          go(0, true);
        }}
        onInsert={insert}
        onSay={setNotice}
      />
      <p className="visually-hidden" role="status">
        {spoken}
      </p>
      <Panes
        pane={pane}
        onPane={setPane}
        problemCount={problems.length}
        source={
          <>
            <SourceEditor
              ref={source}
              draft={draft}
              dispatch={dispatch}
              problems={problems}
              label={isSketch ? "Source of the sketch" : `Source of ${file.id}`}
              describedBy={stateID}
              onLine={onLine}
            />
            <ProblemList id={stateID} problems={problems} note={note} onGo={goTo} />
          </>
        }
        picture={
          <LivePicture
            svg={drawn.drawing?.svg ?? null}
            isOld={drawn.isOld}
            failure={drawn.failure}
            onRetry={() => setAttempt((before) => before + 1)}
            selected={selected}
            onPick={pick}
          />
        }
        records={
          match ? (
            <RecordForm text={text} match={match} problem={records.problem} selected={selected} onSelect={setSelected} onEdit={edit} />
          ) : (
            <p className="hint">Records can be written here as soon as there is a picture.</p>
          )
        }
        words={wordsPane(drawn.drawing)}
      />
      <DeskDialogs
        dialog={dialog}
        onDialog={setDialog}
        catalogue={catalogue}
        text={text}
        isDirty={isDirty}
        onText={(next, group) => edit(next, group)}
        onSave={(over) => void save(over)}
      />
    </div>
  );
}

/** What the browser and the server found; of one place, what the browser says, which is never behind. */
function allProblems(text: string, drawn: ReturnType<typeof useDrawing>, checked: ReturnType<typeof useSourceCheck>["checked"]) {
  const own = moved(drawn.problems, drawn.text, text);
  const lines = new Set(own.map((each) => each.line));
  const theirs = checked ? moved(checked.problems, checked.text, text).filter((each) => !lines.has(each.line)) : [];
  return sorted([...own, ...theirs]);
}

/** The state in words for screen readers, a moment after it has settled. */
function useSpoken(problems: readonly Problem[]): string {
  const [spoken, setSpoken] = useState("");
  const first = problems[0];
  const words = first ? `${countWords(problems)}. Line ${first.line}: ${first.message}` : "No errors.";
  useEffect(() => {
    const timer = setTimeout(() => setSpoken(words), saidAfterMs);
    return () => clearTimeout(timer);
  }, [words]);
  return spoken;
}
