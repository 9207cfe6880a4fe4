"""Random graphs of several families, the same for the same seed, as Mermaid and as dot."""
import random

FAMILIES = ("sparse", "tree", "dense", "cyclic", "grouped")


class Graph:
    def __init__(self, edges, nodes, groups=()):
        self.edges = edges
        self.nodes = nodes
        self.groups = groups

    def mermaid(self):
        lines = ["flowchart TB"]
        for number, members in enumerate(self.groups):
            lines += [f"subgraph g{number}", *members, "end"]
        lines += self.nodes + [f"{one} --> {other}" for one, other in self.edges]
        return "\n".join(lines) + "\n"

    def dot(self):
        lines = ["digraph {", "node [shape=box width=1 height=0.5]"]
        for number, members in enumerate(self.groups):
            lines.append(f"subgraph cluster_{number} {{ {'; '.join(members)} }}")
        lines += self.nodes + [f"{one} -> {other}" for one, other in self.edges] + ["}"]
        return "\n".join(lines) + "\n"

    def with_leaf(self, parent):
        return Graph(self.edges + [(parent, "leaf")], self.nodes + ["leaf"], self.groups)


def make(family, count, seed):
    """A graph without loops and double edges whose nodes all have an edge."""
    chance = random.Random(f"{family}-{count}-{seed}")
    nodes = [f"n{number}" for number in range(count)]
    pairs = {}

    def add(one, other):
        if one != other and (one, other) not in pairs and (other, one) not in pairs:
            pairs[one, other] = True

    for number in range(1, count):
        if family == "tree":
            add((number - 1) // 2 if chance.random() < 0.5 else chance.randrange(number), number)
        else:
            add(chance.randrange(max(0, number - 8), number), number)
    extra = {"sparse": 0.3, "tree": 0.15, "dense": 1.2, "cyclic": 0.4, "grouped": 0.3}[family]
    for _ in range(int(count * extra)):
        one, other = sorted(chance.sample(range(count), 2))
        if family == "cyclic" and chance.random() < 0.4:
            one, other = other, one
        add(one, other)
    groups = []
    if family == "grouped":
        start = 0
        while start < count:
            size = chance.randrange(3, 8)
            if chance.random() < 0.7:
                groups.append(nodes[start : start + size])
            start += size
    return Graph([(nodes[one], nodes[other]) for one, other in pairs], nodes, groups)


def corpus(seeds=4):
    for family in FAMILIES:
        for count in (10, 20, 30, 45, 60):
            for seed in range(seeds):
                yield family, count, make(family, count, seed)


def from_answer(answer):
    """What `diagram-bench` understood of a source, for dot: nodes with their sizes in inches, groups, edges."""
    lines = ["digraph {", f"rankdir={answer['direction']}", "node [shape=box fixedsize=true]"]
    inner = {}
    for name, members in answer["groups"].items():
        for member in members:
            inner[member] = name

    def open_group(name):
        lines.append(f'subgraph "cluster_{name}" {{')
        lines.extend(quoted(member) for member in answer["groups"][name] if member in answer["nodes"])
        for other in answer["groups"]:
            if inner.get(other) == name:
                open_group(other)
        lines.append("}")

    for name in answer["groups"]:
        if name not in inner:
            open_group(name)
    for name, (_, _, width, height) in answer["nodes"].items():
        lines.append(f"{quoted(name)} [width={width / 72:.2f} height={height / 72:.2f}]")
    for edge in answer["edges"]:
        if edge["from"] in answer["nodes"] and edge["to"] in answer["nodes"]:
            label = f" [label={quoted(edge['label'])}]" if edge.get("label") else ""
            lines.append(f"{quoted(edge['from'])} -> {quoted(edge['to'])}{label}")
    return "\n".join(lines + ["}"]) + "\n"


def quoted(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ") + '"'
