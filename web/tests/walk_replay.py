"""The parts of the walk that replay incidents."""

import re

from playwright.sync_api import expect

from walk_common import INCIDENT, Walk, tab_to
from walk_steps import ask


def incidents(browser, base, size):
    walk = Walk(browser, base, size)
    walk.go("/incidents")
    page = walk.page
    page.locator(".incident-list a").first.wait_for()
    walk.see("incidents")
    page.get_by_role("button", name="Cascade").click()
    assert page.locator(".incident-list a").count() >= 1
    walk.go(INCIDENT)
    page.locator(".picture svg [data-node]").first.wait_for()
    page.get_by_label("Predict first").uncheck()
    expect(page.get_by_role("heading", name=re.compile("Step 1 of"))).to_be_visible()
    page.get_by_role("button", name="Next step").click()
    page.locator('.picture [data-state="down"]').first.wait_for()
    page.locator('.timeline [aria-current="step"]').focus()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("heading", name=re.compile("Step 3 of"))).to_be_visible()
    expect(page.locator('.timeline [aria-current="step"]')).to_be_focused()
    walk.see("incident")
    page.keyboard.press("End")
    # Closed at first, so as not to give the next steps away.
    expect(page.locator(".root-cause p")).to_be_hidden()
    page.locator(".root-cause summary").click()
    expect(page.locator(".root-cause p")).to_be_visible()
    page.evaluate("void document.querySelector('.root-cause').scrollIntoView({ block: 'start' })")
    walk.see("incident-text")
    walk.finish()


def replay(browser, base, size):
    """Predicts a step in the list and in the picture, is shown, skips the rest, and reads the summary."""
    walk = Walk(browser, base, size)
    walk.go(INCIDENT)
    page = walk.page
    page.locator(".replay-form").wait_for()
    heading = page.locator("#replay-heading")
    expect(heading).to_have_text("Step 1 of 9")
    page.evaluate("document.querySelector('.workspace').scrollIntoView()")
    walk.see("replay")
    page.get_by_label("Backbone", exact=True).select_option("down")
    expect(page.locator('.picture [data-badge="guess"]')).to_have_count(1)
    page.get_by_role("button", name="Fit to window").click()
    node = page.locator('.picture [data-node]', has_text="Users").first
    for state in ("slow", "overloaded"):
        node.tap() if size == "phone" else node.click()
        expect(node).to_have_attribute("data-state", state)
    page.get_by_label("How sure are you?").fill("80")
    walk.see("replay-guess")
    page.get_by_role("button", name="Show what happens").click()
    expect(heading).to_have_text("Step 2 of 9")
    # Backbone was right, the data centres were missed, the users are still well: 8 of 10.
    expect(page.locator(".score")).to_contain_text("8 of 10 right at 80 % sure: a score of 0.50")
    expect(page.locator(".score")).to_contain_text("You saw 1 of 2 changes coming.")
    expect(page.locator(".picture [data-badge=right]")).to_have_count(1)
    expect(page.locator(".picture [data-badge=wrong]")).to_have_count(2)
    expect(heading).to_be_in_viewport()
    walk.see("replay-answer")
    page.get_by_role("button", name="Previous step").click()
    expect(page.locator(".replay-form")).to_have_count(0)
    page.get_by_role("button", name="Back to step 2").click()
    for _ in range(7):
        page.get_by_role("button", name="Skip").click()
    expect(heading).to_have_text("Step 9 of 9")
    assert page.url.endswith("#step=9"), page.url
    expect(page.locator(".replay-summary tbody tr")).to_have_count(1)
    expect(page.locator(".replay-summary")).to_contain_text("1 step of 8 predicted; mean score 0.50, better than a coin")
    assert page.locator(".replay-lessons li").count() >= 2
    page.locator(".replay-summary").scroll_into_view_if_needed()
    walk.see("replay-summary")
    page.get_by_role("button", name="Start again").click()
    expect(heading).to_have_text("Step 1 of 9")
    walk.finish()


def replay_by_keyboard(browser, base, size):
    walk = Walk(browser, base, size)
    walk.go(INCIDENT)
    page = walk.page
    page.locator(".replay-form").wait_for()
    tab_to(page, "Replay", presses=60)
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('select')"):
            break
    page.keyboard.press("ArrowDown")
    expect(page.locator('.picture [data-badge="guess"]')).to_have_count(1)
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('input[type=range]')"):
            break
    page.keyboard.press("End")
    expect(page.locator(".sure output")).to_have_text("99 %")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#replay-heading")).to_have_text("Step 2 of 9")
    expect(page.locator(".score")).to_contain_text("at 99 % sure")
    walk.see("replay-keyboard")
    assert page.evaluate("!!document.activeElement.closest('.replay')"), "the focus stays in the replay"
    tab_to(page, "Skip", presses=40)
    page.keyboard.press("Enter")
    expect(page.locator("#replay-heading")).to_have_text("Step 3 of 9")
    walk.finish()


def every_incident_plays(browser, base, size):
    """Each incident of the catalogue, from its first step to the summary."""
    incidents = ask(base, "{ incidents { id timeline { at states { node state changed } } } }")["incidents"]
    assert len(incidents) >= 6
    walk = Walk(browser, base, size)
    page = walk.page
    for incident in incidents:
        walk.go(f"/incidents/{incident['id']}")
        page.locator(".replay-form").wait_for()
        steps = incident["timeline"]
        for number, step in enumerate(steps, start=1):
            expect(page.locator("#replay-heading")).to_have_text(f"Step {number} of {len(steps)}")
            for each in step["states"]:
                expect(page.locator(f'.picture [data-node="{each["node"]}"]')).to_have_attribute("data-state", each["state"])
            if number < len(steps):
                name = "Skip" if number % 2 else "Show what happens"
                page.get_by_role("button", name=name).click()
        expect(page.locator(".replay-summary")).to_be_visible()
    print(f"      {len(incidents)} incidents played")
    walk.finish()


EVERYWHERE = [incidents, replay]
ONCE = [replay_by_keyboard, every_incident_plays]
