#!/usr/bin/env python3
"""Study groups live: two servers on one PostgreSQL and one Redis, played with python-socketio's client.

    build/realtime/venv/bin/python Tests/Realtime/groups.py --atlas .build/debug/atlas --database postgres://…

Without --database both run on a database of their own that scripts/test-postgres.sh starts. One line for each case, 1 on
failure.
"""
import argparse
import asyncio
import contextlib
import json
import os
import random
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
import uuid

import socketio

from clients import PATIENCE, Heard

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
# How long a case may take. Long, because the machine may be busy and one of them starts five servers; a passing run never
# waits so long.
CASE_SECONDS = 240
CASES = []


def case(title):
    def add(function):
        CASES.append((title, function))
        return function
    return add


def free_port():
    for port in random.sample(range(20_000, 32_000), 50):
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise SystemExit("no free port")


class Atlas:
    """One process."""

    def __init__(self, binary, folder, database, redis):
        self.log = open(os.path.join(folder, f"atlas-{uuid.uuid4().hex}.log"), "wb")
        arguments = [binary, "serve", "--port", "0", "--data", folder, "--config", os.path.join(folder, "none.json")]
        environment = dict(
            os.environ, ATLAS_DATABASE_URL=database, ATLAS_PUBSUB_URL=redis, ATLAS_CACHE_URL=redis,
            ATLAS_HTTP_VISITORREQUESTSPERMINUTE="100000", ATLAS_HTTP_REQUESTSPERMINUTE="100000",
        )
        self.process = subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=self.log, env=environment, cwd=ROOT)
        line = self.process.stdout.readline().decode()
        found = re.search(r"http://[0-9.:]+", line)
        if not found:
            raise SystemExit(f"atlas did not start: {line!r}; see {self.log.name}")
        self.url = found.group()
        self.port = int(self.url.rpartition(":")[2])

    def ask(self, query, token=None, **variables):
        headers = {"content-type": "application/json"}
        if token:
            headers["authorization"] = "Bearer " + token
        body = json.dumps({"query": query, "variables": variables}).encode()
        with urllib.request.urlopen(urllib.request.Request(self.url + "/graphql", body, headers), timeout=30) as answer:
            answer = json.load(answer)
        if answer.get("errors"):
            raise AssertionError(f"{query[:60]}: {answer['errors']}")
        return answer["data"]

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()


class Redis:
    """A server that may be killed and started again."""

    def __init__(self, folder):
        self.port, self.folder = free_port(), folder
        self.url = f"redis://127.0.0.1:{self.port}"
        self.start()

    def start(self):
        self.process = subprocess.Popen(
            ["redis-server", "--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--dir", self.folder],
            stdout=subprocess.PIPE)
        while b"Ready to accept connections" not in (line := self.process.stdout.readline()):
            if not line:
                raise SystemExit("redis-server did not start")

    def kill(self):
        self.process.kill()
        self.process.wait()

    @contextlib.contextmanager
    def paused(self):
        """Its connections stay open, and nothing is answered."""
        self.process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self.process.send_signal(signal.SIGCONT)


class Account:
    def __init__(self, atlas, name):
        answer = atlas.ask(
            "mutation($i: RegisterInput!) { register(input: $i) { accessToken user { id } } }",
            i={"email": f"{name}-{uuid.uuid4().hex[:8]}@example.org", "displayName": name,
               "password": "an unlikely phrase " + uuid.uuid4().hex})["register"]
        self.name, self.id, self.token = name, answer["user"]["id"], answer["accessToken"]


