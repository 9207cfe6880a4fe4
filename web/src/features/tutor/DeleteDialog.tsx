import { Dialog } from "../../design/Dialog";
import { useAction } from "../groups/useAction";

export function DeleteDialog({ onDelete, onClose }: { onDelete: () => Promise<void>; onClose: () => void }) {
  const { busy, problem, run } = useAction();
  return (
    <Dialog title="Delete this conversation?" onClose={onClose}>
      <p>Its questions and answers go for good, from every device.</p>
      {problem && (
        <p className="form-problem" role="alert">
          {problem}
        </p>
      )}
      <div className="button-row">
        <button type="button" className="button danger" disabled={busy !== ""} onClick={() => void run("delete", onDelete).then((isDone) => isDone && onClose())}>
          Delete it
        </button>
        <button type="button" className="button" onClick={onClose}>
          Keep it
        </button>
      </div>
    </Dialog>
  );
}
