import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { Link } from "../../app/router";
import { Icon } from "../../design/Icon";
import type { RoomState } from "../../realtime/room";
import { ConnectionBar } from "../groups/ConnectionBar";
import type { Group } from "../groups/groupFrom";
import { namesWords } from "../groups/groupWords";
import { freePoint, place, readingOrder } from "./actions";
import type { Placed } from "./actions";
import { BoardDialogs } from "./BoardDialogs";
import type { DialogName } from "./BoardDialogs";
import { BoardTools } from "./BoardTools";
import { Cursors } from "./Cursors";
import { takeHands } from "./hands";
import type { Tool } from "./hands";
import { Outline } from "./Outline";
import type { BoardSession } from "./session";
import { Sheet } from "./sheet";
import { useBoard } from "./useBoard";
import { useBoardKeys } from "./useBoardKeys";
import { WordsField } from "./WordsField";
import { nameOf } from "./words";

interface Props {
  readonly session: BoardSession;
  readonly group: Group;
  readonly room: RoomState;
}

/** The board, its tools, and the same as a list. */
export function BoardView({ session, group, room }: Props) {
  useBoard(session);
  const canvas = useRef<HTMLCanvasElement>(null);
  const [sheet, setSheet] = useState<Sheet | null>(null);
  const [tool, setTool] = useState<Tool>("select");
  const [kind, setKind] = useState("service");
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const [writing, setWriting] = useState<string | null>(null);
  const [dialog, setDialog] = useState<DialogName | null>(null);
  const [isListed, setListed] = useState(false);
  const [said, setSaid] = useState("");
  const [following, setFollowing] = useState("");
  const current = useRef({ tool, kind, selected });
  current.current = { tool, kind, selected };

  const select = useCallback((ids: Iterable<string>) => setSelected(new Set(ids)), []);
  const placed = useCallback((id: string) => {
    setTool("select");
    setSelected(new Set([id]));
    setWriting(id);
  }, []);
  useEffect(() => {
    const element = canvas.current;
    if (!element) return;
    const made = new Sheet(element, session);
    setSheet(made);
    const free = takeHands(element, session, made, {
      tool: () => current.current.tool,
      kind: () => current.current.kind,
      selected: () => current.current.selected,
      select,
      placed,
      write: setWriting,
    });
    return () => {
      free();
      made.close();
    };
  }, [session, select, placed]);
  // What others have deleted is selected no more.
  const alive = useMemo(() => new Set([...selected].filter((id) => session.records.has(id))), [selected, session.records.size, session]);
  useEffect(() => sheet?.show({ selected: alive }), [sheet, alive]);
  useEffect(() => sheet?.show({ written: writing ?? "" }), [sheet, writing]);
  useFollowing(session, sheet, following, setFollowing);

  const add = (type: Placed) => {
    if (!sheet || !session.mayDraw) return;
    const { x, y, width, height } = sheet.window;
    const id = place(session, type, freePoint(session, type, { x: x + width / 2, y: y + height / 2 }), kind);
    sheet.reveal(id);
    placed(id);
  };
  const say = useCallback((text: string) => setSaid(text), []);
  const step = (by: 1 | -1) => {
    const order = readingOrder(session);
    const [only] = alive;
    const at = only === undefined ? (by > 0 ? -1 : order.length) : order.indexOf(only);
    const next = order[(at + by + order.length) % order.length];
    if (next === undefined) return say("The board is empty.");
    setSelected(new Set([next]));
    sheet?.reveal(next);
    const record = session.records.get(next);
    if (record) say(`${nameOf(record, (id) => session.records.get(id))}, ${order.indexOf(next) + 1} of ${order.length}`);
  };
  const keyed = useBoardKeys({
    session, sheet, tool, selected: alive, setTool, select, add, step, say,
    write: setWriting, open: setDialog, toggleList: () => setListed((before) => !before),
  });
  const others = [...room.present.values()].filter((each) => each.state !== "offline" && each.userId !== session.me);
  const presenter = [...session.presenters.values()][0];
  return (
    <div className="board-page" data-listed={isListed || undefined}>
      <div className="board-top">
        <div className="group-title">
          <Link className="icon-button" href={`/groups/${group.id}`} aria-label={`Back to the chat of ${group.name}`}>
            <Icon name="left" />
          </Link>
          <div>
            <h1>Board of {group.name}</h1>
            <p className="hint">{stateWords(session, others.map((each) => each.name))}</p>
          </div>
        </div>
        <BoardTools
          session={session}
          tool={tool}
          kind={kind}
          isListed={isListed}
          onTool={setTool}
          onKind={setKind}
          onDialog={setDialog}
          onList={() => setListed((before) => !before)}
        />
      </div>
      <ConnectionBar kept="You can go on drawing: it is kept on this device and sent when the connection is back." waiting={session.unconfirmed} />
      {room.ending !== "" && <p className="connection-bar bad" role="alert">{room.ending}</p>}
      {room.isArchived && session.status !== "refused" && <p className="connection-bar">This group is archived: its board can be looked at, and nothing more is drawn.</p>}
      <Refused session={session} />
      {presenter && (
        <p className="connection-bar presenting">
          <span>{presenter.name} presents.</span>
          <button type="button" className="button" aria-pressed={following !== ""} onClick={() => setFollowing(following === "" ? presenter.userId : "")}>
            {following === "" ? "Follow" : "Stop following"}
          </button>
        </p>
      )}
      <div className="board-body">
        <div className="board-sheet picture-colours">
          <canvas
            ref={canvas}
            data-tool={tool}
            tabIndex={0}
            role="application"
            aria-roledescription="board"
            aria-label={`Board, ${session.records.size} shapes. Press ? for keys, L for the list.`}
            onKeyDown={keyed}
          />
          {sheet && <Cursors session={session} sheet={sheet} />}
          {sheet && writing !== null && (
            <WordsField
              key={writing}
              id={writing}
              session={session}
              sheet={sheet}
              onDone={() => {
                setWriting(null);
                canvas.current?.focus({ preventScroll: true });
              }}
            />
          )}
          {session.client && session.status === "live" && session.records.size === 0 && (
            <div className="board-empty">
              <p>Nothing is drawn yet.</p>
              <p className="hint">Choose a tool, or bring in a Mermaid flowchart from the menu.</p>
            </div>
          )}
          <div className="board-zoom" role="group" aria-label="Zoom">
            <button type="button" className="tool" aria-label="Zoom out" title="Zoom out (-)" onClick={() => sheet?.zoom(1 / 1.25)}>
              <Icon name="minus" />
            </button>
            <button type="button" className="tool" aria-label="Show everything" title="Show everything (0)" onClick={() => sheet?.fit()}>
              <Icon name="fit" />
            </button>
            <button type="button" className="tool" aria-label="Zoom in" title="Zoom in (+)" onClick={() => sheet?.zoom(1.25)}>
              <Icon name="plus" />
            </button>
          </div>
        </div>
        {isListed && (
          <Outline
            session={session}
            selected={alive}
            onSelect={(id) => {
              setSelected(new Set([id]));
              sheet?.reveal(id);
            }}
            onAdd={add}
            onSelected={select}
            onClose={() => setListed(false)}
          />
        )}
      </div>
      <p className="visually-hidden" role="status">
        {said}
      </p>
      {dialog && <BoardDialogs name={dialog} session={session} sheet={sheet} title={group.name} onClose={() => setDialog(null)} onPlaced={select} />}
    </div>
  );
}

