// Reads JSON sources from standard input, one a line, and answers with what mermaid.js makes of each, one line each.
//
//   NODE_PATH=/usr/share/nodejs node theirs.mjs FOLDER_OF_MERMAID < sources.jsonl
import { createInterface } from "node:readline";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { resolve } from "node:path";

const require = createRequire("/usr/share/nodejs/");
const { JSDOM } = require("jsdom");
const { window } = new JSDOM("<body></body>");
globalThis.window = window;
for (const name of [
  "document", "Element", "DocumentFragment", "HTMLTemplateElement", "Node", "NodeFilter", "NamedNodeMap", "HTMLFormElement",
  "DOMParser", "SVGElement", "Option",
]) {
  globalThis[name] = window[name];
}
const { mermaid } = await import(pathToFileURL(resolve(process.argv[2], "index.js")).href);
mermaid.initialize({ startOnLoad: false, securityLevel: "strict" });

const list = (map) => [...map.values()];

const readers = {
  flowchart(db) {
    return {
      nodes: list(db.getVertices()).map((node) => ({ id: node.id, label: node.text ?? node.id })),
      edges: db.getEdges().map((edge) => ({ from: edge.start, to: edge.end, label: edge.text, arrow: [edge.stroke, edge.type] })),
      groups: db.getSubGraphs().map((group) => ({ id: group.id, label: group.title, members: group.nodes })),
    };
  },
  sequence(db) {
    const names = Object.fromEntries(Object.entries(db.LINETYPE).map(([name, number]) => [number, name]));
    return {
      nodes: list(db.getActors()).map((actor) => ({ id: actor.name, label: actor.description })),
      edges: db
        .getMessages()
        .filter((each) => each.from !== undefined && each.to !== undefined && names[each.type] !== "NOTE")
        .filter((each) => !/START|END|AND$|ELSE|OPTION|AUTONUMBER/.test(names[each.type] ?? ""))
        .map((each) => ({ from: each.from, to: each.to, label: each.message, arrow: names[each.type] })),
      groups: db.getBoxes().map((box) => ({ id: "", label: box.name ?? "", members: box.actorKeys })),
    };
  },
  state(db) {
    const { nodes, edges } = db.getData();
    return {
      nodes: nodes.map((node) => ({ id: node.id, label: node.label, shape: node.shape, parent: node.parentId, isGroup: node.isGroup })),
      edges: edges.map((edge) => ({ from: edge.start, to: edge.end, label: edge.label })),
    };
  },
  class(db) {
    return {
      nodes: list(db.getClasses()).map((each) => ({ id: each.id, label: each.label })),
      edges: db.getRelations().map((each) => ({
        from: each.id1, to: each.id2, label: each.title ?? "", arrow: [each.relation.type1, each.relation.lineType, each.relation.type2],
      })),
      groups: list(db.getNamespaces()).map((each) => ({ id: each.id, label: each.id, members: [...each.classes.keys()] })),
    };
  },
  er(db) {
    const names = new Map([...db.getEntities()].map(([name, entity]) => [entity.id, name]));
    return {
      nodes: [...db.getEntities()].map(([name, entity]) => ({ id: name, label: entity.alias || name })),
      edges: db.getRelationships().map((each) => ({
        from: names.get(each.entityA) ?? each.entityA,
        to: names.get(each.entityB) ?? each.entityB,
        label: each.roleA,
        arrow: [each.relSpec.cardB, each.relSpec.relType, each.relSpec.cardA],
      })),
      groups: [],
    };
  },
  timeline(db) {
    return { tasks: db.getTasks().map((task) => ({ label: task.task, events: task.events, section: task.section })) };
  },
};

function kindOf(type) {
  return Object.keys(readers).find((kind) => type.startsWith(kind)) ?? type;
}

async function answer(source) {
  try {
    const diagram = await mermaid.mermaidAPI.getDiagramFromText(source);
    const kind = kindOf(diagram.type);
    return { ok: true, kind, ...readers[kind]?.(diagram.db) };
  } catch (error) {
    return { ok: false, message: String(error?.message ?? error).slice(0, 300) };
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(await answer(JSON.parse(line)))}\n`);
}
process.exit(0);
