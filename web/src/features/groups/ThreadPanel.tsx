import { useEffect, useMemo } from "react";
import { useQuery } from "../../api/useQuery";
import { Link } from "../../app/router";
import { Failure } from "../../design/Failure";
import { Icon } from "../../design/Icon";
import { Skeleton } from "../../design/Skeleton";
import { momentWords } from "../../design/words";
import type { Anchor } from "../../realtime/events";
import type { GroupRoom, RoomState } from "../../realtime/room";
import { anchorAddress, useAnchorName } from "./AnchorLink";
import { Avatar } from "./Avatar";
import { Composer } from "./Composer";
import type { Group } from "./groupFrom";
import { messageFrom } from "./history";
import { OutgoingMessage } from "./OutgoingMessage";
import { GroupThread } from "./queries.generated";
import { RichText } from "./richText";

interface Props {
  readonly room: GroupRoom;
  readonly state: RoomState;
  readonly group: Group;
  readonly anchor: Anchor;
  readonly names: ReadonlyMap<string, string>;
  readonly onClose: () => void;
}

/** What has been said about one part of a diagram. */
export function ThreadPanel({ room, state, group, anchor, names, onClose }: Props) {
  const variables = { id: group.id, diagram: anchor.diagramId, node: anchor.nodeId ?? null, edge: anchor.edgeId ?? null };
  const page = useQuery(GroupThread, variables);
  const name = useAnchorName(anchor);
  // The log knows what the answer does not yet: newer messages, and changes of older ones.
  const live = useMemo(() => [...(state.log?.messages.values() ?? [])].filter((each) => isSame(each.anchor, anchor)), [state.log, anchor]);
  const asked = page.data?.groupThread.map((each) => messageFrom(each, 0)) ?? [];
  const known = new Map([...asked, ...live].map((each) => [each.id, each]));
  const messages = [...known.values()].sort((a, b) => a.seq - b.seq);
  useEffect(() => {
    document.getElementById("thread-end")?.scrollIntoView({ block: "nearest" });
  }, [messages.length]);
  const isOpen = state.ending === "" && !state.isArchived;
  return (
    <div className="thread">
      <div className="panel-head">
        <h2>Thread</h2>
        <button type="button" className="icon-button" onClick={onClose} aria-label="Close the thread">
          <Icon name="close" />
        </button>
      </div>
      <p className="anchor">
        <Link href={anchorAddress(anchor)}>
          <Icon name="diagram" /> {name}
        </Link>
      </p>
      <div className="thread-window">
        {page.error && !page.data && <Failure title="The thread did not load" message={page.error.message} onRetry={page.retry} />}
        {page.loading && <Skeleton shape="lines" count={2} />}
        {page.data && messages.length === 0 && <p className="hint">Nobody has said anything about this yet.</p>}
        <ol className="messages">
          {messages.map((each) => (
            <li key={each.id} className="message">
              <Avatar id={each.userId} name={each.name} />
              <div className="message-body">
                <p className="message-head">
                  <strong>{each.name}</strong>
                  <time dateTime={new Date(each.at).toISOString()}>{momentWords(new Date(each.at).toISOString())}</time>
                </p>
                {each.isDeleted ? <p className="message-gone">This message was deleted.</p> : <div className="message-text"><RichText text={each.content} /></div>}
              </div>
            </li>
          ))}
          {state.outgoing.filter((each) => isSame(each.anchor, anchor)).map((each) => (
            <OutgoingMessage key={each.cid} message={each} isOnline={state.isIn} onSendAgain={() => room.sendAgain(each.cid)} onDiscard={() => room.discard(each.cid)} />
          ))}
        </ol>
        <span id="thread-end" />
      </div>
      {isOpen && <Composer room={room} names={names} replyTo={null} editing={null} anchor={anchor} placeholder="Say something about it" onSettled={() => undefined} onSent={() => undefined} />}
    </div>
  );
}

function isSame(a: Anchor | null, b: Anchor): boolean {
  return a !== null && a.diagramId === b.diagramId && (a.nodeId ?? null) === (b.nodeId ?? null) && (a.edgeId ?? null) === (b.edgeId ?? null);
}
