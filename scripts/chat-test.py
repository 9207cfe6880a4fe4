#!/usr/bin/env python3
"""Twenty people chat through two servers on one PostgreSQL while both are killed with SIGKILL, again and again.

Each writer sends its next message, and sends it again, to either server, until it is acknowledged. Promises checked
afterwards, for every reader: each acknowledged message is there exactly once, at the number that was acknowledged, in
its writer's order, and the log has no gap. Prints `N passed, N failed` and exits with 1 if any is broken.
"""
import argparse
import http.client
import json
import os
import random
import re
import signal
import socket
import subprocess
import tempfile
import threading
import time

WRITERS = 20
FOLLOWERS = 3

REGISTER = "mutation($i: RegisterInput!) { register(input: $i) { accessToken user { id } } }"
CREATE = "mutation { createStudyGroup(input: { name: \"Chaos\" }) { id } }"
JOIN = "mutation($g: ID!) { joinStudyGroup(groupId: $g) { role } }"
SEND = "mutation($i: MessageInput!) { sendMessage(input: $i) { id seq } }"
ENTRIES = "entries { seq id cid kind author { id } content }"
AFTER = "query($g: ID!, $s: Int!) { groupMessages(groupId: $g, after: $s, first: 200) { head reset %s } }" % ENTRIES
BEFORE = "query($g: ID!, $s: Int) { groupMessages(groupId: $g, before: $s, first: 200) { head reset %s } }" % ENTRIES


def free_port():
    ports = list(range(20000, 32000))
    random.shuffle(ports)
    for port in ports:
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise SystemExit("there is no free port")


class Refused(Exception):
    """The server answered, and the answer is an error that trying again does not mend."""


class Server:
    """One process, killed and started anew on the same port."""

    def __init__(self, atlas, database, data):
        os.makedirs(data)
        self.address = ("127.0.0.1", free_port())
        self.command = [atlas, "serve", "--port", str(self.address[1]), "--data", data, "--config", data + "/none.json"]
        self.environment = dict(
            os.environ, ATLAS_DATABASE_URL=database, ATLAS_HTTP_REQUESTS_PER_MINUTE="1000000",
            ATLAS_HTTP_COST_PER_MINUTE="100000000", ATLAS_HTTP_VISITOR_REQUESTS_PER_MINUTE="1000000",
            ATLAS_HTTP_VISITOR_COST_PER_MINUTE="100000000", ATLAS_LOG_LEVEL="error", ATLAS_CATALOGUE_FOLDER="",
            ATLAS_AUTH_SECRET="one secret for both of these servers")
        self.log = data + "/server.log"
        self.process = None
        self.start()

    def start(self):
        self.process = subprocess.Popen(
            self.command, stdout=subprocess.PIPE, stderr=open(self.log, "ab"), text=True, env=self.environment)
        if not re.search(r"http://[\d.]+:\d+", self.process.stdout.readline()):
            raise SystemExit("a server did not start: " + open(self.log).read()[-2000:])

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(timeout=30)


class Client:
    """Asks one of the servers; another one after a failure."""

    def __init__(self, servers, seed):
        self.servers, self.chance = servers, random.Random(seed)
        self.connection = None

    def ask(self, query, variables, token=None):
        """Returns the data; raises OSError or HTTPException if it is unknown what happened."""
        if self.connection is None:
            self.connection = http.client.HTTPConnection(*self.chance.choice(self.servers).address, timeout=30)
        headers = {"content-type": "application/json"}
        if token:
            headers["authorization"] = "Bearer " + token
        try:
            self.connection.request("POST", "/graphql", json.dumps({"query": query, "variables": variables}), headers)
            answer = json.loads(self.connection.getresponse().read())
        except (OSError, http.client.HTTPException, ValueError):
            self.connection.close()
            self.connection = None
            raise
        if answer.get("errors"):
            error = answer["errors"][0]
            if error.get("extensions", {}).get("code") == "UNAVAILABLE":
                raise OSError(error["message"])
            raise Refused(error["message"])
        return answer["data"]

    def insist(self, query, variables, token=None):
        """Asks until there is an answer; backs off a little, as clients do."""
        pause = 0.01
        while True:
            try:
                return self.ask(query, variables, token)
            except (OSError, http.client.HTTPException, ValueError):
                time.sleep(pause * self.chance.random())
                pause = min(1.0, pause * 2)


def write(number, client, token, group, acknowledged, failures, enough):
    """Sends messages one after another, each until it is acknowledged; after `enough` no more."""
    try:
        while not enough.is_set():
            count = len(acknowledged)
            message = {"groupId": group, "cid": f"{number}-{count}", "content": f"writer {number}, message {count}"}
            answer = client.insist(SEND, {"i": message}, token)["sendMessage"]
            acknowledged.append((message["cid"], answer["seq"], answer["id"]))
    except Refused as refusal:
        failures.append(f"writer {number}: {refusal}")


