"""The parts of the walk that go through diagrams: choosing, finding, predicting, breaking."""

import re

from playwright.sync_api import expect

from walk_common import DIAGRAM, SCREENSHOTS, Walk, tab_to, until


def diagram(browser, base, size):
    walk = Walk(browser, base, size)
    walk.go(DIAGRAM)
    page = walk.page
    page.locator(".picture svg [data-node]").first.wait_for()
    walk.see("diagram")
    scale = page.locator(".picture").get_attribute("data-scale")
    page.get_by_role("button", name="Zoom in").click()
    assert float(page.locator(".picture").get_attribute("data-scale")) > float(scale)
    view = page.locator(".picture svg").get_attribute("viewBox")
    page.get_by_role("button", name="Move right").click()
    assert page.locator(".picture svg").get_attribute("viewBox") != view
    page.get_by_role("button", name="Fit to window").click()
    choose = page.locator('.picture [data-node="api"]')
    choose.tap() if size == "phone" else choose.click()
    expect(page.locator(".side-panel h3", has_text="If it is lost")).to_be_visible()
    assert page.url.endswith("#node=api")
    expect(choose).to_have_attribute("aria-pressed", "true")
    page.locator(".side-panel .node-link").first.click()
    until(page, "!location.hash.endsWith('=api')")
    page.get_by_role("button", name="Fit to window").click()
    page.locator(".picture [data-edge] .dg-edge-label").first.click()
    expect(page.locator(".side-panel dt", has_text="Required")).to_be_visible()
    walk.see("diagram-edge")
    page.keyboard.press("Escape")
    expect(page.locator(".part-list")).to_be_visible()
    assert "#" not in page.url
    predict(walk)
    page.locator("summary", has_text="Outline").click()
    expect(page.locator(".outline li").first).to_be_visible()
    page.locator("summary", has_text="Long description").click()
    expect(page.locator(".long-description")).to_be_visible()
    page.evaluate("document.querySelector('.in-words').scrollIntoView()")
    walk.see("diagram-words")
    walk.go(f"{DIAGRAM}#node=cache")
    page.reload()
    expect(page.locator(".side-panel h2").first).to_contain_text("Cache")
    expect(page.locator('.picture [data-node="cache"].is-selected')).to_be_visible()
    walk.finish()


def predict(walk):
    page = walk.page
    page.get_by_role("tab", name=re.compile("Predict")).click()
    page.locator(".picture [data-impact=killed]").first.wait_for()
    expect(page.locator("[data-impact=degrades]")).to_have_count(0)
    page.locator(".option").first.click()
    page.get_by_role("button", name="Commit and see").click()
    expect(page.locator(".option.right")).to_have_count(1)
    expect(page.locator(".verdict")).to_be_visible()
    page.locator(".picture [data-impact=degrades], .picture [data-impact=fails]").first.wait_for()
    expect(page.locator(".why").first).to_be_visible()
    walk.see("diagram-predict")


