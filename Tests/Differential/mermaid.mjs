// Reads one source per line (a JSON string) and answers what mermaid.js makes of it, one JSON object per line, in the
// form of `atlas diagram parse --jsonl`. Usage: NODE_PATH=/usr/share/nodejs node mermaid.mjs MERMAID_MODULE < sources > answers
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

const require = createRequire(import.meta.url);
const { JSDOM } = require("jsdom");
const { window } = new JSDOM("<body></body>");
const names = [
    "document", "Element", "DocumentFragment", "HTMLTemplateElement", "Node", "NodeFilter", "NamedNodeMap",
    "HTMLFormElement", "DOMParser", "SVGElement", "Option",
];
globalThis.window = window;
for (const name of names) globalThis[name] = window[name];
// Without it mermaid takes rgb(1,2,3) for the title of a box.
window.CSS = {
    supports(property, value) {
        const { style } = window.document.createElement("i");
        style.setProperty(property, value);
        return style.getPropertyValue(property) !== "";
    },
};
globalThis.CSS = window.CSS;
// mermaid reports on the console what it also throws.
for (const level of ["log", "debug", "info", "warn", "error"]) console[level] = () => {};

const { mermaid } = await import(pathToFileURL(process.argv[2]).href);
mermaid.initialize({ startOnLoad: false, securityLevel: "strict", maxTextSize: 2_000_000, maxEdges: 5_000 });

const list = (value) => (value instanceof Map ? [...value.entries()] : Object.entries(value));

function flowchart(db) {
    const middle = { normal: "-", thick: "=", dotted: ".", invisible: "~" };
    const sign = (edge) => {
        const double = edge.type.startsWith("double_");
        const head = { arrow_point: ">", arrow_cross: "x", arrow_circle: "o" }[edge.type.replace("double_", "")] ?? "";
        const tail = double ? (head === ">" ? "<" : head) : "";
        const length = Math.min(edge.length ?? 1, 10);
        const line = middle[edge.stroke];
        if (line === "~") return "~".repeat(length + 2);
        if (line === ".") return `${tail}-${".".repeat(length)}-${head}`;
        return tail + line.repeat(length + (head ? 1 : 2)) + head;
    };
    const groups = db.getSubGraphs();
    const isGroup = new Set(groups.map((group) => group.id));
    return {
        nodes: list(db.getVertices()).filter(([id]) => !isGroup.has(id))
            .map(([id, node]) => ({ id, label: node.text ?? id, shape: node.type ?? "rect" })),
        edges: db.getEdges().map((edge) => ({ from: edge.start, to: edge.end, label: edge.text, arrow: sign(edge) })),
        groups: groups.map((group) => ({
            id: group.id, label: group.title, members: group.nodes.filter((id) => !isGroup.has(id)),
        })),
    };
}

function sequence(db) {
    const type = db.LINETYPE;
    const arrows = new Map([
        [type.SOLID, "->>"], [type.DOTTED, "-->>"], [type.SOLID_OPEN, "->"], [type.DOTTED_OPEN, "-->"],
        [type.SOLID_CROSS, "-x"], [type.DOTTED_CROSS, "--x"], [type.SOLID_POINT, "-)"], [type.DOTTED_POINT, "--)"],
        [type.BIDIRECTIONAL_SOLID, "<<->>"], [type.BIDIRECTIONAL_DOTTED, "<<-->>"],
    ]);
    return {
        nodes: list(db.getActors()).map(([id, actor]) => ({
            id, label: actor.description, shape: actor.type === "actor" ? "actor" : "participant",
        })),
        edges: db.getMessages().filter((message) => arrows.has(message.type)).map((message) => ({
            from: message.from, to: message.to, label: message.message, arrow: arrows.get(message.type),
        })),
        groups: db.getBoxes().map((box) => ({ id: "", label: box.name, members: box.actorKeys })),
    };
}

