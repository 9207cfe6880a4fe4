"""A server with labs, asked over GraphQL, for the tests and measurements of labs."""
import http.client
import json
import os
import re
import signal
import subprocess
import time
import urllib.parse
import uuid

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
REGISTER = "mutation($i: RegisterInput!) { register(input: $i) { accessToken user { id } } }"
START = "mutation($l: ID!) { startLab(labId: $l) { status reason seed position } }"
STOP = "mutation($l: ID!) { stopLab(labId: $l) { status } }"
RUN = "query($l: ID!) { labRun(labId: $l) { status reason savedAt seed usage { memoryBytes processes } } }"
FOLLOW = "subscription($l: ID!) { labStatusChanged(labId: $l) { status reason savedAt seed } }"


class Refused(Exception):
    def __init__(self, errors):
        super().__init__("; ".join(error["message"] for error in errors))
        self.codes = [error.get("extensions", {}).get("code") for error in errors]


class Server:
    """One process on a folder of its own, or on one that another has left."""

    def __init__(self, atlas, data, **settings):
        environment = dict(os.environ, ATLAS_LOG_LEVEL="error")
        defaults = {"http.requestsPerMinute": "1000000", "http.visitorRequestsPerMinute": "1000000",
                    "graphql.costPerMinute": "1000000000", "graphql.visitorCostPerMinute": "1000000000"}
        config = os.path.join(data, "atlas.json")
        with open(config, "w") as file:
            json.dump(defaults | settings, file)
        self.log = os.path.join(data, "server.log")
        self.process = subprocess.Popen(
            [os.path.abspath(atlas), "serve", "--port", "0", "--data", data, "--config", config],
            stdout=subprocess.PIPE, stderr=open(self.log, "ab"), text=True, env=environment, cwd=ROOT)
        line = self.process.stdout.readline()
        found = re.search(r"http://([\d.]+):(\d+)", line)
        if not found:
            raise SystemExit("the server did not start: " + open(self.log).read()[-2000:])
        self.url = found.group()
        self.address = (found.group(1), int(found.group(2)))

    def connect(self, timeout=120):
        return http.client.HTTPConnection(*self.address, timeout=timeout)

    def ask(self, query, token=None, **variables):
        connection = self.connect()
        try:
            headers = {"content-type": "application/json"}
            if token:
                headers["authorization"] = "Bearer " + token
            connection.request("POST", "/graphql", json.dumps({"query": query, "variables": variables}), headers)
            answer = json.loads(connection.getresponse().read())
        finally:
            connection.close()
        if answer.get("errors"):
            raise Refused(answer["errors"])
        return answer["data"]

    def follow(self, token, lab):
        """The statuses of a run, as they come: the first is the one that is."""
        connection = self.connect()
        try:
            body = json.dumps({"query": FOLLOW, "variables": {"l": lab}})
            connection.request("POST", "/graphql", body, {
                "content-type": "application/json", "accept": "text/event-stream", "authorization": "Bearer " + token})
            answer = connection.getresponse()
            assert answer.status == 200, (answer.status, answer.read())
            for line in answer:
                if line.startswith(b"data:") and (text := line[5:].strip()):
                    told = json.loads(text)
                    if told.get("errors"):
                        raise Refused(told["errors"])
                    yield told["data"]["labStatusChanged"]
        finally:
            connection.close()

    def until(self, token, lab, wanted):
        """The first status for which `wanted` holds."""
        for status in self.follow(token, lab):
            if wanted(status):
                return status
            if status["status"] in ("FAILED", "UNAVAILABLE"):
                raise SystemExit(f"{lab}: {status}; {open(self.log).read()[-3000:]}")
        raise SystemExit(f"{lab}: the stream has ended")

    def start(self, token, lab):
        self.ask(START, token, l=lab)
        return self.until(token, lab, lambda status: status["status"] == "RUNNING")

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(timeout=60)


class Account:
    def __init__(self, server, name):
        self.password = "an unlikely phrase " + uuid.uuid4().hex
        self.email = f"{name}-{uuid.uuid4().hex[:8]}@example.org"
        answer = server.ask(REGISTER, i={"email": self.email, "displayName": name, "password": self.password})["register"]
        self.name, self.id, self.token = name, answer["user"]["id"], answer["accessToken"]

    def sign_in(self, server):
        self.token = server.ask("mutation($e: String!, $p: String!) { login(email: $e, password: $p) { accessToken } }",
                                e=self.email, p=self.password)["login"]["accessToken"]


def descendants(pid):
    """The processes under one, with the time each was started, which with the number names it for good."""
    parents = {}
    for entry in os.listdir("/proc"):
        if entry.isdigit() and (stat := stat_of(int(entry))):
            parents.setdefault(int(stat[1]), []).append((int(entry), stat[19]))
    found, open_ = [], [pid]
    while open_:
        for child in parents.get(open_.pop(), []):
            found.append(child)
            open_.append(child[0])
    return found


def stat_of(pid):
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rpartition(")")[2].split()
    except OSError:
        return None


def alive(processes):
    """Those that still run."""
    return [pid for pid, start in processes if (stat := stat_of(pid)) and stat[19] == start and stat[0] != "Z"]


def until_gone(processes, patience=10):
    deadline = time.monotonic() + patience
    while (left := alive(processes)) and time.monotonic() < deadline:
        time.sleep(0.02)
    return left
