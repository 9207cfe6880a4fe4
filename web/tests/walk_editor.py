"""The parts of the walk that write diagrams and put them under load.

Instructors are made with the server's own command: ATLAS_DATA names the server's data directory, ATLAS_BINARY its binary.
"""

import os
import re
import secrets
import subprocess

from playwright.sync_api import expect

from walk_common import DIAGRAM, PASSWORD, ROOT, Walk, tab_to, until

BROKEN = """flowchart LR
  a["One"] -->|asks| b["Two"]
  b -> c["Three"]
"""
MENDED = """flowchart LR
  a["One"] -->|asks| b["Two"]
  b -->|tells| c["Three"]
"""
AREA = "document.querySelector('.source-text textarea')"
AT_CARET = f"({AREA}.value.slice(0, {AREA}.selectionStart).split('\\n').length)"


def source_of(page):
    return page.locator(".source-text textarea")


def show(walk, pane):
    """On a phone one pane is seen at a time."""
    if walk.size == "phone" or pane == "In words":
        walk.page.get_by_role("tab", name=re.compile(f"^{pane}")).click()


def drawn(page, node):
    """Until the picture of what is written now has this node."""
    until(page, "document.querySelector(`.live-preview:not([data-old]) [data-node='${value}']`)", node)


def sketch(browser, base, size):
    """A slip is said at its line, mended, recorded, shared, and kept."""
    walk = Walk(browser, base, size, permissions=["clipboard-read", "clipboard-write"])
    walk.go("/editor")
    page = walk.page
    drawn(page, "api")
    walk.see("editor-start")
    source = source_of(page)
    source.fill(BROKEN)
    problem = page.locator(".problems-pane li button")
    expect(problem).to_contain_text("Line 3")
    expect(problem).to_contain_text("two dashes")
    expect(source).to_have_attribute("aria-invalid", "true")
    expect(page.locator(".gutter-mark.error")).to_have_text("3")
    expect(page.locator("[role=status]", has_text="1 error. Line 3")).to_have_count(1)
    walk.see("editor-error")
    show(walk, "Picture")
    expect(page.locator(".picture-old")).to_be_visible()
    page.keyboard.press("F8")
    until(page, f"{AT_CARET} === 3 && document.activeElement.matches('.source-text textarea')")
    source.fill(MENDED)
    drawn(page, "c")
    expect(page.locator(".problems-state")).to_contain_text("No errors")
    expect(page.locator(".picture-old")).to_have_count(0)
    records(walk, source)
    page.get_by_role("button", name="Share").click()
    expect(page.locator(".desk-state")).to_contain_text("The link is copied")
    link = page.evaluate("navigator.clipboard.readText()")
    written = source.input_value()
    page.reload()
    expect(source_of(page)).to_have_value(written)
    source_of(page).fill("flowchart LR\n  other --> thing\n")
    drawn(page, "thing")
    page.goto("about:blank")
    page.goto(link)
    expect(source_of(page)).to_have_value(written)
    expect(page.locator(".desk-state")).to_contain_text("Undo brings your own back")
    assert "#" not in page.url
    page.keyboard.press("Control+z")
    expect(source_of(page)).to_have_value(re.compile("other --> thing"))
    with page.expect_download() as download:
        page.get_by_role("button", name="Download SVG").click()
    assert "<svg" in download.value.path().read_text(), "the picture is saved"
    show(walk, "In words")
    expect(page.locator(".outline li").first).to_be_visible()
    walk.see("editor-words")
    walk.finish()


def records(walk, source):
    """The form writes into the source, and undoing takes that back too."""
    page = walk.page
    show(walk, "Records")
    page.get_by_role("button", name="Add all").click()
    expect(source).to_have_value(re.compile(r"nodes:\n  - id: a\n    kind: service\n"))
    page.get_by_label("Kind").select_option("cache")
    page.get_by_label("Purpose").fill("Keeps: rows, # and 'quotes'")
    expect(source).to_have_value(re.compile(r"kind: cache\n    purpose: 'Keeps: rows, # and ''quotes'''\n"))
    expect(page.get_by_label("Purpose")).to_have_value("Keeps: rows, # and 'quotes'")
    page.get_by_label("If it is lost").fill("word " * 26)
    expect(page.locator(".record-field small.over")).to_contain_text("26 of 25 words: 1 too many")
    page.get_by_role("button", name="Add a number").click()
    page.get_by_label("Name of number 1").fill("hit ratio")
    expect(source).to_have_value(re.compile(r"numbers:\n      - name: hit ratio\n        value: ''\n        source: illustrative\n"))
    walk.see("editor-records")
    drawn(page, "a")
    until(page, "document.querySelector('.live-preview .dg-kind-cache')")
    page.get_by_role("button", name="Undo").click()
    page.get_by_role("button", name="Undo").click()
    expect(source).not_to_have_value(re.compile("numbers:"))
    page.get_by_role("button", name="Next part").click()
    expect(page.get_by_label("Purpose")).to_have_value("")
    show(walk, "Source")


