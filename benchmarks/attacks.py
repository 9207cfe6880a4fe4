#!/usr/bin/env python3
"""Sends every attack of benchmarks/attacks/cases.json to a release server and measures what it does there.

For each case: the processor time of the server's process, the median of several sendings (bar: 50 ms); what is answered,
which must be a short refusal (or the plain answer of a case that is only large); and the slowest of the small requests
that another client sends meanwhile. Then the same for slow bodies, endless bodies and idle WebSockets. The resident
memory is read before and after each. Prints a table and writes build/attacks.json.

In a case, a text stands for itself, and a list [N, …] for its rest N times, in which `#0` is the number of the repetition
from 0 and `#1` from 1. Tests/App/EndToEndTests/AttackTests.swift sends the same cases to a server in its own process.
"""
import argparse
import http.client
import json
import os
import socket
import statistics
import subprocess
import tempfile
import threading
import time

from run import free_port, resident_megabytes, start, stop

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "attacks")
BAR_MILLISECONDS = 50
ANSWER_BYTES = 200_000
# How often the other client asks during one attack, at least.
BYSTANDER_REQUESTS = 10
HEADERS = {"content-type": "application/json", "accept": "application/graphql-response+json"}
SMALL = json.dumps({"query": "{ categories { id } }"})


def text(parts, number=0):
    """The text that a case's parts stand for."""
    return "".join(part.replace("#0", str(number)).replace("#1", str(number + 1)) if isinstance(part, str)
                   else "".join(text(part[1:], repetition) for repetition in range(part[0])) for part in parts)


def body(case):
    if "body" in case:
        return text(case["body"]).encode()
    variables = text(case["variables"]) if "variables" in case else "{}"
    document = json.dumps(text(case["document"]), ensure_ascii=False)
    return f'{{"query": {document}, "variables": {variables}}}'.encode()


def processor_seconds(pid):
    """The processor time of a process, all its threads together, ended ones too, in nanosecond steps."""
    # Linux gives every process a clock whose number is made like this (clock_getcpuclockid).
    return time.clock_gettime(~pid << 3 | 2)


class Client:
    def __init__(self, port):
        self.port = port
        self.connection = None

    def post(self, data):
        if self.connection is None:
            self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            self.connection.request("POST", "/graphql", data, HEADERS)
            response = self.connection.getresponse()
            answer = response.read()
            if response.getheader("connection") == "close":
                self.close()
            return response.status, answer
        except (BrokenPipeError, ConnectionResetError):
            self.close()
            return 0, b""

    def close(self):
        if self.connection is not None:
            self.connection.close()
        self.connection = None


class Bystander(threading.Thread):
    """Asks something small again and again, and remembers how long each answer took."""

    def __init__(self, port):
        super().__init__(daemon=True)
        self.client = Client(port)
        self.milliseconds = []
        self.failures = 0
        self.is_over = threading.Event()

    def run(self):
        is_over = False
        while not is_over:
            began = time.perf_counter()
            status, _ = self.client.post(SMALL)
            self.milliseconds.append((time.perf_counter() - began) * 1e3)
            self.failures += status != 200
            is_over = self.is_over.wait(0.002)

    def end(self):
        self.is_over.set()
        self.join()
        self.client.close()
        return {"bystander_worst_ms": max(self.milliseconds), "bystander_failures": self.failures,
                "bystander_median_ms": statistics.median(self.milliseconds)}


def problem(case, status, answer):
    """What is wrong with an answer, or None."""
    if not 200 <= status < 500 or len(answer) > ANSWER_BYTES:
        return f"status {status}, {len(answer)} bytes"
    result = json.loads(answer)
    for one in result if isinstance(result, list) else [result]:
        errors = one.get("errors", [])
        if case.get("answered"):
            if errors:
                return errors[0]["message"][:80]
            continue
        if not errors or len(errors) > 101:
            return f"{len(errors)} errors"
        if case.get("says", "") not in errors[0]["message"]:
            return errors[0]["message"][:80]
        if "lacks" in case and case["lacks"] in answer.decode():
            return f"says {case['lacks']}"
    return None


def measure(case, port, pid, rounds):
    data = body(case)
    client = Client(port)
    before = resident_megabytes(pid)
    times = []
    for _ in range(rounds):
        began = processor_seconds(pid)
        status, answer = client.post(data)
        times.append((processor_seconds(pid) - began) * 1e3)
    bystander = Bystander(port)
    bystander.start()
    repetition = 0
    while repetition < rounds or len(bystander.milliseconds) < BYSTANDER_REQUESTS and bystander.is_alive():
        client.post(data)
        repetition += 1
    seen = bystander.end()
    client.close()
    return {"name": case["name"], "bytes": len(data), "status": status, "answer_bytes": len(answer),
            "cpu_ms": statistics.median(times), "cpu_worst_ms": max(times), "resident_before_mb": before,
            "resident_after_mb": resident_megabytes(pid), "problem": problem(case, status, answer)} | seen