def follow(client, token, group, seen, failures, end):
    """Reads the log as it grows, as a page does that was cut off again and again, up to the number `end` holds."""
    try:
        while not end or len(seen) < end[0]:
            page = client.insist(AFTER, {"g": group, "s": len(seen)}, token)["groupMessages"]
            if page["reset"]:
                failures.append("a follower was told to begin anew")
                return
            expected = range(len(seen) + 1, len(seen) + 1 + len(page["entries"]))
            if [it["seq"] for it in page["entries"]] != list(expected):
                failures.append(f"a follower at {len(seen)} was given {[it['seq'] for it in page['entries']]}")
                return
            seen.extend(page["entries"])
            if not page["entries"]:
                time.sleep(0.05)
    except Refused as refusal:
        failures.append(f"a follower: {refusal}")


def history(client, token, group):
    """All messages, page by page from the newest."""
    messages, before = [], None
    while True:
        page = client.insist(BEFORE, {"g": group, "s": before}, token)["groupMessages"]["entries"]
        if not page:
            return messages
        messages = page + messages
        before = page[0]["seq"]


def chaos(servers, chance, seconds):
    """Kills either server, sometimes both, and starts what was killed."""
    kills, until = 0, time.monotonic() + seconds
    while time.monotonic() < until:
        time.sleep(chance.uniform(0.1, 1.0))
        victims = servers if chance.random() < 0.3 else [chance.choice(servers)]
        for server in victims:
            server.kill()
        kills += len(victims)
        for server in victims:
            server.start()
    return kills


def check(people, group, client, acknowledged, seen):
    """The promises, each with whether it holds."""
    everything = [it for mine in acknowledged.values() for it in mine]
    promised = sorted((seq, cid, message) for cid, seq, message in everything)
    results = [("no number was acknowledged twice", len({it[0] for it in promised}) == len(promised))]
    same = True
    for _, token in people:
        messages = history(client, token, group)
        same = same and [(it["seq"], it["cid"], it["id"]) for it in messages] == promised
    results.append(("every reader has each acknowledged message exactly once, in order, and nothing else", same))
    joined = len(people)
    gapless = [it[0] for it in promised] == list(range(joined + 1, joined + 1 + len(promised)))
    results.append(("the log has no gap", gapless))
    ordered = all([it[1] for it in mine] == sorted(it[1] for it in mine) for mine in acknowledged.values())
    results.append(("each writer's messages are in its order", ordered))
    followed = all([(it["seq"], it["cid"], it["id"]) for it in log[joined:]] == promised for log in seen)
    results.append(("who followed all along has the same", followed))
    return results


def run(servers, chance, seconds):
    """Lets people chat while the servers are killed; returns what was promised, and what came of it."""
    people, client = [], Client(servers, 0)
    for number in range(WRITERS):
        who = {"email": f"chat{number}@example.org", "password": f"unlikely phrase {number}", "displayName": f"W{number}"}
        answer = client.ask(REGISTER, {"i": who})["register"]
        people.append((answer["user"]["id"], answer["accessToken"]))
    group = client.ask(CREATE, {}, people[0][1])["createStudyGroup"]["id"]
    for _, token in people[1:]:
        client.ask(JOIN, {"g": group}, token)

    acknowledged = {number: [] for number in range(WRITERS)}
    seen, failures, enough, end = [[] for _ in range(FOLLOWERS)], [], threading.Event(), []
    writers = [
        threading.Thread(
            target=write, args=(number, Client(servers, number), token, group, acknowledged[number], failures, enough))
        for number, (_, token) in enumerate(people)]
    followers = [
        threading.Thread(target=follow, args=(Client(servers, -number), people[number][1], group, log, failures, end))
        for number, log in enumerate(seen)]
    for thread in writers + followers:
        thread.start()
    kills = chaos(servers, chance, seconds)
    enough.set()
    for thread in writers:
        thread.join()
    end.append(client.insist(BEFORE, {"g": group}, people[0][1])["groupMessages"]["head"])
    for thread in followers:
        thread.join()
    results = check(people, group, client, acknowledged, seen)
    results.append(("nobody was refused", not failures))
    for failure in failures[:5]:
        print(failure)
    print(f"{kills} kills, {sum(map(len, acknowledged.values()))} acknowledged messages")
    return results


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--atlas", default=".build/debug/atlas")
    parser.add_argument("--postgres", required=True, help="URL of a server in which a database may be made")
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--seed", type=int, default=20261130)
    options = parser.parse_args()
    name = f"chat_{os.getpid()}"
    administer = ["psql", "--quiet", "--no-psqlrc", options.postgres + "/postgres", "--command"]
    subprocess.run(administer + [f"CREATE DATABASE {name}"], check=True)
    servers = []
    try:
        with tempfile.TemporaryDirectory() as data:
            try:
                for number in range(2):
                    servers.append(Server(options.atlas, f"{options.postgres}/{name}", f"{data}/{number}"))
                results = run(servers, random.Random(options.seed), options.seconds)
            finally:
                for server in servers:
                    server.stop()
    finally:
        subprocess.run(administer + [f"DROP DATABASE {name} WITH (FORCE)"], check=True)
    for text, holds in results:
        print(("ok      " if holds else "BROKEN  ") + text)
    failed = sum(not holds for _, holds in results)
    print(f"{len(results) - failed} passed, {failed} failed")
    raise SystemExit(1 if failed else 0)


if __name__ == "__main__":
    main()
