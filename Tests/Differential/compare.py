#!/usr/bin/env python3
"""Compares what Atlas reads from Mermaid sources with what mermaid.js reads: verdicts, nodes, edges, groups, messages.

    Tests/Differential/compare.py --atlas .build/debug/atlas

Needs Node and the Debian package node-jsdom; fetches mermaid.js inside a wheel from PyPI into build/. Fails on a
difference that known.json does not list, and on one that it lists but that is gone.
"""
import argparse
import collections
import html
import json
import os
import pathlib
import re
import subprocess
import sys

import sources

ROOT = pathlib.Path(__file__).resolve().parents[2]
HERE = ROOT / "Tests/Differential"


def mermaid_module():
    subprocess.run([ROOT / "scripts/setup-mermaid.sh"], check=True, stdout=sys.stderr)
    return ROOT / "build/mermaid/dist/index.js"


def answers(command, texts, **more):
    lines = "".join(json.dumps(text) + "\n" for text in texts)
    done = subprocess.run(command, input=lines, capture_output=True, text=True, timeout=300, **more)
    found = [json.loads(line) for line in done.stdout.splitlines()]
    if done.returncode != 0 or len(found) != len(texts):
        raise SystemExit(f"{command[0]} answered {len(found)} of {len(texts)} sources: {done.stderr[-2000:]}")
    return found


def plain(text):
    """A label as it is seen: codes resolved, tags and Markdown marks gone, one line."""
    text = str(text or "")
    text = re.sub("ﬂ°°(\\d+)¶ß", lambda match: chr(int(match[1])), text)
    text = re.sub("ﬂ°(\\w+)¶ß", lambda match: html.unescape(f"&{match[1]};"), text)
    text = html.unescape(text)
    text = re.sub(r"<br\s*/?>|\\n", " ", text)
    text = re.sub(r"\*+|^_|_$", "", text) if "`" not in text else re.sub(r"[`*]", "", text)
    return re.sub(r"\s+", " ", text).strip()


def counted(items):
    return sorted(collections.Counter(items).items())


def marks(graph):
    """States: start and end marks have names of their own on each side."""
    def name(one):
        return "(*)" if re.search(r"_(start|end)\d*$", one) else one
    regions = {group["id"] for group in graph["groups"] if group.get("isRegion") or re.search(r"_region\d+$", group["id"])}
    return {
        "nodes": counted((name(node["id"]), plain(node["label"]) if name(node["id"]) != "(*)" else "") for node in graph["nodes"]),
        "edges": counted((name(e["from"]), name(e["to"]), plain(e["label"])) for e in graph["edges"]),
        "groups": counted(
            ("" if group["id"] in regions else group["id"], plain(group["label"]), tuple(sorted(map(name, group["members"]))))
            for group in graph["groups"]),
    }


def times(graph):
    """Timelines: each time with its section and events, in order."""
    if "times" in graph:
        return [(plain(one["section"]), plain(one["label"]), [plain(event) for event in one["events"]]) for one in graph["times"]]
    section = {member: plain(group["label"]) for group in graph["groups"] for member in group["members"]}
    found = []
    for node in graph["nodes"]:
        if node["shape"] == "stadium":
            found.append((section.get(node["id"], ""), plain(node["label"]), []))
        else:
            found[-1][2].append(plain(node["label"]))
    return found


def meaning(graph):
    """What is compared."""
    if graph["kind"] == "timeline":
        return {"times": times(graph)}
    if graph["kind"] == "state":
        return marks(graph)
    edges = [(edge["from"], edge["to"], plain(edge["label"]), edge["arrow"]) for edge in graph["edges"]]
    unnamed = re.compile(r"^(group-|subGraph)\d+$|^$")
    return {
        "nodes": sorted((node["id"], plain(node["label"])) for node in graph["nodes"]),
        "edges": edges,
        "groups": counted(
            ("" if unnamed.match(group["id"]) else group["id"], plain(group["label"]), tuple(sorted(group["members"])))
            for group in graph["groups"]),
    }


def difference(ours, theirs):
    """One line, or `None` where both agree."""
    if ours["ok"] != theirs["ok"]:
        refusal = (theirs if ours["ok"] else ours)["message"].split("\n")
        return f"{'Atlas' if ours['ok'] else 'mermaid.js'} accepts; the other: {' '.join(refusal)[:160]}"
    if not ours["ok"]:
        return None
    if ours["graph"]["kind"] != theirs["graph"]["kind"]:
        return "kinds"
    one, other = meaning(ours["graph"]), meaning(theirs["graph"])
    parts = [f"{key}: {one[key]} / {other[key]}" for key in one if json.dumps(one[key]) != json.dumps(other[key])]
    return "; ".join(parts) or None


def main():
    arguments = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    arguments.add_argument("--atlas", default=".build/debug/atlas", help="the atlas command")
    atlas = arguments.parse_args().atlas
    corpus = sources.corpus(ROOT)
    known = json.loads((HERE / "known.json").read_text())
    texts = [text for _, _, text in corpus]
    ours = answers([atlas, "diagram", "parse", "--jsonl"], texts)
    environment = {**os.environ, "NODE_PATH": "/usr/share/nodejs"}
    theirs = answers(["node", HERE / "mermaid.mjs", mermaid_module()], texts, env=environment)
    counts, failures = collections.defaultdict(collections.Counter), []
    for (kind, name, text), our, their in zip(corpus, ours, theirs):
        found = difference(our, their)
        counts[kind].update(["accepted" if their["ok"] else "refused"] + (["known"] if name in known else []))
        if found and name not in known:
            failures.append(f"{name}: {found}\n    {json.dumps(text, ensure_ascii=False)[:300]}")
        if not found and name in known:
            failures.append(f"{name}: known.json lists a difference that is gone")
    failures += [f"{name}: known.json names no source" for name in known.keys() - {name for _, name, _ in corpus}]
    for kind, count in counts.items():
        print(f"{kind:10} mermaid.js accepts {count['accepted']:4}, refuses {count['refused']:4}; known differences {count['known']:3}")
    print(f"{len(corpus)} sources, {len(known)} known differences, {len(failures)} failures")
    for failure in failures:
        print(failure)
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