class Play:
    """Two servers, Ada and Bob in one group, Eve outside."""

    def __init__(self, first, second, redis, binary, folder, database):
        self.first, self.second, self.redis = first, second, redis
        self.binary, self.folder, self.database = binary, folder, database
        self.ada, self.bob, self.eve = (Account(first, name) for name in ("Ada", "Bob", "Eve"))
        self.group = first.ask(
            "mutation($i: StudyGroupInput!) { createStudyGroup(input: $i) { id } }", self.ada.token,
            i={"name": "Consensus"})["createStudyGroup"]["id"]
        second.ask("mutation($g: ID!) { joinStudyGroup(groupId: $g) { id } }", self.bob.token, g=self.group)

    @contextlib.asynccontextmanager
    async def both(self, board=False, diagram=None):
        """Ada on the first server, Bob on the second, both in the group."""
        async with connected(self.first, self.ada) as ada, connected(self.second, self.bob) as bob:
            for heard in (ada, bob):
                await good(heard, "join-study-group", {"groupId": self.group})
                if board:
                    await good(heard, "board-hello", {"groupId": self.group, "epoch": "", "seq": 0, "c": uuid.uuid4().hex})
                if diagram:
                    await good(heard, "view-diagram", {"groupId": self.group, "diagramId": diagram})
            yield ada, bob

    @contextlib.asynccontextmanager
    async def locked(self, table):
        """Locks a table of the database; gives a function that says whether somebody waits for it."""
        async def ask(*queries):
            psql = ["psql", "--quiet", "--no-psqlrc", "--tuples-only", "--no-align", self.database]
            return await asyncio.create_subprocess_exec(*psql, *queries, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE)

        async def is_awaited():
            asking = await ask("--command", f"SELECT count(*) FROM pg_locks WHERE relation = '{table}'::regclass AND NOT granted")
            return int((await asking.communicate())[0]) > 0

        holder = await ask()
        holder.stdin.write(f"BEGIN; LOCK TABLE {table}; SELECT 'locked';\n".encode())
        assert (await holder.stdout.readline()).strip() == b"locked"
        try:
            yield is_awaited
        finally:
            await holder.communicate(b"COMMIT;\n")

    def message(self, content, **more):
        return {"groupId": self.group, "cid": uuid.uuid4().hex, "content": content, **more}


@contextlib.asynccontextmanager
async def connected(atlas, account, transports=("websocket",)):
    heard = Heard(reconnection=False)
    try:
        await heard.client.connect(atlas.url, transports=list(transports), namespaces=["/"],
                                   auth={"token": account.token})
        yield heard
    finally:
        await heard.client.shutdown()


async def admits(atlas, account):
    try:
        async with connected(atlas, account):
            return True
    except socketio.exceptions.ConnectionError:
        return False


async def good(heard, name, payload):
    """The answer, which is no refusal; waits, as the server asks, where the case before has used up a limit."""
    answer = await heard.call(name, payload)
    while answer.get("error", {}).get("code") == "RATE_LIMITED":
        await asyncio.sleep(answer["error"]["retryAfterMs"] / 1000)
        answer = await heard.call(name, payload)
    assert answer.get("ok") is True, f"{name}: {answer}"
    return answer


async def refused(heard, name, payload, code):
    answer = await heard.call(name, payload)
    assert answer.get("error", {}).get("code") == code, f"{name}: expected {code}, got {answer}"
    return answer["error"]


async def until(heard, name, wanted, namespace="/"):
    """The next event of a name for which `wanted` holds."""
    while True:
        (payload, *_) = await heard.event(name, namespace)
        if wanted(payload):
            return payload


async def silent(heard, name):
    """After a round trip, nothing of this name has come."""
    await heard.call("presence", {"state": "active"})
    assert heard.queue(name).empty(), f"{name} was heard: {heard.queue(name).get_nowait()}"


@case("who gives no token, or a bad one, is refused with a reason")
async def _(play):
    for auth in (None, {}, {"token": 7}, {"token": "x.y.z"}):
        heard = Heard(reconnection=False)
        with contextlib.suppress(Exception):
            await heard.client.connect(play.first.url, transports=["websocket"], namespaces=["/"], auth=auth)
        (error,) = await heard.event("connect_error")
        assert error["data"]["code"] == "UNAUTHORIZED", error
        await heard.client.shutdown()


@case("only members join a group, and events of a group need it joined")
async def _(play):
    async with connected(play.second, play.eve, ("polling",)) as eve:
        await refused(eve, "join-study-group", {"groupId": play.group}, "NOT_MEMBER")
        await refused(eve, "join-study-group", {"groupId": "nobody"}, "NOT_MEMBER")
        await refused(eve, "send-message", play.message("hello"), "NOT_MEMBER")
        await refused(eve, "sync", {"groupId": play.group, "after": 0}, "NOT_MEMBER")
        await refused(eve, "typing", {"groupId": play.group}, "NOT_MEMBER")
        await refused(eve, "board-hello", {"groupId": play.group, "epoch": "", "seq": 0, "c": "c1"}, "NOT_MEMBER")
        await refused(eve, "cursor-move", {"groupId": play.group, "position": {"x": 1, "y": 2}}, "NOT_MEMBER")
        await refused(eve, "whiteboard-update", {"groupId": play.group, "drawing": {}}, "NOT_MEMBER")
        await refused(eve, "view-diagram", {"groupId": play.group, "diagramId": "raft"}, "NOT_MEMBER")


