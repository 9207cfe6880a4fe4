#!/usr/bin/env python3
"""Kills the server with SIGKILL during a burst of writes, again and again, and then looks for what was acknowledged.

Promises checked: no acknowledged write is lost; the database opens and is sound; every event that was stored with a
write takes effect exactly once. Prints `N passed, N failed` and exits with 1 if any is broken.
"""
import argparse
import http.client
import json
import os
import random
import re
import signal
import sqlite3
import subprocess
import tempfile
import threading

USERS = 30
WRITERS = 6


class Server:
    def __init__(self, atlas, data):
        environment = dict(os.environ, ATLAS_HTTP_REQUESTS_PER_MINUTE="1000000", ATLAS_LOG_LEVEL="error")
        environment["ATLAS_HTTP_VISITOR_REQUESTS_PER_MINUTE"] = "1000000"
        self.process = subprocess.Popen(
            [atlas, "serve", "--port", "0", "--data", data, "--config", data + "/none.json"],
            stdout=subprocess.PIPE, stderr=open(data + "/server.log", "ab"), text=True, env=environment)
        line = self.process.stdout.readline()
        found = re.search(r"http://([\d.]+):(\d+)", line)
        if not found:
            raise SystemExit("the server did not start: " + open(data + "/server.log").read()[-2000:])
        self.address = (found.group(1), int(found.group(2)))

    def ask(self, connection, query, variables, token=None):
        headers = {"content-type": "application/json"}
        if token:
            headers["authorization"] = "Bearer " + token
        connection.request("POST", "/graphql", json.dumps({"query": query, "variables": variables}), headers)
        answer = json.loads(connection.getresponse().read())
        if answer.get("errors"):
            raise RuntimeError(answer["errors"][0]["message"])
        return answer["data"]

    def connect(self):
        return http.client.HTTPConnection(*self.address, timeout=30)

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(timeout=30)


REGISTER = "mutation($i: RegisterInput!) { register(input: $i) { accessToken user { id } } }"
LOGIN = "mutation($e: String!, $p: String!) { login(email: $e, password: $p) { accessToken } }"
COMPLETE = "mutation($d: ID!) { completeDiagram(diagramId: $d) { completedCount } }"


def burst(server, work, acknowledged, lock, target, seed):
    """Completes diagrams on several connections until the server is killed, after `target` acknowledgements."""
    enough = threading.Event()
    count = [0]

    def write(jobs):
        connection = server.connect()
        for user, token, diagram in jobs:
            try:
                server.ask(connection, COMPLETE, {"d": diagram}, token)
            except (OSError, http.client.HTTPException, ValueError):
                return
            with lock:
                acknowledged.add((user, diagram))
                count[0] += 1
                if count[0] >= target:
                    enough.set()

    random.Random(seed).shuffle(work)
    shares = [work[i::WRITERS] for i in range(WRITERS)]
    threads = [threading.Thread(target=write, args=(share,)) for share in shares]
    for thread in threads:
        thread.start()
    killer = threading.Thread(target=lambda: (enough.wait(20), server.kill()))
    killer.start()
    for thread in threads:
        thread.join()
    killer.join()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--atlas", default=".build/debug/atlas")
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=20261124)
    options = parser.parse_args()
    chance = random.Random(options.seed)
    acknowledged, lock = set(), threading.Lock()
    with tempfile.TemporaryDirectory() as data:
        server = Server(options.atlas, data)
        connection = server.connect()
        diagrams = [it["id"] for it in server.ask(connection, "{ diagrams { id } }", {})["diagrams"]]
        users = []
        for number in range(USERS):
            who = {"email": f"crash{number}@example.org", "password": f"unlikely phrase {number}", "displayName": "C"}
            answer = server.ask(connection, REGISTER, {"i": who})["register"]
            users.append((answer["user"]["id"], answer["accessToken"]))
        everything = [(user, token, diagram) for user, token in users for diagram in diagrams]
        chance.shuffle(everything)
        size = max(1, len(everything) // options.kills)
        for kill in range(options.kills):
            work = everything[kill * size:(kill + 1) * size] + everything[:kill * size][:20]
            burst(server, work, acknowledged, lock, chance.randint(1, max(1, size - 1)), kill)
            server = Server(options.atlas, data)
        # One more write through each path that must still work after fifty crashes, then a graceful stop.
        server.ask(server.connect(), COMPLETE, {"d": diagrams[0]}, users[0][1])
        acknowledged.add((users[0][0], diagrams[0]))
        settle(data)
        server.stop()
        failed = check(data, acknowledged)
    print(f"{options.kills} kills, {len(acknowledged)} acknowledged writes")
    print(f"{4 - failed} passed, {failed} failed")
    raise SystemExit(1 if failed else 0)


def settle(data):
    """Waits, through the database's own change counter, until the relay has emptied the outbox and the queue."""
    database = sqlite3.connect(f"file:{data}/atlas.sqlite?mode=ro", uri=True)
    for _ in range(20_000):
        left = database.execute("SELECT (SELECT count(*) FROM outbox) + (SELECT count(*) FROM queue_messages)").fetchone()
        if left == (0,):
            return
        threading.Event().wait(0.005)
    print("the outbox or the queue was not emptied")


def check(data, acknowledged):
    database = sqlite3.connect(f"{data}/atlas.sqlite")
    sound = database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    stored = set(database.execute("SELECT user_id, diagram_id FROM progress"))
    effects = {}
    for (payload,) in database.execute("SELECT payload FROM activity"):
        event = json.loads(payload)
        key = (event["userId"], event["diagramId"])
        effects[key] = effects.get(key, 0) + 1
    waiting = database.execute("SELECT count(*) FROM outbox").fetchone()[0]
    results = [
        ("the database is sound", sound),
        ("no acknowledged write is lost", acknowledged <= stored),
        ("every stored write took effect exactly once", effects == {key: 1 for key in stored}),
        ("the outbox is empty", waiting == 0),
    ]
    for text, holds in results:
        print(("ok      " if holds else "BROKEN  ") + text)
    return sum(not holds for _, holds in results)


if __name__ == "__main__":
    main()
