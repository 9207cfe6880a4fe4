#!/usr/bin/env python3
"""How fast labs start and what they take, over the real GraphQL and Socket.IO, in the real sandbox.

    build/realtime/venv/bin/python benchmarks/labs.py --atlas .build/release/atlas
    build/realtime/venv/bin/python benchmarks/labs.py --lab index-it --command ./start

Measures, from the mutation `startLab` to the first bytes of the prompt in a page: one after the other (median, p95 of
--starts), and --together at once; then the memory per idle lab, of its processes and of the server.
"""
import argparse
import asyncio
import itertools
import os
import re
import statistics
import sys
import tempfile
import time

import socketio

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(ROOT, "Tests", "Labs"))
from lab_server import RUN, START, STOP, Account, Server, descendants  # noqa: E402


# Pages say that they come from somewhere else each, for one address may not open so many in a minute.
ADDRESSES = (f"10.1.{number // 250}.{number % 250 + 1}" for number in itertools.count())


async def to_prompt(server, account, lab, command=None):
    """Seconds from the wish to start until the prompt is there, and from there until a command is done."""
    client, prompt, done = socketio.AsyncClient(reconnection=False), asyncio.Event(), asyncio.Event()
    shown = bytearray()

    def show(piece):
        prompt.set()
        shown.extend(piece["data"])
        # The terminal shows what is typed as well, so what it prints has to be another text.
        if b"status=0." in shown:
            done.set()

    client.on("lab-output", show)
    await client.connect(server.url, transports=["websocket"], auth={"token": account.token},
                         headers={"x-forwarded-for": next(ADDRESSES)})
    running = asyncio.Event()
    loop = asyncio.get_running_loop()

    def follow():
        server.until(account.token, lab, lambda status: status["status"] == "RUNNING")
        loop.call_soon_threadsafe(running.set)

    try:
        start = time.monotonic()
        await asyncio.to_thread(server.ask, START, account.token, l=lab)
        following = asyncio.create_task(asyncio.to_thread(follow))
        await running.wait()
        answer = await client.call("lab-attach", {"labId": lab, "cols": 80, "rows": 24})
        assert answer.get("ok"), answer
        await prompt.wait()
        seconds, typed = time.monotonic() - start, time.monotonic()
        if command:
            await client.call("lab-input", {"labId": lab, "data": command + "; echo status=$?.\n"})
            await asyncio.wait_for(done.wait(), 60)
        await following
        return seconds, time.monotonic() - typed
    finally:
        await client.shutdown()


def spread(times):
    times = sorted(times)
    p95 = times[max(0, -(-len(times) * 95 // 100) - 1)]
    return f"median {statistics.median(times) * 1000:.0f} ms, p95 {p95 * 1000:.0f} ms, most {times[-1] * 1000:.0f} ms of {len(times)}"


def proportional(pids):
    """MiB of processes, what they share counted once."""
    total = 0
    for pid in pids:
        try:
            with open(f"/proc/{pid}/smaps_rollup") as file:
                total += int(re.search(r"^Pss:\s+(\d+)", file.read(), re.M).group(1))
        except (OSError, AttributeError):
            pass
    return total / 1024


async def measure(server, options):
    accounts = await asyncio.to_thread(lambda: [Account(server, f"bench{n}") for n in range(options.together)])
    times = []
    for number in range(options.starts):
        account = accounts[number % len(accounts)]
        times.append(await to_prompt(server, account, options.lab, options.command))
        await asyncio.to_thread(server.ask, STOP, account.token, l=options.lab)
    print(f"{options.lab}, one after the other: {spread(prompt for prompt, _ in times)}", flush=True)
    if options.command:
        print(f"then `{options.command}`: {spread(seconds for _, seconds in times)}", flush=True)
    alone = proportional([server.process.pid])
    start = time.monotonic()
    times = await asyncio.gather(*(to_prompt(server, account, options.lab) for account in accounts))
    print(f"{options.lab}, {len(accounts)} at once: {spread(prompt for prompt, _ in times)}, all after {time.monotonic() - start:.2f} s", flush=True)
    # The measurements of the server itself, which come every two seconds.
    while True:
        runs = [server.ask(RUN, account.token, l=options.lab)["labRun"] for account in accounts]
        if all(run["usage"] for run in runs):
            break
        await asyncio.sleep(0.5)
    boxes = proportional(pid for pid, _ in descendants(server.process.pid))
    own = proportional([server.process.pid])
    told = statistics.mean(run["usage"]["memoryBytes"] for run in runs) / (1 << 20)
    print(f"memory per idle lab: {boxes / len(accounts):.1f} MiB of processes, {told:.1f} MiB as the box counts it, "
          f"{(own - alone) / len(accounts):.1f} MiB in the server ({own:.0f} MiB in all)")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--atlas", default=".build/release/atlas")
    parser.add_argument("--lab", default="hash-ring")
    parser.add_argument("--command", help="typed at the prompt of those that start alone, and timed")
    parser.add_argument("--starts", type=int, default=100)
    parser.add_argument("--together", type=int, default=20)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as data:
        server = Server(options.atlas, data, **{"lab.maximum": str(options.together), "lab.memoryMB": "16384",
                                               "http.trustedProxies": "127.0.0.1"})
        try:
            asyncio.run(measure(server, options))
        finally:
            server.stop()


if __name__ == "__main__":
    main()
