"""Draws 20 sources with Atlas and with mermaid.js side by side: build/comparison/index.html, light.png, dark.png.

Run it with build/venv/bin/python after `make bench-diagrams`, which fetches and builds what it needs.
"""
import argparse
import html
import re

import bench
import catalogue
import mermaid

CHOSEN = (
    "a5-availability", "d5-traffic-steering", "f7-connection-pool", "h1-leader-followers", "k4-outbox",
    "knight-capital-2012", "facebook-2021", "flow-groups", "flow-decisions", "h1-leader-followers-failure",
    "l2-retry-budget-failure", "sequence-checkout", "state-order", "state-breaker", "state-parallel", "class-cache",
    "class-events", "er-shop", "er-accounts", "timeline-incident",
)

STYLE = """
@font-face { font-family: Inter; src: url(../fonts/Inter-Regular.woff2); font-weight: 400 }
@font-face { font-family: Inter; src: url(../fonts/Inter-SemiBold.woff2); font-weight: 600 }
:root { color-scheme: light dark }
body { font: 14px Inter, sans-serif; margin: 24px; background: light-dark(#fff, #12161d);
       --canvas: light-dark(#fff, #12161d); color: light-dark(#111, #eee) }
section { display: grid; grid-template-columns: 1fr 1fr; gap: 24px; align-items: start;
          border-top: 1px solid light-dark(#ccc, #444); padding: 12px 0 24px }
h2 { grid-column: 1 / 3; font-size: 15px; margin: 0 }
section > div { overflow: hidden }
section svg { max-width: 100%; height: auto }
"""


def shown(svg):
    """Without what would make one picture's identifiers and colours those of the next."""
    return re.sub(r"<style>.*?</style>", "", svg, count=1, flags=re.S) if svg else "<p>refused</p>"


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--bench", default=catalogue.ROOT / ".build/release/diagram-bench", help="the release build")
    options.add_argument("names", nargs="*", default=CHOSEN, help="which sources")
    chosen = options.parse_args()
    sources = dict(catalogue.sources())
    ours = bench.Bench(str(chosen.bench))
    target = catalogue.ROOT / "build" / "comparison"
    target.mkdir(parents=True, exist_ok=True)
    look = (catalogue.ROOT / "web/src/design/diagram.css").read_text()
    tokens = (catalogue.ROOT / "web/src/design/tokens.css").read_text()
    with mermaid.Mermaid() as peer:
        for scheme in ("light", "dark"):
            peer.page.goto(mermaid.SITE + "?" + ("dark" if scheme == "dark" else "default"))
            peer.page.wait_for_function("window.ready")
            parts = []
            for name in chosen.names:
                picture = ours.ask(sources[name], svg=True).get("svg")
                parts.append(
                    f"<section><h2>{html.escape(name)}: Atlas, mermaid.js</h2><div>{shown(picture)}</div>"
                    f"<div>{peer.draw(sources[name])}</div></section>"
                )
            page = (
                f'<!doctype html><html lang="en" data-theme="{scheme}"><meta charset="utf-8"><title>Comparison</title>'
                f"<style>{tokens}{look}{STYLE}:root {{ color-scheme: {scheme} }}</style>{''.join(parts)}"
            )
            file = target / ("index.html" if scheme == "light" else "dark.html")
            file.write_text(page)
            window = peer.browser.new_page(viewport={"width": 1500, "height": 1000})
            window.goto(file.as_uri())
            window.evaluate("document.fonts.ready")
            window.screenshot(path=target / f"{scheme}.png", full_page=True)
            for number, section in enumerate(window.query_selector_all("section")):
                section.screenshot(path=target / f"{scheme}-{chosen.names[number]}.png")
            window.close()
    ours.close()
    print(f"{target}/index.html, light.png and dark.png are ready")


main()
