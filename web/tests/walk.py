"""Walks through Atlas in Chromium as a person would.

    build/venv/bin/python web/tests/walk.py http://127.0.0.1:8080 [--only NAME]

Every part of the walk runs at 1440 x 900 and at 390 x 844, in light and in dark. A message of severity "error" in the
console, a violation of the content security policy, an uncaught exception, sideways scrolling and any serious finding of
axe fail the part. Screenshots go to build/screenshots. The last line is `N passed, N failed`.
"""

import argparse
import gzip
import os
import re
import secrets
import sys
import time
import traceback
import urllib.request
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
SCREENSHOTS = ROOT / "build/screenshots"
CHROMIUM = os.environ.get("ATLAS_CHROMIUM", "/usr/bin/chromium")
SIZES = {"desktop": (1440, 900), "phone": (390, 844)}
FIRST_LOAD_LIMIT_BYTES = 60_000
DIAGRAM = "/diagrams/e1-cache-aside"
INCIDENT = "/incidents/facebook-2021"
LAB = "/labs/hash-ring"
PASSWORD = "seven quiet lanterns"

WATCH_POLICY = """
window.policyViolations = [];
document.addEventListener("securitypolicyviolation", (event) =>
  window.policyViolations.push(`${event.violatedDirective} ${event.blockedURI}`));
"""
AXE_OPTIONS = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"], "resultTypes": ["violations"]}


class Walk:
    """One browser window and what has gone wrong in it."""

    def __init__(self, browser, base, size, scheme, **options):
        width, height = SIZES[size]
        self.base, self.size, self.scheme = base, size, scheme
        phone = {"has_touch": True, "is_mobile": True} if size == "phone" else {}
        self.context = browser.new_context(
            viewport={"width": width, "height": height}, color_scheme=scheme, reduced_motion="reduce", **phone, **options
        )
        self.context.add_init_script(WATCH_POLICY)
        self.context.set_default_timeout(15_000)
        self.problems = []
        self.page = self.open_page()

    def open_page(self) -> Page:
        page = self.context.new_page()
        page.on("pageerror", lambda error: self.problems.append(f"exception: {error}"))
        page.on("console", self._heard)
        return page

    def _heard(self, message):
        if message.type == "error":
            self.problems.append(f"console: {message.text} {message.location.get('url', '')}")

    def go(self, path):
        return self.page.goto(self.base + path)

    def see(self, name, settle=True):
        """What every page owes its readers, and a picture of it."""
        page = self.page
        if settle:
            until(page, "document.fonts.status === 'loaded' && !document.querySelector('.skeleton')")
        page.screenshot(path=SCREENSHOTS / f"{name}-{self.size}-{self.scheme}.png")
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{name} scrolls sideways by {wide} px"
        self.problems += [f"policy: {each}" for each in page.evaluate("window.policyViolations ?? []")]
        found = Axe().run(page, options=AXE_OPTIONS).response["violations"]
        grave = [each for each in found if each["impact"] in ("serious", "critical")]
        for each in grave:
            nodes = "; ".join(f"{node['target']} {' '.join(node.get('failureSummary', '').split())[:160]}" for node in each["nodes"][:3])
            self.problems.append(f"axe on {name}: {each['id']}: {nodes}")

    def finish(self):
        self.context.close()
        assert not self.problems, "\n    ".join(self.problems)


def until(page, condition, value=None):
    """Waits in the page, frame by frame, until an expression is true. (Playwright's own wait needs `eval`, which the page's
    policy forbids.)"""
    page.evaluate(
        """(value) => new Promise((resolve, reject) => {
          const limit = setTimeout(() => reject(new Error("never came true: CONDITION")), 15000);
          const look = () => {
            if (!(CONDITION)) return requestAnimationFrame(look);
            clearTimeout(limit);
            resolve();
          };
          look();
        })""".replace('"never came true: CONDITION"', repr(f"never came true: {condition}")).replace("CONDITION", condition),
        value,
    )


# ── The parts of the walk ───────────────────────────────────────────────────


def landing_without_javascript(browser, base, size, scheme):
    walk = Walk(browser, base, size, scheme, java_script_enabled=False)
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
    page.screenshot(path=SCREENSHOTS / f"landing-nojs-{size}-{scheme}.png", full_page=True)
    page.locator(".shelf .card").first.click()
    page.wait_for_url(re.compile("/diagrams/"))
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    walk.finish()


def landing(browser, base, size, scheme):
    walk = Walk(browser, base, size, scheme)
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
    if scheme == "light":
        page.locator("#theme").click()
    until(page, "getComputedStyle(document.body).backgroundColor !== value", before)
    walk.see("landing-other-theme")
    page.reload()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != before, "the theme survives a reload"
    walk.finish()


def catalogue(browser, base, size, scheme):
    walk = Walk(browser, base, size, scheme)
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


def diagram(browser, base, size, scheme):
    walk = Walk(browser, base, size, scheme)
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


