#!/usr/bin/env python3
"""Measures Atlas's GraphQL over HTTP beside graphql-js on node's http and beside a handler that only returns bytes.

The servers have core 0, the load core 1; they are asked in turn, several rounds, and medians are printed. The data are
in benchmarks/GraphQLServer/Shop.swift and, the same, in benchmarks/graphql/server.mjs; the answers are compared first.
Bars: `list` and `deep` at least 5 times less CPU than graphql-js, `tiny` 1.5 times, `list` at most 2.5 times the bare
handler; parsing and validating at least 5 times faster than graphql-js.
"""
import argparse
import json
import os
import statistics
import subprocess
import tempfile
import urllib.request

from run import cpu_seconds, free_port, load, resident_megabytes, start, stop

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "graphql")
QUERIES = {
    "tiny": "{ one { id title stock } }",
    "list": "{ products { id title summary price stock isActive category { name } } }",
    "deep": "{ departments { id name shelves { id name products { id title price category { name } } } } }",
}
BARS = {"tiny": 1.5, "list": 5, "deep": 5}


def ask(port, query):
    request = urllib.request.Request(f"http://127.0.0.1:{port}/graphql", json.dumps({"query": query}).encode(),
                                     {"content-type": "application/json"})
    return urllib.request.urlopen(request).read()


def pinned(command):
    port = free_port()
    process, _ = start(["taskset", "-c", "0", *[part.replace("PORT", str(port)) for part in command]],
                       f"http://127.0.0.1:{port}/none")
    return process, port


def measure_query(name, query, servers, options):
    """CPU per request and 99th percentile of each server for one query."""
    answers = {who: ask(port, query) for who, (_, port) in servers.items()}
    if json.loads(answers["Atlas"]) != json.loads(answers["graphql-js"]):
        raise SystemExit(f"{name}: the servers answer differently:\n{answers}")
    with tempfile.TemporaryDirectory() as folder:
        open(folder + "/answer.json", "wb").write(answers["Atlas"])
        open(folder + "/load.lua", "w").write(
            "wrk.method = 'POST'\nwrk.headers['content-type'] = 'application/json'\n"
            f"wrk.body = [==[{json.dumps({'query': query})}]==]\n")
        bare = pinned([options.server, "bare", "PORT", folder + "/answer.json"])
        rows = {}
        for round_number in range(options.rounds + 1):
            for who, (process, port) in [*servers.items(), ("bare", bare)]:
                before = cpu_seconds(process.pid)
                seconds = options.seconds if round_number else 1
                count, rate, tail = load(f"http://127.0.0.1:{port}/graphql", folder + "/load.lua", seconds,
                                         options.connections)
                # The first round warms up.
                if round_number:
                    cpu = (cpu_seconds(process.pid) - before) / count * 1e6
                    rows.setdefault(who, []).append((rate, tail, cpu))
        stop(bare[0])
    print(f"\n{name}, {len(answers['Atlas']):,} bytes, {options.connections} connections")
    medians = {}
    for who, row in rows.items():
        rate, tail, cpu = (statistics.median(column) for column in zip(*row))
        medians[who] = {"requests_per_second": rate, "p99_ms": tail, "cpu_us_per_request": cpu}
        print(f"  {who:12} {rate:10,.0f} requests/s   p99 {tail:7.2f} ms   {cpu:7.1f} µs of CPU per request")
    cpu = {who: median["cpu_us_per_request"] for who, median in medians.items()}
    print(f"  graphql-js / Atlas: {cpu['graphql-js'] / cpu['Atlas']:.1f} (bar {BARS[name.split()[0]]}),"
          f" Atlas / bare: {cpu['Atlas'] / cpu['bare']:.2f}" + (" (bar 2.5)" if name == "list" else ""))
    return medians | {"bytes": len(answers["Atlas"])}


def measure_engines(options):
    ours = json.loads(subprocess.run(["taskset", "-c", "0", options.server, "engine", FOLDER], check=True,
                                     capture_output=True).stdout)
    theirs = json.loads(subprocess.run(["taskset", "-c", "0", "node", FOLDER + "/server.mjs", "engine"], check=True,
                                       capture_output=True).stdout)
    print("\nthe engines alone, µs of CPU")
    for name in ours:
        print(f"  {name:34} Atlas {ours[name]:8.2f}   graphql-js {theirs[name]:8.2f}   "
              f"ratio {theirs[name] / ours[name]:.1f}")
    return {"Atlas": ours, "graphql-js": theirs}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--server", default=".build/release/graphql-server")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=3)
    parser.add_argument("--connections", type=int, default=32)
    options = parser.parse_args()
    results = {"engines": measure_engines(options)}
    servers = {"Atlas": pinned([options.server, "serve", "PORT"]),
               "graphql-js": pinned(["node", FOLDER + "/server.mjs", "serve", "PORT"])}
    for name, query in QUERIES.items():
        results[name] = measure_query(name, query, servers, options)
        if "category" in query:
            loaded = query.replace("category {", "category: loadedCategory {")
            results[name + " with a loader"] = measure_query(name + " with a loader", loaded, servers, options)
    for who, (process, _) in servers.items():
        print(f"{who}: {resident_megabytes(process.pid):.0f} MB resident")
        stop(process)
    os.makedirs("build", exist_ok=True)
    json.dump(results, open("build/benchmarks-graphql.json", "w"), indent=2)


if __name__ == "__main__":
    main()
