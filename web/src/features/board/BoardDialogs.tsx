import { useState } from "react";
import type { FormEvent } from "react";
import { Dialog } from "../../design/Dialog";
import { useAction } from "../groups/useAction";
import { freePoint } from "./actions";
import { tools } from "./BoardTools";
import { mermaidFrom, shapesFrom } from "./mermaid";
import { shortID } from "./session";
import type { BoardSession } from "./session";
import type { Sheet } from "./sheet";
import { svgFrom } from "./svg";

export type DialogName = "menu" | "help" | "mermaid" | "image";

interface Props {
  readonly name: DialogName;
  readonly session: BoardSession;
  readonly sheet: Sheet | null;
  readonly title: string;
  readonly onClose: () => void;
  readonly onPlaced: (ids: Iterable<string>) => void;
}

export function BoardDialogs(props: Props) {
  const [name, setName] = useState(props.name);
  if (name === "help") return <Help onClose={props.onClose} />;
  if (name === "mermaid") return <FromMermaid {...props} />;
  if (name === "image") return <FromAddress {...props} />;
  return <Menu {...props} onOpen={setName} />;
}

function Menu({ session, title, onClose, onOpen }: Props & { onOpen: (name: DialogName) => void }) {
  const { problem, run } = useAction();
  const [copied, setCopied] = useState(false);
  const file = (text: string, type: string, ending: string) => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type }));
    link.download = `${title.replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-+|-+$/g, "") || "board"}.${ending}`;
    link.click();
    URL.revokeObjectURL(link.href);
  };
  const picture = () => run("svg", async () => file(svgFrom(session, document.querySelector<HTMLElement>(".board-sheet") ?? document.body), "image/svg+xml", "svg"));
  const copy = async () => setCopied(await run("copy", () => navigator.clipboard.writeText(mermaidFrom(session))));
  const isEmpty = session.records.size === 0;
  return (
    <Dialog title="More" onClose={onClose}>
      {problem && <p className="form-problem" role="alert">{problem}</p>}
      <ul className="choice-list">
        <li>
          <button type="button" disabled={!session.mayDraw} onClick={() => onOpen("mermaid")}>
            <strong>Bring in a Mermaid flowchart</strong>
            <span>Its parts and edges become shapes.</span>
          </button>
        </li>
        <li>
          <button type="button" disabled={!session.mayDraw} onClick={() => onOpen("image")}>
            <strong>Refer to a picture</strong>
            <span>One that lies on this server.</span>
          </button>
        </li>
        <li>
          <button type="button" disabled={isEmpty} onClick={() => void picture()}>
            <strong>Save as SVG</strong>
            <span>The whole board as a picture.</span>
          </button>
        </li>
        <li>
          <button type="button" disabled={isEmpty} onClick={() => file(mermaidFrom(session), "text/plain", "mmd")}>
            <strong>Save as Mermaid</strong>
            <span>Parts and edges as a flowchart.</span>
          </button>
        </li>
        <li>
          <button type="button" disabled={isEmpty} onClick={() => void copy()}>
            <strong>{copied ? "Copied" : "Copy as Mermaid"}</strong>
            <span>To paste it into a sketch.</span>
          </button>
        </li>
        <li>
          <button type="button" onClick={() => onOpen("help")}>
            <strong>Keys</strong>
            <span>Everything works without a pointer.</span>
          </button>
        </li>
      </ul>
    </Dialog>
  );
}

function FromMermaid({ session, sheet, onClose, onPlaced }: Props) {
  const [source, setSource] = useState("");
  const { busy, problem, run } = useAction();
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const window = sheet?.window ?? { x: 0, y: 0 };
    const at = freePoint(session, "node", { x: window.x + 80, y: window.y + 60 });
    const done = await run("import", async () => {
      const operations = await shapesFrom(source, at, session.top());
      session.edit(operations);
      const ids = operations.map((each) => each[1]);
      onPlaced(ids);
      sheet?.fit(ids);
    });
    if (done) onClose();
  };
  return (
    <Dialog title="Bring in a Mermaid flowchart" onClose={onClose}>
      <form className="group-form" onSubmit={(event) => void submit(event)}>
        {problem && <p className="form-problem" role="alert">{problem}</p>}
        <div className="field">
          <label htmlFor="mermaid-source">Source</label>
          <textarea id="mermaid-source" className="mono" rows={10} spellCheck={false} value={source} placeholder={"flowchart LR\n  api[API]:::service --> db[(Orders)]:::store"} onChange={(event) => setSource(event.target.value)} />
        </div>
        <button type="submit" className="button primary" disabled={busy !== "" || source.trim() === ""}>
          {busy === "" ? "Put it on the board" : "Reading it…"}
        </button>
      </form>
    </Dialog>
  );
}

