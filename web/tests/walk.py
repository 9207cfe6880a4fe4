"""Walks through Atlas in Chromium as a person would.

    build/venv/bin/python web/tests/walk.py http://127.0.0.1:8080 [--only NAME]

Every part of the walk runs at 1440 x 900 and at 390 x 844, and looks at its pages in light and in dark. A message of severity
"error" in the console, a violation of the content security policy, an uncaught exception, sideways scrolling and any serious finding of
axe fail the part. Screenshots go to build/screenshots. The last line is `N passed, N failed`. A server in development is
asked through its page at /graphql as well.
"""

import argparse
import gzip
import re
import secrets
import sys
import time
import traceback
import urllib.request

from playwright.sync_api import expect, sync_playwright

import walk_access
import walk_diagram
import walk_editor
import walk_groups
import walk_labs
import walk_learning
import walk_predictions
import walk_replay
import walk_steps
import walk_tutor
from walk_common import CHROMIUM, DIAGRAM, PASSWORD, SCREENSHOTS, SIZES, Walk, tab_to, until
from walk_graphql import graphql_parts

FIRST_LOAD_LIMIT_BYTES = 60_000
LAB = "/labs/hash-ring"


# ── The parts of the walk ───────────────────────────────────────────────────


def landing_without_javascript(browser, base, size):
    walk = Walk(browser, base, size, java_script_enabled=False)
    walk.go("/")
    page = walk.page
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.locator(".live svg.atlas-diagram [data-node]").first).to_be_visible()
    assert page.locator(".shelf .card svg").count() >= 3, "the start page shows at least three live diagrams"
    assert "Atlas" in page.title()
    for name in ('meta[name="description"]', 'meta[property="og:title"]', 'meta[property="og:image"]'):
        assert page.locator(name).get_attribute("content"), f"{name} is empty"
    text = page.content()
    assert "{{" not in text and "[[" not in text, "a placeholder was left unfilled"
    page.screenshot(path=SCREENSHOTS / f"landing-nojs-{size}.png", full_page=True)
    page.locator(".shelf .card").first.click()
    page.wait_for_url(re.compile("/diagrams/"))
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    walk.finish()


def landing(browser, base, size):
    walk = Walk(browser, base, size)
    walk.go("/")
    page = walk.page
    walk.see("landing")
    first = page.locator('#hero [data-node][tabindex="0"]')
    page.locator("#hero-title").focus()
    page.keyboard.press("Tab")
    expect(first).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#hero-answer h2")).to_be_visible()
    page.keyboard.press("ArrowRight")
    until(page, "document.activeElement !== document.querySelector('#hero [data-node]')")
    page.keyboard.press("Enter")
    expect(page.locator("#hero-answer .lost")).to_contain_text("lost")
    before = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.locator("#theme").click()
    page.emulate_media(color_scheme="dark")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == before, "light was chosen, also for a dark system"
    walk.see("landing-chosen-light")
    page.locator("#theme").click()
    until(page, "getComputedStyle(document.body).backgroundColor !== value", before)
    walk.see("landing-chosen-dark")
    page.reload()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != before, "the theme survives a reload"
    walk.finish()


def catalogue(browser, base, size):
    walk = Walk(browser, base, size)
    walk.go("/catalogue")
    page = walk.page
    expect(page.get_by_role("heading", level=1, name="Catalogue")).to_be_visible()
    page.locator(".card").first.wait_for()
    page.locator(".thumbnail svg").first.wait_for()
    walk.see("catalogue")
    everything = page.locator(".card").count()
    assert page.locator(".category").count() >= 5
    page.keyboard.press("/")
    field = page.get_by_label("Search the catalogue")
    expect(field).to_be_focused()
    field.type("cach")
    page.locator('[data-settled="true"]', has_text="cach").wait_for()
    found = page.locator(".card").count()
    assert 0 < found < everything, f"the search leaves some of {everything}, not {found}"
    expect(page.locator(".card mark").first).to_be_visible()
    assert "q=cach" in page.url
    walk.see("catalogue-search")
    field.fill("zzzzqqqq")
    page.get_by_role("button", name="Clear search and filters").click()
    until(page, "document.querySelectorAll('.card').length === value", everything)
    page.get_by_role("button", name="Failure").click()
    expect(page.locator(".card .view-tag.structure")).to_have_count(0)
    page.get_by_role("button", name="Failure").click()
    page.get_by_role("button", name="Labs").click()
    assert 0 < page.locator(".card").count() < everything
    page.keyboard.press("Control+k")
    box = page.get_by_role("combobox", name="Search diagrams, incidents and labs")
    expect(box).to_be_focused()
    box.type("leader")
    page.get_by_role("dialog").get_by_role("option").first.wait_for()
    walk.see("quick-search")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/(diagrams|incidents|labs)/"))
    walk.finish()


