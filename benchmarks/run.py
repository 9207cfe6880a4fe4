#!/usr/bin/env python3
"""Measures Atlas (release build) and, in the same run, the peer it is set against. Called by `make bench`.

    requests   `diagram(id)` and `diagrams` over HTTP, against a bare Hummingbird route that returns the same bytes
    start      time until /health/ready answers, and resident memory, with the catalogue imported before
    import     1,000 generated diagrams

The two servers are asked in turn, several rounds; medians and the ratio of CPU time per request are printed. One core
for the server, one for the load where there are two.
"""
import argparse
import json
import os
import re
import signal
import socket
import statistics
import subprocess
import tempfile
import time
import urllib.error
import urllib.request

QUERIES = {
    "diagram(id)": """query($id: ID!) { diagram(id: $id) { id title summary level topics kind alternativeText
        graph { nodes { id label kind purpose ifLost } edges { id from to label } } } }""",
    "diagrams": "{ diagrams { id title summary level topics kind view } }",
}


def free_port():
    for port in range(21000, 32000):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
                return port
            except OSError:
                continue
    raise SystemExit("no free port")


def cpu_seconds(pid):
    fields = open(f"/proc/{pid}/stat").read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def resident_megabytes(pid):
    return int(re.search(r"VmRSS:\s+(\d+)", open(f"/proc/{pid}/status").read()).group(1)) / 1024


def get(url):
    """The status of a GET, or None if nobody answers."""
    try:
        return urllib.request.urlopen(url, timeout=5).status
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return None


def start(command, ready, environment=None):
    began = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                               env=dict(os.environ, **(environment or {})))
    while get(ready) is None:
        if time.monotonic() - began > 60:
            raise SystemExit(f"{command[0]} does not answer")
        if process.poll() is not None:
            raise SystemExit(f"{command[0]} ended with {process.returncode}")
    return process, time.monotonic() - began


def stop(process):
    process.send_signal(signal.SIGTERM)
    process.wait()


def load(url, script, seconds, connections):
    output = subprocess.run(
        ["taskset", "-c", "1", "wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency", "-s", script, url],
        capture_output=True, text=True, check=True).stdout
    if "Non-2xx" in output:
        raise SystemExit("the load got errors:\n" + output)
    requests = int(re.search(r"(\d+) requests in", output).group(1))
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", output).group(1))
    tail, unit = re.search(r"99%\s+([\d.]+)(us|ms|s)", output).groups()
    return requests, rate, float(tail) * {"us": 0.001, "ms": 1, "s": 1000}[unit]


def measure_requests(options, data, results):
    port = free_port()
    limits = {"ATLAS_HTTP_VISITOR_REQUESTS_PER_MINUTE": "1000000", "ATLAS_LOG_LEVEL": "error"}
    atlas, _ = start(["taskset", "-c", "0", options.atlas, "serve", "--port", str(port), "--data", data],
                     f"http://127.0.0.1:{port}/health/ready", limits)
    for name, query in QUERIES.items():
        body = json.dumps({"query": query, "variables": {"id": "e1-cache-aside"}})
        request = urllib.request.Request(f"http://127.0.0.1:{port}/graphql", body.encode(),
                                         {"content-type": "application/json"})
        answer = urllib.request.urlopen(request).read()
        with tempfile.TemporaryDirectory() as folder:
            open(folder + "/answer.json", "wb").write(answer)
            open(folder + "/load.lua", "w").write(
                "wrk.method = 'POST'\nwrk.headers['content-type'] = 'application/json'\n"
                f"wrk.body = [==[{body}]==]\n")
            peer_port = free_port()
            peer, _ = start(["taskset", "-c", "0", options.bare, str(peer_port), folder + "/answer.json"],
                            f"http://127.0.0.1:{peer_port}/none")
            rows = {"atlas": [], "bare Hummingbird": []}
            for _ in range(options.rounds):
                for who, process, at in (("atlas", atlas, port), ("bare Hummingbird", peer, peer_port)):
                    before = cpu_seconds(process.pid)
                    count, rate, tail = load(f"http://127.0.0.1:{at}/graphql", folder + "/load.lua", options.seconds,
                                             options.connections)
                    rows[who].append((rate, tail, (cpu_seconds(process.pid) - before) / count * 1e6))
            stop(peer)
        print(f"\n{name}, {len(answer):,} bytes, {options.connections} connections")
        medians = {}
        for who, row in rows.items():
            rate, tail, cpu = (statistics.median(column) for column in zip(*row))
            medians[who] = {"requests_per_second": rate, "p99_ms": tail, "cpu_us_per_request": cpu}
            print(f"  {who:18} {rate:10,.0f} requests/s   p99 {tail:7.2f} ms   {cpu:7.1f} µs of CPU per request")
        ratio = medians["atlas"]["cpu_us_per_request"] / medians["bare Hummingbird"]["cpu_us_per_request"]
        print(f"  ratio of CPU per request: {ratio:.2f}")
        results[name] = medians | {"bytes": len(answer), "cpu_ratio": ratio}
    stop(atlas)


def measure_start(options, data, results):
    times, memory = [], []
    for _ in range(5):
        port = free_port()
        process, seconds = start([options.atlas, "serve", "--port", str(port), "--data", data],
                                 f"http://127.0.0.1:{port}/health/ready")
        for path in ("/", "/catalogue", "/health/live"):
            get(f"http://127.0.0.1:{port}{path}")
        times.append(seconds)
        memory.append(resident_megabytes(process.pid))
        stop(process)
    print(f"\nstart with the catalogue imported before: ready after {statistics.median(times):.3f} s (bar: 1 s), "
          f"{statistics.median(memory):.0f} MB resident (bar: 100 MB)")
    results["start"] = {"seconds": statistics.median(times), "resident_megabytes": statistics.median(memory)}


def measure_import(options, results):
    sample = open(options.catalogue + "/diagrams/e1-cache-aside.md").read()
    with tempfile.TemporaryDirectory() as folder:
        os.makedirs(folder + "/catalogue/diagrams")
        for number in range(1000):
            text = re.sub(r"^id: .*$", f"id: generated-{number}", sample, count=1, flags=re.M)
            text = re.sub(r"^(next|prerequisites):.*\n(  - .*\n)*", "", text, flags=re.M)
            text = re.sub(r"^title: .*$", f"title: Generated diagram {number}", text, count=1, flags=re.M)
            open(f"{folder}/catalogue/diagrams/generated-{number}.md", "w").write(text)
        for label, key in (("first import", "import_seconds"), ("again, nothing changed", "reimport_seconds")):
            began = time.monotonic()
            subprocess.run([options.atlas, "import", folder + "/catalogue", "--data", folder + "/data"], check=True,
                           stdout=subprocess.DEVNULL)
            results[key] = time.monotonic() - began
            print(f"1,000 generated diagrams, {label}: {results[key]:.2f} s (bar: 10 s)")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--atlas", default=".build/release/atlas")
    parser.add_argument("--bare", default=".build/release/bare-server")
    parser.add_argument("--catalogue", default="catalogue")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=4)
    parser.add_argument("--connections", type=int, default=32)
    options = parser.parse_args()
    results = {}
    with tempfile.TemporaryDirectory() as data:
        subprocess.run([options.atlas, "import", options.catalogue, "--data", data], check=True)
        measure_start(options, data, results)
        measure_requests(options, data, results)
    measure_import(options, results)
    os.makedirs("build", exist_ok=True)
    json.dump(results, open("build/benchmarks.json", "w"), indent=2)


if __name__ == "__main__":
    main()
