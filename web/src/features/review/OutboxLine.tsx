import { sendReviews, useReviewLog } from "../../api/reviewLog";
import { useSession } from "../../api/session";
import { counted } from "../../design/words";

/** What this device has not brought to the server yet; nothing if there is nothing to say. */
export function OutboxLine() {
  const owner = useSession().user?.id ?? "";
  const { waiting, trouble, refused, kept } = useReviewLog(owner);
  return (
    <div className="outbox" role="status">
      {waiting > 0 && (
        <p className="outbox-line">
          <span>
            {counted(waiting, "review waits", "reviews wait")} to be sent.{" "}
            {kept ? "They are kept on this device." : "This browser keeps nothing: they are lost if you close the page."} {trouble}
          </span>
          <button type="button" className="button quiet" onClick={() => void sendReviews()}>
            Send now
          </button>
        </p>
      )}
      {refused.map((each, index) => (
        <p key={index} className="outbox-line bad">
          A review was not taken: {each}
        </p>
      ))}
    </div>
  );
}
