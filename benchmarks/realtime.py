#!/usr/bin/env python3
"""Measures the Socket.IO server beside python-socketio and beside a C program that only sends.

Each server has core 0, the load (RealtimeLoad/load.c) core 1; each measurement has a fresh server. The table shows the
bars of the project next to what was measured. Writes build/realtime.json. See benchmarks/README.md.
"""
import argparse
import json
import os
import re
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
BUILD = os.path.join(ROOT, "build", "realtime")
PYTHON = [os.path.join(BUILD, "venv", "bin", "python"), os.path.join(ROOT, "Tests", "Realtime", "reference.py")]
BYTES = 100
LOAD_SECONDS = 600

# measurement, what of it, unit, bar, best in class. The sign says on which side of the bar is good.
ROWS = [
    ("room of 10,000", ["rss_kib_per_connection"], "RSS per idle connection, 10,000, KiB", "<= 12", "<= 8"),
    ("room of 1,000", ["rss_kib_per_connection"], "RSS per idle connection, 1,000, KiB", "", ""),
    ("room of 10,000", ["connects_per_second"], "connects/s, 10,000, with namespace and join", ">= 4,000", ">= 8,000"),
    ("room of 10,000", ["cpu_us_per_connect"], "CPU per connect, µs", "", ""),
    ("room of 1,000", ["last_client_ms", "p50"], "room of 1,000, last client, p50, ms", "<= 14", "<= 10"),
    ("room of 1,000", ["last_client_ms", "p99"], "room of 1,000, last client, p99, ms", "<= 35", "<= 20"),
    ("room of 10,000", ["last_client_ms", "p50"], "room of 10,000, last client, p50, ms", "<= 170", "<= 120"),
    ("room of 10,000", ["last_client_ms", "p99"], "room of 10,000, last client, p99, ms", "<= 300", "<= 160"),
    ("room of 10,000, two cores", ["last_client_ms", "p50"], "room of 10,000, two event loops on both cores, p50, ms", "", "<= 90"),
    ("room of 1,000", ["delivered_per_second"], "delivered/s, room of 1,000", ">= 100,000", ">= 150,000"),
    ("room of 10,000", ["delivered_per_second"], "delivered/s, room of 10,000", ">= 60,000", ">= 120,000"),
    ("room of 1,000", ["cpu_us_per_delivery"], "CPU per delivered message, room of 1,000, µs", "", ""),
    ("room of 10,000", ["cpu_us_per_delivery"], "CPU per delivered message, room of 10,000, µs", "", ""),
    *(row for rate in ("5,000", "10,000", "25,000", "50,000") for row in (
        (f"rooms, {rate}/s", ["latency_ms", "p50"], f"500 rooms of 10, {rate}/s, p50, ms", "", ""),
        (f"rooms, {rate}/s", ["latency_ms", "p99"], f"500 rooms of 10, {rate}/s, p99, ms", *(
            ("<= 100", "<= 20") if rate == "50,000" else ("", ""))),
        (f"rooms, {rate}/s", ["cpu_percent"], f"500 rooms of 10, {rate}/s, CPU, % of a core", *(
            ("", "<= 60") if rate == "50,000" else ("", ""))),
        (f"rooms, {rate}/s", ["delivered_per_second"], f"500 rooms of 10, {rate}/s, delivered in time, /s", "", ""))),
    ("room of 10,000", ["idle_cpu_percent"], "idle CPU, 10,000, over a ping round, % of a core", "<= 2", "<= 0.5"),
    ("slow consumers", ["latency_ms", "p99"], "20 of 200 stop reading, 10 kB: p99 of the others, ms", "<= 250", "<= 250"),
    ("slow consumers", ["cut_off"], "of the 20, cut off", ">= 20", ">= 20"),
    ("slow consumers", ["rss_kib_grown"], "growth of RSS, KiB", "", "<= 20,480"),
]


def measurements(slow_server, idle_seconds):
    """Name, arguments of the load, environment of the server; servers written in Python get less to do."""
    rounds = (60, 8) if slow_server else (300, 60)
    rates = (5_000, 10_000) if slow_server else (5_000, 10_000, 25_000, 50_000)
    yield "room of 1,000", ["room", 1_000, BYTES, rounds[0], 4, 0]
    yield "room of 10,000", ["room", 10_000, BYTES, rounds[1], 5, idle_seconds]
    for rate in rates:
        yield f"rooms, {rate:,}/s", ["rooms", 5_000, BYTES, 500, rate, 8]
    yield "slow consumers", ["slow", 200, 10_000, 20, 50, 12]


