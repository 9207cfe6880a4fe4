#!/usr/bin/env python3
"""Asks Atlas and mermaid.js about the same sources and says where they differ.

    Tests/Differential/Mermaid/compare.py --atlas .build/debug/atlas [--show KIND]

Both must accept and refuse the same sources, and see the same nodes, edges, groups and messages. What is known to differ
stands in known.json, with its reason; anything else fails, and so does what stands there and no longer differs. What Atlas
prints of a graph must give the same graph again.
"""

import argparse
import html
import json
import os
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

from sources import ROOT, WRITTEN, everything

HERE = Path(__file__).resolve().parent


def plain(text):
    """A label without what belongs to its notation: mermaid's marks for entities, line breaks, runs of blanks."""
    text = str(text or "")
    text = re.sub(r"ﬂ°°(\d+)¶ß", lambda match: chr(int(match[1])), text)
    text = re.sub(r"ﬂ°([a-z]+)¶ß", lambda match: html.unescape(f"&{match[1]};"), text)
    text = re.sub(r"<br\s*/?>", " ", html.unescape(text))
    return re.sub(r"\s+", " ", text.replace("\\n", " ")).strip()


FLOW_STROKES = {"-": "normal", "=": "thick", ".": "dotted", "~": "invisible"}
FLOW_HEADS = {"arrow_open": "", "arrow_point": ">", "arrow_cross": "x", "arrow_circle": "o"}


def flow_sign(sign):
    stroke = FLOW_STROKES["." if "." in sign else "=" if "=" in sign else "~" if "~" in sign else "-"]
    return [stroke, sign[0] if sign[0] in "<xo" else "", sign[-1] if sign[-1] in ">xo" else ""]


def flow_type(stroke, kind):
    head = FLOW_HEADS[kind.replace("double_", "")]
    tail = ("<" if head == ">" else head) if kind.startswith("double_") else ""
    return [stroke, tail, head]


SEQUENCE = {
    "SOLID": "->>", "DOTTED": "-->>", "SOLID_OPEN": "->", "DOTTED_OPEN": "-->", "SOLID_CROSS": "-x", "DOTTED_CROSS": "--x",
    "SOLID_POINT": "-)", "DOTTED_POINT": "--)", "BIDIRECTIONAL_SOLID": "<<->>", "BIDIRECTIONAL_DOTTED": "<<-->>",
}
CLASS_ENDS = {"o": 0, "<|": 1, "|>": 1, "*": 2, "<": 3, ">": 3, "()": 4, "": "none"}
CARDINALITY = {
    "||": "ONLY_ONE", "|o": "ZERO_OR_ONE", "o|": "ZERO_OR_ONE", "}|": "ONE_OR_MORE", "|{": "ONE_OR_MORE", "}o": "ZERO_OR_MORE",
    "o{": "ZERO_OR_MORE", "u": "MD_PARENT",
}


def class_sign(sign):
    left, line, right = re.fullmatch(r"(<\||<|\*|o|\(\))?(--|\.\.)(\|>|>|\*|o|\(\))?", sign).groups()
    return [CLASS_ENDS[left or ""], 0 if line == "--" else 1, CLASS_ENDS[right or ""]]


def er_sign(sign):
    left, line, right = re.fullmatch(r"(.*?)(--|\.\.)(.*)", sign).groups()
    return [CARDINALITY[left], "IDENTIFYING" if line == "--" else "NON_IDENTIFYING", CARDINALITY[right]]


