import { memo, useState } from "react";
import { Dialog } from "../../design/Dialog";
import { Icon } from "../../design/Icon";
import { momentWords } from "../../design/words";
import type { Anchor } from "../../realtime/events";
import type { ChatMessage } from "../../realtime/log";
import type { GroupRoom } from "../../realtime/room";
import { AnchorLink } from "./AnchorLink";
import { Avatar } from "./Avatar";
import { timeWords } from "./groupWords";
import { plainText, RichText } from "./richText";
import { useAction } from "./useAction";

interface Props {
  readonly message: ChatMessage;
  readonly isFollowing: boolean;
  readonly isActive: boolean;
  /** Whether Tab leads here. */
  readonly isRoving: boolean;
  readonly isMine: boolean;
  readonly mayModerate: boolean;
  readonly mayWrite: boolean;
  /** The message that this answers; its id if it is not loaded. */
  readonly repliedTo: ChatMessage | string | null;
  readonly seenBy: string;
  readonly room: GroupRoom;
  readonly onActive: (id: string) => void;
  readonly onReply: (message: ChatMessage) => void;
  readonly onEdit: (message: ChatMessage) => void;
  readonly onShow: (id: string) => void;
  readonly onThread?: (anchor: Anchor) => void;
}

const emojis: readonly (readonly [string, string])[] = [["👍", "Thumbs up"], ["❤️", "Heart"], ["🎉", "Party"], ["🤔", "Thinking"], ["👀", "Looking"], ["✅", "Done"]];

export const Message = memo(function Message(props: Props) {
  const { message, isFollowing, isActive, isRoving, repliedTo, seenBy, room, onActive, onShow, onThread } = props;
  const { problem, run } = useAction();
  const react = (emoji: string, on: boolean) => void run("react", () => room.react(message.id, emoji, on));
  return (
    <li
      id={`message-${message.id}`}
      className="message"
      data-following={isFollowing || undefined}
      data-mine={props.isMine || undefined}
      tabIndex={isRoving ? 0 : -1}
      aria-label={`${message.name}, ${timeWords(message.at)}`}
      onFocus={() => onActive(message.id)}
      onPointerUp={() => onActive(message.id)}
    >
      {!isFollowing && <Avatar id={message.userId} name={message.name} />}
      <div className="message-body">
        {!isFollowing && (
          <p className="message-head">
            <strong>{message.name}</strong>
            <time dateTime={new Date(message.at).toISOString()} title={momentWords(new Date(message.at).toISOString())}>
              {timeWords(message.at)}
            </time>
          </p>
        )}
        {repliedTo !== null && (
          <button type="button" className="replied-to" onClick={() => onShow(typeof repliedTo === "string" ? repliedTo : repliedTo.id)}>
            {typeof repliedTo === "string" ? "Answers an older message" : `${repliedTo.name}: ${repliedTo.isDeleted ? "deleted message" : plainText(repliedTo.content, 90)}`}
          </button>
        )}
        {message.anchor && <AnchorLink anchor={message.anchor} {...(onThread && { onThread })} />}
        {message.isDeleted ? <p className="message-gone">This message was deleted.</p> : <div className="message-text"><RichText text={message.content} /></div>}
        {message.isEdited && !message.isDeleted && <span className="message-note">edited</span>}
        {message.reactions.length > 0 && (
          <div className="reactions">
            {message.reactions.map(({ emoji, count, mine }) => (
              <button key={emoji} type="button" aria-pressed={mine} disabled={!props.mayWrite} aria-label={`${nameOf(emoji)}, ${count}`} onClick={() => react(emoji, !mine)}>
                <span aria-hidden="true">{emoji}</span> {count}
              </button>
            ))}
          </div>
        )}
        {problem && <p className="field-problem" role="alert">{problem}</p>}
        {seenBy && <p className="message-note">{seenBy}</p>}
      </div>
      {isActive && props.mayWrite && !message.isDeleted && <Actions {...props} onReact={react} />}
    </li>
  );
});

function nameOf(emoji: string): string {
  return emojis.find(([each]) => each === emoji)?.[1] ?? emoji;
}

function Actions({ message, isMine, mayModerate, room, onReply, onEdit, onReact }: Props & { onReact: (emoji: string, on: boolean) => void }) {
  const [isReacting, setReacting] = useState(false);
  const [isDeleting, setDeleting] = useState(false);
  const { busy, problem, run } = useAction();
  const remove = async () => (await run("delete", () => room.remove(message.id))) && setDeleting(false);
  return (
    <div className="message-actions" role="group" aria-label="This message">
      {isReacting ? (
        <>
          {emojis.map(([emoji, name]) => {
            const mine = message.reactions.some((each) => each.emoji === emoji && each.mine);
            return (
              <button key={emoji} type="button" aria-label={name} aria-pressed={mine} onClick={() => { onReact(emoji, !mine); setReacting(false); }}>
                <span aria-hidden="true">{emoji}</span>
              </button>
            );
          })}
          <button type="button" aria-label="No reaction" onClick={() => setReacting(false)}>
            <Icon name="close" />
          </button>
        </>
      ) : (
        <>
          <button type="button" onClick={() => onReply(message)}>Reply</button>
          <button type="button" onClick={() => setReacting(true)}>React</button>
          {isMine && <button type="button" onClick={() => onEdit(message)}>Edit</button>}
          {(isMine || mayModerate) && <button type="button" className="bad" onClick={() => setDeleting(true)}>Delete</button>}
        </>
      )}
      {isDeleting && (
        <Dialog title="Delete this message?" onClose={() => setDeleting(false)}>
          <p>Its text is taken away for everybody, and cannot be brought back. That there was a message stays visible.</p>
          {problem && <p className="form-problem" role="alert">{problem}</p>}
          <div className="button-row">
            <button type="button" className="button danger" disabled={busy !== ""} onClick={() => void remove()}>Delete it</button>
            <button type="button" className="button" onClick={() => setDeleting(false)}>Keep it</button>
          </div>
        </Dialog>
      )}
    </div>
  );
}
