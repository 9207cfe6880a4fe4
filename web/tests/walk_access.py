"""What assistive technology is told, as Chromium's own accessibility tree has it, and probes answered by keyboard."""

import json

from playwright.sync_api import expect

from walk_common import DIAGRAM, Walk, tab_to
from walk_steps import ask, by_kind

GRAPH = "{ diagram(id: %s) { title kind graph { nodes { id label kind } edges { id from to label step } groups { id label members } } } }"


def buttons_of_the_picture(page):
    """Names of the picture's buttons in the order of the accessibility tree."""
    session = page.context.new_cdp_session(page)
    nodes = {each["nodeId"]: each for each in session.send("Accessibility.getFullAXTree")["nodes"]}

    def value(node, key):
        return (node.get(key) or {}).get("value", "")

    def walk(node, inside, found):
        inside = inside or (value(node, "role") == "region" and value(node, "name").startswith("Picture: "))
        if inside and value(node, "role") in ("graphics-document", "GraphicsDocument", "document", "DocStructure"):
            found["document"] = value(node, "name")
        if "document" in found and inside and value(node, "role") in ("button", "ToggleButton") and value(node, "name"):
            found.setdefault("buttons", []).append(value(node, "name"))
        for child in node.get("childIds", []):
            if child in nodes:
                walk(nodes[child], inside, found)

    found = {}
    roots = [each for each in nodes.values() if "parentId" not in each]
    for root in roots:
        walk(root, False, found)
    return found


def accessibility_tree(browser, base, size):
    """For one diagram of each kind: every part is a button whose name says what it is, in the order of the flow."""
    for kind, name in by_kind(base).items():
        walk = Walk(browser, base, size)
        walk.go(f"/diagrams/{name}")
        page = walk.page
        page.locator(".picture svg [data-node]").first.wait_for()
        expected = ask(base, GRAPH % json.dumps(name))["diagram"]
        graph = expected["graph"]
        labels = {each["id"]: each["label"].replace("\n", " ") for each in [*graph["groups"], *graph["nodes"]]}
        found = buttons_of_the_picture(page)
        assert found["document"].startswith(expected["title"]), f"{name}: the picture is called {found['document']!r}"
        names = found["buttons"]
        order = page.evaluate("[...document.querySelectorAll('.picture [data-node], .picture [data-edge]')].map((e) => e.dataset.node ?? e.dataset.edge)")
        assert len(names) >= len(order) == len(graph["nodes"]) + len(graph["edges"]), f"{name}: {len(names)} buttons for {len(order)} parts"
        names = [each for each in names if not each.startswith(("Collapse", "Expand"))][: len(order)]
        spoken = dict(zip(order, names))
        for node in graph["nodes"]:
            assert labels[node["id"]] in spoken[node["id"]], f"{name}: {spoken[node['id']]!r} does not name {node['label']!r}"
        for edge in graph["edges"]:
            for end in (edge["from"], edge["to"]):
                assert labels[end] in spoken[edge["id"]], f"{name}: {spoken[edge['id']]!r} does not name {labels[end]!r}"
            if edge["label"]:
                assert edge["label"].split("\n")[0] in spoken[edge["id"]], f"{name}: {spoken[edge['id']]!r} lacks its verb"
        in_order_of_flow(name, kind, graph, order)
        print(f"      {kind}: {name}, {len(order)} parts in order")
        walk.finish()


def in_order_of_flow(name, kind, graph, order):
    place = {each: index for index, each in enumerate(order)}
    if kind == "sequence":
        assert order == [each["id"] for each in graph["nodes"]] + [each["id"] for each in graph["edges"]], f"{name}: participants, then messages"
        return
    nodes = [each for each in order if any(each == node["id"] for node in graph["nodes"])]
    for edge in graph["edges"]:
        if edge["from"] not in place:
            continue
        source = place[edge["from"]]
        following = min([place[each] for each in nodes if place[each] > source], default=len(order))
        assert source < place[edge["id"]] < following, f"{name}: {edge['id']} is read right after its source"
    reached = {edge["to"] for edge in graph["edges"]}
    if any(each not in reached for each in nodes):
        assert nodes[0] not in reached, f"{name}: reading begins where the flow begins"


def probes_by_keyboard(browser, base, size):
    """All questions of a diagram, without a pointer."""
    name = DIAGRAM
    walk = Walk(browser, base, size)
    walk.go(name)
    page = walk.page
    page.locator(".picture svg [data-node]").first.wait_for()
    count = len(ask(base, "{ diagram(id: %s) { probes { id } } }" % json.dumps(name.split("/")[-1]))["diagram"]["probes"])
    tab_to(page, "Explain", presses=60)
    page.keyboard.press("ArrowRight")
    for number in range(1, count + 1):
        expect(page.locator(".probes .explanation-kind")).to_have_text(f"Question {number} of {count}")
        for _ in range(12):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.matches('input[type=radio]')"):
                break
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Space")
        tab_to(page, "Commit and see")
        page.keyboard.press("Enter")
        expect(page.locator(".verdict")).to_be_visible()
        expect(page.locator(".option.right")).to_have_count(1)
        if number < count:
            tab_to(page, "Next", presses=60)
            page.keyboard.press("Enter")
    walk.finish()


def arrows_reach_everything(browser, base, size):
    """For one diagram of each kind: the arrow keys lead to every node, and what was walked along is spoken."""
    here = "document.activeElement.dataset.node ?? document.activeElement.dataset.edge"
    for kind, name in by_kind(base).items():
        walk = Walk(browser, base, size)
        walk.go(f"/diagrams/{name}")
        page = walk.page
        page.locator(".picture svg [data-node]").first.wait_for()
        nodes = set(page.evaluate("[...document.querySelectorAll('.picture [data-node]')].map((each) => each.dataset.node)"))
        page.locator('.picture [data-node][tabindex="0"]').focus()
        waiting, reached, spoken = [page.evaluate(here)], set(), set()
        while waiting:
            part = waiting.pop()
            if part in reached:
                continue
            reached.add(part)
            for key in ("ArrowRight", "ArrowDown", "ArrowLeft", "ArrowUp"):
                page.evaluate("(id) => document.querySelector(`.picture [data-node=\"${id}\"], .picture [data-edge=\"${id}\"]`).focus()", part)
                page.keyboard.press(key)
                spoken.add(page.locator(".walk-line").inner_text())
                waiting.append(page.evaluate(here))
        assert nodes <= reached, f"{name}: arrow keys do not lead to {nodes - reached}"
        sentences = [line for line in spoken if line.count(", ") >= 2]
        assert sentences, f"{name}: nothing was spoken as source, verb, target"
        print(f"      {kind}: {len(reached)} parts by arrow keys; “{sorted(sentences)[0]}”")
        walk.finish()


ONCE = [arrows_reach_everything, accessibility_tree, probes_by_keyboard]
