import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import type { KeyboardEvent, RefObject } from "react";
import type { GroupRole } from "../../api/generated";
import { Failure } from "../../design/Failure";
import { Icon } from "../../design/Icon";
import { Skeleton } from "../../design/Skeleton";
import { counted } from "../../design/words";
import type { Anchor } from "../../realtime/events";
import type { ChatMessage } from "../../realtime/log";
import type { GroupRoom, RoomState } from "../../realtime/room";
import { Composer } from "./Composer";
import type { Group } from "./groupFrom";
import { namesWords, passageWords } from "./groupWords";
import { Message } from "./Message";
import { OutgoingMessage } from "./OutgoingMessage";
import { rowsOf } from "./rows";
import { plainText } from "./richText";

interface Props {
  readonly room: GroupRoom;
  readonly state: RoomState;
  readonly group: Group;
  readonly names: ReadonlyMap<string, string>;
  readonly role: GroupRole;
  /** A message to show, or "". */
  readonly target: string;
  readonly onTarget: (id: string) => void;
  readonly onThread: (anchor: Anchor) => void;
}

const nearEndPx = 80;
const nearStartPx = 240;

/** The messages of a group, the newest at the foot, and the field for the next. */
export function Chat({ room, state, group, names, role, target, onTarget, onThread }: Props) {
  const { log } = state;
  const window = useRef<HTMLDivElement>(null);
  const [atEnd, setAtEnd] = useState(true);
  const [seenSeq, setSeenSeq] = useState(0);
  const [active, setActive] = useState("");
  const [replyTo, setReplyTo] = useState<ChatMessage | null>(null);
  const [editing, setEditing] = useState<ChatMessage | null>(null);
  const [opened] = useState({ readSeq: group.readSeq, head: group.head });
  const rows = useMemo(() => (log ? rowsOf(log, opened, room.me.id, Date.now()) : []), [log, opened, room]);
  const newest = log ? log.seq : 0;
  useReading(room, newest, atEnd && log !== null);
  useScroll(window, { log, outgoing: state.outgoing.length, atEnd });
  // The room says why a page did not come.
  const loadOlder = () => void room.loadOlder().catch(() => undefined);
  const scrolled = () => {
    const element = window.current;
    if (!element) return;
    const isAtEnd = element.scrollHeight - element.scrollTop - element.clientHeight < nearEndPx;
    setAtEnd(isAtEnd);
    if (isAtEnd) setSeenSeq(newest);
    if (element.scrollTop < nearStartPx && log?.hasOlder && state.olderProblem === "") loadOlder();
  };
  useEffect(() => {
    if (atEnd) setSeenSeq(newest);
  }, [atEnd, newest]);
  const toEnd = () => window.current?.scrollTo({ top: window.current.scrollHeight });
  const show = useCallback(
    async (id: string) => {
      // What is far back is fetched page by page, so that nothing between is missing.
      while (!room.snapshot().log?.messages.has(id) && room.snapshot().log?.hasOlder) await room.loadOlder();
      setActive(id);
      requestAnimationFrame(() => {
        const element = document.getElementById(`message-${id}`);
        element?.scrollIntoView({ block: "center" });
        element?.focus({ preventScroll: true });
      });
    },
    [room],
  );
  useEffect(() => {
    if (target === "") return;
    void show(target).catch(() => undefined);
    onTarget("");
  }, [target, show, onTarget]);
  const walk = (event: KeyboardEvent) => {
    const messages = [...(log?.messages.values() ?? [])];
    const step = event.key === "ArrowUp" ? -1 : event.key === "ArrowDown" ? 1 : 0;
    const isMessage = event.target instanceof HTMLElement && event.target.matches(".message");
    if (!isMessage || (step === 0 && event.key !== "End" && event.key !== "Home")) return;
    const index = messages.findIndex((each) => each.id === active) + step;
    const next = event.key === "End" ? messages[messages.length - 1] : event.key === "Home" ? messages[0] : messages[index];
    if (!next) return;
    event.preventDefault();
    setActive(next.id);
    document.getElementById(`message-${next.id}`)?.focus();
  };
  const last = [...(log?.messages.values() ?? [])].pop();
  const roving = log?.messages.has(active) ? active : last?.id ?? "";
  const missed = log ? [...log.messages.values()].filter((each) => each.seq > seenSeq && each.userId !== room.me.id).length : 0;
  const mayWrite = state.ending === "" && !state.isArchived && !group.archived;
  const editLast = () => {
    const own = [...(log?.messages.values() ?? [])].filter((each) => each.userId === room.me.id && !each.isDeleted).pop();
    if (own) setEditing(own);
  };
  // A reply that is half written goes on when a message has been changed.
  const settle = () => (editing ? setEditing(null) : setReplyTo(null));
  return (
    <section className="chat" aria-label="Chat">
      <div className="chat-window" ref={window} onScroll={scrolled} onKeyDown={walk}>
        {!log && state.loadProblem === "" && <Skeleton shape="lines" count={4} />}
        {!log && state.loadProblem !== "" && (
          <Failure title="The messages did not load" message={state.loadProblem} onRetry={() => void room.load()} />
        )}
        {log?.hasOlder && (
          <button type="button" className="button quiet load-older" disabled={state.isLoadingOlder} onClick={loadOlder}>
            {state.isLoadingOlder ? "Loading older messages…" : "Load older messages"}
          </button>
        )}
        {state.olderProblem !== "" && <p className="field-problem" role="alert">{state.olderProblem}</p>}
        {log && !log.hasOlder && rows.length === 0 && (
          <div className="chat-empty">
            <p>Nothing has been said yet.</p>
            <p className="hint">Ask what you are stuck on. From a diagram, “Discuss in group” pins a message to the part that it is about.</p>
          </div>
        )}
        <ol className="messages">
          {rows.map((row) => {
            if (row.type === "day") return <li key={row.key} className="day-line"><span>{row.text}</span></li>;
            if (row.type === "unread") return <li key={row.key} className="day-line unread-line"><span>New</span></li>;
            if (row.type === "passage") return <li key={row.key} className="passage-line">{passageWords(row.passage, (id) => names.get(id))}</li>;
            const { message } = row;
            return (
              <Message
                key={message.cid}
                message={message}
                isFollowing={row.isFollowing}
                isActive={message.id === active}
                isRoving={message.id === roving}
                isMine={message.userId === room.me.id}
                mayModerate={role !== "MEMBER"}
                mayWrite={mayWrite}
                repliedTo={message.replyTo === null ? null : log?.messages.get(message.replyTo) ?? message.replyTo}
                seenBy={message === last ? seenBy(state.reads, message, names, room.me.id) : ""}
                room={room}
                onActive={setActive}
                onReply={setReplyTo}
                onEdit={setEditing}
                onShow={(id) => void show(id).catch(() => undefined)}
                onThread={onThread}
              />
            );
          })}
          {state.outgoing.map((each) => (
            <OutgoingMessage key={each.cid} message={each} isOnline={state.isIn} onSendAgain={() => room.sendAgain(each.cid)} onDiscard={() => room.discard(each.cid)} />
          ))}
        </ol>
      </div>
      <p className="visually-hidden" role="status" aria-label="New messages">
        {state.arrived && !state.arrived.isDeleted && `${state.arrived.name}: ${plainText(state.arrived.content)}`}
      </p>
      {!atEnd && (
        <button type="button" className="button to-newest" onClick={toEnd}>
          <Icon name="down" /> {missed > 0 ? counted(missed, "new message") : "Newest message"}
        </button>
      )}
      <p className="typing-line" aria-live="off">
        {state.typing.size > 0 && `${namesWords([...state.typing.values()])} ${state.typing.size === 1 ? "is" : "are"} writing…`}
      </p>
      {mayWrite ? (
        <Composer
          room={room}
          names={names}
          replyTo={replyTo}
          editing={editing}
          onSettled={settle}
          onSent={() => { settle(); requestAnimationFrame(toEnd); }}
          onEditLast={editLast}
        />
      ) : (
        state.ending === "" && <p className="composer-closed hint">This group is archived: it can be read, and nothing more is written.</p>
      )}
    </section>
  );
}

