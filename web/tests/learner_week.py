#!/usr/bin/env python3
"""Writes some days of a generated learner's life through the public GraphQL API, as a device would that was offline.

    web/tests/learner_week.py http://127.0.0.1:8080 [--days 7] [--diagrams 2] [--seed 1] [--email E --password P]

Each day the learner reads new diagrams, practises their items, comes back to the cards that are due, and predicts a
failure. What it knows follows a simple memory of its own: each item has a strength that grows with each success and fades
with the days, so that answers are neither all right nor random. Prints one line a day, and at the end how to sign in.
Nothing but the standard library is needed.
"""

import argparse
import datetime
import json
import math
import random
import secrets
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field

PASSWORD = "seven quiet lanterns"
MOST_WAITS = 20
# Requests of an account are counted by the minute, so that several questions go into one.
FIELDS_A_REQUEST = 20
ITEM = "id kind skill mode contentId choices { id }"

REGISTER = "mutation($input: RegisterInput!) { register(input: $input) { accessToken user { id } } }"
LOGIN = "mutation($email: String!, $password: String!) { login(email: $email, password: $password) { accessToken user { id } } }"
DIAGRAMS = "{ diagrams { id level kind category { id } graph { nodes { id kind } } } }"
ITEMS = "query($id: ID!) { items(contentId: $id) { %s } }" % ITEM
REVEAL = "revealItem(itemId: {id}) {{ correctChoices }}"
ANSWER = "answerItem(id: {id}, itemId: {item}, choices: {choices}, at: {at}) {{ correct }}"
RECORD = """mutation($reviews: [ReviewInput!]!) {
  recordReviews(reviews: $reviews) { id stored problem card { state dueAt item { %s } } } }""" % ITEM
COMPLETE = "mutation($id: ID!) { completeDiagram(diagramId: $id) { completedCount } }"
PREDICT = "mutation($input: PredictionInput!) { recordPrediction(input: $input) { right of } }"
EVENTS = "mutation($events: [EventInput!]!) { ingestEvents(events: $events) { accepted rejected { index reason } } }"


class Atlas:
    """One account's way to the API."""

    def __init__(self, base):
        self.base, self.token, self.user, self.login = base, None, None, None

    def ask(self, query, **variables):
        for _ in range(MOST_WAITS):
            headers = {"content-type": "application/json"}
            if self.token:
                headers["authorization"] = f"Bearer {self.token}"
            body = json.dumps({"query": query, "variables": variables}).encode()
            request = urllib.request.Request(self.base + "/graphql", data=body, headers=headers)
            try:
                with urllib.request.urlopen(request, timeout=60) as answer:
                    said = json.load(answer)
            except urllib.error.HTTPError as error:
                said = json.load(error)
            errors = said.get("errors")
            if not errors:
                return said["data"]
            extensions = errors[0].get("extensions", {})
            if extensions.get("code") == "UNAUTHENTICATED" and self.token:
                # An access token lasts for minutes, a week that is being lived may take longer.
                self.token = None
                self.sign_in(*self.login)
                continue
            if extensions.get("code") != "TOO_MANY":
                raise RuntimeError(f"{errors[0]['message']} ({extensions.get('code')}, {errors[0].get('path')})")
            # The server says how long; nothing else tells when there is room again.
            time.sleep(math.ceil(extensions.get("retryAfterSeconds") or 1))
        raise RuntimeError("the server stayed busy")

    def mutate(self, field, calls):
        """One mutation field, called once for each dictionary of arguments; the answers in their order."""
        answers = []
        for start in range(0, len(calls), FIELDS_A_REQUEST):
            # A list of JSON strings reads the same in GraphQL.
            parts = [field.format(**{name: json.dumps(value) for name, value in each.items()}) for each in calls[start : start + FIELDS_A_REQUEST]]
            said = self.ask("mutation { %s }" % " ".join(f"f{index}: {part}" for index, part in enumerate(parts)))
            answers += [said[f"f{index}"] for index in range(len(parts))]
        return answers

    def register(self, name, email, password):
        self.signed_in(self.ask(REGISTER, input={"email": email, "password": password, "displayName": name})["register"], email, password)

    def sign_in(self, email, password):
        self.signed_in(self.ask(LOGIN, email=email, password=password)["login"], email, password)

    def signed_in(self, grant, email, password):
        self.token, self.user, self.login = grant["accessToken"], grant["user"]["id"], (email, password)