@case("what makes no sense is named, and the socket lives on")
async def _(play):
    async with connected(play.first, play.ada) as ada:
        for payload in (None, 7, "x", [], {}, {"groupId": 7}, {"groupId": ""}, {"groupId": "x" * 300}):
            await refused(ada, "join-study-group", payload, "INVALID")
        await good(ada, "join-study-group", {"groupId": play.group})
        for wrong in ({"content": 7}, {"cid": None}, {"cid": "a b"}, {"content": ""}, {"content": "x" * 9_000},
                      {"anchor": 3}, {"anchor": {"diagramId": "no-such-diagram"}}, {"replyTo": "nothing"}):
            answer = await ada.call("send-message", play.message("hello") | wrong)
            assert answer["error"]["code"] in ("INVALID", "NOT_MEMBER", "RATE_LIMITED"), (wrong, answer)
        for position in (None, [], {"x": "1", "y": 2}, {"x": 1e300, "y": 0}):
            await refused(ada, "cursor-move", {"groupId": play.group, "position": position}, "INVALID")
        await refused(ada, "presence", {"state": "asleep"}, "INVALID")


@case("a message reaches the other server with its number, once, however often it is sent")
async def _(play):
    async with play.both() as (ada, bob):
        message = play.message("Raft or Paxos?")
        entry = (await good(ada, "send-message", message))["entry"]
        heard = await until(bob, "group-message", lambda entry: entry["content"] == message["content"])
        assert heard == entry and heard["name"] == "Ada" and heard["cid"] == message["cid"], heard
        assert (await good(ada, "send-message", message))["entry"]["seq"] == entry["seq"]
        await silent(bob, "group-message")
        page = await good(bob, "sync", {"groupId": play.group, "after": entry["seq"] - 1})
        assert [line["id"] for line in page["entries"]] == [entry["id"]] and page["head"] == entry["seq"], page

        edit = await good(ada, "edit-message", play.message("Raft.", messageId=entry["id"]))
        line = await until(bob, "group-message", lambda line: line["kind"] == "edit")
        assert line["seq"] == edit["seq"] == entry["seq"] + 1 and line["content"] == "Raft.", line
        await good(bob, "react", play.message("", messageId=entry["id"], emoji="👍", on=True))
        assert (await until(ada, "group-message", lambda line: line["kind"] == "reaction"))["emoji"] == "👍"
        await refused(bob, "edit-message", play.message("No.", messageId=entry["id"]), "FORBIDDEN")
        await good(ada, "delete-message", play.message("", messageId=entry["id"]))
        assert "content" not in await until(bob, "group-message", lambda line: line["kind"] == "delete")


@case("a mention becomes a notice on any server")
async def _(play):
    async with play.both() as (ada, bob):
        await good(ada, "send-message", play.message("What do you think, @Bob?"))
        (notice,) = await bob.event("notification")
        assert notice["kind"] == "mention" and notice["groupId"] == play.group and "Ada" in notice["text"], notice


@case("typing, reading and presence travel between servers")
async def _(play):
    async with play.both() as (ada, bob):
        head = (await good(bob, "sync", {"groupId": play.group, "after": 0}))["head"]
        (typing, read) = ({"groupId": play.group}, {"groupId": play.group, "seq": head})
        await good(bob, "typing", typing)
        assert (await ada.event("typing"))[0]["userId"] == play.bob.id
        await silent(bob, "typing")
        await good(bob, "read", read)
        assert (await ada.event("group-read"))[0] == read | {"userId": play.bob.id}
        await good(bob, "presence", {"state": "away"})
        await until(ada, "presence", lambda said: said["userId"] == play.bob.id and said["state"] == "away")
        await good(bob, "presence", {"state": "active"})
        await until(ada, "presence", lambda said: said["userId"] == play.bob.id and said["state"] == "active")
        async with connected(play.first, play.bob) as again:
            welcome = await good(again, "join-study-group", {"groupId": play.group})
            states = {member["userId"]: member["state"] for member in welcome["members"]}
            assert states == {play.ada.id: "active", play.bob.id: "active"}, welcome
            assert welcome["me"]["userId"] == play.bob.id and welcome["group"]["role"] == "member", welcome


