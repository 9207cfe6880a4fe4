import { connectNow, useConnection } from "../../realtime/connection";
import { timeWords } from "./groupWords";

/** Says when there is no connection, since when, and what that means; says nothing while all is well. */
export function ConnectionBar({ kept, waiting = 0 }: { kept: string; waiting?: number }) {
  const connection = useConnection();
  const again = (
    <button type="button" className="button" onClick={connectNow}>
      Try now
    </button>
  );
  return (
    <div role="status" className="connection">
      {connection.status === "refused" && (
        <p className="connection-bar bad">
          <span>{connection.message}</span>
          {again}
        </p>
      )}
      {connection.status === "connecting" && <p className="connection-bar">Connecting…</p>}
      {connection.status === "offline" && (
        <p className="connection-bar">
          <span>
            No connection since {timeWords(connection.since)}. {kept}
            {waiting > 0 && ` ${waiting === 1 ? "One change waits" : `${waiting} changes wait`} to be sent.`}
          </span>
          {again}
        </p>
      )}
    </div>
  );
}