def lab_and_not_found(browser, base, size):
    walk = Walk(browser, base, size)
    walk.go(LAB)
    page = walk.page
    expect(page.get_by_role("region", name="Running this lab")).to_be_visible()
    assert page.locator(".checks li").count() >= 3
    walk.see("lab")
    walk.finish()
    walk = Walk(browser, base, size)
    answer = walk.go("/diagrams/no-such-thing")
    assert answer.status == 404, f"an unknown diagram answers {answer.status}"
    expect(walk.page.get_by_role("heading", level=1)).to_contain_text("not on the map")
    walk.see("not-found")
    walk.problems = [each for each in walk.problems if "404" not in each]
    walk.finish()


def failure_and_retry(browser, base, size):
    walk = Walk(browser, base, size)
    page = walk.page
    page.route("**/graphql", lambda route: route.abort())
    walk.go("/catalogue")
    expect(page.get_by_role("alert")).to_contain_text("cannot be reached")
    walk.see("failure")
    page.unroute("**/graphql")
    page.get_by_role("button", name="Try again").click()
    page.locator(".card").first.wait_for()
    walk.problems = [each for each in walk.problems if "ERR_FAILED" not in each]
    walk.finish()


def account(browser, base, size):
    """Register, reload, complete, see progress, a second device, sign out everywhere."""
    email = f"walk-{secrets.token_hex(6)}@example.org"
    walk = Walk(browser, base, size)
    page = walk.page
    walk.go("/register")
    page.get_by_role("button", name="Make an account").click()
    expect(page.get_by_label("Name")).to_be_focused()
    expect(page.locator(".field-problem")).to_have_count(3)
    walk.see("register")
    page.get_by_label("Name").fill("Grace")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Make an account").click()
    page.wait_for_url(re.compile("/today"))
    mine = page.get_by_role("link", name="Account of Grace")
    expect(mine).to_be_visible()
    page.reload()
    expect(mine).to_be_visible()
    stored = page.evaluate("JSON.stringify([localStorage, sessionStorage, document.cookie])")
    assert "eyJ" not in stored and "atlas_refresh" not in stored, "no token is within reach of scripts"

    walk.go("/progress")
    expect(page.locator(".progress-total strong")).to_contain_text("0 of")
    walk.see("progress-empty")
    walk.go(DIAGRAM)
    page.get_by_role("button", name="Mark complete").click()
    expect(page.locator(".completion [role=status]")).to_contain_text("1 of")
    page.locator(".completion").scroll_into_view_if_needed()
    walk.see("diagram-completed")
    page.locator(".completion .pointer").click()
    until(page, "location.pathname !== value", DIAGRAM)
    walk.go("/progress")
    expect(page.locator(".progress-total strong")).to_contain_text("1 of")
    expect(page.locator(".completed-list li")).to_have_count(1)
    walk.see("progress")
    walk.go("/catalogue")
    expect(page.locator(".card .done-mark")).to_have_count(1)

    other = Walk(browser, base, size)
    sign_in(other, email)
    walk.go("/account")
    expect(page.locator(".sessions li")).to_have_count(2)
    walk.see("account")
    page.get_by_role("button", name=re.compile("End the session")).click()
    expect(page.locator(".sessions li")).to_have_count(1)
    other.page.reload()
    expect(other.page.locator(".account-sign-in")).to_be_visible()
    other.go("/sign-in")
    sign_in(other, email)
    page.get_by_role("button", name="Sign out everywhere").click()
    expect(page.locator(".account-sign-in")).to_be_visible()
    page.reload()
    expect(page.locator(".account-sign-in")).to_be_visible()
    other.page.reload()
    expect(other.page.locator(".account-sign-in")).to_be_visible()
    other.finish()
    walk.finish()


def sign_in(walk, email):
    """By keyboard alone, and once with a wrong password first."""
    page = walk.page
    walk.go("/sign-in?back=/progress")
    page.get_by_label("E-mail").focus()
    page.keyboard.type(email)
    page.keyboard.press("Tab")
    page.keyboard.type("not my password")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_be_visible()
    walk.see("sign-in")
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/progress"))
    page.locator(".progress-total").wait_for()


