"""Makes the logs of six services in an incident, and knows the answer. Set-up and checker draw the same scene from the seed."""

import json
import random
from datetime import datetime, timedelta, timezone

CALLS = {
    "edge": ["basket", "catalog"], "basket": ["price", "stock"], "catalog": ["stock"],
    "price": ["ledger"], "stock": ["ledger"], "ledger": [],
}
CLASSES = ("config", "certificate", "disk", "pool", "memory")
MINUTES, PER_MINUTE, TIMEOUT = 36, 30, 0.8

CAUSE = {
    "config": [("INFO", "configuration 188 loaded: max_items=0, source=release-pipeline")],
    "certificate": [("WARN", "certificate serial 4f:19 ends in 30 s")],
    "disk": [("WARN", "volume /var/data 99 % full"), ("WARN", "volume /var/data 100 % full")],
    "pool": [("INFO", "job monthly-report started, holds connections: 17"), ("WARN", "connections in use: 20 of 20")],
    "memory": [("WARN", "heap 88 % after collection"), ("WARN", "heap 97 % after collection, pause 1.9 s")],
}
FAULT = {
    "config": "{req} refused: 1 item over max_items",
    "certificate": "{req} tls handshake failed: certificate serial 4f:19 is not valid any more",
    "disk": "{req} write failed: no space left on device",
    "pool": "{req} no connection within 700 ms, 20 of 20 in use",
    "memory": "{req} took {ms} ms, collector paused",
}
REMOVED = {
    "config": "configuration 187 loaded: max_items=500, source=operator",
    "certificate": "certificate serial 50:02 loaded",
    "disk": "volume /var/data extended, 61 % full",
    "pool": "job monthly-report cancelled by operator",
    "memory": "started anew with a heap of 4 GiB",
}


