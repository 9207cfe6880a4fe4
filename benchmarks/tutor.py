#!/usr/bin/env python3
"""How long a learner waits for the first words of an answer, with no model, over GraphQL as server-sent events.

    scripts/setup-realtime-tests.sh
    scripts/setup-embedder.sh
    build/realtime/venv/bin/python benchmarks/tutor.py --atlas .build/release/atlas

The server runs on one core (--core), the learners on the others. Questions come at --rate a second, each at its time whether or
not the ones before are answered, for --seconds, from --accounts learners, each with a conversation per question. Half are asked
beside the diagram that answers them. Prints the time from sending a question to its first words and to its end, and what the
server took.
"""
import argparse
import asyncio
import json
import os
import random
import statistics
import sys
import tempfile
import time
import uuid

import aiohttp

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(ROOT, "Tests", "Labs"))
from lab_server import Account, Server, stat_of  # noqa: E402

QUESTIONS = os.path.join(ROOT, "Tests", "Services", "AtlasTutorTests", "Data", "questions.jsonl")
STREAM = """subscription($q: String!, $c: ContextInput!, $id: ID!) {
  answerStream(question: $q, context: $c, clientId: $id) { kind text answer { id status abstained } } }"""
READY_SECONDS = 900


async def ask(session, server, account, question):
    """Seconds to the first words and to the end, and what became of it."""
    place = question["answers"][0].split("/")
    context = {"diagramId": place[1]} if place[0] == "diagram" and random.random() < 0.5 else {}
    body = {"query": STREAM, "variables": {"q": question["question"], "c": context, "id": uuid.uuid4().hex}}
    headers = {"accept": "text/event-stream", "authorization": f"Bearer {account.token}"}
    began, first = time.monotonic(), None
    async with session.post(server.url + "/graphql", json=body, headers=headers) as answer:
        assert answer.status == 200, (answer.status, await answer.text())
        async for line in answer.content:
            if not line.startswith(b"data: ") or not line[6:].strip():
                continue
            told = json.loads(line[6:])
            if told.get("errors"):
                return None, None, told["errors"][0]["message"]
            event = told["data"]["answerStream"]
            if event["kind"] == "TEXT" and first is None:
                first = time.monotonic() - began
            if event["kind"] == "FINISHED":
                end = time.monotonic() - began
                return first if first is not None else end, end, event["answer"]["status"]
    return None, None, "cut"


async def load(server, accounts, questions, rate, seconds):
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector) as session:
        begin = time.monotonic()
        tasks = []
        for number in range(int(rate * seconds)):
            await asyncio.sleep(max(0, begin + number / rate - time.monotonic()))
            tasks.append(asyncio.create_task(ask(session, server, accounts[number % len(accounts)], random.choice(questions))))
        return await asyncio.gather(*tasks)


def wait_for_vectors(server, account):
    """Until the records have their vectors, for which the embedder takes a minute or two the first time."""
    limit = time.monotonic() + READY_SECONDS
    while time.monotonic() < limit:
        state = server.ask("{ tutorState { records embedder notes } }", account.token)["tutorState"]
        if not any("being built" in note for note in state["notes"]):
            return state
        time.sleep(1)
    raise SystemExit("the vectors are not ready after a quarter of an hour")


def percentile(values, share):
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def cpu_seconds(pid):
    fields = stat_of(pid)
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--atlas", default=".build/release/atlas")
    parser.add_argument("--rate", type=float, default=20, help="questions a second")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--accounts", type=int, default=8, help="one address may not make many")
    parser.add_argument("--core", type=int, default=0, help="the server's core")
    parser.add_argument("--data", help="a folder to keep the vectors in, so that they are there the next time")
    options = parser.parse_args()
    with open(QUESTIONS) as file:
        questions = [json.loads(line) for line in file]
    with tempfile.TemporaryDirectory() as temporary:
        os.makedirs(options.data or temporary, exist_ok=True)
        server = Server(options.atlas, options.data or temporary, **{"lab.runtime": "none"})
        try:
            accounts = [Account(server, f"learner{number}") for number in range(options.accounts)]
            state = wait_for_vectors(server, accounts[0])
            cores = os.sched_getaffinity(0)
            for task in os.listdir(f"/proc/{server.process.pid}/task"):
                os.sched_setaffinity(int(task), {options.core})
            os.sched_setaffinity(0, cores - {options.core} or cores)
            asyncio.run(load(server, accounts, questions, options.rate, 5))
            before, began = cpu_seconds(server.process.pid), time.monotonic()
            results = asyncio.run(load(server, accounts, questions, options.rate, options.seconds))
            used, took = cpu_seconds(server.process.pid) - before, time.monotonic() - began
        finally:
            server.stop()
    good = [result for result in results if result[1] is not None]
    problems = {}
    for _, end, word in results:
        if end is None:
            problems[word] = problems.get(word, 0) + 1
    print(f"{len(good)} of {len(results)} answered at {options.rate:g} questions/s, {state['records']} records, {state['embedder']}")
    for name, index in (("first words", 0), ("whole answer", 1)):
        times = [1_000 * result[index] for result in good]
        print(f"{name}: median {statistics.median(times):.0f} ms, p95 {percentile(times, .95):.0f} ms, p99 {percentile(times, .99):.0f} ms")
    print(f"server: {100 * used / took:.0f} % of one core, {1_000 * used / max(len(results), 1):.1f} ms a question")
    for word, count in problems.items():
        print(f"{count} times: {word}")
    sys.exit(1 if problems or not good else 0)


if __name__ == "__main__":
    main()