@dataclass
class Memory:
    """What the learner remembers of one item."""

    item: dict
    strength_days: float = 0.0
    seen: datetime.datetime | None = None
    due: datetime.datetime | None = None
    right: list = field(default_factory=list)
    answer: list | None = None

    def chance(self, at):
        if self.seen is None:
            return 0.35
        days = (at - self.seen).total_seconds() / 86400
        return 0.15 + 0.83 * math.exp(-days / max(self.strength_days, 0.2))

    def learn(self, success, at):
        self.strength_days = max(1.0, self.strength_days) * 2.4 if success else 0.8
        self.seen = at


class Week:
    def __init__(self, atlas, seed, diagrams_a_day, most_reviews):
        self.atlas, self.random = atlas, random.Random(seed)
        self.a_day, self.most_reviews = diagrams_a_day, most_reviews
        found = atlas.ask(DIAGRAMS)["diagrams"]
        self.unread = sorted(found, key=lambda each: (each["level"], each["id"]))
        self.known, self.counts = {}, {"reviews": 0, "right": 0, "predictions": 0, "diagrams": 0}
        self.device = f"week-{seed}"

    def day(self, morning):
        """Reads, practises and comes back; `morning` is when the learner sits down."""
        at = morning
        fresh = [self.unread.pop(0) for _ in range(min(self.a_day, len(self.unread)))]
        for diagram in fresh:
            at += datetime.timedelta(minutes=self.random.uniform(3, 8))
            self.read(diagram, at)
        due = [each for each in self.known.values() if each.due and each.due <= at]
        new = [each for each in self.known.values() if each.seen is None]
        todo = (due + new)[: self.most_reviews]
        self.random.shuffle(todo)
        self.learn_what_is_right(todo)
        entries, successes = [], []
        while todo:
            memory = todo.pop(0)
            at += datetime.timedelta(seconds=self.random.uniform(6, 40))
            entry, success = self.review(memory, at)
            entries.append(entry)
            successes.append(success)
            # Who did not know it sees it once more in the same sitting.
            if not success and memory.right[-2:] != [False, False]:
                todo.append(memory)
        self.answer(entries, successes)
        self.record(entries)
        return len(entries)

    def learn_what_is_right(self, memories):
        """To answer rightly or wrongly at will, one must know what is right."""
        graded = [each for each in memories if each.item["mode"] != "REVEAL" and each.answer is None]
        for memory, said in zip(graded, self.atlas.mutate(REVEAL, [{"id": each.item["id"]} for each in graded])):
            memory.answer = said["correctChoices"]

    def answer(self, entries, successes):
        """Has the choices graded; the review of the same encounter has the same id."""
        chosen = [(entry, success) for entry, success in zip(entries, successes) if "choices" in entry]
        calls = [{"id": entry["id"], "item": entry["itemId"], "choices": entry["choices"], "at": entry["at"]} for entry, _ in chosen]
        for (entry, success), said in zip(chosen, self.atlas.mutate(ANSWER, calls)):
            if said["correct"] is not success:
                raise RuntimeError(f"{entry['itemId']}: {entry['choices']} was to be {success}, and is graded {said}")

    def read(self, diagram, at):
        self.atlas.ask(COMPLETE, id=diagram["id"])
        self.counts["diagrams"] += 1
        events = [{"id": secrets.token_hex(12), "measurement": "diagram_interactions", "type": "opened", "at": iso(at), "contentId": diagram["id"]}]
        receipt = self.atlas.ask(EVENTS, events=events)["ingestEvents"]
        if receipt["rejected"]:
            raise RuntimeError(f"an event was rejected: {receipt['rejected']}")
        for item in self.atlas.ask(ITEMS, id=diagram["id"])["items"]:
            self.known.setdefault(item["id"], Memory(item))
        # A client is nothing that can be taken away.
        parts = [node["id"] for node in diagram["graph"]["nodes"] if node["kind"] not in ("client", "external")]
        if diagram["kind"] == "flowchart" and parts:
            self.predict(diagram["id"], parts)

    def predict(self, diagram, parts):
        lost = self.random.choice(parts)
        guesses = [{"node": each, "state": "fails"} for each in parts if each != lost and self.random.random() < 0.3]
        made = {"id": secrets.token_hex(12), "kind": "DIAGRAM", "itemId": diagram, "lost": [lost], "guesses": guesses}
        self.atlas.ask(PREDICT, input=made | {"confidence": self.random.choice([60, 75, 90])})
        self.counts["predictions"] += 1

    def review(self, memory, at):
        """One encounter: the entry for the log, and whether the learner knew it."""
        item, encounter = memory.item, secrets.token_hex(12)
        success = self.random.random() < memory.chance(at)
        entry = {"id": encounter, "itemId": item["id"], "at": iso(at), "device": self.device}
        entry["durationMs"] = int(self.random.uniform(4_000, 30_000))
        if item["mode"] != "REVEAL":
            entry["choices"] = memory.answer if success else self.wrong(item, memory.answer)
        grades = ["HARD", "GOOD", "GOOD", "GOOD", "EASY"] if success else ["AGAIN"]
        entry["rating"] = self.random.choice(grades)
        memory.learn(success, at)
        memory.right.append(success)
        self.counts["reviews"] += 1
        self.counts["right"] += success
        return entry, success

    def wrong(self, item, right):
        choices = [each["id"] for each in item["choices"]]
        if item["mode"] == "ORDER":
            return right[1:] + right[:1]
        if item["mode"] == "ONE":
            return [self.random.choice([each for each in choices if each not in right])]
        others = [each for each in choices if each not in right]
        return others[:1] or right[:1]

    def record(self, entries):
        for start in range(0, len(entries), 500):
            for outcome in self.atlas.ask(RECORD, reviews=entries[start : start + 500])["recordReviews"]:
                if not outcome["stored"]:
                    raise RuntimeError(f"a review was not stored: {outcome['problem']}")
                card = outcome["card"]
                if card and card["dueAt"]:
                    self.known[card["item"]["id"]].due = datetime.datetime.fromisoformat(card["dueAt"].replace("Z", "+00:00"))


