import { kindWord } from "../../design/words";
import { BoardIcon } from "./BoardIcon";
import type { BoardIconName } from "./BoardIcon";
import type { DialogName } from "./BoardDialogs";
import type { Tool } from "./hands";
import type { BoardSession } from "./session";
import { nodeKinds } from "./words";

interface Props {
  readonly session: BoardSession;
  readonly tool: Tool;
  readonly kind: string;
  readonly isListed: boolean;
  readonly onTool: (tool: Tool) => void;
  readonly onKind: (kind: string) => void;
  readonly onDialog: (name: DialogName) => void;
  readonly onList: () => void;
}

export const tools: readonly { readonly tool: Tool; readonly name: string; readonly key: string }[] = [
  { tool: "select", name: "Select and move", key: "v" },
  { tool: "hand", name: "Move the board", key: "h" },
  { tool: "node", name: "Part", key: "n" },
  { tool: "connect", name: "Connect", key: "c" },
  { tool: "note", name: "Note", key: "s" },
  { tool: "text", name: "Text", key: "t" },
  { tool: "pen", name: "Pen", key: "p" },
];

export function BoardTools({ session, tool, kind, isListed, onTool, onKind, onDialog, onList }: Props) {
  const history = session.client?.history;
  const icon = (name: BoardIconName, label: string, act: () => void, isOff: boolean) => (
    <button type="button" className="tool" aria-label={label} title={label} aria-disabled={isOff} onClick={() => !isOff && act()}>
      <BoardIcon name={name} />
    </button>
  );
  return (
    <div className="board-tools" role="toolbar" aria-label="Tools">
      {tools.map((each) => (
        <button
          key={each.tool}
          type="button"
          className="tool"
          aria-pressed={tool === each.tool}
          aria-label={each.name}
          aria-keyshortcuts={each.key}
          title={`${each.name} (${each.key.toUpperCase()})`}
          disabled={!session.mayDraw && each.tool !== "select" && each.tool !== "hand"}
          onClick={() => onTool(each.tool)}
        >
          <BoardIcon name={each.tool} />
        </button>
      ))}
      {tool === "node" && (
        <select className="select" aria-label="Kind of part" value={kind} onChange={(event) => onKind(event.target.value)}>
          {nodeKinds.map((each) => (
            <option key={each} value={each}>
              {kindWord(each)}
            </option>
          ))}
        </select>
      )}
      <span className="editor-tools-gap" />
      {icon("undo", "Undo (Ctrl Z)", () => session.undo(), !history?.canUndo || !session.mayDraw)}
      {icon("redo", "Redo (Ctrl Shift Z)", () => session.redo(), !history?.canRedo || !session.mayDraw)}
      <button type="button" className="tool" aria-pressed={isListed} aria-label="List of shapes" title="List of shapes (L)" onClick={onList}>
        <BoardIcon name="list" />
      </button>
      <button type="button" className="tool" aria-pressed={session.isPresenting} aria-label="Present: others can follow" title="Present: others can follow" onClick={() => session.present(!session.isPresenting)}>
        <BoardIcon name="present" />
      </button>
      {icon("more", "More: pictures, export, import, keys", () => onDialog("menu"), false)}
    </div>
  );
}