def ours(graph):
    kind = graph["kind"]
    signs = {"flowchart": flow_sign, "class": class_sign, "er": er_sign}
    sign = signs.get(kind, lambda text: text)
    nodes = [(node["id"], plain(node["label"])) for node in graph["nodes"]]
    edges = [(e["from"], e["to"], plain(e["label"]), sign(e["arrow"])) for e in graph["edges"]]
    groups = [(g["id"], plain(g["label"]), sorted(g["members"])) for g in graph["groups"]]
    if kind == "sequence":
        return {"nodes": nodes, "edges": edges, "groups": [("", label, members) for _, label, members in groups]}
    if kind == "timeline":
        tasks = []
        sections = {g["id"]: plain(g["label"]) for g in graph["groups"]}
        for node in graph["nodes"]:
            if re.fullmatch(r"t\d+", node["id"]):
                tasks.append((plain(node["label"]), [], sections.get(node["group"], "")))
            else:
                tasks[-1][1].append(plain(node["label"]))
        return {"tasks": tasks}
    if kind == "state":
        parents = {member: g["id"] for g in graph["groups"] for member in g["members"]}
        regions = {g["id"]: g["parent"] for g in graph["groups"] if re.search(r"_region\d+$", g["id"])}
        return state(
            [(n["id"], plain(n["label"]), n["shape"] in ("f-circ", "fr-circ"), parents.get(n["id"])) for n in graph["nodes"]],
            [(g["id"], plain(g["label"]), g["parent"]) for g in graph["groups"] if g["id"] not in regions],
            [(e["from"], e["to"], plain(e["label"])) for e in graph["edges"]],
            regions,
        )
    if kind == "class":
        nodes = [node for node, full in zip(nodes, graph["nodes"]) if full["shape"] != "circle"]
    return {"nodes": sorted(nodes), "edges": sorted(edges, key=str), "groups": sorted(groups)}


def state(nodes, groups, edges, regions):
    """Starts and ends have no name of their own, and which region of a state something lies in is compared by its state."""
    marks = {name for name, _, is_mark, _ in nodes if is_mark}
    outside = lambda parent: regions.get(parent, parent) or ""
    return {
        "nodes": sorted((name, label, outside(parent)) for name, label, is_mark, parent in nodes if not is_mark),
        "edges": sorted(("*" if a in marks else a, "*" if b in marks else b, label) for a, b, label in edges),
        "groups": sorted((name, label, outside(parent)) for name, label, parent in groups),
    }


def theirs(answer):
    kind = answer["kind"]
    if kind == "timeline":
        return {"tasks": [(plain(t["label"]), [plain(e) for e in t["events"]], plain(t["section"])) for t in answer["tasks"]]}
    if kind == "state":
        return their_state(answer)
    nodes = [(plain(node["id"]), plain(node["label"])) for node in answer["nodes"]]
    groups = [(plain(g["id"]), plain(g["label"]), sorted(map(plain, g["members"]))) for g in answer["groups"]]
    edges = [(plain(e["from"]), plain(e["to"]), plain(e["label"]), e["arrow"]) for e in answer["edges"]]
    if kind == "flowchart":
        # An edge to a subgraph makes mermaid.js list the subgraph among the nodes, too.
        names = {name for name, _, _ in groups}
        nodes = [node for node in nodes if node[0] not in names]
        groups = [(name, label, [member for member in members if member not in names]) for name, label, members in groups]
        edges = [(a, b, label, flow_type(*arrow)) for a, b, label, arrow in edges]
    if kind == "sequence":
        edges = [(a, b, label, SEQUENCE.get(arrow, arrow)) for a, b, label, arrow in edges]
        return {"nodes": nodes, "edges": edges, "groups": groups}
    return {"nodes": sorted(nodes), "edges": sorted(edges, key=str), "groups": sorted(groups)}


def their_state(answer):
    first = lambda label: plain(label[0] if isinstance(label, list) else label)
    notes = {n["id"] for n in answer["nodes"] if n["shape"] in ("note", "noteGroup")}
    regions = {n["id"]: n.get("parent") for n in answer["nodes"] if n["shape"] == "divider"}
    inside = lambda node: None if node.get("parent") in notes else node.get("parent")
    shown = [n for n in answer["nodes"] if n["id"] not in notes and n["id"] not in regions]
    return state(
        [(n["id"], first(n["label"]), n["shape"] in ("stateStart", "stateEnd"), inside(n)) for n in shown if not n["isGroup"]],
        [(n["id"], first(n["label"]), inside(n)) for n in shown if n["isGroup"]],
        [(e["from"], e["to"], plain(e.get("label"))) for e in answer["edges"] if not {e["from"], e["to"]} & notes],
        regions,
    )