def connected(port):
    return socket.create_connection(("127.0.0.1", port), timeout=60)


POST = b"POST /graphql HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\n"


def slow_bodies(port):
    """200 clients of which each sends a byte now and then."""
    sockets = [connected(port) for _ in range(200)]
    for one in sockets:
        one.sendall(POST + b"content-length: 1000\r\n\r\n{")
    for _ in range(10):
        for one in sockets:
            one.sendall(b" ")
        time.sleep(0.05)
    return sockets


def endless_bodies(port):
    """20 clients that never say how much they will send, and never stop."""
    sockets = [connected(port) for _ in range(20)]
    piece = b"10000\r\n" + b" " * 0x10000 + b"\r\n"
    for one in sockets:
        one.sendall(POST + b"transfer-encoding: chunked\r\n\r\n")
        try:
            for _ in range(1_000):
                one.sendall(piece)
        except OSError:
            pass
    return sockets


def idle_sockets(port):
    """1,000 WebSockets that say nothing."""
    sockets = []
    for _ in range(1_000):
        one = connected(port)
        one.sendall(b"GET /graphql HTTP/1.1\r\nhost: a\r\nconnection: upgrade\r\nupgrade: websocket\r\n"
                    b"sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                    b"sec-websocket-protocol: graphql-transport-ws\r\n\r\n")
        if b" 101 " not in one.recv(4_096):
            raise SystemExit("a WebSocket was refused")
        sockets.append(one)
    return sockets


def measure_clients(attack, port, pid):
    before, began = resident_megabytes(pid), processor_seconds(pid)
    bystander = Bystander(port)
    bystander.start()
    sockets = attack(port)
    seen = bystander.end()
    after = resident_megabytes(pid)
    # The bystander's own requests are in this number.
    cpu = (processor_seconds(pid) - began) * 1e3 / len(sockets)
    for one in sockets:
        one.close()
    return {"name": attack.__doc__.rstrip("."), "clients": len(sockets), "cpu_ms": cpu, "resident_before_mb": before,
            "resident_after_mb": after, "problem": None} | seen


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--atlas", default=".build/release/atlas")
    parser.add_argument("--catalogue", default="catalogue")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", default="", help="cases whose name contains this")
    options = parser.parse_args()
    cases = [case for case in json.load(open(FOLDER + "/cases.json")) if options.only in case["name"]]
    limits = {"ATLAS_HTTP_VISITOR_REQUESTS_PER_MINUTE": "1000000", "ATLAS_LOG_LEVEL": "error",
              "ATLAS_GRAPHQL_VISITOR_COST_PER_MINUTE": "1000000000"}
    rows = []
    with tempfile.TemporaryDirectory() as data:
        subprocess.run([options.atlas, "import", options.catalogue, "--data", data], check=True,
                       stdout=subprocess.DEVNULL)
        port = free_port()
        server, _ = start([options.atlas, "serve", "--port", str(port), "--data", data],
                          f"http://127.0.0.1:{port}/health/ready", limits)
        try:
            Client(port).post(SMALL)
            for case in cases:
                rows.append(measure(case, port, server.pid, options.rounds))
            if not options.only:
                for attack in (slow_bodies, endless_bodies, idle_sockets):
                    rows.append(measure_clients(attack, port, server.pid))
        finally:
            stop(server)
    report(rows)


def report(rows):
    print(f"{'':68} {'CPU ms':>8} {'other client':>13} {'MB':>5}")
    for row in sorted(rows, key=lambda row: -row["cpu_ms"]):
        note = f"   {row['problem']}" if row["problem"] else ""
        print(f"{row['name'][:68]:68} {row['cpu_ms']:8.2f} {row['bystander_worst_ms']:10.1f} ms "
              f"{row['resident_after_mb']:5.0f}{note}")
    slow = [row for row in rows if row["cpu_ms"] > BAR_MILLISECONDS]
    wrong = [row for row in rows if row["problem"]]
    failures = sum(row["bystander_failures"] for row in rows)
    print(f"{len(rows)} attacks, {len(slow)} above {BAR_MILLISECONDS} ms, {len(wrong)} not answered as they should be, "
          f"{failures} requests of others failed; resident memory {rows[0]['resident_before_mb']:.0f} MB before, "
          f"{rows[-1]['resident_after_mb']:.0f} MB after")
    os.makedirs("build", exist_ok=True)
    json.dump(rows, open("build/attacks.json", "w"), indent=2)


if __name__ == "__main__":
    main()
