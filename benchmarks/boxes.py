#!/usr/bin/env python3
"""Boxes of bubblewrap: time to the first prompt, starts and stops by the thousand, what an idle one costs.

    benchmarks/boxes.py [--churn 10000] [--program .build/release/lab-bench]

Checks what must hold (p95 of 100 starts, nothing left behind), prints the numbers and writes build/boxes.json.
"""
import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile

PROMPT_P95_MS = 1_000
GROWTH_KIB = 20_000


def run(program, folder, *words):
    done = subprocess.run([program, folder, *map(str, words)], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"lab-bench {' '.join(map(str, words))}: {done.stdout}{done.stderr}")
    return json.loads(done.stdout.strip().splitlines()[-1])


def leftovers():
    """Control groups of boxes and programs of boxes that are still there."""
    groups = [path for path in pathlib.Path("/sys/fs/cgroup").rglob("atlas-labs/box-*") if path.is_dir()]
    programs = []
    for process in pathlib.Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = process.read_bytes().split(b"\0")
        except OSError:
            continue
        if any(word.endswith(b"atlas-lab-box") for word in words):
            programs.append(process.parent.name)
    return groups, programs


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--churn", type=int, default=10_000)
    parser.add_argument("--program", default=".build/release/lab-bench")
    options = parser.parse_args()
    program = os.path.abspath(options.program)
    if not os.access(program, os.X_OK):
        sys.exit(f"{program} is not there; swift build -c release --product lab-bench makes it")
    results, failures = {}, []
    before = leftovers()
    with tempfile.TemporaryDirectory(prefix="atlas-boxes-") as folder:
        os.chmod(folder, 0o755)
        results["one_after_the_other"] = run(program, folder, "prompts", 100, 1)
        results["twenty_at_once"] = run(program, folder, "prompts", 100, 20)
        results["idle"] = run(program, folder, "idle", 20, 10)
        results["churn"] = run(program, folder, "churn", options.churn, 4)
    after = leftovers()
    for name in ("one_after_the_other", "twenty_at_once"):
        if results[name]["p95_ms"] > PROMPT_P95_MS:
            failures.append(f"{name}: p95 is {results[name]['p95_ms']:.0f} ms, more than {PROMPT_P95_MS} ms")
    churn = results["churn"]
    if churn["children_after"] or churn["descriptors_after"] > churn["descriptors_before"] + 20:
        failures.append(f"churn: processes or descriptors are left: {churn}")
    if churn["resident_kib_after"] > churn["resident_kib_before"] + GROWTH_KIB:
        failures.append(f"churn: memory has grown: {churn}")
    for kind, old, new in zip(("control groups", "programs"), before, after):
        if left := sorted(set(map(str, new)) - set(map(str, old))):
            failures.append(f"{kind} are left: {left[:5]}")
    results["failures"] = failures
    print(json.dumps(results, indent=2))
    target = pathlib.Path("build/boxes.json")
    target.parent.mkdir(exist_ok=True)
    target.write_text(json.dumps(results, indent=2) + "\n")
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