@case("cursors reach whoever looks at the same, and nobody else")
async def _(play):
    diagram = "raft"
    async with play.both(board=True) as (ada, bob):
        await good(ada, "cursor-move", {"groupId": play.group, "position": {"x": 10.25, "y": -4}, "selected": ["n1"]})
        frame = await until(bob, "peer-cursor", lambda frame: frame["cursors"])
        cursor = frame["cursors"][0]
        assert (cursor["userId"], cursor["name"], cursor["x"], cursor["y"], cursor["selected"]) == (
            play.ada.id, "Ada", 10.25, -4, ["n1"]) and frame["diagramId"] is None, frame
        await refused(ada, "cursor-move", {"diagramId": diagram, "position": {"x": 1, "y": 2}}, "NOT_MEMBER")
        async with connected(play.first, play.ada) as only_looks:
            await good(only_looks, "join-study-group", {"groupId": play.group})
            await good(only_looks, "board-hello", {"groupId": play.group, "epoch": "", "seq": 0, "c": uuid.uuid4().hex})
            await good(only_looks, "board-leave", {"groupId": play.group})
        for heard in (ada, bob):
            await good(heard, "view-diagram", {"groupId": play.group, "diagramId": diagram})
        seen = []
        # What was on its way before the second frame has come with it.
        for x in (3, 4):
            await good(ada, "cursor-move", {"diagramId": diagram, "position": {"x": x, "y": 0}})
            await until(bob, "peer-cursor", lambda frame: seen.append(frame) or (frame["cursors"] and frame["cursors"][0]["x"] == x))
        assert not any(frame["gone"] for frame in seen), "the cursor of her first tab stays"
        await good(ada, "board-leave", {"groupId": play.group})
        assert play.ada.id in (await until(bob, "peer-cursor", lambda frame: frame["gone"]))["gone"]
    async with play.both(diagram=diagram) as (ada, bob):
        await good(ada, "cursor-move", {"diagramId": diagram, "position": {"x": 1, "y": 2}})
        frame = await until(bob, "peer-cursor", lambda frame: frame["cursors"])
        assert frame["diagramId"] == diagram and frame["cursors"][0]["x"] == 1, frame
        viewport = {"x": 1, "y": 2, "scale": 1.5}
        await good(ada, "present", {"groupId": play.group, "on": True, "diagramId": diagram, "viewport": viewport})
        assert (await bob.event("presenting"))[0]["viewport"] == viewport


@case("strokes on both servers end in one order, a hole is named, a repetition changes nothing")
async def _(play):
    async with connected(play.first, play.ada) as ada, connected(play.second, play.bob) as bob:
        ids = {ada: uuid.uuid4().hex, bob: uuid.uuid4().hex}
        await good(ada, "join-study-group", {"groupId": play.group})
        await good(bob, "join-study-group", {"groupId": play.group})
        drawing = {"c": ids[ada], "n": 1, "ops": []}
        await refused(ada, "whiteboard-update", {"groupId": play.group, "drawing": drawing}, "GONE_RESYNC")
        start = 0
        for heard in (ada, bob):
            hello = {"groupId": play.group, "epoch": "", "seq": 0, "c": ids[heard]}
            start = (await good(heard, "board-hello", hello))["welcome"]["seq"]

        def note(heard, number):
            fields = {"type": "note", "text": f"{number}", "pos": [0, 0], "size": [100, 60], "z": "V"}
            ops = [["put", f"{ids[heard][:8]}-{number}", fields]]
            return {"groupId": play.group, "drawing": {"c": ids[heard], "n": number, "ops": ops}}

        answers = await asyncio.gather(*(
            heard.call("whiteboard-update", note(heard, number)) for number in range(1, 21) for heard in (ada, bob)))
        assert all(answer.get("ok") for answer in answers), answers
        orders = []
        for heard in (ada, bob):
            events = [await heard.event("whiteboard-sync") for _ in range(40)]
            orders.append([(event["seq"], event["c"], event["n"]) for (event, *_) in events])
        assert sorted(orders[0]) == sorted(orders[1]), "the servers told different orders"
        assert sorted(seq for seq, _, _ in orders[0]) == list(range(start + 1, start + 41)), orders[0]
        assert (await good(ada, "whiteboard-update", note(ada, 20)))["n"] == 20
        gap = await refused(ada, "whiteboard-update", note(ada, 22), "CONFLICT_GAP")
        assert gap["expected"] == 21, gap
        await refused(ada, "whiteboard-update", {"groupId": play.group, "drawing": {"c": ids[ada], "n": 0}}, "INVALID")