def diagram_by_keyboard(browser, base, size):
    walk = Walk(browser, base, size)
    walk.go(DIAGRAM)
    page = walk.page
    page.locator(".picture svg [data-node]").first.wait_for()
    page.keyboard.press("Tab")
    expect(page.locator(".skip-link")).to_be_focused()
    page.keyboard.press("/")
    field = page.get_by_label("Find in the picture")
    expect(field).to_be_focused()
    page.keyboard.type("database")
    expect(page.locator(".find-count")).to_contain_text("match")
    expect(page.locator(".picture .is-hit[data-node]")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(page.locator(".picture .is-hit")).to_have_count(0)
    # Escape leads to what was found.
    until(page, "document.activeElement.dataset.node !== undefined")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Home")
    assert page.evaluate("document.activeElement.dataset.node !== undefined"), "Tab leads into the picture"
    start = page.evaluate("document.activeElement.dataset.node")
    page.keyboard.press("ArrowRight")
    here = page.evaluate("document.activeElement.dataset.node")
    assert here and here != start, "an arrow key leads to a neighbour"
    expect(page.locator(".walk-line")).to_have_text(re.compile("^[^,]+, [^,]+, [^,]+"))
    page.evaluate("document.querySelector('.workspace').scrollIntoView()")
    walk.see("walked")
    page.keyboard.press("n")
    assert page.evaluate("document.activeElement.dataset.edge"), "n leads on to an edge"
    label = page.evaluate("document.activeElement.getAttribute('aria-label')")
    assert label, "an edge has a name"
    page.keyboard.press("p")
    page.keyboard.press("Enter")
    expect(page.locator(".side-panel")).to_be_focused()
    expect(page.locator(".side-panel h2").first).to_be_visible()
    walk.see("diagram-keyboard")
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.dataset.node") == here, "Escape leads back to the part"
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog", name="Keyboard shortcuts")
    expect(dialog).to_be_visible()
    walk.see("shortcuts")
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    scale = float(page.locator(".picture").get_attribute("data-scale"))
    page.keyboard.press("+")
    assert float(page.locator(".picture").get_attribute("data-scale")) > scale
    page.keyboard.press("0")
    page.keyboard.press("f")
    until(page, "document.fullscreenElement !== null")
    page.keyboard.press("f")
    until(page, "document.fullscreenElement === null")
    page.keyboard.press("End")
    walk.finish()


def break_it(browser, base, size):
    """Takes a part away, predicts, is shown, shares the address, and meets a server that fails."""
    walk = Walk(browser, base, size)
    walk.go(DIAGRAM)
    page = walk.page
    page.get_by_role("tab", name="Break it").click()
    page.get_by_role("button", name="Fit to window").click()
    page.evaluate("document.querySelector('.workspace').scrollIntoView()")
    walk.see("break-choose")
    choose = page.locator('.picture [data-node="db"]')
    choose.tap() if size == "phone" else choose.click()
    expect(choose).to_have_attribute("data-impact", "killed")
    expect(choose).to_have_attribute("aria-pressed", "true")
    assert page.url.endswith("#break=db"), page.url
    guess = page.locator('.picture [data-node="api"]')
    for impact in ("degrades", "fails"):
        guess.tap() if size == "phone" else guess.click()
        expect(guess).to_have_attribute("data-impact", impact)
    page.keyboard.press("u")
    expect(guess).to_have_attribute("data-impact", "degrades")
    page.locator(".guess", has_text="Cache").click()
    page.get_by_label("How sure are you?").fill("80")
    expect(page.locator(".sure output")).to_have_text("80 %")
    expect(page.locator(".weak-points")).to_have_count(0)
    walk.see("break-predict")
    page.get_by_role("button", name="Show me").click()
    expect(page.locator(".break-summary")).to_have_text("Editor and Product editor API fail; Product API works worse.")
    expect(page.locator(".score")).to_contain_text("2 of 5 right")
    expect(page.locator(".score")).to_contain_text("1.05")
    expect(page.locator(".picture [data-badge=right]")).to_have_count(2)
    expect(page.locator(".picture [data-badge=wrong]")).to_have_count(3)
    expect(page.locator(".weak-points")).to_contain_text("Parts nobody can do without: Product API")
    expect(page.locator("#break-heading")).to_be_in_viewport()
    walk.see("break-answer")
    page.locator(".chain .text-link", has_text="Product editor API").first.click()
    expect(page.locator('.picture [data-node="writer"].is-selected')).to_be_visible()
    assert page.url.endswith("#break=db"), "the selection leaves the address alone"
    page.get_by_role("tab", name="Explain").click()
    expect(page.locator(".picture [data-impact], .picture .dg-badge")).to_have_count(0)
    assert "#" not in page.url
    page.get_by_role("tab", name="Break it").click()
    expect(choose).to_have_attribute("data-impact", "killed")
    page.get_by_role("button", name="Put back Database").click()
    expect(page.locator(".picture [data-impact]")).to_have_count(0)
    expect(page.locator("#break-heading")).to_be_focused()
    break_shared(walk)
    walk.finish()


def break_shared(walk):
    """A shared address of a sequence diagram, without predicting, and with a server that fails at first."""
    page = walk.page
    walk.go(f"{DIAGRAM}-failure#break=cache,m7,nothing")
    page.locator(".guess").first.wait_for()
    assert page.url.endswith("#break=cache,m7"), "unknown parts are left out"
    expect(page.locator('.picture [data-edge="m7"]')).to_have_attribute("data-impact", "killed")
    page.route("**/graphql", lambda route: route.abort())
    page.get_by_label("Predict first").uncheck()
    expect(page.get_by_role("alert")).to_contain_text("cannot be reached")
    walk.see("break-failure")
    page.unroute("**/graphql")
    page.get_by_role("button", name="Try again").click()
    page.locator(".fates").first.wait_for()
    walk.problems = [each for each in walk.problems if "ERR_FAILED" not in each]
    walk.see("break-sequence")
    page.reload()
    page.locator(".fates").first.wait_for()
    expect(page.get_by_label("Predict first")).not_to_be_checked()


def break_it_by_keyboard(browser, base, size):
    walk = Walk(browser, base, size)
    walk.go(DIAGRAM)
    page = walk.page
    page.locator(".picture svg [data-node]").first.wait_for()
    tab_to(page, "Explain", presses=60)
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_role("tab", name="Break it")).to_be_focused()
    for _ in range(60):
        page.keyboard.press("Shift+Tab")
        if page.evaluate("!!document.activeElement.closest('.picture')"):
            break
    page.keyboard.press("Home")
    part = page.evaluate("document.activeElement.dataset.node")
    page.keyboard.press("ArrowRight")
    guessed = page.evaluate("document.activeElement.dataset.node")
    assert guessed and guessed != part
    page.keyboard.press("Enter")
    taken = page.locator(f'.picture [data-node="{guessed}"]')
    expect(taken).to_have_attribute("aria-description", "Taken away")
    expect(taken).to_be_focused()
    page.keyboard.press("ArrowLeft")
    for note in ("You say: works worse", "You say: fails"):
        page.keyboard.press(" ")
        expect(page.locator(f'.picture [data-node="{part}"]')).to_have_attribute("aria-description", note)
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('[type=submit]')"):
            break
    page.keyboard.press("Enter")
    expect(page.locator("#break-heading")).to_be_focused()
    page.locator(".fates").first.wait_for()
    walk.see("break-keyboard")
    page.keyboard.press("Escape")
    expect(page.locator(".picture [data-impact]")).to_have_count(0)
    assert page.url.endswith("#break="), page.url
    page.keyboard.press("u")
    expect(taken).to_have_attribute("data-impact", "killed")
    page.locator(".fates").first.wait_for()
    walk.finish()