def diagram_by_keyboard(browser, base, size, scheme):
    walk = Walk(browser, base, size, scheme)
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
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.evaluate("!!document.activeElement.closest('.picture')"):
            break
    assert page.evaluate("document.activeElement.dataset.node !== undefined"), "Tab leads into the picture"
    start = page.evaluate("document.activeElement.dataset.node")
    page.keyboard.press("ArrowRight")
    here = page.evaluate("document.activeElement.dataset.node")
    assert here and here != start, "an arrow key leads to a neighbour"
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


def break_it(browser, base, size, scheme):
    """Takes a part away, predicts, is shown, shares the address, and meets a server that fails."""
    walk = Walk(browser, base, size, scheme)
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


def break_it_by_keyboard(browser, base, size, scheme):
    walk = Walk(browser, base, size, scheme)
    walk.go(DIAGRAM)
    page = walk.page
    page.locator(".picture svg [data-node]").first.wait_for()
    tab_to(page, "Explain", presses=60)
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


def incidents(browser, base, size, scheme):
    walk = Walk(browser, base, size, scheme)
    walk.go("/incidents")
    page = walk.page
    page.locator(".incident-list a").first.wait_for()
    walk.see("incidents")
    page.get_by_role("button", name="Cascade").click()
    assert page.locator(".incident-list a").count() >= 1
    walk.go(INCIDENT)
    page.locator(".picture svg [data-node]").first.wait_for()
    expect(page.get_by_role("heading", name=re.compile("Step 1 of"))).to_be_visible()
    page.get_by_role("button", name="Next step").click()
    page.locator('.picture [data-state="down"]').first.wait_for()
    page.locator('.timeline [aria-current="step"]').focus()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("heading", name=re.compile("Step 3 of"))).to_be_visible()
    expect(page.locator('.timeline [aria-current="step"]')).to_be_focused()
    walk.see("incident")
    page.keyboard.press("End")
    page.locator(".root-cause").scroll_into_view_if_needed()
    walk.see("incident-text")
    walk.finish()


def lab_and_not_found(browser, base, size, scheme):
    walk = Walk(browser, base, size, scheme)
    walk.go(LAB)
    page = walk.page
    expect(page.locator(".banner")).to_contain_text("later")
    assert page.locator(".checks li").count() >= 3
    walk.see("lab")
    walk.finish()
    walk = Walk(browser, base, size, scheme)
    answer = walk.go("/diagrams/no-such-thing")
    assert answer.status == 404, f"an unknown diagram answers {answer.status}"
    expect(walk.page.get_by_role("heading", level=1)).to_contain_text("not on the map")
    walk.see("not-found")
    walk.problems = [each for each in walk.problems if "404" not in each]
    walk.finish()


def failure_and_retry(browser, base, size, scheme):
    walk = Walk(browser, base, size, scheme)
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


def account(browser, base, size, scheme):
    """Register, reload, complete, see progress, a second device, sign out everywhere."""
    email = f"walk-{secrets.token_hex(6)}@example.org"
    walk = Walk(browser, base, size, scheme)
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
    page.wait_for_url(re.compile("/catalogue"))
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

    other = Walk(browser, base, size, scheme)
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


def by_keyboard_from_the_start(browser, base, size, scheme):
    """From the start page to a part of a diagram without a pointer."""
    walk = Walk(browser, base, size, scheme)
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


def tab_to(page, text, presses=20):
    for _ in range(presses):
        page.keyboard.press("Tab")
        if text in (page.evaluate("document.activeElement.textContent") or ""):
            return
    raise AssertionError(f"Tab does not lead to “{text}”")


def first_load(_browser, base, _size, _scheme):
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


EVERYWHERE = [
    landing_without_javascript,
    landing,
    catalogue,
    diagram,
    diagram_by_keyboard,
    break_it,
    break_it_by_keyboard,
    incidents,
    lab_and_not_found,
    account,
]
ONCE = [first_load, failure_and_retry, by_keyboard_from_the_start]


def main():
    arguments = argparse.ArgumentParser(description="Walks through Atlas in Chromium.")
    arguments.add_argument("base", help="where Atlas listens, as in http://127.0.0.1:8080")
    arguments.add_argument("--only", default="", help="run only the parts whose name contains this")
    options = arguments.parse_args()
    base = options.base.rstrip("/")
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    runs = [(part, "desktop", "light") for part in ONCE]
    runs += [(part, size, scheme) for size in SIZES for scheme in ("light", "dark") for part in EVERYWHERE]
    passed = failed = 0
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM)
        for part, size, scheme in runs:
            name = f"{part.__name__} {size} {scheme}"
            if options.only not in name:
                continue
            began = time.monotonic()
            try:
                part(browser, base, size, scheme)
                passed += 1
                print(f"ok    {name} ({time.monotonic() - began:.1f} s)", flush=True)
            except Exception as error:  # every failure is reported, and the walk goes on
                failed += 1
                print(f"FAIL  {name}: {error}", flush=True)
                if not isinstance(error, AssertionError):
                    traceback.print_exc(limit=4)
            for context in browser.contexts:
                context.close()
        browser.close()
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
