"""The parts of the walk that follow a prediction to the server."""

import re
import secrets

from playwright.sync_api import expect

from walk_common import DIAGRAM, INCIDENT, PASSWORD, Walk


def predictions(browser, base, size):
    """A visitor is told to sign in; a member's predictions are kept, also those made without a connection."""
    walk = Walk(browser, base, size)
    page = walk.page
    predict(walk, "db")
    expect(page.locator(".score .hint")).to_contain_text("Sign in to keep your predictions")
    walk.go("/register")
    page.get_by_label("Name").fill("Ada")
    page.get_by_label("E-mail").fill(f"walk-{secrets.token_hex(6)}@example.org")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Make an account").click()
    page.wait_for_url(re.compile("/today"))
    walk.go("/progress")
    expect(page.locator("#predicted ~ p")).to_contain_text("None yet")
    predict(walk, "db")
    expect(page.locator(".score .hint")).to_contain_text("Kept in your progress")
    page.get_by_role("button", name="Put everything back").click()
    walk.context.set_offline(True)
    show(page, "cache", known=True)
    expect(page.get_by_text("The answer did not come")).to_be_visible()
    walk.context.set_offline(False)
    page.get_by_role("button", name="Try again").click()
    expect(page.locator(".score")).to_be_visible()
    walk.go(INCIDENT)
    page.locator(".replay-form").wait_for()
    page.get_by_role("button", name="Show what happens").click()
    expect(page.locator(".score .hint")).to_contain_text("Kept in your progress")
    walk.go("/progress")
    expect(page.locator(".predicted dd").first).to_have_text("3")
    # At the top, so that no control of the page is half under the bar.
    page.locator("#predicted").evaluate("(heading) => heading.scrollIntoView({ block: 'start' })")
    walk.see("progress-predictions")
    walk.problems = [each for each in walk.problems if "ERR_INTERNET_DISCONNECTED" not in each]
    walk.finish()


def predict(walk, part):
    walk.go(DIAGRAM)
    walk.page.get_by_role("tab", name="Break it").click()
    show(walk.page, part)


def show(page, part, known=False):
    label = {"db": "Database", "cache": "Cache"}[part]
    page.locator(".part-list button", has_text=label).first.click()
    page.get_by_role("button", name="Show me").click()
    if not known:
        expect(page.locator(".score")).to_be_visible()


ONCE = [predictions]