def by_keyboard_from_the_start(browser, base, size):
    """From the start page to a part of a diagram without a pointer."""
    walk = Walk(browser, base, size)
    walk.go("/")
    page = walk.page
    page.keyboard.press("Tab")
    expect(page.locator(".skip-link")).to_be_focused()
    page.keyboard.press("Enter")
    tab_to(page, "Open the catalogue")
    page.keyboard.press("Enter")
    page.locator(".card").first.wait_for()
    page.keyboard.press("/")
    page.keyboard.type("cache-aside")
    page.locator('[data-settled="true"]', has_text="cache-aside").wait_for()
    title = page.locator(".card-title").first.inner_text()
    tab_to(page, title, presses=60)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/diagrams/"))
    expect(page.get_by_role("heading", level=1)).to_contain_text(title)
    page.locator(".picture svg [data-node]").first.wait_for()
    for _ in range(30):
        page.keyboard.press("Tab")
        if page.evaluate("!!document.activeElement.closest('.picture')"):
            break
    page.keyboard.press("Enter")
    expect(page.locator(".side-panel")).to_be_focused()
    expect(page.locator(".side-panel .explanation")).to_be_visible()
    walk.finish()


def first_load(_browser, base, _size):
    """The scripts that the page names before a route's own code, as they come over the wire."""
    html = fetch(base + "/catalogue").decode()
    scripts = re.findall(r'<script[^>]*src="([^"]+)"', html) + re.findall(r'rel="modulepreload" href="([^"]+)"', html)
    assert scripts, "the page names its scripts"
    sizes = {path: len(fetch(base + path, decode=False)) for path in scripts}
    total = sum(sizes.values())
    print(f"      first load: {total} bytes in {len(sizes)} files")
    assert total <= FIRST_LOAD_LIMIT_BYTES, f"{total} bytes of JavaScript, limit {FIRST_LOAD_LIMIT_BYTES}"


def fetch(url, decode=True):
    with urllib.request.urlopen(urllib.request.Request(url, headers={"Accept-Encoding": "gzip"})) as answer:
        body = answer.read()
        packed = answer.headers.get("Content-Encoding") == "gzip"
    return gzip.decompress(body) if decode and packed else body


# A part that fails is tried once more, and says so: what a busy machine delays is told from what is broken. So few may need it
# that a page which fails now and then in earnest still fails the walk.
SECOND_TRIES = 3

EVERYWHERE = [
    landing_without_javascript,
    landing,
    catalogue,
    *walk_diagram.EVERYWHERE,
    *walk_steps.EVERYWHERE,
    *walk_replay.EVERYWHERE,
    *walk_editor.EVERYWHERE,
    *walk_groups.EVERYWHERE,
    *walk_labs.EVERYWHERE,
    *walk_learning.EVERYWHERE,
    *walk_tutor.EVERYWHERE,
    lab_and_not_found,
    account,
]
ONCE = [
    first_load,
    failure_and_retry,
    by_keyboard_from_the_start,
    *walk_access.ONCE,
    *walk_replay.ONCE,
    *walk_steps.ONCE,
    *walk_predictions.ONCE,
    *walk_editor.ONCE,
    *walk_labs.ONCE,
    *walk_tutor.ONCE,
]


def main():
    arguments = argparse.ArgumentParser(description="Walks through Atlas in Chromium.")
    arguments.add_argument("base", help="where Atlas listens, as in http://127.0.0.1:8080")
    arguments.add_argument("--only", default="", help="run only the parts whose name contains this")
    options = arguments.parse_args()
    base = options.base.rstrip("/")
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    graphql_once, graphql_everywhere = graphql_parts(base)
    runs = [(part, "desktop") for part in ONCE + graphql_once]
    runs += [(part, size) for size in SIZES for part in EVERYWHERE + graphql_everywhere]
    passed, failed, again = 0, [], []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM)
        for part, size in runs:
            name = f"{part.__name__} {size}"
            if options.only not in name:
                continue
            if attempt(part, browser, base, size):
                passed += 1
            elif len(again) < SECOND_TRIES and attempt(part, browser, base, size):
                again.append(name)
            else:
                failed.append(name)
        browser.close()
    for name in again:
        print(f"AGAIN {name} passed only at its second try")
    print(f"{passed} passed, {len(again)} at the second try, {len(failed)} failed")
    sys.exit(1 if failed or not (passed or again) else 0)


def attempt(part, browser, base, size):
    """Whether a part went well; what did not is printed, and its pages are closed."""
    name = f"{part.__name__} {size}"
    began = time.monotonic()
    try:
        part(browser, base, size)
        print(f"ok    {name} ({time.monotonic() - began:.1f} s)", flush=True)
        return True
    except Exception as error:  # every failure is reported, and the walk goes on
        print(f"FAIL  {name}: {error}", flush=True)
        if not isinstance(error, AssertionError):
            traceback.print_exc(limit=4)
        return False
    finally:
        for context in browser.contexts:
            context.close()


if __name__ == "__main__":
    main()
