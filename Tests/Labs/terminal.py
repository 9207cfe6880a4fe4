#!/usr/bin/env python3
"""Terminals of labs in the real sandbox, over Socket.IO with python-socketio's client.

    build/realtime/venv/bin/python Tests/Labs/terminal.py --atlas .build/debug/atlas

One line for each case, 1 on failure. scripts/setup-realtime-tests.sh prepares the environment.
"""
import argparse
import asyncio
import contextlib
import os
import re
import sys
import tempfile
import time

import socketio

from lab_server import STOP, Account, Server

PATIENCE = 30
LAB = "hash-ring"
CASES = []


def case(title):
    def add(function):
        CASES.append((title, function))
        return function
    return add


class Screen:
    """A page with the lab's terminal: says what it has seen as it comes, unless told not to."""

    def __init__(self, is_attentive=True):
        self.client = socketio.AsyncClient(reconnection=False)
        self.is_attentive = is_attentive
        self.bytes, self.offset, self.pieces = bytearray(), None, 0
        self.news = asyncio.Condition()
        self.ended = []
        self.client.on("lab-output", self.output)
        self.client.on("lab-ended", self.end)

    async def output(self, piece):
        async with self.news:
            assert self.offset is None or piece["offset"] == self.offset, f"{piece['offset']} after {self.offset}"
            self.offset = piece["offset"] + len(piece["data"])
            self.bytes += piece["data"]
            self.pieces += 1
            self.news.notify_all()
        if self.is_attentive:
            await self.client.emit("lab-seen", {"labId": LAB, "offset": self.offset})

    async def end(self, told):
        async with self.news:
            self.ended.append(told)
            self.news.notify_all()

    async def call(self, name, **payload):
        return await self.client.call(name, {"labId": LAB, **payload}, timeout=PATIENCE)

    async def attach(self, **more):
        answer = await self.call("lab-attach", **({"cols": 80, "rows": 24} | more))
        assert answer.get("ok"), answer
        if self.offset is None:
            self.offset = answer["offset"]
        return answer

    async def type(self, text):
        answer = await self.call("lab-input", data=text)
        assert answer.get("ok"), answer

    async def until(self, wanted):
        """Waits until `wanted` holds of this page."""
        try:
            async with asyncio.timeout(PATIENCE), self.news:
                await self.news.wait_for(lambda: wanted(self))
        except TimeoutError:
            raise AssertionError(f"nothing came; the screen ends with {bytes(self.bytes[-500:])!r}") from None

    async def shows(self, pattern):
        await self.until(lambda page: re.search(pattern, page.bytes))


@contextlib.asynccontextmanager
async def page(server, account, **more):
    screen = Screen(**more)
    await screen.client.connect(server.url, transports=["websocket"], auth={"token": account.token})
    try:
        yield screen
    finally:
        await screen.client.shutdown()


@case("what is typed runs, in the size of the page")
async def typing(server, ada):
    async with page(server, ada) as screen:
        await screen.attach(cols=91, rows=33)
        await screen.type("stty size; echo is-$((40 + 2))\n")
        await screen.shows(rb"33 91\r\n(.|\n)*is-42\r\n")
        answer = await screen.call("lab-resize", cols=100, rows=40)
        assert answer.get("ok"), answer
        await screen.type(b"stty size\n")
        await screen.shows(rb"40 100\r\n")


@case("^C interrupts, job control works")
async def signals(server, ada):
    async with page(server, ada) as screen:
        await screen.attach()
        # What is to be interrupted says that it runs: before that, ^C would only reach the shell.
        await screen.type("""sh -c 'echo be""gun; exec sleep 1000'; echo not-$((1 + 1))\n""")
        await screen.shows(rb"begun\r\n")
        await screen.type("\x03")
        await screen.shows(rb"\^C(.|\n)*lab:~\$ $")
        await screen.type("echo after-$((2 + 1))\n")
        await screen.shows(rb"after-3\r\n")
        assert b"not-2" not in screen.bytes
        await screen.type("""sh -c 'echo a""gain; exec sleep 1001'\n""")
        await screen.shows(rb"again\r\n")
        await screen.type("\x1a")
        await screen.shows(rb"Stopped(.|\n)*lab:~\$ $")
        await screen.type("kill %1; wait; echo gone-$((2 + 2))\n")
        await screen.shows(rb"gone-4\r\n")


@case("two pages share one terminal; who comes back gets what was missed, and no more")
async def sharing(server, ada):
    async with page(server, ada) as one:
        async with page(server, ada) as two:
            first, second = await one.attach(), await two.attach()
            assert first["run"] == second["run"]
            await one.type("echo shared-$((3 + 2))\n")
            for screen in (one, two):
                await screen.shows(rb"shared-5\r\n")
            left_at = two.offset
        await one.type("echo missed-$((3 + 3))\n")
        await one.shows(rb"missed-6\r\n")
        async with page(server, ada) as again:
            answer = await again.attach(**{"from": left_at})
            assert answer["offset"] == left_at and answer["missed"] == 0 and answer["head"] >= left_at
            await again.shows(rb"missed-6\r\n")
            assert b"shared-5\r\n" not in again.bytes
        await one.call("lab-detach")
        refusal = await one.call("lab-input", data="x")
        assert refusal["error"]["code"] == "CONFLICT", refusal