@case("too many messages are refused with the time to wait")
async def _(play):
    async with connected(play.first, play.ada) as ada:
        await good(ada, "join-study-group", {"groupId": play.group})
        answers = await asyncio.gather(*(ada.call("send-message", play.message(f"{n}")) for n in range(30)))
        waits = [answer["error"]["retryAfterMs"] for answer in answers
                 if answer.get("error", {}).get("code") == "RATE_LIMITED"]
        assert waits and all(0 < wait < 10_000 for wait in waits), answers


@case("an account has at most twenty sockets, and clients that go too early take up none")
async def _(play):
    account = Account(play.first, "Ada")
    for _ in range(30):
        with socket.create_connection(("127.0.0.1", int(play.first.url.rsplit(":", 1)[1]))) as plain:
            plain.sendall(b"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\n"
                          b"upgrade: websocket\r\nsec-websocket-version: 13\r\n"
                          b"sec-websocket-key: MDEyMzQ1Njc4OWFiY2RlZg==\r\n\r\n")
            plain.recv(4_096)
            packet = b"40" + json.dumps({"token": account.token}).encode()
            plain.sendall(bytes([0x81, 0xFE]) + len(packet).to_bytes(2, "big") + bytes(4) + packet)
    async with contextlib.AsyncExitStack() as stack:
        for _ in range(20):
            await stack.enter_async_context(connected(play.first, account))
        heard = Heard(reconnection=False)
        with contextlib.suppress(Exception):
            await heard.client.connect(play.first.url, transports=["websocket"], namespaces=["/"],
                                       auth={"token": account.token})
        assert (await heard.event("connect_error"))[0]["data"]["code"] == "RATE_LIMITED"
        await heard.client.shutdown()


@case("a token can be renewed, but not for another account")
async def _(play):
    async with connected(play.first, play.ada) as ada:
        await good(ada, "auth:refresh", {"token": play.ada.token})
        await refused(ada, "auth:refresh", {"token": play.bob.token}, "FORBIDDEN")
        await refused(ada, "auth:refresh", {"token": "x"}, "UNAUTHORIZED")


@case("who is removed from a group hears nothing more of it, within a second, on any server")
async def _(play):
    play.second.ask("mutation($g: ID!) { joinStudyGroup(groupId: $g) { id } }", play.eve.token, g=play.group)
    async with connected(play.first, play.ada) as ada, connected(play.second, play.eve) as eve:
        await good(ada, "join-study-group", {"groupId": play.group})
        await good(eve, "join-study-group", {"groupId": play.group})
        play.first.ask("mutation($g: ID!, $u: ID!) { removeGroupMember(groupId: $g, userId: $u) { id } }",
                       play.ada.token, g=play.group, u=play.eve.id)
        begun = time.monotonic()
        (told,) = await eve.event("group-ended")
        assert told["reason"] == "removed" and time.monotonic() - begun < 1, (told, time.monotonic() - begun)
        await good(ada, "typing", {"groupId": play.group})
        await refused(eve, "typing", {"groupId": play.group}, "NOT_MEMBER")
        await refused(eve, "sync", {"groupId": play.group, "after": 0}, "NOT_MEMBER")
        await silent(eve, "typing")
        await until(ada, "presence", lambda said: said["userId"] == play.eve.id and said["state"] == "offline")


