"""What every part of the walk needs: a window, waiting in the page, and pressing Tab."""

import itertools
import os
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

ROOT = Path(__file__).resolve().parents[2]
SCREENSHOTS = ROOT / "build/screenshots"
CHROMIUM = os.environ.get("ATLAS_CHROMIUM", "/usr/bin/chromium")
SIZES = {"desktop": (1440, 900), "phone": (390, 844)}
DIAGRAM = "/diagrams/e1-cache-aside"
INCIDENT = "/incidents/facebook-2021"
PASSWORD = "seven quiet lanterns"

WATCH_POLICY = """
window.policyViolations = [];
document.addEventListener("securitypolicyviolation", (event) =>
  window.policyViolations.push(`${event.violatedDirective} ${event.blockedURI}`));
"""
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# What axe asks of a page, by its colours. In dark, only what colours can break is asked again.
ASKED_OF_AXE = {"light": RULES, "dark": ["color-contrast", "link-in-text-block"]}

visitors = itertools.count()


class Walk:
    """One browser window and what has gone wrong in it."""

    def __init__(self, browser, base, size, **options):
        width, height = SIZES[size]
        self.base, self.size = base, size
        phone = {"has_touch": True, "is_mobile": True} if size == "phone" else {}
        # Every visitor has an address, so that all of them together do not sign in too often from one.
        number = next(visitors)
        self.context = browser.new_context(
            viewport={"width": width, "height": height}, color_scheme="light", reduced_motion="reduce", **phone, **options,
            extra_http_headers={"X-Forwarded-For": f"10.9.{number // 250}.{number % 250 + 1}"},
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
        """What every page owes its readers, and a picture of it, in light and in dark."""
        page = self.page
        if settle:
            until(page, "document.fonts.status === 'loaded' && !document.querySelector('.skeleton')")
        for scheme, rules in ASKED_OF_AXE.items():
            page.emulate_media(color_scheme=scheme)
            # What changes its colour gradually is at its end then.
            page.screenshot(path=SCREENSHOTS / f"{name}-{self.size}-{scheme}.png", animations="disabled")
            self._ask_axe(f"{name} in {scheme}", rules)
        page.emulate_media(color_scheme="light")
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{name} scrolls sideways by {wide} px"
        self.problems += [f"policy: {each}" for each in page.evaluate("window.policyViolations ?? []")]

    def _ask_axe(self, name, rules):
        found = Axe().run(self.page, options={"runOnly": rules, "resultTypes": ["violations"]}).response["violations"]
        grave = [each for each in found if each["impact"] in ("serious", "critical")]
        for each in grave:
            if each["id"] == "target-size":
                each["nodes"] = [node for node in each["nodes"] if self.is_small(node["target"][0])]
                if not each["nodes"]:
                    continue
            nodes = "; ".join(f"{node['target']} {' '.join(node.get('failureSummary', '').split())[:160]}" for node in each["nodes"][:3])
            self.problems.append(f"axe on {name}: {each['id']}: {nodes}")

    def is_small(self, target):
        """Whether a control is too small also when it is scrolled to, with nothing of it under a bar."""
        control = self.page.locator(target).first
        control.evaluate("(control) => control.scrollIntoView({ block: 'center' })")
        found = Axe().run(self.page, context=target, options={"runOnly": ["target-size"]}).response["violations"]
        return bool(found)

    def finish(self):
        self.context.close()
        assert not self.problems, "\n    ".join(self.problems)


def until(page, condition, value=None, seconds=15):
    """Waits in the page, frame by frame, until an expression is true. (Playwright's own wait needs `eval`, which the page's
    policy forbids.)"""
    page.evaluate(
        """(value) => new Promise((resolve, reject) => {
          const limit = setTimeout(() => reject(new Error("never came true: CONDITION")), LIMIT);
          const look = () => {
            if (!(CONDITION)) return requestAnimationFrame(look);
            clearTimeout(limit);
            resolve();
          };
          look();
        })""".replace('"never came true: CONDITION"', repr(f"never came true: {condition}")).replace("CONDITION", condition).replace("LIMIT", str(1000 * seconds)),
        value,
    )


def tab_to(page, text, presses=20):
    for _ in range(presses):
        page.keyboard.press("Tab")
        # The body has the focus while nothing else has, and holds every text of the page.
        if text in page.evaluate("document.activeElement === document.body ? '' : document.activeElement.textContent ?? ''"):
            return
    raise AssertionError(f"Tab does not lead to “{text}”")