@case("nobody else gets at the terminal, and nonsense is refused")
async def refusals(server, ada):
    eve = await asyncio.to_thread(Account, server, "Eve")
    async with page(server, eve) as screen:
        answer = await screen.call("lab-attach", cols=80, rows=24)
        assert answer["error"]["code"] == "CONFLICT", answer
        for name, payload in (("lab-input", {"data": "id\n"}), ("lab-resize", {"cols": 80, "rows": 24}), ("lab-seen", {"offset": 1})):
            answer = await screen.call(name, **payload)
            assert answer["error"]["code"] == "CONFLICT", answer
        answer = await screen.client.call("lab-attach", {"labId": "no-such-lab", "cols": 80, "rows": 24})
        assert answer["error"]["code"] == "NOT_FOUND", answer
        for payload in ({}, {"labId": 7}, {"labId": LAB}, {"labId": LAB, "cols": "x", "rows": 1}, {"labId": "x" * 300}):
            answer = await screen.client.call("lab-attach", payload)
            assert answer["error"]["code"] == "INVALID", (payload, answer)
    async with page(server, ada) as screen:
        await screen.attach()
        for data in ("x" * 5_000, b"x" * 5_000, 7, None):
            answer = await screen.call("lab-input", data=data)
            assert answer["error"]["code"] == "INVALID", answer


def memory(server):
    with open(f"/proc/{server.process.pid}/status") as file:
        return int(re.search(r"VmRSS:\s+(\d+)", file.read()).group(1)) / 1024


@case("a flood stops at the window, does not grow the server, and ends with ^C")
async def flood(server, ada):
    async with page(server, ada, is_attentive=False) as screen:
        await screen.attach()
        before = memory(server)
        await screen.type("yes 0123456789012345678901234567890123456789\n")
        start = screen.offset - len(screen.bytes)
        await screen.until(lambda page: page.offset - start >= 256 * 1024)
        window = screen.offset - start
        await asyncio.sleep(2)  # the time in which more would come
        assert screen.offset - start == window <= 256 * 1024 + 32 * 1024, (window, screen.offset - start)
        screen.is_attentive = True
        await screen.client.emit("lab-seen", {"labId": LAB, "offset": screen.offset})
        began = time.monotonic()
        await screen.until(lambda page: page.offset - start >= 4 << 20 or time.monotonic() - began > PATIENCE - 5)
        megabytes, seconds = (screen.offset - start) / (1 << 20), time.monotonic() - began
        await screen.type("\x03")
        await screen.type("echo calm-$((4 + 3))\n")
        await screen.shows(rb"calm-7\r\n")
        grown = memory(server) - before
        assert grown < 40, f"{grown:.0f} MiB more"
        return f"{megabytes / seconds:.1f} MiB/s, {grown:.1f} MiB more"


@case("check in the terminal grades")
async def checking(server, ada):
    async with page(server, ada) as screen:
        await screen.attach()
        await screen.type("check; echo status-$?\n")
        await screen.shows(rb"of 8 passed, attempt \d+\.(.|\n)*status-1\r\n")
    attempts = server.ask("query($l: ID!) { labAttempts(labId: $l) { checks { id } } }", ada.token, l=LAB)["labAttempts"]
    assert attempts and len(attempts[0]["checks"]) == 8, attempts


@case("a shell that ends is told, and there is a new one")
async def exiting(server, ada):
    async with page(server, ada) as screen:
        before = await screen.attach()
        await screen.type("exit\n")
        await screen.until(lambda page: page.ended)
        assert screen.ended == [{"labId": LAB, "run": before["run"]}], screen.ended
        screen.offset = None
        screen.bytes.clear()
        after = await screen.attach(**{"from": 5_000})
        assert after["run"] != before["run"] and after["offset"] == 0, after
        await screen.type("echo new-$((4 + 4))\n")
        await screen.shows(rb"new-8\r\n")


@case("what was shown is recorded; stopping ends the terminal")
async def stopping(server, ada):
    async with page(server, ada) as screen:
        await screen.attach()
        await asyncio.to_thread(server.ask, STOP, ada.token, l=LAB)
        await screen.until(lambda page: page.ended)
        answer = await screen.call("lab-attach", cols=80, rows=24)
        assert answer["error"]["code"] == "CONFLICT", answer
    recording = server.ask("query($l: ID!) { labRecording(labId: $l) { cols rows truncated frames { at data } } }",
                           ada.token, l=LAB)["labRecording"]
    assert recording["frames"] and recording["cols"] == 80, recording


async def play(server):
    ada = Account(server, "Ada")
    server.start(ada.token, LAB)
    failures = 0
    for title, function in CASES:
        try:
            remark = await function(server, ada)
            print(f"ok      {title}" + (f" ({remark})" if remark else ""), flush=True)
        except Exception as error:  # noqa: BLE001 - a case that breaks is a case that failed
            failures += 1
            print(f"FAILED  {title}: {type(error).__name__}: {error}", flush=True)
    return failures


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--atlas", default=".build/debug/atlas")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as data:
        server = Server(options.atlas, data)
        try:
            failures = asyncio.run(play(server))
        finally:
            server.stop()
        if failures:
            print(open(os.path.join(data, "server.log")).read()[-3000:])
    print(f"{len(CASES) - failures} passed, {failures} failed")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