@case("who is removed while it joins is not let in")
async def _(play):
    play.second.ask("mutation($g: ID!) { joinStudyGroup(groupId: $g) { id } }", play.eve.token, g=play.group)
    async with play.both() as (ada, bob), connected(play.second, play.eve) as eve:
        # The server has found Eve a member, and waits for the board's head.
        async with play.locked("boards") as is_awaited:
            joining = asyncio.ensure_future(eve.call("join-study-group", {"groupId": play.group}))
            async with asyncio.timeout(PATIENCE):
                while not await is_awaited():
                    pass
            await asyncio.to_thread(
                play.first.ask, "mutation($g: ID!, $u: ID!) { removeGroupMember(groupId: $g, userId: $u) { id } }",
                play.ada.token, g=play.group, u=play.eve.id)
            # What Bob hears on Eve's server comes after the end of her membership.
            await until(bob, "group-message", lambda line: line["kind"] == "membership" and line["content"] == "removed")
            await bob.event("group-updated")
        answer = await joining
        assert answer.get("error", {}).get("code") == "NOT_MEMBER", answer
        await good(ada, "send-message", play.message("Among ourselves"))
        await until(bob, "group-message", lambda line: line["content"] == "Among ourselves")
        await good(eve, "presence", {"state": "active"})
        heard = eve.queue("group-message")
        said = [heard.get_nowait()[0]["content"] for _ in range(heard.qsize())]
        assert "Among ourselves" not in said, said


@case("a session that is ended elsewhere ends its sockets")
async def _(play):
    account = Account(play.first, "Mallory")
    async with connected(play.second, account) as heard:
        play.first.ask("mutation { logout }", account.token)
        assert (await heard.event("auth:expired"))[0]["message"]
        await heard.event("disconnect")


@case("while Redis is away the own server goes on, and what was missed comes with the next sync")
async def _(play):
    async with play.both() as (ada, bob), connected(play.first, play.bob) as near:
        await good(near, "join-study-group", {"groupId": play.group})
        before = (await good(bob, "sync", {"groupId": play.group, "after": 0}))["head"]
        play.redis.kill()
        message = play.message("Still there?")
        await good(ada, "send-message", message)
        await until(near, "group-message", lambda line: line["content"] == message["content"])
        page = await good(bob, "sync", {"groupId": play.group, "after": before})
        assert [line["content"] for line in page["entries"]] == [message["content"]], page
        await asyncio.to_thread(play.redis.start)
    # Sessions are looked up in Redis, so nobody is admitted before the servers have found it again.
    async with asyncio.timeout(PATIENCE):
        while not all([await admits(server, play.bob) for server in (play.first, play.second)]):
            await asyncio.sleep(0.1)


@case("while Redis stands still both servers take messages, and what they acknowledged is kept, once, and heard afterwards")
async def _(play):
    async with play.both() as (ada, bob):
        before = (await good(ada, "sync", {"groupId": play.group, "after": 0}))["head"]
        said = [(heard, play.message(f"{name} {number}")) for number in range(3) for name, heard in (("Ada", ada), ("Bob", bob))]
        with play.redis.paused():
            answers = await asyncio.gather(*(heard.call("send-message", message) for heard, message in said),
                                           return_exceptions=True)
        acknowledged = [message["content"] for (_, message), answer in zip(said, answers)
                        if isinstance(answer, dict) and answer.get("ok")]
        assert len(acknowledged) == len(said), f"{len(acknowledged)} of {len(said)} acknowledged: {answers}"
        for heard in (ada, bob):
            page = await good(heard, "sync", {"groupId": play.group, "after": before})
            assert sorted(line["content"] for line in page["entries"]) == sorted(acknowledged), page
            assert [line["seq"] for line in page["entries"]] == list(range(before + 1, before + len(said) + 1)), page
        # Heard live, too: by the other server's people, as soon as Redis answers.
        for heard, name in ((ada, "Bob"), (bob, "Ada")):
            for number in range(3):
                await until(heard, "group-message", lambda line: line["content"] == f"{name} {number}")


async def answer_or_end(heard, name, payload):
    """The answer; an error as soon as the connection has ended, which python-socketio's `call` does not notice."""
    ending = asyncio.ensure_future(heard.event("disconnect"))
    calling = asyncio.ensure_future(heard.call(name, payload))
    try:
        await asyncio.wait((calling, ending), return_when=asyncio.FIRST_COMPLETED)
        if not calling.done():
            raise ConnectionError("the connection has ended")
        return calling.result()
    finally:
        calling.cancel()
        ending.cancel()


