import { useEffect, useMemo, useState } from "react";
import { request } from "../../api/client";
import { Link, navigate } from "../../app/router";
import type { PageProps } from "../../app/routes";
import { Failure } from "../../design/Failure";
import { Icon } from "../../design/Icon";
import { Skeleton } from "../../design/Skeleton";
import { useTitle } from "../../design/useTitle";
import { counted, momentWords } from "../../design/words";
import { SignedIn } from "../auth/SignedIn";
import { Chat, problemOf, useChat } from "./chat";
import { ChatView } from "./ChatView";
import { DeleteDialog } from "./DeleteDialog";
import { addressOf, pointAt } from "./point";
import { Conversations } from "./queries.generated";
import type { ConversationsResult } from "./queries.generated";
import { useSettled } from "./useSettled";

type Summary = ConversationsResult["conversations"]["conversations"][number];

/** Every conversation with the tutor, and the one that is read. */
export default function TutorPage({ id }: PageProps) {
  useTitle("Tutor");
  return (
    <SignedIn title="Tutor" back={location.pathname}>
      <Content id={id} />
    </SignedIn>
  );
}

function Content({ id }: { id: string }) {
  const list = useConversations();
  const chat = useMemo(() => new Chat(), []);
  const state = useChat(chat);
  const settled = useSettled(chat);
  const [isDeleting, setDeleting] = useState(false);
  useEffect(() => {
    if (id !== "") void chat.open(id);
    return () => chat.forget();
  }, [chat, id]);
  const { reload } = list;
  useEffect(() => {
    if (settled > 0) reload();
  }, [settled, reload]);
  const here = pageOf(state.context);
  return (
    <div className="page tutor-page" data-reading={id !== ""}>
      <section className="tutor-list" aria-labelledby="conversations">
        <div className="section-head">
          <h1 id="conversations">Tutor</h1>
          {id !== "" && (
            <Link className="button" href="/tutor">
              <Icon name="plus" /> New
            </Link>
          )}
        </div>
        <List list={list} current={id || (state.id ?? "")} />
      </section>
      <section className="tutor-reading" aria-label="Conversation">
        {id !== "" && (
          <div className="tutor-head">
            <Link className="icon-button only-narrow" href="/tutor" aria-label="All conversations">
              <Icon name="left" />
            </Link>
            <h2>{here && state.subject !== null ? <Link href={here}>{state.subject}</Link> : "Conversation"}</h2>
            {state.problem === null && (
              <button type="button" className="icon-button" onClick={() => setDeleting(true)} aria-label="Delete this conversation" title="Delete this conversation">
                <Icon name="bin" />
              </button>
            )}
          </div>
        )}
        <ChatView chat={chat} here={null} settled={settled} onNew={() => navigate("/tutor")} onCite={(citation) => addressOf(citation) !== null && pointAt(citation)} />
      </section>
      {isDeleting && (
        <DeleteDialog
          onDelete={async () => {
            await chat.delete();
            reload();
            navigate("/tutor");
          }}
          onClose={() => setDeleting(false)}
        />
      )}
    </div>
  );
}

function pageOf({ diagramId, incidentId, labId }: { diagramId?: string | null; incidentId?: string | null; labId?: string | null }): string | null {
  if (diagramId) return `/diagrams/${diagramId}`;
  if (incidentId) return `/incidents/${incidentId}`;
  return labId ? `/labs/${labId}` : null;
}

interface List {
  readonly found: readonly Summary[] | null;
  readonly cursor: string | null;
  readonly isLoading: boolean;
  readonly problem: string;
  readonly reload: () => void;
  readonly more: () => void;
}

function useConversations(): List {
  const [found, setFound] = useState<readonly Summary[] | null>(null);
  const [cursor, setCursor] = useState<string | null>(null);
  const [isLoading, setLoading] = useState(true);
  const [problem, setProblem] = useState("");
  const [round, setRound] = useState(0);
  const load = async (after: string | null, signal?: AbortSignal) => {
    setLoading(true);
    setProblem("");
    try {
      const { conversations: page } = await request(Conversations, { after }, signal);
      setFound((before) => (after === null ? page.conversations : [...(before ?? []), ...page.conversations]));
      setCursor(page.cursor);
    } catch (error) {
      if (!signal?.aborted) setProblem(problemOf(error).message);
    } finally {
      if (!signal?.aborted) setLoading(false);
    }
  };
  useEffect(() => {
    const aborter = new AbortController();
    void load(null, aborter.signal);
    return () => aborter.abort();
  }, [round]);
  const reload = useMemo(() => () => setRound((before) => before + 1), []);
  return { found, cursor, isLoading, problem, reload, more: () => void load(cursor) };
}

function List({ list, current }: { list: List; current: string }) {
  const { found, cursor, isLoading, problem, reload, more } = list;
  if (!found && problem) return <Failure title="Your conversations did not load" message={problem} onRetry={reload} />;
  if (!found) return <Skeleton shape="lines" count={4} />;
  if (found.length === 0) {
    return (
      <p className="hint">
        You have asked nothing yet. Ask here, or beside a <Link href="/catalogue">diagram, an incident or a lab</Link>, where the answer can point at what you see.
      </p>
    );
  }
  return (
    <>
      <ul className="conversation-list">
        {found.map((each) => (
          <li key={each.id}>
            <Link href={`/tutor/${each.id}`} aria-current={each.id === current ? "page" : undefined}>
              <strong>{each.title}</strong>
              <small>
                {each.subject !== null && <span>{each.subject}</span>}
                <span>{counted(each.questions, "question")}</span>
                <time dateTime={each.updatedAt}>{momentWords(each.updatedAt)}</time>
              </small>
            </Link>
          </li>
        ))}
      </ul>
      {problem && (
        <p className="form-problem" role="alert">
          {problem}
        </p>
      )}
      {cursor !== null && (
        <button type="button" className="button quiet" disabled={isLoading} onClick={more}>
          {isLoading ? "Loading…" : "Older conversations"}
        </button>
      )}
    </>
  );
}