def difference(our, their):
    """What differs, in one line; None if nothing does."""
    if our["ok"] != their["ok"]:
        return f"accepted here, there: {their['message'].splitlines()[-1][:100]}" if our["ok"] else f"accepted there, here: {our['line']}:{our['column']}: {our['message']}"
    if not our["ok"]:
        return None
    left, right = ours(our["graph"]), theirs(their)
    if our["graph"]["kind"] != their["kind"]:
        return f"{our['graph']['kind']} here, {their['kind']} there"
    left, right = json.loads(json.dumps(left)), json.loads(json.dumps(right))
    for key in left:
        if left[key] != right[key]:
            only = [each for each in left[key] if each not in right[key]], [each for each in right[key] if each not in left[key]]
            return f"{key}: only here {only[0]}, only there {only[1]}"
    return None


def answers(command, sources, **options):
    text = "".join(json.dumps(source) + "\n" for source in sources)
    run = subprocess.run(command, input=text, stdout=subprocess.PIPE, text=True, check=True, timeout=600, **options)
    lines = [json.loads(line) for line in run.stdout.splitlines()]
    if len(lines) != len(sources):
        sys.exit(f"{command[0]} answered {len(lines)} of {len(sources)} sources")
    return lines


def unlined(value):
    """Without the numbers of lines."""
    if isinstance(value, dict):
        return {key: unlined(each) for key, each in value.items() if key != "line"}
    return [unlined(each) for each in value] if isinstance(value, list) else value


def lost_in_print(command, our):
    """The printed sources whose graph is another one."""
    accepted = [each for each in our if each["ok"]]
    again = answers(command, [each["printed"] for each in accepted])
    return [a["printed"] for a, b in zip(accepted, again) if not b["ok"] or unlined(a["graph"]) != unlined(b["graph"])]


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--atlas", default=str(ROOT / ".build/debug/atlas"))
    arguments.add_argument("--show", default="", help="also print the known differences whose name begins so")
    arguments = arguments.parse_args()
    named = list(everything())
    sources = [source for _, source in named]
    command = [arguments.atlas, "diagram", "parse", "--jsonl"]
    our = answers(command, sources)
    node = ["node", str(HERE / "theirs.mjs"), str(ROOT / "build/mermaid")]
    their = answers(node, sources, env={**os.environ, "NODE_PATH": "/usr/share/nodejs"})
    known = {each["source"]: each["reason"] for each in json.loads((HERE / "known.json").read_text())}
    asked, accepted, listed, problems = Counter(), Counter(), Counter(), 0
    for (name, source), left, right in zip(named, our, their):
        kind = name.split("-")[0] if name.split("-")[0] in WRITTEN else "catalogue"
        asked[kind] += 1
        accepted[kind] += left["ok"] and right["ok"]
        found = difference(left, right)
        reason = known.get(source)
        listed[kind] += reason is not None and found is not None
        if (found is None) == (reason is None) and not (arguments.show and name.startswith(arguments.show) and found):
            continue
        problems += reason is None or found is None
        print(f"{name}: {found or 'listed as different, and is not: ' + reason}\n    {json.dumps(source, ensure_ascii=False)}")
    for kind in asked:
        print(f"{kind}: {asked[kind]} sources, {accepted[kind]} accepted by both, {listed[kind]} known differences")
    for printed in lost_in_print(command, our):
        problems += 1
        print(f"printed, it is another graph: {json.dumps(printed, ensure_ascii=False)}")
    unused = set(known) - set(sources)
    for source in unused:
        print(f"known.json names a source that is not asked any more: {source!r}")
    print(f"{sum(asked.values())} sources, {problems} problems")
    sys.exit(1 if problems or unused else 0)


if __name__ == "__main__":
    main()
