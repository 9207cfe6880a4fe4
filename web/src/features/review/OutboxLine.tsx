import { useEffect, useState } from "react";
import { sendReviews, useReviewLog } from "../../api/reviewLog";
import { useSession } from "../../api/session";
import { counted } from "../../design/words";

/** While all is well a review is on its way for less than this, and nothing need be said. */
const quietMs = 2_000;

/** What this device has not brought to the server yet; nothing if there is nothing to say. */
export function OutboxLine() {
  const owner = useSession().user?.id ?? "";
  const { waiting, trouble, refused, kept } = useReviewLog(owner);
  const [isLate, setLate] = useState(false);
  const waits = waiting > 0;
  useEffect(() => {
    if (!waits) return setLate(false);
    const timer = setTimeout(() => setLate(true), quietMs);
    return () => clearTimeout(timer);
  }, [waits]);
  return (
    <div className="outbox" role="status">
      {waits && (isLate || trouble !== "" || !kept) && (
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