def account(role):
    data = os.environ.get("ATLAS_DATA")
    assert data, "ATLAS_DATA does not name the server's data directory"
    email = f"walk-{secrets.token_hex(6)}@example.org"
    binary = os.environ.get("ATLAS_BINARY", str(ROOT / ".build/debug/atlas"))
    command = [binary, "user", "create", email, "--name", "Ines", "--role", role, "--data", data]
    subprocess.run(command, input=PASSWORD + "\n", text=True, check=True, capture_output=True, timeout=60)
    return email


def sign_in(walk, email, back="/editor"):
    page = walk.page
    walk.go(f"/sign-in?back={back}")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(f"(?<!=){back}"))


def author(browser, base, size):
    """An instructor adds a diagram, changes it, meets a conflict, restores a version and removes it."""
    walk = Walk(browser, base, size)
    sign_in(walk, account("instructor"))
    page = walk.page
    item = f"walk-{secrets.token_hex(5)}"
    text = (ROOT / "catalogue/diagrams/e1-cache-aside.md").read_text()
    text = re.sub(r"^id: .*$", f"id: {item}", text, count=1, flags=re.M)
    text = text.replace("view: structure", "view: structure\nstatus: draft # not yet", 1)
    source = source_of(page)
    source.fill(text.replace("level: 1", "level: 9", 1))
    expect(page.locator(".problems-pane li", has_text="level").first).to_be_visible()
    walk.see("editor-check")
    source.fill(text)
    expect(page.locator(".problems-pane .problem-dot.error")).to_have_count(0)
    page.get_by_role("button", name="Add to the catalogue").click()
    page.wait_for_url(re.compile(f"/diagrams/{item}/edit"))
    expect(page.get_by_role("heading", level=1)).to_have_text(item)
    expect(page.locator(".desk-state")).to_contain_text("Version 1, saved")
    drawn(page, "cache")

    show(walk, "Picture")
    node = page.locator('.live-preview [data-node="cache"]')
    node.focus()
    page.keyboard.press("Enter")
    purpose = page.get_by_label("Purpose")
    expect(purpose).to_have_value(re.compile("^Keeps copies"))
    purpose.fill("Remembers rows.")
    assert "status: draft # not yet" in source.input_value(), "comments stay"
    walk.see("editor-form")
    page.keyboard.press("Control+s")
    expect(page.locator(".desk-state")).to_contain_text("Version 2, saved")
    conflict(walk, item)
    history(walk, item)
    leaving(walk)
    walk.finish()


def conflict(walk, item):
    """Two windows save one after the other."""
    page = walk.page
    other = walk.open_page()
    other.goto(f"{walk.base}/diagrams/{item}/edit")
    replace(other, "Remembers rows.", "Remembers some rows.")
    other.keyboard.press("Control+s")
    expect(other.locator(".desk-state")).to_contain_text("Version 3, saved")
    other.close()
    show(walk, "Source")
    replace(page, "Remembers rows.", "Remembers many rows.")
    page.keyboard.press("Control+s")
    dialog = page.get_by_role("dialog", name="Somebody else saved meanwhile")
    expect(dialog.locator(".removed")).to_contain_text("Remembers some rows.")
    expect(dialog.locator(".added")).to_contain_text("Remembers many rows.")
    walk.see("editor-conflict")
    dialog.get_by_role("button", name="Save mine over it").click()
    expect(page.locator(".desk-state")).to_contain_text("Version 4, saved")


def replace(page, old, new):
    """As if typed."""
    source = source_of(page)
    expect(source).to_have_value(re.compile(re.escape(old)))
    source.fill(source.input_value().replace(old, new))


def history(walk, item):
    page = walk.page
    page.get_by_role("button", name="History").click()
    dialog = page.get_by_role("dialog", name="History")
    dialog.get_by_role("button", name=re.compile("^Version 1")).click()
    expect(dialog.locator(".added")).to_contain_text("Remembers many rows.")
    walk.see("editor-history")
    dialog.get_by_role("button", name="Restore version 1").click()
    expect(page.locator(".desk-state")).to_contain_text("Version 1 is the newest again")
    expect(source_of(page)).to_have_value(re.compile("Keeps copies of recently read rows"))
    page.get_by_role("button", name="History").click()
    dialog.get_by_role("button", name="Remove from the catalogue").click()
    dialog.get_by_role("button", name="Remove it").click()
    expect(page.locator(".desk-state")).to_contain_text("Its history stays")


