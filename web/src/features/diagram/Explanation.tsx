import { Icon } from "../../design/Icon";
import { kindWord } from "../../design/words";
import { nodeLabel } from "./graph";
import type { Graph, GraphEdge, GraphNode, Part } from "./graph";

interface Props {
  readonly graph: Graph;
  readonly part: Part;
  /** Whether edges are calls and messages, and not relations or transitions. */
  readonly talks: boolean;
  readonly onSelect: (part: Part) => void;
}

/** What one node or edge is there for. */
export function Explanation({ graph, part, talks, onSelect }: Props) {
  const node = part.type === "node" ? graph.nodes.find((each) => each.id === part.id) : undefined;
  const edge = part.type === "edge" ? graph.edges.find((each) => each.id === part.id) : undefined;
  if (node) return <NodeExplanation graph={graph} node={node} talks={talks} onSelect={onSelect} />;
  if (edge) return <EdgeExplanation graph={graph} edge={edge} talks={talks} onSelect={onSelect} />;
  return null;
}

interface NodeProps {
  readonly graph: Graph;
  readonly node: GraphNode;
  readonly talks: boolean;
  readonly onSelect: (part: Part) => void;
}

function NodeExplanation({ graph, node, talks, onSelect }: NodeProps) {
  const group = graph.groups.find((each) => each.members.includes(node.id));
  return (
    <article className="explanation">
      <p className="explanation-kind">
        <span className={`kind-dot kind-${node.kind}`} aria-hidden="true" />
        {node.kind === "unknown" ? "Part" : kindWord(node.kind)}
        {node.replicas > 1 && <span> · {node.replicas} replicas</span>}
        {node.stateful && <span> · keeps state</span>}
      </p>
      <h2>{node.label}</h2>
      {group && group.label !== "" && <p className="hint">In {group.label}</p>}
      {node.purpose && <p>{node.purpose}</p>}
      {node.ifLost && (
        <div className="if-lost">
          <h3>If it is lost</h3>
          <p>{node.ifLost}</p>
        </div>
      )}
      {node.numbers.length > 0 && (
        <>
          <h3>Numbers</h3>
          <dl className="numbers">
            {node.numbers.map((number) => (
              <div key={number.name}>
                <dt>{number.name}</dt>
                <dd>
                  <strong>{number.value}</strong>
                  <span className="source">{number.source}</span>
                </dd>
              </div>
            ))}
          </dl>
        </>
      )}
      <Neighbours title={talks ? "Called by" : "Leading here"} ids={node.incoming} graph={graph} end="from" onSelect={onSelect} />
      <Neighbours title={talks ? "Calls" : "Leading on"} ids={node.outgoing} graph={graph} end="to" onSelect={onSelect} />
    </article>
  );
}

interface NeighboursProps {
  readonly title: string;
  readonly ids: readonly string[];
  readonly graph: Graph;
  readonly end: "from" | "to";
  readonly onSelect: (part: Part) => void;
}

function Neighbours({ title, ids, graph, end, onSelect }: NeighboursProps) {
  const edges = ids.flatMap((id) => graph.edges.find((edge) => edge.id === id) ?? []);
  if (edges.length === 0) return null;
  return (
    <>
      <h3>{title}</h3>
      <ul className="neighbours">
        {edges.map((edge) => (
          <li key={edge.id}>
            <button type="button" className="part-link" onClick={() => onSelect({ type: "edge", id: edge.id })}>
              {edge.step !== null && <span className="step-number">{edge.step}</span>}
              {edge.label || "edge"}
            </button>
            <span aria-hidden="true">{end === "from" ? "←" : "→"}</span>
            <span className="visually-hidden">{end === "from" ? "from" : "to"}</span>
            <button type="button" className="part-link node-link" onClick={() => onSelect({ type: "node", id: edge[end] })}>
              {nodeLabel(graph, edge[end])}
            </button>
          </li>
        ))}
      </ul>
    </>
  );
}

interface EdgeProps {
  readonly graph: Graph;
  readonly edge: GraphEdge;
  readonly talks: boolean;
  readonly onSelect: (part: Part) => void;
}

function EdgeExplanation({ graph, edge, talks, onSelect }: EdgeProps) {
  const place = graph.edges.indexOf(edge);
  const previous = edge.step === null ? undefined : graph.edges[place - 1];
  const next = edge.step === null ? undefined : graph.edges[place + 1];
  return (
    <article className="explanation">
      <p className="explanation-kind">{edge.step === null ? "Edge" : `Message ${edge.step} of ${graph.edges.length}`}</p>
      <h2 className="edge-title">
        <span>{nodeLabel(graph, edge.from)}</span> <em>{edge.label}</em> <span>{nodeLabel(graph, edge.to)}</span>
      </h2>
      {edge.carries && <p>{edge.carries}</p>}
      {talks && <EdgeFacts edge={edge} />}
      <h3>Ends</h3>
      <ul className="neighbours">
        {([["From", edge.from], ["To", edge.to]] as const).map(([word, id]) => (
          <li key={word}>
            <span>{word}</span>
            <button type="button" className="part-link node-link" onClick={() => onSelect({ type: "node", id })}>
              {nodeLabel(graph, id)}
            </button>
          </li>
        ))}
      </ul>
      {(previous || next) && (
        <div className="button-row">
          <button type="button" className="button" disabled={!previous} onClick={() => previous && onSelect({ type: "edge", id: previous.id })}>
            <Icon name="left" /> Previous
          </button>
          <button type="button" className="button" disabled={!next} onClick={() => next && onSelect({ type: "edge", id: next.id })}>
            Next <Icon name="right" />
          </button>
        </div>
      )}
    </article>
  );
}

/** How an edge talks, and what is without it. */
export function EdgeFacts({ edge }: { edge: GraphEdge }) {
  return (
    <dl className="facts">
      <div>
        <dt>Mode</dt>
        <dd>{edge.mode === "async" ? "Asynchronous: nobody waits" : "Synchronous: the caller waits"}</dd>
      </div>
      {edge.protocol && (
        <div>
          <dt>Protocol</dt>
          <dd>{edge.protocol}</dd>
        </div>
      )}
      <div>
        <dt>Required</dt>
        <dd>{edge.required ? "Yes: the caller fails without it" : "No: the caller goes on without it"}</dd>
      </div>
      {edge.fallback && (
        <div>
          <dt>Fallback</dt>
          <dd>{edge.fallback}</dd>
        </div>
      )}
    </dl>
  );
}
