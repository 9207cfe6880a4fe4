import { useSession } from "../../api/session";
import type { ContextInput } from "../../api/generated";
import { Icon } from "../../design/Icon";
import { showTutor } from "./open";

interface Props {
  readonly label: string;
  readonly question: string;
  readonly context: ContextInput;
}

/** Asks the tutor something that the page already knows. */
export function AskButton({ label, question, context }: Props) {
  const { status } = useSession();
  if (status !== "member") return null;
  return (
    <button type="button" className="button ask-button" onClick={() => showTutor({ question, context })}>
      <Icon name="tutor" /> {label}
    </button>
  );
}
