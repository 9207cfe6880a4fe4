#!/usr/bin/env python3
"""The tutor live, on a server of its own: over Socket.IO, over GraphQL's WebSocket, and as server-sent events.

    build/realtime/venv/bin/python Tests/Realtime/tutor.py --atlas .build/debug/atlas

One line for each case, 1 on failure. scripts/setup-realtime-tests.sh prepares the environment.
"""
import argparse
import asyncio
import contextlib
import json
import os
import sys
import tempfile
import uuid

import aiohttp
import socketio

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "Labs"))
from lab_server import Account, Refused, Server  # noqa: E402

PATIENCE = 30
QUESTION = "What happens when the cache is lost?"
DIAGRAM = "e1-cache-aside"
SAID = "id clientId conversationId text status citations { number record diagramId nodeId edgeId }"
STREAM = """subscription($q: String!, $c: ContextInput!, $id: ID!) {
  answerStream(question: $q, context: $c, clientId: $id) { kind text note citation { number } answer { %s } } }""" % SAID
CASES = []


def case(title):
    def add(function):
        CASES.append((title, function))
        return function
    return add


def new_id():
    return uuid.uuid4().hex


class Page:
    """A page that is connected, and what it was told."""

    def __init__(self):
        self.client = socketio.AsyncClient(reconnection=False)
        self.told = []
        self.news = asyncio.Condition()
        self.client.on("tutor-event", self.hear)

    async def hear(self, event):
        async with self.news:
            self.told.append(event)
            self.news.notify_all()

    async def call(self, name, **payload):
        return await self.client.call(name, payload, timeout=PATIENCE)

    async def finished(self, client):
        """All that was told of an answer, once it is finished."""
        def own():
            return [each for each in self.told if each["clientId"] == client]
        async with asyncio.timeout(PATIENCE), self.news:
            await self.news.wait_for(lambda: any(each["kind"] == "finished" for each in own()))
        return own()


@contextlib.asynccontextmanager
async def page(server, account):
    made = Page()
    await made.client.connect(server.url, transports=["websocket"], auth={"token": account.token})
    try:
        yield made
    finally:
        await made.client.shutdown()


@case("an answer is told to the socket that asked, from its beginning to its end")
async def asking(server, ada, _):
    async with page(server, ada) as one, page(server, ada) as two:
        client = new_id()
        taken = await one.call("tutor-ask", clientId=client, question=QUESTION, diagramId=DIAGRAM, nodeIds=["cache"])
        assert taken.get("ok") and taken["answerId"] and taken["conversationId"], taken
        told = await one.finished(client)
        assert told[0]["kind"] == "answer" and told[-1]["kind"] == "finished", [each["kind"] for each in told]
        whole = told[-1]["answer"]
        assert whole["id"] == taken["answerId"] and whole["text"] and whole["status"] in ("complete", "cut"), whole
        again = await one.call("tutor-ask", clientId=client, question="Something else?")
        assert again["answerId"] == taken["answerId"], "the same clientId is the same question"
        await two.call("presence", state="active")
        assert not two.told, "nobody else hears it"
        stopped = await one.call("tutor-stop", answerId=taken["answerId"])
        assert stopped["answer"]["id"] == taken["answerId"], stopped


@case("what is wrong or somebody else's is refused")
async def refusing(server, ada, eve):
    async with page(server, ada) as one, page(server, eve) as other:
        client = new_id()
        own = await one.call("tutor-ask", clientId=client, question=QUESTION)
        await one.finished(client)
        cases = [
            ("INVALID", {"question": QUESTION}), ("INVALID", {"clientId": new_id()}),
            ("INVALID", {"clientId": "not an id", "question": QUESTION}),
            ("INVALID", {"clientId": new_id(), "question": ""}),
            ("INVALID", {"clientId": new_id(), "question": QUESTION, "intent": "shout"}),
            ("NOT_FOUND", {"clientId": new_id(), "question": QUESTION, "diagramId": "nowhere"}),
            ("NOT_FOUND", {"clientId": new_id(), "question": QUESTION, "conversationId": own["conversationId"]}),
        ]
        for code, payload in cases:
            answer = await other.call("tutor-ask", **payload)
            assert answer.get("error", {}).get("code") == code, (payload, answer)
        for answer in [own["answerId"], "nowhere"]:
            stopped = await other.call("tutor-stop", answerId=answer)
            assert stopped["error"]["code"] == "NOT_FOUND", stopped


@case("too many questions are refused with the time to wait")
async def flooding(server, _, __):
    account = Account(server, "Flo")
    async with page(server, account) as one:
        answers = [await one.call("tutor-ask", clientId="the-same", question=QUESTION) for _ in range(14)]
        refused = [each["error"] for each in answers if "error" in each]
        assert refused and all(each["code"] == "RATE_LIMITED" and each["retryAfterMs"] > 0 for each in refused), answers


