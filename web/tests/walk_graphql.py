"""The parts of the walk that ask through the page at /graphql, which only a server in development has."""

import json
import re
import secrets
import urllib.error
import urllib.request

from playwright.sync_api import expect

from walk_common import PASSWORD, Walk, until

COMPLETE = "mutation($id:ID!){completeDiagram(diagramId:$id){completedCount}}"


def graphql_parts(base):
    """What runs once and what runs everywhere: nothing if the server is in production."""
    request = urllib.request.Request(base + "/graphql", headers={"Accept": "text/html"})
    try:
        with urllib.request.urlopen(request):
            return [graphql_subscription], [graphql_page]
    except urllib.error.HTTPError:
        return [], []


def graphql_page(browser, base, size):
    """Complete, run, go to a mistake, read the documentation, find it again in the history: by keyboard where that counts."""
    walk = Walk(browser, base, size)
    walk.go("/graphql")
    page = walk.page
    editor = page.get_by_label("GraphQL document")
    pane(page, size, "Look up")
    expect(page.get_by_role("heading", name="Where to begin")).to_be_visible()
    walk.see("graphql-start")

    pane(page, size, "Query")
    editor.fill("")
    editor.type("query Find($id: ID!) { diagr")
    options = page.get_by_role("option")
    expect(options.first).to_contain_text("diagram")
    walk.see("graphql-completion")
    page.keyboard.press("Enter")
    editor.type("(")
    page.keyboard.press("Control+Space")
    expect(options).to_have_text(["idID!"])
    page.keyboard.press("Tab")
    page.keyboard.press("Control+Space")
    expect(options).to_have_text(["$idvariable"])
    page.keyboard.press("Enter")
    editor.type(") { title, wrong } }")
    page.keyboard.press("Alt+Shift+F")
    expect(editor).to_have_value("query Find($id: ID!) {\n  diagram(id: $id) {\n    title\n    wrong\n  }\n}\n")
    variables = page.get_by_label("Variables, as JSON")
    variables.fill('{"id": "e1-cache-aside"}')
    page.keyboard.press("Control+Enter")

    mistakes = page.get_by_role("list", name="Errors")
    expect(mistakes).to_contain_text('Cannot query field "wrong" on type "Diagram".')
    walk.see("graphql-mistake")
    page.get_by_role("button", name="Go to line 4, column 5").click()
    expect(editor).to_be_focused()
    until(page, "document.activeElement.selectionStart === document.activeElement.value.indexOf('wrong')")
    expect(page.locator(".editor-lines .bad")).to_have_text(re.compile("4"))
    for _ in "wrong":
        page.keyboard.press("Delete")
    editor.type("level")
    page.keyboard.press("Escape")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("group", name="Answer")).to_contain_text('"title": "Cache-aside')
    expect(page.locator(".result-status")).to_contain_text("Status 200")
    walk.see("graphql-result")

    pane(page, size, "Look up")
    page.get_by_label("Search types and fields").fill("completeD")
    page.get_by_role("button", name="Mutation.completeDiagram").click()
    expect(page.get_by_role("heading", name="Mutation")).to_be_focused()
    page.get_by_role("button", name="Progress", exact=True).first.click()
    expect(page.get_by_role("heading", name="Progress")).to_be_focused()
    walk.see("graphql-documentation")
    pane(page, size, "Query")
    page.get_by_role("tab", name="Headers").click()
    headers = page.get_by_label("Headers, as JSON")
    for wrong, words in [("{", "not valid JSON"), ("[]", "must be a JSON object"), ('{"a b": "c"}', "No header can be")]:
        headers.fill(wrong)
        page.keyboard.press("Control+Enter")
        expect(page.locator(".result-status")).to_contain_text(words)
        pane(page, size, "Query")
    page.reload()
    expect(editor).to_have_value(re.compile("level"))
    pane(page, size, "Look up")
    page.get_by_role("tab", name="Documentation").focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("tab", name="History")).to_be_focused()
    expect(page.locator(".history li")).to_have_count(2)
    walk.see("graphql-history")
    page.locator(".history button").nth(1).click()
    expect(editor).to_have_value(re.compile("wrong"))
    walk.finish()


def graphql_subscription(browser, base, size):
    """A subscription is followed over a WebSocket as the account of this browser, and stopped."""
    walk = Walk(browser, base, size)
    page = walk.page
    walk.go("/register")
    page.get_by_label("Name").fill("Grace")
    page.get_by_label("E-mail").fill(f"walk-{secrets.token_hex(6)}@example.org")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Make an account").click()
    page.wait_for_url(re.compile("/today"))
    walk.go("/graphql")
    page.get_by_role("tab", name="Headers").click()
    page.get_by_role("button", name="Use this browser’s session").click()
    expect(page.get_by_text("You ask as Grace now.")).to_be_visible()
    token = json.loads(page.get_by_label("Headers, as JSON").input_value())["authorization"]
    editor = page.get_by_label("GraphQL document")
    editor.fill("{ currentUser { id } }")
    page.keyboard.press("Control+Enter")
    answer = page.get_by_role("group", name="Answer")
    expect(answer).to_contain_text('"currentUser"')
    user = json.loads(answer.inner_text())["data"]["currentUser"]["id"]
    editor.fill('subscription { progressUpdated(userId: "%s") { completedDiagrams { diagramId } } }' % user)
    page.keyboard.press("Control+Enter")
    expect(page.locator(".result-status")).to_contain_text("Subscribed")
    body = {"query": COMPLETE, "variables": {"id": "e1-cache-aside"}}
    page.request.post(base + "/graphql", data=body, headers={"authorization": token})
    expect(answer).to_contain_text('"diagramId": "e1-cache-aside"')
    walk.see("graphql-subscription")
    page.get_by_role("button", name="Stop").click()
    # One for what was completed, and one more when the figures that follow from it are there, if that was soon enough.
    expect(page.locator(".result-status")).to_contain_text(re.compile("ended after [12] answer"))
    stored = page.evaluate("JSON.stringify([localStorage, sessionStorage])")
    assert "eyJ" not in stored, "the token is kept nowhere"
    walk.finish()


def pane(page, size, name):
    """On a phone, one pane at a time is shown."""
    if size == "phone":
        page.get_by_role("navigation", name="Panes").get_by_role("button", name=name).click()