def find(browser, base, size):
    """Goes through the hits of a search without a pointer."""
    walk = Walk(browser, base, size)
    walk.go(DIAGRAM)
    page = walk.page
    page.locator(".picture svg [data-node]").first.wait_for()
    for _ in range(4):
        page.get_by_role("button", name="Zoom in").click()
        page.get_by_role("button", name="Move right").click()
    page.keyboard.press("/")
    page.keyboard.type("product")
    found = page.locator(".find-count")
    expect(found).to_have_text(re.compile(r"\d+ matches"))
    count = page.locator(".picture .is-hit").count()
    assert count >= 2, "several parts carry the word"
    view = page.locator(".picture svg").get_attribute("viewBox")
    for number in range(1, count + 1):
        page.keyboard.press("Enter")
        expect(found).to_have_text(f"{number} of {count}")
        expect(page.locator(".picture .is-pointed")).to_have_count(1)
    assert page.locator(".picture svg").get_attribute("viewBox") != view, "the camera follows the hits"
    expect(page.get_by_role("status").filter(has_text=f"{count} of {count}")).to_contain_text(":")
    page.keyboard.press("ArrowDown")
    expect(found).to_have_text(f"1 of {count}")
    page.keyboard.press("ArrowUp")
    expect(found).to_have_text(f"{count} of {count}")
    walk.see("find")
    hit = page.evaluate("(({ node, edge }) => node ?? edge)(document.querySelector('.is-pointed').dataset)")
    page.keyboard.press("Escape")
    expect(page.locator(".picture .is-hit, .picture .is-faded")).to_have_count(0)
    assert page.evaluate("(({ node, edge }) => node ?? edge)(document.activeElement.dataset)") == hit, "Escape leads to the hit"
    page.keyboard.press("/")
    page.keyboard.type("zzz")
    expect(found).to_have_text("No match")
    page.keyboard.press("Escape")
    walk.finish()


