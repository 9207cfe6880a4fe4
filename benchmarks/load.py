#!/usr/bin/env python3
"""How much faster than real time the load simulation is: 50 nodes, 2,000 requests/s through all of them.

    benchmarks/load.py [ATLAS]      the release build by default
"""
import json
import os
import pathlib
import resource
import statistics
import subprocess
import sys
import tempfile

NODES = 50
RATE = 2_000
SECONDS = 60
ROUNDS = 5

atlas = sys.argv[1] if len(sys.argv) > 1 else ".build/release/atlas"
chain = "flowchart LR\n" + "".join(f"n{index - 1} --> n{index}\n" for index in range(1, NODES))
quick = {f"n{index}": {"blocking": False} for index in range(NODES)}
trouble = {"n25": {"servers": 30, "blocking": False, "queue": 2_000}}
scenarios = {
    "all well": {"nodes": quick},
    "n25 ten times slower from 20 to 30 s": {
        "nodes": quick | trouble,
        "events": [{"at": 20, "slow": "n25", "factor": 10}, {"at": 30, "restore": "n25"}],
    },
}

with tempfile.TemporaryDirectory() as folder:
    diagram = pathlib.Path(folder, "chain.mmd")
    diagram.write_text(chain)
    for name, scenario in scenarios.items():
        file = pathlib.Path(folder, "scenario.json")
        file.write_text(json.dumps({"seconds": SECONDS, "load": [{"at": 0, "rate": RATE}]} | scenario))
        times = []
        for _ in range(ROUNDS):
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            answer = subprocess.run(
                [atlas, "diagram", "load", "--scenario", str(file), str(diagram)], capture_output=True, check=True
            )
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            times.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
        report = json.loads(answer.stdout)
        if report["stopped"]:
            raise SystemExit(f"{name}: {report['stopped']}")
        cpu = statistics.median(times)
        visits = sum(node["total"]["arrivals"] for node in report["nodes"])
        print(
            f"{name}: {report['seconds'] / cpu:.0f} times real time, {cpu / report['total']['events'] * 1e9:.0f} ns of CPU"
            f" per event, {visits / report['seconds']:,.0f} arrivals/s over {NODES} nodes, {os.cpu_count()} cores"
        )
