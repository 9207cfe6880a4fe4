"""mermaid.js in Chromium: `build/mermaid` is served to the page from the disk, nothing comes from the network."""
import os
import pathlib

from playwright.sync_api import sync_playwright

ROOT = pathlib.Path(__file__).resolve().parents[2]
SITE = "http://mermaid.invalid/"
PAGE = f"""<!doctype html><meta charset="utf-8"><body><script type="module">
import {{ mermaid }} from "{SITE}dist/index.js";
mermaid.initialize({{ startOnLoad: false, securityLevel: "strict",
  theme: location.search.slice(1) || "default" }});
let number = 0;
window.draw = async source => (await mermaid.render("picture" + number++, source)).svg;
window.ready = true;
</script>"""


class Mermaid:
    def __enter__(self):
        self.playwright = sync_playwright().start()
        chromium = os.environ.get("ATLAS_CHROMIUM", "/usr/bin/chromium")
        self.browser = self.playwright.chromium.launch(executable_path=chromium)
        self.page = self.browser.new_page()
        self.page.route(SITE + "**", self.serve)
        self.page.goto(SITE)
        self.page.wait_for_function("window.ready", timeout=60_000)
        self.processes = self.browser.new_browser_cdp_session()
        return self

    def __exit__(self, *_):
        self.browser.close()
        self.playwright.stop()

    @staticmethod
    def serve(route):
        path = route.request.url[len(SITE) :].split("?")[0]
        if not path:
            return route.fulfill(content_type="text/html", body=PAGE)
        return route.fulfill(content_type="text/javascript", path=ROOT / "build" / "mermaid" / path)

    def draw(self, source):
        return self.page.evaluate("source => window.draw(source)", source)

    def cpu_seconds(self):
        """CPU time of the pages' processes so far."""
        answer = self.processes.send("SystemInfo.getProcessInfo")
        return sum(process["cpuTime"] for process in answer["processInfo"] if process["type"] == "renderer")

    def cost(self, source, rounds):
        """Seconds of CPU time for one rendering, after a first one."""
        self.draw(source)
        start = self.cpu_seconds()
        self.page.evaluate(
            "async ([source, rounds]) => { for (let i = 0; i < rounds; i++) await window.draw(source); }", [source, rounds]
        )
        return (self.cpu_seconds() - start) / rounds