class Scene:
    def __init__(self, seed):
        self.rng = random.Random(f"who-failed-first/{seed}/scene")
        self.start = datetime(2026, 3, self.rng.randint(2, 20), self.rng.randint(7, 15), self.rng.choice([0, 5, 10, 20]), tzinfo=timezone.utc)
        self.root = self.rng.choice([service for service in CALLS if service != "edge"])
        self.kind = self.rng.choice(CLASSES)
        self.begins = self.rng.randint(10, 14) * 60 + self.rng.randint(8, 50)
        self.removed = self.begins + self.rng.randint(5, 8) * 60 + self.rng.randint(0, 50)
        self.over = self.removed + self.rng.randint(4, 6) * 60
        self.amplifier = self.rng.choice([caller for caller, callees in CALLS.items() if self.root in callees])
        self.skewed = self.rng.choice([service for service in CALLS if service != "edge"])
        self.skew = self.rng.choice([-1, 1]) * self.rng.randint(140, 420)
        self.lines = []  # (service, seconds, level, text, marks)
        self.quiet()
        self.incident()
        for number in range(MINUTES * PER_MINUTE):
            time = number * 60 / PER_MINUTE + self.rng.uniform(0, 1.5)
            self.request(time, f"r-{self.rng.getrandbits(32):08x}")
        self.echoes()
        self.first_error = min(line[1] for line in self.lines if "fault" in line[4])

    def log(self, service, time, level, text, *marks):
        self.lines.append((service, time, level, text, marks))

    def quiet(self):
        """What happens on any day, some of it just before the incident and none of it its cause."""
        others = [service for service in CALLS if service not in (self.root, self.amplifier)]
        self.rng.shuffle(others)
        self.log(others[0], self.begins - self.rng.randint(90, 200), "INFO", "version 2.31 started by deployment 904")
        self.log(others[1], self.begins - self.rng.randint(60, 240), "INFO", "configuration 512 loaded: colours=autumn, source=release-pipeline")
        for service in others[:3]:
            for _ in range(self.rng.randint(2, 4)):
                self.log(service, self.rng.uniform(60, self.begins - 30), "ERROR", f"r-{self.rng.getrandbits(32):08x} client closed the connection before the answer")
        for service in CALLS:
            for minute in range(0, MINUTES, self.rng.randint(3, 6)):
                heap = self.rng.randint(41, 66)
                self.log(service, minute * 60 + self.rng.uniform(0, 59), "INFO", self.rng.choice([
                    f"heap {heap} % after collection", f"connections in use: {self.rng.randint(2, 9)} of 20", f"volume /var/data {heap - 12} % full", "checkpoint took 1.4 s",
                ]))

    def incident(self):
        for number, (level, text) in enumerate(CAUSE[self.kind]):
            self.log(self.root, self.begins - 4 + 2 * number, level, text, "evidence")
        self.log(self.root, self.removed, "INFO", REMOVED[self.kind], "removed")

    def echoes(self):
        """What the services above feel after some minutes: full pools and heaps, as effects."""
        for service in self.above(self.root):
            for minute in range(2, (int(self.over - self.begins)) // 60):
                time = self.begins + minute * 60 + self.rng.uniform(0, 50)
                self.log(service, time, "WARN", f"connections in use: {self.rng.randint(18, 20)} of 20")
                if service == "edge":
                    self.log(service, time + 3, "WARN", f"heap {min(97, 80 + minute * 2)} % after collection")
                    self.log(service, time + 5, "ERROR", "pages for the operator: error rate above 5 %")

    def above(self, service):
        callers = [caller for caller, callees in CALLS.items() if service in callees]
        return set(callers).union(*(self.above(caller) for caller in callers))

    def request(self, time, req):
        self.handle("edge", time, req, "/basket" if self.rng.random() < 0.6 else "/catalog")

    def callees(self, service, path):
        if service == "edge":
            return [path[1:]]
        return CALLS[service]

    def handle(self, service, time, req, path):
        """Whether it succeeded, and when it was done."""
        done = time + self.rng.uniform(0.004, 0.02)
        if service == self.root and self.begins <= done < self.removed:
            wait = {"pool": 0.7, "memory": self.rng.uniform(1.2, 2.4)}.get(self.kind, 0.01)
            done += wait
            self.log(service, done, "ERROR", FAULT[self.kind].format(req=req, ms=int((done - time) * 1000)), "fault")
            return False, done
        if service == self.root and self.removed <= done < self.over and self.rng.random() < 0.75:
            self.log(service, done, "ERROR", f"{req} rejected: queue full, {self.rng.randint(180, 200)} of 200")
            return False, done
        for callee in self.callees(service, path):
            good, done = self.call(service, callee, done, req, path)
            if not good:
                self.log(service, done, "ERROR", f"{req} {path} answered 502 after {int((done - time) * 1000)} ms")
                return False, done
        self.log(service, done, "INFO", f"{req} {path} answered 200 after {int((done - time) * 1000)} ms")
        return True, done

    def call(self, caller, callee, time, req, path):
        attempts = 4 if (caller, callee) == (self.amplifier, self.root) else 1
        for attempt in range(1, attempts + 1):
            good, done = self.handle(callee, time, req, path)
            if good and done - time <= TIMEOUT:
                return True, done
            why = "timeout" if done - time > TIMEOUT else "error"
            time = min(done, time + TIMEOUT) + 0.001
            tail = f", try {attempt + 1} of {attempts} follows" if attempt < attempts else ""
            self.log(caller, time, "WARN", f"{req} call of {callee}: {why}{tail}")
        return False, time

    # Files

    def files(self):
        """The text of each log, and for each mark the places (file, line number) that carry it."""
        texts, places = {}, {}
        for service in CALLS:
            mine = sorted((line for line in self.lines if line[0] == service), key=lambda line: line[1])
            rows = []
            for number, (_, time, level, text, marks) in enumerate(mine, 1):
                shift = self.skew if service == self.skewed else 0
                rows.append(written(service, self.start + timedelta(seconds=time + shift), level, text))
                if time == self.first_error and "fault" in marks:
                    marks = (*marks, "evidence")
                for mark in marks:
                    places.setdefault(mark, []).append((f"{service}.log", number))
            texts[f"{service}.log"] = "\n".join(rows) + "\n"
        return texts, places

    def minute(self, seconds):
        return (self.start + timedelta(seconds=seconds)).strftime("%H:%M")


def written(service, at, level, text):
    """A line in the style of that service. The offset and the epoch say which time is meant; ISO times without an offset are UTC."""
    milliseconds = f"{at.microsecond // 1000:03}"
    if service == "edge":
        return json.dumps({"time": at.strftime("%Y-%m-%dT%H:%M:%S.") + milliseconds + "Z", "level": level, "message": text})
    if service == "basket":
        local = at.astimezone(timezone(timedelta(hours=2)))
        return f"{local:%Y-%m-%d %H:%M:%S}.{milliseconds} +0200 [{level}] {text}"
    if service == "price":
        return f"{int(at.timestamp() * 1000)} {level:5} {text}"
    if service == "ledger":
        return json.dumps({"epoch": round(at.timestamp(), 3), "severity": level.lower(), "event": text})
    if service == "catalog":
        local = at.astimezone(timezone(timedelta(hours=-5)))
        return f"level={level} time={local:%Y-%m-%dT%H:%M:%S}.{milliseconds}-05:00 msg={json.dumps(text)}"
    return f"{at:%Y-%m-%dT%H:%M:%S}.{milliseconds} {level} {text}"