function FromAddress({ session, sheet, onClose, onPlaced }: Props) {
  const [path, setPath] = useState("");
  const [alt, setAlt] = useState("");
  const [problem, setProblem] = useState("");
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const given = path.trim();
    const ref = given.startsWith(`${location.origin}/`) ? given.slice(location.origin.length) : given;
    if (!/^\/(?!\/)[\w./~-]{1,200}$/.test(ref)) return setProblem("Give the path of a picture on this server, such as /preview.png.");
    const size = await sizeOf(ref);
    if (!size) return setProblem("There is no picture at that path.");
    const window = sheet?.window ?? { x: 0, y: 0, width: 0, height: 0 };
    const id = shortID();
    const pos: [number, number] = [window.x + (window.width - size[0]) / 2, window.y + (window.height - size[1]) / 2];
    session.edit([["put", id, { type: "image", ref, alt: alt.trim(), pos, size, z: session.top() }]]);
    onPlaced([id]);
    onClose();
  };
  return (
    <Dialog title="Refer to a picture" onClose={onClose}>
      <form className="group-form" onSubmit={(event) => void submit(event)}>
        {problem && <p className="form-problem" role="alert">{problem}</p>}
        <div className="field">
          <label htmlFor="image-path">Path on this server</label>
          <input id="image-path" value={path} maxLength={300} placeholder="/preview.png" onChange={(event) => setPath(event.target.value)} />
        </div>
        <div className="field">
          <label htmlFor="image-alt">What it shows</label>
          <input id="image-alt" value={alt} maxLength={500} onChange={(event) => setAlt(event.target.value)} />
        </div>
        <button type="submit" className="button primary" disabled={path.trim() === "" || alt.trim() === ""}>Put it on the board</button>
      </form>
    </Dialog>
  );
}

const widestPx = 480;

/** The size that a picture gets on the board, or null if there is none. */
function sizeOf(ref: string): Promise<[number, number] | null> {
  return new Promise((resolve) => {
    const image = new Image();
    image.onload = () => {
      const share = Math.min(1, widestPx / Math.max(image.naturalWidth, 1));
      resolve([Math.max(24, image.naturalWidth * share), Math.max(24, image.naturalHeight * share)]);
    };
    image.onerror = () => resolve(null);
    image.src = ref;
  });
}

const keys: readonly (readonly [string, string])[] = [
  ["[ ]", "The shape before, the next one, in the order of reading"],
  ["Enter", "With a tool for parts, notes or text: put one on the board. Else: write on the selected shape"],
  ["Arrow keys", "Move what is selected, with Shift by one pixel; with nothing selected, or with Alt, move the board"],
  ["C, then [ ] and Enter", "With a shape selected: connect it to another"],
  ["Delete", "Delete what is selected"],
  ["Ctrl D", "Duplicate"],
  ["Ctrl Z, Ctrl Shift Z", "Undo, redo: your own changes only"],
  ["Ctrl A, Escape", "Select everything, nothing"],
  ["Page Up, Page Down", "To the front, to the back"],
  ["+ - 0", "Zoom in, out, show everything"],
  ["Space and drag", "Move the board"],
  ["L", "The board as a list in which everything can be changed"],
  ["?", "These keys"],
];

function Help({ onClose }: { onClose: () => void }) {
  return (
    <Dialog title="Keys of the board" onClose={onClose}>
      <dl className="shortcuts">
        {tools.map((each) => (
          <div key={each.tool}>
            <dt>
              <kbd>{each.key.toUpperCase()}</kbd>
            </dt>
            <dd>{each.name}</dd>
          </div>
        ))}
        {keys.map(([key, what]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
      <p className="hint">The keys work while the board has the focus: press Tab until it is framed.</p>
    </Dialog>
  );
}