class Writer:
    """One person at the board who sends again, from where the server's answer ends, what was not confirmed."""

    def __init__(self, account, group):
        self.account, self.group, self.c, self.sent, self.confirmed = account, group, uuid.uuid4().hex, 0, 0

    def push(self, number):
        fields = {"type": "text", "text": f"{number}", "pos": [number, 0], "z": "V"}
        ops = [["put", f"{self.c[:16]}-{number}", fields]]
        return {"groupId": self.group, "drawing": {"c": self.c, "n": number, "ops": ops}}

    async def write(self, atlas, acknowledged, enough):
        """Draws until the connection breaks or there is enough; `acknowledged` counts over all writers."""
        with contextlib.suppress(Exception):
            async with connected(atlas, self.account) as heard:
                await good(heard, "join-study-group", {"groupId": self.group})
                hello = {"groupId": self.group, "epoch": "", "seq": 0, "c": self.c}
                self.sent = (await good(heard, "board-hello", hello))["welcome"]["ackN"]
                assert self.sent >= self.confirmed, f"push {self.confirmed} was acknowledged and is lost"
                while not enough():
                    answer = await answer_or_end(heard, "whiteboard-update", self.push(self.sent + 1))
                    assert answer.get("ok"), answer
                    self.sent += 1
                    self.confirmed = self.sent
                    acknowledged()


@case("a server killed under four who draw loses nothing that it confirmed, and has nothing twice")
async def _(play):
    account = Account(play.first, "Ada")
    group = play.first.ask(
        "mutation($i: StudyGroupInput!) { createStudyGroup(input: $i) { id } }", account.token,
        i={"name": "Board"})["createStudyGroup"]["id"]
    writers = [Writer(account, group) for _ in range(4)]
    random_source = random.Random(7)
    for _ in range(4):
        server = Atlas(play.binary, play.folder, play.database, play.redis.url)
        count, limit = 0, random_source.randint(20, 120)

        def acknowledged():
            nonlocal count
            count += 1
            if count == limit:
                server.kill()

        try:
            await asyncio.gather(*(writer.write(server, acknowledged, lambda: False) for writer in writers))
        finally:
            server.kill()
    server = Atlas(play.binary, play.folder, play.database, play.redis.url)
    try:
        async with connected(server, account) as heard:
            await good(heard, "join-study-group", {"groupId": group})
            for writer in writers:
                hello = {"groupId": group, "epoch": "", "seq": 0, "c": writer.c}
                welcome = (await good(heard, "board-hello", hello))["welcome"]
                assert welcome["ackN"] >= writer.confirmed, (welcome["ackN"], writer.confirmed)
                rows = [row[0] for table in welcome["full"]["tables"] for row in table["rows"]]
                own = sorted(int(row.split("-")[1]) for row in rows if row.startswith(writer.c[:16]))
                assert own == list(range(1, welcome["ackN"] + 1)), (own, welcome["ackN"])
        assert sum(writer.confirmed for writer in writers) >= 80
    finally:
        server.kill()


@case("a server that stops says so first, and is gone in time")
async def _(play):
    async with connected(play.second, play.bob) as bob:
        play.second.process.terminate()
        (drain,) = await bob.event("server:drain")
        assert 0 <= drain["reconnectAfterMs"] <= 15_000
        await bob.event("disconnect")
    assert await asyncio.to_thread(play.second.process.wait, 30) == 0


async def run(play, only):
    failures = 0
    for title, function in CASES:
        if only and only not in title:
            continue
        try:
            async with asyncio.timeout(CASE_SECONDS):
                await function(play)
            print(f"ok    {title}", flush=True)
        except Exception as error:
            failures += 1
            print(f"FAIL  {title}: {type(error).__name__}: {error}", flush=True)
    return failures


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--atlas", required=True)
    parser.add_argument("--database", help="postgres://… of a fresh database")
    parser.add_argument("--only", help="cases whose title holds this")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
        os.chmod(folder, 0o755)
        database = options.database
        if not database:
            script = os.path.join(ROOT, "scripts/test-postgres.sh")
            place = os.path.join(folder, "postgres")
            stack.callback(subprocess.run, [script, "stop", place], check=False)
            database = subprocess.run([script, "start", place], check=True, capture_output=True, text=True)
            database = database.stdout.strip() + "/postgres"
        redis = Redis(folder)
        stack.callback(redis.kill)
        servers = []
        for _ in range(2):
            server = Atlas(options.atlas, folder, database, redis.url)
            stack.callback(server.kill)
            servers.append(server)
        sys.exit(1 if asyncio.run(run(Play(*servers, redis, options.atlas, folder, database), options.only)) else 0)


if __name__ == "__main__":
    main()
