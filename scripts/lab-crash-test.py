#!/usr/bin/env python3
"""Kills the server with SIGKILL while ten labs run, and looks for what is left of them.

Promises checked: no process of a box outlives the server; after the restart each run is offered as stopped, with a reason;
started again, each has files that are at most one snapshot interval old. Prints `N passed, N failed`, exits with 1 if any is
broken.
"""
import argparse
import concurrent.futures
import datetime
import os
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "Tests", "Labs"))
from lab_server import RUN, Account, Server, descendants, until_gone  # noqa: E402

SAVE = """mutation($l: ID!, $c: String!, $v: String) {
    saveLabFile(labId: $l, path: "note.txt", content: $c, version: $v) { version } }"""
READ = """query($l: ID!) { labFile(labId: $l, path: "note.txt") { content } }"""
results = []


def check(title, holds, detail=""):
    results.append(bool(holds))
    print(f"{'ok' if holds else 'FAILED'}  {title} {detail if not holds else ''}".rstrip(), flush=True)


def moment(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--atlas", default=".build/debug/atlas")
    parser.add_argument("--labs", type=int, default=10)
    parser.add_argument("--lab", default="hash-ring")
    parser.add_argument("--interval", type=int, default=2, help="seconds between snapshots")
    options = parser.parse_args()
    settings = {"lab.snapshotSeconds": str(options.interval), "lab.maximum": str(options.labs)}
    with tempfile.TemporaryDirectory() as data, concurrent.futures.ThreadPoolExecutor(options.labs) as pool:
        server = Server(options.atlas, data, **settings)
        people = [Account(server, f"crash{number}") for number in range(options.labs)]
        list(pool.map(lambda person: server.start(person.token, options.lab), people))

        def write_and_wait(person):
            version = server.ask(SAVE, person.token, l=options.lab, c=f"first of {person.name}", v=None)
            wrote = time.time()
            server.until(person.token, options.lab, lambda status: status["savedAt"] and moment(status["savedAt"]) >= wrote)
            server.ask(SAVE, person.token, l=options.lab, c=f"second of {person.name}", v=version["saveLabFile"]["version"])

        list(pool.map(write_and_wait, people))
        processes = descendants(server.process.pid)
        check("every lab has processes", len(processes) >= options.labs * 2, f"{len(processes)}")
        killed = time.time()
        server.kill()
        left = until_gone(processes)
        check("no process outlives the server", not left, f"{left}")

        server = Server(options.atlas, data, **settings)
        for person in people:
            person.sign_in(server)
        runs = [server.ask(RUN, person.token, l=options.lab)["labRun"] for person in people]
        check("every run is offered as stopped, with a reason",
              all(run["status"] == "STOPPED" and run["reason"] for run in runs), f"{runs}")
        check("every snapshot is at most an interval and a second old",
              all(killed - moment(run["savedAt"]) <= options.interval + 3 for run in runs),
              f"{[killed - moment(run['savedAt']) for run in runs]}")
        list(pool.map(lambda person: server.start(person.token, options.lab), people))
        notes = [server.ask(READ, person.token, l=options.lab)["labFile"]["content"] for person in people]
        check("every learner finds the own files",
              all(note in (f"first of {person.name}", f"second of {person.name}") for note, person in zip(notes, people)),
              f"{notes}")
        processes = descendants(server.process.pid)
        server.stop()
        check("no process outlives a stop", not until_gone(processes))
        server = Server(options.atlas, data, **settings)
        people[0].sign_in(server)
        run = server.ask(RUN, people[0].token, l=options.lab)["labRun"]
        check("a stop keeps the files and says so", run["status"] == "STOPPED" and run["savedAt"], f"{run}")
        server.stop()
    print(f"{sum(results)} passed, {len(results) - sum(results)} failed")
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