def iso(at):
    return at.astimezone(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"


def live(atlas, days=7, diagrams=2, seed=1, most_reviews=60, report=lambda line: None):
    """The account that is signed in lives `days` days that end now; returns what it did."""
    week = Week(atlas, seed, diagrams, most_reviews)
    now = datetime.datetime.now(datetime.timezone.utc)
    for back in range(days - 1, -1, -1):
        # An hour ago today, so that no answer comes from the future; one day in seven is for rest.
        morning = now - datetime.timedelta(days=back, hours=1.5)
        if back % 7 == 4 and days >= 7:
            report(f"{morning:%Y-%m-%d}: rest")
            continue
        done = week.day(morning)
        report(f"{morning:%Y-%m-%d}: {done} reviews")
    return week.counts


def main():
    arguments = argparse.ArgumentParser(description="Writes some days of a generated learner's life.")
    arguments.add_argument("base", help="where Atlas listens, as in http://127.0.0.1:8080")
    arguments.add_argument("--days", type=int, default=7)
    arguments.add_argument("--diagrams", type=int, default=2, help="new ones a day")
    arguments.add_argument("--reviews", type=int, default=60, help="at most so many a day")
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--name", default="Ada")
    arguments.add_argument("--email", help="of an account that exists; without it, one is made")
    arguments.add_argument("--password", default=PASSWORD)
    options = arguments.parse_args()
    atlas = Atlas(options.base.rstrip("/"))
    email = options.email or f"week-{secrets.token_hex(5)}@example.org"
    if options.email:
        atlas.sign_in(email, options.password)
    else:
        atlas.register(options.name, email, options.password)
    counts = live(atlas, options.days, options.diagrams, options.seed, options.reviews, report=lambda line: print(line, flush=True))
    print(", ".join(f"{count} {name}" for name, count in counts.items()))
    print(f"sign in as {email} with “{options.password}”")


if __name__ == "__main__":
    sys.exit(main())
