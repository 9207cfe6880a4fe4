#!/usr/bin/env python3
"""Plays with python-socketio's client against a server, over both transports, with lost connections and restarts.

    build/realtime/venv/bin/python Tests/Realtime/clients.py --server .build/debug/atlas-socketio-echo

One line for each case, 1 on failure. scripts/setup-realtime-tests.sh prepares the environment.
"""
import argparse
import asyncio
import contextlib
import logging
import re
import sys

import socketio

from wire import Server

PATIENCE = 15
TRANSPORTS = {"polling": ["polling"], "websocket": ["websocket"], "both, upgraded": ["polling", "websocket"]}
CASES = []


def case(title):
    def add(function):
        CASES.append((title, None, function))
        return function
    return add


def each_transport(title, differs=lambda name: False):
    def add(function):
        for name, transports in TRANSPORTS.items():
            CASES.append((f"{name}: {title}", differs(name), lambda server, transports=transports: function(server, transports)))
        return function
    return add


class Heard:
    """A client that keeps the events it gets; `event` waits for the next of a name."""

    def __init__(self, **options):
        self.client = socketio.AsyncClient(reconnection_delay=0.05, reconnection_delay_max=0.2, **options)
        self.events = {}
        for namespace in ("/", "/custom", "/auth"):
            self.client.on("*", lambda name, *arguments, namespace=namespace: self.keep(name, namespace, *arguments),
                           namespace=namespace)
        for name in ("connect", "disconnect", "connect_error"):
            self.client.on(name, lambda *arguments, name=name: self.queue(name).put_nowait(arguments))

    def keep(self, name, namespace, *arguments):
        self.queue(name, namespace).put_nowait(arguments)

    def queue(self, name, namespace="/"):
        return self.events.setdefault((name, namespace), asyncio.Queue())

    async def event(self, name, namespace="/"):
        try:
            async with asyncio.timeout(PATIENCE):
                return await self.queue(name, namespace).get()
        except TimeoutError:
            raise AssertionError(f"event {name} of {namespace} did not come within {PATIENCE} s")

    async def call(self, name, *arguments, namespace="/"):
        return await self.client.call(name, arguments, namespace=namespace, timeout=PATIENCE)

    async def emit(self, name, *arguments, namespace="/"):
        await self.client.emit(name, arguments, namespace=namespace)


@contextlib.asynccontextmanager
async def connected(url, transports=None, count=1, namespaces=("/",), auth=None, **options):
    clients = [Heard(**options) for _ in range(count)]
    try:
        for heard in clients:
            await heard.client.connect(url, transports=transports, namespaces=list(namespaces), auth=auth)
        yield clients if count > 1 else clients[0]
    finally:
        for heard in clients:
            await heard.client.shutdown()


def same(actual, expected, what):
    if actual != expected:
        raise AssertionError(f"{what}: expected {expected!r:.300}, got {actual!r:.300}")


@each_transport("events and acknowledgements go both ways")
async def both_ways(server, transports):
    async with connected(server.url, transports, auth={"token": "abc"}) as heard:
        same(await heard.event("auth"), ({"token": "abc"},), "authentication")
        await heard.emit("message", 1, "zwei 🦉", {"three": [None, True]})
        same(await heard.event("message-back"), (1, "zwei 🦉", {"three": [None, True]}), "echo")
        same(await heard.call("message-with-ack", {"a": 1}), {"a": 1}, "acknowledgement")
        heard.client.on("question", lambda number: f"answer {number}")
        same(await heard.call("ask-me", 7), "answer 7", "question")


@each_transport("binary goes both ways, alone and inside", lambda name: name != "websocket")
async def binary(server, transports):
    async with connected(server.url, transports) as heard:
        sent = (b"\x01\x02\x03", {"inside": [b"\x04", "text"]}, b"\x07" * 200_000)
        await heard.emit("message", *sent)
        same(await heard.event("message-back"), sent, "echo")
        same(await heard.call("message-with-ack", b"\x09"), b"\x09", "acknowledgement")
        heard.client.on("question", lambda number: b"\x08")
        same(await heard.call("ask-me", 7), b"\x08", "question")


@each_transport("three clients in a room, and a stranger", lambda name: name == "polling")
async def rooms(server, transports):
    async with connected(server.url, transports, count=4) as clients:
        room = f"python {transports}"
        for member in clients[:3]:
            same(await member.call("join", room), "ok", "join")
        await clients[0].emit("pub-except", room, "first")
        await clients[0].emit("pub", room, "second")
        same(await clients[0].event("msg"), ("second",), "sender")
        for member in clients[1:3]:
            same([await member.event("msg"), await member.event("msg")], [("first",), ("second",)], "member")
        same(await clients[2].call("leave", room), "ok", "leave")
        same(await clients[2].call("rooms"), [], "rooms")
        await clients[3].emit("pub", room, "third")
        same(await clients[1].event("msg"), ("third",), "member")
        for other in clients[2:]:
            await other.call("message-with-ack", 1)
            same(other.queue("msg").empty(), True, "silence")