def start(command, cores):
    process = subprocess.Popen(["taskset", "-c", cores, *command], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    line = process.stdout.readline()
    found = re.search(r"listening on http://[^:]+:(\d+)", line)
    if not found:
        raise SystemExit(f"{command[0]} did not start: {line!r}")
    return process, found.group(1)


def measure(command, arguments, server_cores="0"):
    process, port = start(command, server_cores)
    try:
        load = ["taskset", "-c", "1", os.path.join(BUILD, "load"), port, str(process.pid), *map(str, arguments)]
        done = subprocess.run(load, capture_output=True, text=True, timeout=LOAD_SECONDS)
        if done.returncode:
            print(f"  failed: {done.stderr.strip()}", file=sys.stderr)
            return {"failed": done.stderr.strip()}
        return json.loads(done.stdout)
    finally:
        process.terminate()
        try:
            process.wait(timeout=35)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        process.stdout.close()


def found(result, path):
    for key in path:
        if not isinstance(result, dict) or key not in result:
            return None
        result = result[key]
    return result


def kept(value, bar):
    if not bar or value is None:
        return ""
    sign, limit = bar.split()
    limit = float(limit.replace(",", ""))
    return " ✓" if (value <= limit if sign == "<=" else value >= limit) else " ✗"


def show(results):
    names = list(results)
    print("\n| metric | must | best in class | " + " | ".join(names) + " |")
    print("| --- | --: | --: | " + " | ".join("--:" for _ in names) + " |")
    for measurement, path, title, must, best in ROWS:
        values = [found(results[name].get(measurement, {}), path) for name in names]
        if all(value is None for value in values):
            continue
        cells = []
        for name, value in zip(names, values):
            text = "" if value is None else f"{value:,.0f}" if abs(value) >= 1_000 else f"{value:,.2f}".rstrip("0").rstrip(".")
            cells.append(text + (kept(value, must) if name == "Atlas" else ""))
        print(f"| {title} | {must} | {best} | " + " | ".join(cells) + " |")
    for name in names:
        for measurement, result in results[name].items():
            if "failed" in result:
                print(f"{name}, {measurement}: {result['failed']}")
            elif result.get("gaps") or result.get("duplicates"):
                print(f"{name}, {measurement}: {result['gaps']} gaps, {result['duplicates']} duplicates")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--server", default=".build/release/atlas-socketio-echo")
    parser.add_argument("--only", default="", help="names of servers, parted by commas")
    parser.add_argument("--measurements", default="", help="a regular expression for the measurements")
    parser.add_argument("--idle-seconds", type=float, default=26, help="a ping round takes 25 s")
    options = parser.parse_args()
    os.makedirs(BUILD, exist_ok=True)
    for program in ("load", "floor"):
        source = os.path.join(ROOT, "benchmarks", "RealtimeLoad", program + ".c")
        subprocess.run(["cc", "-O2", "-Wall", "-Wextra", "-o", os.path.join(BUILD, program), source], check=True)
    servers = {
        "Atlas": [options.server, "--port", "0", "--loops", "1"],
        "floor": [os.path.join(BUILD, "floor"), "0"],
        "uvicorn": [*PYTHON, "--uvicorn"],
        "aiohttp": PYTHON,
    }
    print("socket.io on Node.js is not measured: neither Debian nor PyPI has it. One-minute load before: "
          f"{os.getloadavg()[0]:.1f}")
    results = {}
    for name, command in servers.items():
        if options.only and name not in options.only.split(","):
            continue
        results[name] = {}
        python = command[0] == PYTHON[0]
        for measurement, arguments in measurements(python, options.idle_seconds):
            if not re.search(options.measurements, measurement):
                continue
            print(f"{name}: {measurement}", file=sys.stderr)
            results[name][measurement] = measure(command, arguments)
        if name == "Atlas" and re.search(options.measurements, "two cores"):
            two = [options.server, "--port", "0", "--loops", "2"]
            results[name]["room of 10,000, two cores"] = measure(two, ["room", 10_000, BYTES, 60, 5, 0], "0,1")
    show(results)
    results["load_average_after"] = os.getloadavg()[0]
    with open(os.path.join(ROOT, "build", "realtime.json"), "w") as file:
        json.dump(results, file, indent=2)


if __name__ == "__main__":
    main()
