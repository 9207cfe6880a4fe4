"""Asks the diagram engine in Chromium and holds its answers to the server's.

    build/venv/bin/python web/tests/engine.py http://127.0.0.1:8080 ATLAS

ATLAS is the server's binary. The page's own client runs in the site's pages, under their content security policy, with
the built worker and modules. It must also survive a question that takes too long. The last line is `N answers, N failed`.
"""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = os.environ.get("ATLAS_CHROMIUM", "/usr/bin/chromium")
FENCE = re.compile(r"```mermaid\n(.*?)```", re.S)
ASK = """async ([question, request, expected]) => {
  const engine = await atlas.loadEngine();
  const { source, ...options } = JSON.parse(request);
  const answer = await (question === "render" ? engine.render(source, options) : engine[question]({ source, ...options }));
  return JSON.stringify(answer) === JSON.stringify(JSON.parse(expected));
}"""
START_LONG = """() => {
  const scenario = { seconds: 3600, load: [{ at: 0, rate: 100000 }] };
  const source = "flowchart LR\\n a --> b --> c --> d";
  window.long = atlas.loadEngine().then((engine) => engine.simulate({ source, scenario })).then(() => "answered", (error) => error.code);
}"""


def client():
    """The page's client of the engine, as a script that sets `atlas`."""
    [worker] = [asset for asset in json.loads((ROOT / "build/web/build.json").read_text())["assets"] if "/worker-" in asset]
    command = ["esbuild", "--bundle", "--format=iife", "--global-name=atlas", f'--define:__ENGINE_WORKER__="{worker}"']
    bundle = subprocess.run([*command, "src/engine/engine.ts"], cwd=ROOT / "web", check=True, capture_output=True, text=True)
    return bundle.stdout + ";window.atlas = atlas"


def questions():
    for path in sorted((ROOT / "catalogue").rglob("*")):
        if path.suffix not in (".mmd", ".md"):
            continue
        text = path.read_text()
        for source in [text] if path.suffix == ".mmd" else FENCE.findall(text):
            yield "render", {"source": source, "interactive": True, "idPrefix": "t-"}
            yield "failing", {"source": source, "kill": ["cache", "db"], "slow": ["api"]}
            yield "simulate", {"source": source, "scenario": {"seconds": 2, "seed": 9}}


def expected(atlas, asked):
    answers = {}
    for question in ("render", "failing", "simulate"):
        lines = [request for each, request in asked if each == question]
        run = subprocess.run(
            [atlas, "diagram", "answer", question], input="".join(f"{line}\n" for line in lines), capture_output=True, text=True, check=True
        )
        answers.update(zip(((question, line) for line in lines), run.stdout.split("\n")))
    return answers


def main():
    base, atlas = sys.argv[1].rstrip("/"), sys.argv[2]
    asked = [(question, json.dumps(request)) for question, request in questions()]
    answers = expected(atlas, asked)
    failed = 0
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM)
        page = browser.new_page()
        page.clock.install()
        problems = []
        page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.goto(f"{base}/")
        page.evaluate(client())
        for question, request in asked:
            if not page.evaluate(ASK, [question, request, answers[question, request]]):
                failed += 1
                print(f"FAIL  {question} {request[:120]}")
        page.evaluate(START_LONG)
        question, request = asked[0]
        page.clock.fast_forward(600_000)
        if page.evaluate("window.long") != "GAVE_UP":
            failed += 1
            print("FAIL  a question without end was not given up")
        if not page.evaluate(ASK, [question, request, answers[question, request]]):
            failed += 1
            print("FAIL  the engine does not answer after it was stopped")
        for problem in problems:
            failed += 1
            print(f"FAIL  {problem}")
        browser.close()
    print(f"{len(asked)} answers, {failed} failed")
    sys.exit(1 if failed or not asked else 0)


if __name__ == "__main__":
    main()