function state(db) {
    const { nodes, edges } = db.getData();
    const isNote = (id) => id.includes("----note");
    const text = (value) => (Array.isArray(value) ? value.join("\n") : value);
    const groups = nodes.filter((node) => node.isGroup && node.shape !== "noteGroup" && !isNote(node.id));
    const notes = new Map(nodes.filter((node) => node.shape === "noteGroup").map((node) => [node.id, node.parentId]));
    const parent = (node) => (notes.has(node.parentId) ? notes.get(node.parentId) : node.parentId);
    const plain = nodes.filter((node) => !node.isGroup && node.shape !== "note" && !isNote(node.id));
    return {
        nodes: plain.map((node) => ({
            id: node.id, label: text(node.label), lines: [node.description ?? []].flat(), shape: node.shape,
        })),
        edges: edges.filter((edge) => !isNote(edge.start + edge.end))
            .map((edge) => ({ from: edge.start, to: edge.end, label: edge.label ?? "", arrow: "-->" })),
        groups: groups.map((group) => ({
            id: group.id, label: text(group.label), isRegion: group.shape === "divider",
            members: plain.filter((node) => parent(node) === group.id).map((node) => node.id),
        })),
    };
}

function classes(db) {
    const tails = { 0: "o", 1: "<|", 2: "*", 3: "<", 4: "()" };
    const heads = { 0: "o", 1: "|>", 2: "*", 3: ">", 4: "()" };
    const all = [...db.getClasses().values()];
    return {
        nodes: all.map((one) => ({
            id: one.id, label: one.label,
            members: [...one.members, ...one.methods].map((member) => member.getDisplayDetails().displayText),
            annotations: one.annotations,
        })),
        edges: db.getRelations().map((one) => ({
            from: one.id1, to: one.id2, label: one.title ?? "",
            arrow: `${tails[one.relation.type1] ?? ""}${one.relation.lineType ? ".." : "--"}${heads[one.relation.type2] ?? ""}`,
        })),
        groups: [...db.getNamespaces().values()].map((one) => ({
            id: one.id, label: one.label ?? one.id,
            members: all.filter((other) => other.parent === one.id).map((other) => other.id),
        })),
    };
}

function entities(db) {
    const left = { ZERO_OR_ONE: "|o", ONLY_ONE: "||", ZERO_OR_MORE: "}o", ONE_OR_MORE: "}|", MD_PARENT: "u" };
    const right = { ZERO_OR_ONE: "o|", ONLY_ONE: "||", ZERO_OR_MORE: "o{", ONE_OR_MORE: "|{", MD_PARENT: "u" };
    const names = new Map(list(db.getEntities()).map(([name, entity]) => [entity.id, name]));
    return {
        nodes: list(db.getEntities()).map(([id, entity]) => ({
            id, label: entity.alias || entity.label || id,
            members: entity.attributes.map((one) => [one.type, one.name, (one.keys ?? []).join(",")].join(" ").trim()),
        })),
        edges: db.getRelationships().map((one) => ({
            from: names.get(one.entityA) ?? one.entityA, to: names.get(one.entityB) ?? one.entityB, label: one.roleA,
            arrow: left[one.relSpec.cardB] + (one.relSpec.relType === "IDENTIFYING" ? "--" : "..") + right[one.relSpec.cardA],
        })),
        groups: [],
    };
}

function timeline(db) {
    return { times: db.getTasks().map((one) => ({ section: one.section, label: one.task, events: one.events })) };
}

const kinds = [
    [/^flowchart|^graph/, "flowchart", flowchart], [/^sequence/, "sequence", sequence], [/^state/, "state", state],
    [/^class/, "class", classes], [/^er/, "er", entities], [/^timeline/, "timeline", timeline],
];

async function answer(source) {
    let diagram;
    try {
        diagram = await mermaid.mermaidAPI.getDiagramFromText(source);
    } catch (error) {
        return { ok: false, message: String(error?.message ?? error) };
    }
    const entry = kinds.find(([pattern]) => pattern.test(diagram.type));
    if (!entry) return { ok: false, message: `another kind: ${diagram.type}` };
    try {
        return { ok: true, graph: { kind: entry[1], ...entry[2](diagram.db) } };
    } catch (error) {
        return { ok: false, message: `while extracting: ${error?.stack ?? error}` };
    }
}

for await (const line of createInterface({ input: process.stdin })) {
    process.stdout.write(`${JSON.stringify(await answer(JSON.parse(line)))}\n`);
}