/** Nothing is called saved before the server has said so. */
function stateWords(session: BoardSession, others: readonly string[]): string {
  const here = others.length === 0 ? "Nobody else is here." : `${namesWords(others)} ${others.length === 1 ? "is" : "are"} here.`;
  if (session.status === "refused" || session.isShutOut || session.isArchived) return "Read only.";
  if (!session.client || session.status === "joining") return `Loading… ${here}`;
  if (session.status === "offline") return session.unconfirmed > 0 ? "Changes wait on this device." : "";
  return session.unconfirmed > 0 ? `Saving… ${here}` : `Saved. ${here}`;
}

function Refused({ session }: { session: BoardSession }) {
  const { refusal } = session;
  if (!refusal) return null;
  const isClosed = session.status === "refused";
  return (
    <p className="connection-bar bad" role="alert">
      <span>
        {isClosed ? "You cannot draw here: " : "The last change was not taken: "}
        {refusal.message}
        {isClosed && session.unconfirmed > 0 && " What you drew and was not saved is kept on this device until you discard it."}
      </span>
      {isClosed ? (
        session.unconfirmed > 0 && (
          <button type="button" className="button" onClick={() => session.discard()}>
            Discard my changes
          </button>
        )
      ) : (
        <button type="button" className="button" onClick={() => session.forgetRefusal()}>
          Close
        </button>
      )}
    </p>
  );
}

/** Keeps the window where the presenter's is, until a hand moves it. */
function useFollowing(session: BoardSession, sheet: Sheet | null, following: string, setFollowing: (userId: string) => void): void {
  const viewport = session.presenters.get(following)?.viewport;
  useEffect(() => {
    if (following !== "" && viewport) sheet?.look(viewport, false);
  }, [sheet, following, viewport]);
  const isGone = following !== "" && !viewport;
  useEffect(() => {
    if (isGone) setFollowing("");
  }, [isGone, setFollowing]);
  useEffect(() => {
    if (!sheet) return;
    session.look(sheet.viewport);
    return sheet.watchCamera((byHand) => {
      session.look(sheet.viewport);
      if (byHand) setFollowing("");
    });
  }, [sheet, session, setFollowing]);
}