def leaving(walk):
    """Unsaved changes are asked about, and come back."""
    page = walk.page
    replace(page, "Keeps copies", "Holds copies")
    page.get_by_role("link", name="Incidents").click()
    dialog = page.get_by_role("dialog", name="Leave without saving?")
    walk.see("editor-leaving")
    dialog.get_by_role("button", name="Leave").click()
    page.wait_for_url(re.compile("/incidents"))
    page.go_back()
    expect(source_of(page)).to_have_value(re.compile("Holds copies"))
    expect(page.locator(".desk-state")).to_contain_text("kept on this device")


def load(browser, base, size):
    """A retry storm and a cold cache, on the time axis and in words."""
    walk = Walk(browser, base, size)
    walk.go(DIAGRAM)
    page = walk.page
    page.get_by_role("tab", name="Load").click()
    storm = page.get_by_role("button", name="Retry storm")
    expect(storm).to_be_visible()
    page.evaluate("document.querySelector('.workspace').scrollIntoView()")
    walk.see("load-start")
    storm.click()
    expect(page.locator(".findings")).to_contain_text("Retries multiplied the load")
    until(page, "document.querySelector('.picture [data-state=overloaded], .picture [data-state=down]')")
    walk.see("load-storm")
    page.get_by_role("button", name=re.compile("Go to second")).first.click()
    second = page.locator(".time-axis label").inner_text()
    page.get_by_role("button", name="One second on").click()
    expect(page.locator(".time-axis label")).not_to_have_text(second)
    page.get_by_role("slider", name=re.compile("Second")).fill("0")
    expect(page.locator('.picture [data-node][data-state="ok"]').first).to_be_visible()
    expect(page.get_by_role("img", name=re.compile("^Users"))).to_be_visible()
    page.get_by_label("Part", exact=True).select_option("cache")
    expect(page.locator('.picture [data-node="cache"].is-selected')).to_have_count(1)
    walk.see("load-charts")
    page.locator("summary", has_text="As a table").click()
    expect(page.locator(".load-table tbody tr")).to_have_count(60)
    page.locator("summary", has_text="Settings").click()
    page.get_by_label("Requests a second").fill("20")
    page.get_by_label("What goes wrong").select_option("none")
    walk.see("load-settings")
    page.get_by_role("button", name="Run again").click()
    expect(page.locator('.findings [data-kind="fine"], .findings [data-kind="bottleneck"]').first).to_be_visible()
    page.get_by_role("tab", name="Explain").click()
    expect(page.locator(".picture [data-state]")).to_have_count(0)
    page.get_by_role("tab", name="Load").click()
    expect(page.locator(".findings")).to_be_visible()
    walk.finish()


def every_template(browser, base, size):
    """Each beginning can be drawn without a word of complaint, and Tab leads out of the source."""
    walk = Walk(browser, base, size)
    walk.go("/editor")
    page = walk.page
    kinds = ["Flowchart", "Sequence diagram", "State diagram", "Class diagram", "Entity diagram", "Timeline"]
    for name, kind in zip(kinds, ["flowchart", "sequence", "state", "class", "er", "timeline"]):
        page.get_by_role("button", name="New…").click()
        walk.see("editor-new")
        page.get_by_role("dialog").get_by_role("button", name=re.compile(f"^{name}")).click()
        until(page, "document.querySelector(`.live-preview:not([data-old]) svg.dg-${value}`)", kind)
        expect(page.locator(".problems-state")).to_contain_text("No errors")
        walk.see(f"editor-{name.split()[0].lower()}")
        page.get_by_role("button", name="Insert…").click()
        page.get_by_role("dialog").get_by_role("button").nth(1).click()
    walk.finish()


def write_by_keyboard(browser, base, size):
    """From the catalogue to a picture, a problem and a record without a pointer."""
    walk = Walk(browser, base, size)
    walk.go("/catalogue")
    page = walk.page
    tab_to(page, "Sketch")
    page.keyboard.press("Enter")
    drawn(page, "api")
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('.source-text textarea')"):
            break
    page.keyboard.press("Control+End")
    page.keyboard.type("  api --> queue\n\tqueue -> x")
    expect(page.locator(".problems-pane li")).to_have_count(1)
    page.keyboard.press("Control+Home")
    page.keyboard.press("F8")
    until(page, f"{AT_CARET} === 10")
    for _ in range(40):
        page.keyboard.press("Control+z")
    expect(page.locator(".problems-state")).to_contain_text("No errors")
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.evaluate("!!document.activeElement.closest('.picture')"):
            break
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    until(page, "document.activeElement.id === 'desk-panel'")
    tab_to(page, "Add a record")
    page.keyboard.press("Enter")
    expect(source_of(page)).to_have_value(re.compile("^---\nedges:|^---\nnodes:"))
    walk.finish()


EVERYWHERE = [sketch, author, load]
ONCE = [every_template, write_by_keyboard]
