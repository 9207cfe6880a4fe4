import { useEffect, useLayoutEffect, useRef, useState } from "react";
import type { KeyboardEvent, ReactNode } from "react";
import { useSession } from "../../api/session";
import { Link } from "../../app/router";
import { Icon } from "../../design/Icon";
import { useMedia } from "../editor/useMedia";
import { Chat, useChat } from "./chat";
import { ChatView } from "./ChatView";
import { DeleteDialog } from "./DeleteDialog";
import { useHere } from "./here";
import { hideTutor, useOpening } from "./open";
import type { Opening } from "./open";
import { pointAt } from "./point";
import type { FieldHandle } from "./QuestionField";
import { useSettled } from "./useSettled";

/** The conversation of the panel: it goes on from page to page, so that what a citation leads to can be talked about. */
const chat = new Chat();

/** The tutor beside a page; on a narrow screen in front of it. */
export default function TutorPanel() {
  const isNarrow = useMedia("(max-width: 860px)");
  const opening = useOpening();
  return isNarrow ? (
    <Sheet from={opening.from}>
      <Content opening={opening} isNarrow />
    </Sheet>
  ) : (
    <Beside from={opening.from}>
      <Content opening={opening} isNarrow={false} />
    </Beside>
  );
}

interface FrameProps {
  /** What gets the focus back. */
  readonly from: Element | null;
  readonly children: ReactNode;
}

function Beside({ from, children }: FrameProps) {
  const frame = useRef<HTMLElement>(null);
  useFocusBack(frame, from);
  return (
    <aside className="tutor" aria-label="Tutor" ref={frame} onKeyDown={keyed}>
      {children}
    </aside>
  );
}

/** The whole screen: a dialog, so that nothing behind it is read or reached. */
function Sheet({ from, children }: FrameProps) {
  const frame = useRef<HTMLDialogElement>(null);
  useFocusBack(frame, from);
  useLayoutEffect(() => {
    const dialog = frame.current;
    dialog?.showModal();
    return () => dialog?.close();
  }, []);
  return (
    <dialog
      className="tutor tutor-sheet"
      aria-label="Tutor"
      ref={frame}
      onKeyDown={keyed}
      onCancel={(event) => {
        event.preventDefault();
        hideTutor();
      }}
    >
      {children}
    </dialog>
  );
}

/** Escape closes the panel. Keys without a modifier mean nothing to the page behind it. */
function keyed(event: KeyboardEvent<HTMLElement>): void {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  event.stopPropagation();
  const isInDialog = event.target instanceof Element && event.target.closest("dialog:not(.tutor)") !== null;
  if (event.key !== "Escape" || isInDialog || event.defaultPrevented) return;
  event.preventDefault();
  hideTutor();
}

function useFocusBack(frame: { readonly current: HTMLElement | null }, from: Element | null): void {
  const opener = useRef(from);
  opener.current = from;
  useLayoutEffect(() => {
    const element = frame.current;
    return () => {
      if (!element?.contains(document.activeElement)) return;
      const before = opener.current;
      const target = before instanceof HTMLElement || before instanceof SVGElement ? before : null;
      const button = document.querySelector<HTMLElement>(".tutor-opener");
      requestAnimationFrame(() => (target?.isConnected && target !== document.body ? target : button)?.focus({ preventScroll: true }));
    };
  }, [frame]);
}

function Content({ opening, isNarrow }: { opening: Opening; isNarrow: boolean }) {
  const { status, user } = useSession();
  const field = useRef<FieldHandle>(null);
  const here = useHere();
  const state = useChat(chat);
  const settled = useSettled(chat);
  const [isDeleting, setDeleting] = useState(false);
  const owner = user?.id ?? "";
  // Before anything is painted: what one account has asked is nothing for the next.
  useLayoutEffect(() => {
    if (chatOwner === owner) return;
    chatOwner = owner;
    chat.forget();
  }, [owner]);
  const isMember = status === "member";
  useEffect(() => {
    if (!isMember) return;
    field.current?.focus();
    if (!opening.wish || asked.has(opening.wish)) return;
    asked.add(opening.wish);
    chat.ask(opening.wish.question, opening.wish.context);
  }, [opening, isMember]);
  return (
    <>
      <div className="tutor-head">
        <h2>Tutor</h2>
        {state.turns.length > 0 && (
          <>
            <button type="button" className="icon-button" onClick={() => { chat.forget(); field.current?.focus(); }} aria-label="New conversation" title="New conversation">
              <Icon name="plus" />
            </button>
            <button type="button" className="icon-button" disabled={state.id === null} onClick={() => setDeleting(true)} aria-label="Delete this conversation" title="Delete this conversation">
              <Icon name="bin" />
            </button>
          </>
        )}
        {isMember && (
          <Link className="icon-button" href={state.id === null ? "/tutor" : `/tutor/${state.id}`} onClick={() => hideTutor()} aria-label="All conversations" title="All conversations">
            <Icon name="past" />
          </Link>
        )}
        <button type="button" className="icon-button" onClick={() => hideTutor()} aria-label="Close the tutor" title="Close (Esc)">
          <Icon name="close" />
        </button>
      </div>
      {isMember && (
        <ChatView
          ref={field}
          chat={chat}
          here={here}
          settled={settled}
          onNew={() => chat.forget()}
          onCite={(citation) => {
            // What lies under the sheet must be seen to be lit up.
            if (isNarrow) hideTutor();
            pointAt(citation);
          }}
        />
      )}
      {status === "visitor" && <Visitor />}
      {isDeleting && <DeleteDialog onDelete={() => chat.delete()} onClose={() => setDeleting(false)} />}
    </>
  );
}

/** Whose conversation the panel holds. */
let chatOwner = "";
/** Wishes that were put already: a panel that is closed and opened again must not ask twice. */
const asked = new WeakSet<object>();

function Visitor() {
  const back = encodeURIComponent(location.pathname + location.search);
  return (
    <div className="tutor-empty">
      <Icon name="tutor" />
      <h3>Ask about what you see</h3>
      <p>The tutor answers from the catalogue, with the places that say so. Sign in, so that your conversations are yours.</p>
      <div className="button-row">
        <Link className="button primary" href={`/sign-in?back=${back}`} onClick={() => hideTutor()}>
          Sign in
        </Link>
        <Link className="button" href={`/register?back=${back}`} onClick={() => hideTutor()}>
          Make an account
        </Link>
      </div>
    </div>
  );
}
