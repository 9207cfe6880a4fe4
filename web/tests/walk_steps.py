"""The parts of the walk that go through diagrams step by step."""

import json
import re
import urllib.request

from playwright.sync_api import expect

from walk_common import DIAGRAM, Walk, tab_to, until

SEQUENCE = f"{DIAGRAM}-failure"


def steps(browser, base, size):
    """Messages one at a time, by button, slider, key and address, and played."""
    walk = Walk(browser, base, size)
    walk.go(f"{SEQUENCE}#step=3")
    page = walk.page
    heading = page.locator("#step-heading")
    expect(heading).to_have_text("Step 3 of 11")
    expect(page.locator('.picture [data-edge="m3"]')).to_have_attribute("data-phase", "now")
    expect(page.locator('.picture [data-node][data-phase="now"]')).to_have_count(2)
    expect(page.locator('.picture [data-edge][data-phase="past"]')).to_have_count(2)
    expect(page.locator('.picture [data-edge][data-phase="later"]')).to_have_count(8)
    page.evaluate("document.querySelector('.workspace').scrollIntoView()")
    walk.see("steps")
    page.get_by_role("button", name="Next step").click()
    expect(heading).to_have_text("Step 4 of 11")
    expect(page.locator(".step-note")).to_have_text("Note at Cache: The process dies")
    assert page.url.endswith("#step=4"), page.url
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("End")
    expect(heading).to_have_text("Step 11 of 11")
    expect(page.locator(".step-within")).to_have_text("Else Database is saturated")
    expect(page.locator('.picture [data-phase="later"]')).to_have_count(0)
    walk.see("steps-end")
    page.keyboard.press("Home")
    expect(heading).to_have_text("Step 1 of 11")
    page.get_by_label("Step", exact=True).fill("6")
    expect(heading).to_have_text("Step 6 of 11")
    expect(page.get_by_role("status").filter(has_text="Step 6 of 11.")).to_contain_text("looks up, gets no answer")
    message = page.locator('.picture [data-edge="m2"] .dg-message-label')
    page.get_by_role("button", name="Fit to window").click()
    message.tap() if size == "phone" else message.click()
    expect(heading).to_have_text("Step 2 of 11")
    page.get_by_role("button", name="Play").click()
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    expect(heading).to_have_text("Step 3 of 11")
    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_role("button", name="Play")).to_be_visible()
    page.get_by_role("tab", name="Explain").click()
    expect(page.locator(".picture [data-phase]")).to_have_count(0)
    assert "#" not in page.url, page.url
    walk.finish()


def ask(base, query):
    body = json.dumps({"query": query}).encode()
    wanted = urllib.request.Request(f"{base}/graphql", data=body, headers={"Content-Type": "application/json"})
    with urllib.request.urlopen(wanted) as answer:
        return json.load(answer)["data"]


def by_kind(base):
    """One diagram of each kind that the catalogue has."""
    first = {}
    for each in ask(base, "{ diagrams { id kind } }")["diagrams"]:
        first.setdefault(each["kind"], each["id"])
    return first


def states(browser, base, size):
    """A walk through states, chosen transition by transition, where the catalogue has such a diagram."""
    name = by_kind(base).get("state")
    if name is None:
        return
    walk = Walk(browser, base, size)
    walk.go(f"/diagrams/{name}#step=")
    page = walk.page
    expect(page.locator("#step-heading")).to_have_text("The beginning")
    for number in (1, 2):
        page.locator(".choice").first.click()
        expect(page.locator("#step-heading")).to_have_text(f"Step {number}")
        expect(page.locator('.picture [data-node][data-phase="now"]')).to_have_count(1)
        expect(page.locator('.picture [data-edge][data-phase="now"]')).to_have_count(1)
    walk.see("steps-state")
    page.reload()
    expect(page.locator("#step-heading")).to_have_text("Step 2")
    page.get_by_role("button", name="Previous step").click()
    expect(page.locator("#step-heading")).to_have_text("Step 1")
    walk.finish()


def periods(browser, base, size):
    """A timeline, period by period, where the catalogue has one."""
    name = by_kind(base).get("timeline")
    if name is None:
        return
    walk = Walk(browser, base, size)
    walk.go(f"/diagrams/{name}#step=2")
    page = walk.page
    expect(page.locator("#step-heading")).to_have_text(re.compile("Step 2 of"))
    expect(page.locator('.picture .dg-role-period[data-phase="now"]')).to_have_count(1)
    walk.see("steps-timeline")
    page.get_by_role("button", name="Next step").click()
    page.keyboard.press("End")
    expect(page.locator('.picture [data-phase="later"]')).to_have_count(0)
    walk.finish()


def steps_by_keyboard(browser, base, size):
    walk = Walk(browser, base, size)
    walk.go(SEQUENCE)
    page = walk.page
    page.locator(".picture svg [data-node]").first.wait_for()
    tab_to(page, "Explain", presses=60)
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("tab", name="Steps")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowRight")
    expect(page.locator("#step-heading")).to_have_text("Step 2 of 11")
    page.keyboard.press("End")
    page.keyboard.press("ArrowLeft")
    expect(page.locator("#step-heading")).to_have_text("Step 10 of 11")
    for _ in range(60):
        page.keyboard.press("Shift+Tab")
        if page.evaluate("!!document.activeElement.closest('.picture')"):
            break
    page.keyboard.press("n")
    expect(page.locator(".walk-line")).not_to_be_empty()
    page.keyboard.press("End")
    chosen = page.evaluate("document.activeElement.dataset.edge")
    expect(page.locator(".walk-line")).to_have_text(re.compile(r"^11\. [^,]+, [^,]+, [^,]+"))
    page.keyboard.press("Enter")
    until(page, "location.hash.startsWith('#step=')")
    expect(page.locator(f'.picture [data-edge="{chosen}"]')).to_have_attribute("data-phase", "now")
    walk.finish()


def spread(browser, base, size):
    """A failure on its way through the picture, wave by wave."""
    walk = Walk(browser, base, size)
    walk.go("/diagrams/a1-request-path")
    page = walk.page
    page.get_by_role("tab", name="Break it").click()
    page.get_by_label("Predict first").uncheck()
    page.locator(".part-list button", has_text=re.compile("[Dd]atabase")).first.click()
    page.get_by_role("button", name="Step through it").click()
    heading = page.locator("#spread-heading")
    expect(heading).to_have_text("How it spreads: step 1 of 4")
    expect(page.locator('.picture [data-node][data-impact]')).to_have_count(1)
    for number in (2, 3, 4):
        page.get_by_role("button", name="Next step").click()
        expect(heading).to_have_text(f"How it spreads: step {number} of 4")
        expect(page.locator('.picture [data-node][data-impact]')).to_have_count(number)
        expect(page.locator('.picture [data-edge][data-phase="now"]')).not_to_have_count(0)
        if number == 3:
            page.evaluate("document.querySelector('.workspace').scrollIntoView()")
            walk.see("spread")
    page.keyboard.press("Home")
    expect(heading).to_have_text("How it spreads: step 1 of 4")
    page.get_by_role("button", name="Show all at once").click()
    expect(page.locator('.picture [data-edge][data-phase]')).to_have_count(0)
    walk.finish()


EVERYWHERE = [steps, spread, states, periods]
ONCE = [steps_by_keyboard]