def printed(browser, base, size):
    """On paper: the picture whole, in light colours, the words below it, and nothing to press."""
    if size != "desktop":
        return
    for path, name in ((DIAGRAM, "print"), (f"{DIAGRAM}-failure#step=4", "print-steps")):
        walk = Walk(browser, base, size)
        walk.go(path)
        page = walk.page
        page.locator(".picture svg [data-node]").first.wait_for()
        page.get_by_role("button", name="Zoom in").click()
        page.emulate_media(media="print", color_scheme="dark")
        until(page, "document.querySelector('.picture svg').getAttribute('viewBox').startsWith('0.00 0.00 ')")
        pressable = page.locator("button:visible, input:visible, select:visible").count()
        links = page.locator(".part-link:visible, .text-link:visible, .node-link:visible").count()
        assert pressable <= links, "no controls are printed"
        expect(page.locator(".outline li").first).to_be_visible()
        page.screenshot(path=SCREENSHOTS / f"{name}-{size}.png", full_page=True)
        pages = page.pdf(path=SCREENSHOTS / f"{name}.pdf", format="A4").count(b"/Type /Page\n")
        assert pages <= 6, f"{pages} pages of paper"
        page.emulate_media(media="screen")
        until(page, "!document.querySelector('.picture svg').getAttribute('viewBox').startsWith('0.00 0.00 ')")
        walk.finish()


def groups(browser, base, size):
    """Closes a group to one box and opens it, by pointer and by keyboard."""
    walk = Walk(browser, base, size)
    walk.go("/diagrams/a5-availability")
    page = walk.page
    button = page.locator(".picture .dg-fold").first
    button.wait_for()
    expect(button).to_have_attribute("aria-expanded", "true")
    assert re.match("Group .+, [0-9]+ parts?: ", button.get_attribute("aria-label")), button.get_attribute("aria-label")
    shown = page.locator(".picture [data-node]:visible").count()
    page.get_by_role("button", name="Fit to window").click()
    button.tap() if size == "phone" else button.click()
    expect(button).to_have_attribute("aria-expanded", "false")
    assert page.locator(".picture [data-node]:visible").count() < shown
    assert page.locator(".picture .is-cut").count() > 0, "edges end at the border of the box"
    page.evaluate("document.querySelector('.workspace').scrollIntoView()")
    walk.see("groups-closed")
    page.keyboard.press("Enter")
    expect(button).to_have_attribute("aria-expanded", "true")
    expect(page.locator(".picture .is-cut, .picture .is-folded, .picture .dg-cut-end")).to_have_count(0)
    page.keyboard.press(" ")
    expect(button).to_be_focused()
    expect(button).to_have_attribute("aria-expanded", "false")
    hidden = page.evaluate("document.querySelector('.picture [data-node].is-folded').dataset.node")
    walk.go(f"/diagrams/a5-availability#node={hidden}")
    expect(page.locator(f'.picture [data-node="{hidden}"]')).to_be_visible()
    page.locator(f'.picture [data-node="{hidden}"]').focus()
    page.keyboard.press("c")
    expect(page.locator(".picture .is-closed")).to_have_count(1)
    assert page.evaluate("document.activeElement.classList.contains('dg-fold')"), "the focus goes to the group"
    page.get_by_role("tab", name="Predict").click()
    expect(page.locator(".picture .is-closed")).to_have_count(0)
    walk.finish()


EVERYWHERE = [diagram, groups, diagram_by_keyboard, find, printed, break_it, break_it_by_keyboard]
