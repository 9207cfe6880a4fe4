import type { Outgoing } from "../../realtime/room";
import { RichText } from "./richText";

interface Props {
  readonly message: Outgoing;
  readonly isOnline: boolean;
  readonly onSendAgain: () => void;
  readonly onDiscard: () => void;
}

/** A message that the server has not acknowledged, and what has become of it. */
export function OutgoingMessage({ message, isOnline, onSendAgain, onDiscard }: Props) {
  return (
    <li className="message outgoing" data-mine data-following data-state={message.state}>
      <div className="message-body">
        <div className="message-text">
          <RichText text={message.content} />
        </div>
        <p className="message-note" role="status">
          {message.state === "failed" ? `Not sent. ${message.refusal ?? ""}` : message.state === "sending" ? "Sending…" : isOnline ? "Waiting to be sent" : "Waiting for a connection"}
        </p>
        {message.state === "failed" && (
          <span className="button-pair">
            <button type="button" className="button" onClick={onSendAgain}>Send again</button>
            <button type="button" className="button quiet" onClick={onDiscard}>Discard</button>
          </span>
        )}
        {message.state === "waiting" && !isOnline && (
          <button type="button" className="button quiet" onClick={onDiscard}>Discard</button>
        )}
      </div>
    </li>
  );
}