@each_transport("namespaces share a connection")
async def namespaces(server, transports):
    async with connected(server.url, transports, namespaces=("/", "/custom", "/auth"), auth={"token": "good"}) as heard:
        ids = {heard.client.get_sid(namespace) for namespace in ("/", "/custom", "/auth")}
        same(len(ids), 3, "different ids")
        for namespace in ("/", "/custom", "/auth"):
            await heard.emit("message", namespace, namespace=namespace)
            same(await heard.event("message-back", namespace), (namespace,), "echo")


@each_transport("a refusal has message and data, and the others go on")
async def refusal(server, transports):
    heard = Heard()
    refused = asyncio.get_running_loop().create_future()
    heard.client.on("connect_error", lambda data: refused.done() or refused.set_result(data), namespace="/auth")
    try:
        await heard.client.connect(server.url, transports=transports, namespaces=["/", "/auth"], auth={"token": "bad"})
    except socketio.exceptions.ConnectionError:
        pass
    try:
        async with asyncio.timeout(PATIENCE):
            same(await refused, {"message": "not authorized", "data": {"code": "E_AUTH"}}, "error")
    finally:
        await heard.client.shutdown()


@each_transport("who is thrown out of a namespace stays out")
async def kicked(server, transports):
    async with connected(server.url, transports, reconnection=False) as heard:
        await heard.emit("kick", False)
        await heard.event("disconnect")
        same(heard.client.connected, False, "connected")


@each_transport("the server is killed and starts again: all clients come back")
async def killed(_, transports):
    await restart(transports, Server.kill)


# python-socketio's server tells polling clients to stay away.
@each_transport("the server is stopped and starts again: all clients come back", lambda name: name == "polling")
async def stopped(_, transports):
    await restart(transports, Server.stop)


async def restart(transports, end):
    # Before it comes back, python-socketio's client waits for the longer of interval and timeout and 5 s more.
    command = server_command + " --ping-interval 1000 --ping-timeout 1000"
    first = Server(command)
    second = None
    try:
        async with connected(first.url, transports, count=3) as clients:
            for heard in clients:
                await heard.event("connect")
            await asyncio.to_thread(end, first)
            for heard in clients:
                await heard.event("disconnect")
            second = Server(command, "--port", str(first.port))
            for number, heard in enumerate(clients):
                await heard.event("connect")
                same(await heard.call("message-with-ack", number), number, "acknowledgement")
    finally:
        for server in filter(None, (first, second)):
            server.stop()


@case("upgrade under load: nothing is lost, doubled or reordered")
async def upgrade(server):
    for _ in range(5):
        async with connected(server.url) as heard:
            for number in range(300):
                await heard.emit("message", number)
            for number in range(300):
                same(await heard.event("message-back"), (number,), "echo")
            same(heard.client.transport(), "websocket", "transport")


@case("twenty clients at once, each with its own messages")
async def many(server):
    async def play(number):
        async with connected(server.url, list(TRANSPORTS.values())[number % 3]) as heard:
            for turn in range(20):
                same(await heard.call("message-with-ack", number, turn), (number, turn), "acknowledgement")

    async with asyncio.TaskGroup() as group:
        for number in range(20):
            group.create_task(play(number))


async def play(server, options):
    # What aiohttp says of sessions that python-socketio's client leaves open when a server goes.
    logging.getLogger("asyncio").setLevel(logging.CRITICAL)
    passed = failed = skipped = 0
    for title, differs, function in CASES:
        if not re.search(options.only, title):
            continue
        if options.reference and differs:
            skipped += 1
            continue
        problem = None
        try:
            async with asyncio.timeout(4 * PATIENCE):
                await function(server)
        except Exception as error:
            problem = f"{type(error).__name__}: {error}"
        print(f"{'FAIL' if problem else 'ok  '} {title}" + (f"\n     {problem}" if problem else ""), flush=True)
        passed, failed = passed + (not problem), failed + bool(problem)
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    return failed


server_command = ""


def main():
    global server_command
    parser = argparse.ArgumentParser()
    parser.add_argument("--server", required=True, help="the command that starts the server")
    parser.add_argument("--only", default="", help="a regular expression that the titles must match")
    parser.add_argument("--reference", action="store_true", help="leave out what python-socketio's server does otherwise")
    options = parser.parse_args()
    server_command = options.server
    server = Server(options.server)
    try:
        failed = asyncio.run(play(server, options))
    finally:
        server.stop()
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
