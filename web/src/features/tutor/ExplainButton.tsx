import type { ContextInput } from "../../api/generated";
import type { Part } from "../diagram/graph";
import { AskButton } from "./AskButton";

interface Props {
  readonly context: ContextInput;
  readonly part: Part;
  readonly name: string;
}

/** Asks the tutor about a part of the picture. */
export function ExplainButton({ context, part, name }: Props) {
  return (
    <AskButton label={`Explain this ${part.type}`} question={`Explain “${name.replace(/\s+/g, " ")}”`} context={{ ...context, nodeIds: [part.id], intent: "EXPLAIN" }} />
  );
}