function seenBy(reads: ReadonlyMap<string, number>, message: ChatMessage, names: ReadonlyMap<string, string>, me: string): string {
  const readers = [...reads].filter(([id, seq]) => seq >= message.seq && id !== me && id !== message.userId).flatMap(([id]) => names.get(id) ?? []);
  return readers.length === 0 ? "" : `Seen by ${namesWords(readers)}`;
}

/** What is at the foot of the window while the page is looked at has been read. */
function useReading(room: GroupRoom, seq: number, isSeen: boolean): void {
  useEffect(() => {
    if (!isSeen || seq === 0) return;
    const look = () => !document.hidden && room.hasRead(seq);
    look();
    document.addEventListener("visibilitychange", look);
    return () => document.removeEventListener("visibilitychange", look);
  }, [room, seq, isSeen]);
}

interface Shown {
  readonly log: RoomState["log"];
  readonly outgoing: number;
  readonly atEnd: boolean;
}

/** Stays at the foot while somebody is there, and keeps still what is read while older messages come above it. */
function useScroll(window: RefObject<HTMLDivElement>, { log, outgoing, atEnd }: Shown): void {
  const before = useRef<{ first: string; height: number }>({ first: "", height: 0 });
  const first = (log?.messages.keys().next().value as string | undefined) ?? "";
  useLayoutEffect(() => {
    const element = window.current;
    if (!element) return;
    const grown = element.scrollHeight - before.current.height;
    if (atEnd) element.scrollTop = element.scrollHeight;
    else if (before.current.first !== "" && before.current.first !== first && element.scrollTop < nearStartPx) element.scrollTop += grown;
    before.current = { first, height: element.scrollHeight };
  }, [window, log, outgoing, atEnd, first]);
}
