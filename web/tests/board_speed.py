"""Measures how fast a full whiteboard is drawn in Chromium.

    build/venv/bin/python web/tests/board_speed.py http://127.0.0.1:8080 /groups/ID/board COOKIES

Opens the board with the cookies of a signed-in browser (`name=value; …`), adds nodes, edges, notes and strokes until there are
2,000 shapes, then pans and zooms for five seconds at a time. Reports the time between frames, and the processor time of the page's
thread per frame, which says the same on a busy machine: at most 16.7 ms is 60 frames a second. Chromium without a screen draws with
the processor alone, so that a real computer is faster.
"""

import argparse
import json
import sys

from playwright.sync_api import sync_playwright

from walk_common import CHROMIUM, until

SHAPES = 2_000
WATCH = """
(gesture) => new Promise((resolve) => {
  const canvas = document.querySelector(".board-sheet canvas");
  const { left, top, width, height } = canvas.getBoundingClientRect();
  const at = { clientX: left + width / 2, clientY: top + height / 2, bubbles: true, cancelable: true };
  const gaps = [];
  const begun = performance.now();
  let before = begun;
  const step = (now) => {
    gaps.push(now - before);
    before = now;
    if (now - begun > 5000) return resolve(gaps.slice(2));
    const turn = (now - begun) / 400;
    const wheel = gesture === "zoom"
      ? { deltaY: Math.sin(turn) * 12, ctrlKey: true }
      : { deltaX: Math.cos(turn) * 40, deltaY: Math.sin(turn) * 40 };
    canvas.dispatchEvent(new WheelEvent("wheel", { ...at, ...wheel }));
    requestAnimationFrame(step);
  };
  requestAnimationFrame(step);
})
"""


def part(values, share):
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def busy(trace):
    """Milliseconds of processor time that the page's own thread has used."""
    events = json.loads(trace)["traceEvents"]
    threads = {(each["pid"], each["tid"]) for each in events if each.get("name") == "thread_name" and each["args"].get("name") == "CrRendererMain"}
    tasks = [each for each in events if each.get("name") == "ThreadControllerImpl::RunTask" and each.get("ph") == "X"]
    return sum(each.get("tdur", 0) for each in tasks if (each["pid"], each["tid"]) in threads) / 1000


def draw(page):
    """Two nodes, an edge between them, a note and a stroke, as people draw them."""
    canvas = page.locator(".board-sheet canvas")
    for tool, words in (("n", "Cache"), ("n", "Database"), ("s", "Expires after a minute")):
        page.keyboard.press(tool)
        page.keyboard.press("Enter")
        page.keyboard.type(words)
        page.keyboard.press("Escape")
        canvas.focus()
        if words == "Database":
            for key in ("c", "[", "Enter", "Escape"):
                page.keyboard.press(key)
            canvas.focus()
    box = canvas.bounding_box()
    page.keyboard.press("p")
    page.mouse.move(box["x"] + 200, box["y"] + 500)
    page.mouse.down()
    for step in range(30):
        page.mouse.move(box["x"] + 200 + step * 6, box["y"] + 500 + (step % 7) * 8)
    page.mouse.up()
    page.keyboard.press("Escape")
    until(page, "/Saved/.test(document.querySelector('.board-top .hint').textContent)")


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("base")
    arguments.add_argument("path")
    arguments.add_argument("cookies")
    given = arguments.parse_args()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM)
        context = browser.new_context(viewport={"width": 1440, "height": 900})
        for cookie in given.cookies.split("; "):
            name, value = cookie.split("=", 1)
            context.add_cookies([{"name": name, "value": value, "url": given.base}])
        page = context.new_page()
        page.goto(given.base + given.path)
        page.locator(".board-sheet canvas").wait_for()
        until(page, "/Saved/.test(document.querySelector('.board-top .hint').textContent)")
        count = lambda: int(page.locator(".board-sheet canvas").get_attribute("aria-label").split(", ")[1].split(" ")[0])
        page.locator(".board-sheet canvas").focus()
        if count() == 0:
            draw(page)
            page.locator(".board-sheet canvas").focus()
        while 0 < count() < SHAPES:
            page.keyboard.press("Control+a")
            page.keyboard.press("Control+d")
            until(page, "/Saved/.test(document.querySelector('.board-top .hint').textContent)")
        report = {"shapes": count()}
        page.keyboard.press("Escape")
        for scale in ("whole", "near"):
            page.keyboard.press("0")
            if scale == "near":
                for _ in range(8):
                    page.keyboard.press("+")
            for gesture in ("pan", "zoom"):
                browser.start_tracing(page=page, categories=["toplevel"])
                gaps = page.evaluate(WATCH, gesture)
                spent = busy(browser.stop_tracing())
                report[f"{scale} {gesture}"] = {
                    "frames per second": round(1000 * len(gaps) / sum(gaps), 1),
                    "processor ms per frame": round(spent / len(gaps), 1),
                    "median gap ms": round(part(gaps, 0.5), 1),
                    "99 % gap ms": round(part(gaps, 0.99), 1),
                }
        browser.close()
    print(json.dumps(report, indent=1))
    slow = [name for name, each in report.items() if name != "shapes" and each["processor ms per frame"] > 16.7]
    return 1 if slow else 0


sys.exit(main())
