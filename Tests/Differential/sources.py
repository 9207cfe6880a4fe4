"""The sources that both mermaid.js and Atlas read: written line by line, generated from templates, and the catalogue's.

Every source has a name, which known.json uses. Bodies in the tables are written without the first line.
"""
import re

import random_sources

HEADERS = {
    "flowchart": "flowchart TB", "sequence": "sequenceDiagram", "state": "stateDiagram-v2", "class": "classDiagram",
    "er": "erDiagram", "timeline": "timeline",
}
SHAPES = """rect proc process rectangle rounded event stadium pill terminal fr-rect subproc subprocess subroutine
framed-rectangle cyl cylinder database db circle circ dbl-circ double-circle odd diam decision diamond question hex
hexagon prepare lean-r lean-right in-out lean-l lean-left out-in trap-b trapezoid trapezoid-bottom priority trap-t
inv-trapezoid manual trapezoid-top notch-rect card notched-rectangle hourglass collate bolt com-link lightning-bolt
brace brace-l comment brace-r braces delay half-rounded-rectangle h-cyl das horizontal-cylinder lin-cyl disk
lined-cylinder curv-trap curved-trapezoid display div-rect div-proc divided-process divided-rectangle doc document tri
extract triangle fork join win-pane internal-storage window-pane f-circ filled-circle junction lin-doc lined-document
lin-rect lin-proc lined-process lined-rectangle shaded-process notch-pent loop-limit notched-pentagon flip-tri
flipped-triangle manual-file sl-rect manual-input sloped-rectangle docs documents st-doc stacked-document st-rect procs
processes stacked-rectangle flag paper-tape sm-circ small-circle start fr-circ framed-circle stop bow-rect
bow-tie-rectangle stored-data cross-circ crossed-circle summary tag-doc tagged-document tag-rect tag-proc
tagged-process tagged-rectangle text cloud ellipse nosuch Rect""".split()
BRACKETS = ["[x]", "(x)", "([x])", "[[x]]", "[(x)]", "((x))", "(((x)))", ">x]", "{x}", "{{x}}", "[/x/]", "[\\x\\]",
            "[/x\\]", "[\\x/]", "[x", "(x]", "{x)", "[]", "()", "{}", "(-x-)"]
ARROWS = ["-->", "---", "-.->", "-.-", "==>", "===", "~~~", "--x", "--o", "<-->", "x--x", "o--o", "<==>", "<-.->",
          "---->", "-----", "-..->", "====>", "~~~~", "->", "=>", "--", "-x", "<--", "-. x .->", "-- x -->", "== x ==>",
          "-- x ---", "-. x .-", "== x ===", "-->|x|", "---|x|", "-.->|x|", "==>|x|", "-->|\"x y\"|", "<-- x -->",
          "x-- y --x", "o== y ==o", "-->|x", "-->||", "-- \"x (y)\" -->", "-->|x-y|", "-->|x (y)|"]
MESSAGES = ["->", "-->", "->>", "-->>", "-x", "--x", "-)", "--)", "<<->>", "<<-->>", "=>", "->>>", "<-", "<<-", "~>"]
RELATIONS = ["<|--", "--|>", "*--", "--*", "o--", "--o", "<--", "-->", "--", "..", "<..", "..>", "<|..", "..|>", "()--",
             "--()", "<|--|>", "*--o", "o..*", "<-->", "<|--*", "->", "<-", "=="]
LEFT = ["|o", "||", "}o", "}|"]
RIGHT = ["o|", "||", "o{", "|{"]
WORDS = ["one or zero", "zero or one", "one or more", "one or many", "zero or more", "zero or many", "many(0)",
         "many(1)", "only one", "many", "one", "1+", "0+", "1"]
BOTH = ["accTitle: T\n{}", "accDescr: D\n{}", "accDescr {{\n two\n lines\n}}\n{}", "%% note\n{}", "{}\n%% note", "{}\n\n\n"]
FIRST = {"flowchart": "a-->b", "sequence": "a->>b: x", "state": "a --> b", "class": "A --> B",
         "er": "A ||--o{ B : x", "timeline": "a : b"}


def generated():
    """Yields kind, name and the source."""
    def one(kind, name, body):
        return kind, f"{kind} {name}", f"{HEADERS[kind]}\n{body}\n"
    for shape in SHAPES:
        yield one("flowchart", f"shape {shape}", f"a@{{ shape: {shape}, label: \"x\" }} --> b")
    for bracket in BRACKETS:
        yield one("flowchart", f"bracket {bracket}", f"a{bracket} --> b")
    for arrow in ARROWS:
        yield one("flowchart", f"arrow {arrow}", f"a {arrow} b")
        yield one("flowchart", f"arrow {arrow} close", f"a & b{arrow}c")
    for sign in MESSAGES:
        yield one("sequence", f"message {sign}", f"a{sign}b: x")
        yield one("sequence", f"message {sign} spaced", f"a {sign}+ b : x\nb{sign}-a: y")
    for sign in RELATIONS:
        yield one("class", f"relation {sign}", f"A {sign} B")
        yield one("class", f"relation {sign} counted", f"A \"1\" {sign} \"0..*\" B : x")
    for left in LEFT:
        for right in RIGHT:
            yield one("er", f"cardinality {left}--{right}", f"A {left}--{right} B : x\nB {left}..{right} C : \"y z\"")
    for word in WORDS:
        yield one("er", f"words {word}", f"A {word} to {word} B : x\nA {word} optionally to {word} C : y")
    for kind, body in FIRST.items():
        for index, template in enumerate(BOTH):
            yield one(kind, f"around {index}", template.format(body))
        yield kind, f"{kind} front matter", f"---\ntitle: T\n---\n{HEADERS[kind]}\n{body}\n"
        yield kind, f"{kind} directive", f"%%{{init: {{\"theme\": \"dark\"}}}}%%\n{HEADERS[kind]}\n{body}\n"
        yield kind, f"{kind} indented", f"\n\n  {HEADERS[kind]}\n    {body}\n"
        yield kind, f"{kind} windows", f"{HEADERS[kind]}\r\n{body}\r\n"
        yield kind, f"{kind} alone", f"{HEADERS[kind]}\n"
        yield kind, f"{kind} misspelt", f"{HEADERS[kind][:-3]}x\n{body}\n"


def written(folder):
    """Blocks of KIND.txt, each behind a line `==== name`."""
    for kind, header in HEADERS.items():
        text = (folder / f"{kind}.txt").read_text()
        for block in re.split(r"^==== ", text, flags=re.M)[1:]:
            name, _, body = block.partition("\n")
            first = "" if body.startswith(("graph", "flowchart", "stateDiagram", "classDiagram", "erDiagram", "timeline"))\
                else header + "\n"
            yield kind, f"{kind} {name.strip()}", first + body


def catalogue(folder):
    """Every fenced Mermaid block of the catalogue."""
    for path in sorted(folder.rglob("*.md")):
        for index, block in enumerate(re.findall(r"^```mermaid\n(.*?)^```", path.read_text(), re.M | re.S)):
            yield "catalogue", f"{path.relative_to(folder)} {index}", block


def corpus(root):
    here = root / "Tests/Differential"
    found = [*generated(), *random_sources.generated(), *written(here / "sources"), *catalogue(root / "catalogue")]
    names = [name for _, name, _ in found]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise SystemExit(f"names used twice: {twice}")
    return found