async def over_websocket(server, token, client, most=1_000):
    """What GraphQL's WebSocket tells of an answer; leaves after `most` events."""
    told = []
    async with aiohttp.ClientSession() as session, session.ws_connect(server.url + "/graphql", protocols=["graphql-transport-ws"]) as wire:
        await wire.send_json({"type": "connection_init", "payload": {"authorization": f"Bearer {token}"}})
        assert (await wire.receive_json(timeout=PATIENCE))["type"] == "connection_ack"
        variables = {"q": QUESTION, "c": {"diagramId": DIAGRAM}, "id": client}
        await wire.send_json({"id": "1", "type": "subscribe", "payload": {"query": STREAM, "variables": variables}})
        while len(told) < most:
            message = await wire.receive_json(timeout=PATIENCE)
            if message["type"] == "next":
                told.append(message["payload"]["data"]["answerStream"])
            elif message["type"] == "complete":
                break
            elif message["type"] != "ping":
                raise AssertionError(message)
    return told


async def over_events(server, token, client, most=1_000):
    """The same as server-sent events."""
    told = []
    variables = {"q": QUESTION, "c": {"diagramId": DIAGRAM}, "id": client}
    headers = {"accept": "text/event-stream", "authorization": f"Bearer {token}"}
    async with aiohttp.ClientSession() as session, session.post(server.url + "/graphql", json={"query": STREAM, "variables": variables}, headers=headers) as answer:
        assert answer.status == 200 and answer.content_type == "text/event-stream", answer.headers
        async with asyncio.timeout(PATIENCE):
            async for line in answer.content:
                if line.startswith(b"data: ") and line.strip() != b"data:":
                    told.append(json.loads(line[6:])["data"]["answerStream"])
                if len(told) >= most:
                    break
    return told


@case("GraphQL's WebSocket and server-sent events tell the same answer, and go on with it after a lost connection")
async def streaming(server, ada, eve):
    for way in (over_websocket, over_events):
        client = new_id()
        first = await way(server, ada.token, client, most=1)
        assert [each["kind"] for each in first] == ["ANSWER"], first
        rest = await way(server, ada.token, client)
        kinds = [each["kind"] for each in rest]
        assert kinds[0] == "ANSWER" and kinds[-1] == "FINISHED" and kinds.count("FINISHED") == 1, kinds
        whole = rest[-1]["answer"]
        assert whole["id"] == first[0]["answer"]["id"] and whole["clientId"] == client and whole["text"], whole
        other = await (over_events if way is over_websocket else over_websocket)(server, ada.token, client)
        assert other[-1]["answer"] == whole, "the other way tells the same answer"
        foreign = await way(server, eve.token, client)
        assert foreign[-1]["answer"]["id"] != whole["id"], "the same id of somebody else is another question"


@case("what was asked is in the account's data, and gone with its conversation")
async def keeping(server, *_):
    account = Account(server, "Kay")
    client = new_id()
    question = f"What is a cache, asked by {client}?"
    answer = server.ask("mutation($q: String!, $c: ContextInput!) { askQuestion(question: $q, context: $c) { conversationId } }",
                        account.token, q=question, c={"clientId": client})["askQuestion"]
    def export():
        return server.ask("mutation { exportMyData { json } }", account.token)["exportMyData"]["json"]
    assert client in export()
    deleted = server.ask("mutation($id: ID!) { deleteConversation(conversationId: $id) }", account.token, id=answer["conversationId"])
    assert deleted["deleteConversation"] is True
    assert question not in export()


def warm_up(server, account):
    """Waits until the records of the catalogue are read; a debug build takes its time the first time."""
    for _ in range(6):
        with contextlib.suppress(Refused):
            return server.ask("{ tutorState { records } }", account.token)
    raise SystemExit("the tutor does not begin to answer")


async def play(server):
    ada, eve = Account(server, "Ada"), Account(server, "Eve")
    warm_up(server, ada)
    failures = 0
    for title, function in CASES:
        try:
            await function(server, ada, eve)
            print(f"ok      {title}", flush=True)
        except Exception as error:  # noqa: BLE001 - a case that breaks is a case that failed
            failures += 1
            print(f"FAILED  {title}: {type(error).__name__}: {error}", flush=True)
    return failures


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--atlas", default=".build/debug/atlas")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as data:
        server = Server(options.atlas, data, **{"lab.runtime": "none"})
        try:
            failures = asyncio.run(play(server))
        finally:
            server.stop()
    print(f"{len(CASES) - failures} passed, {failures} failed")
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
