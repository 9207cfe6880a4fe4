"""Many callers at once, in several processes, and a slow load that counts how often it is called.

    ./start && python3 crowd.py crowd|pair|keys|dead|error|late
"""

import json
import os
import sys
import threading
import time

from resp import Redis

# Everything that the callers tell one another is in database 1; the cache is in database 0.
PATIENCE = 8.0
threading.stack_size(512 * 1024)


class Control:
    """Counters that all processes see, and waiting for them."""

    def __init__(self):
        self.redis = Redis(database=1)

    def count(self, name):
        return self.redis.command("INCR", name)

    def wait_for(self, name, number):
        """Whether the counter got there in time."""
        ends = time.monotonic() + PATIENCE
        while int(self.redis.command("GET", name) or 0) < number:
            if time.monotonic() > ends:
                return False
            time.sleep(0.01)
        return True


def slow_load(key, plan):
    """A load as the plan says. Loads are numbered; what the first does may differ from later ones."""

    def load():
        control = Control()
        number = control.count(f"loads:{key}")
        if number == 1 and plan.get("dies"):
            os._exit(137)
        if number == 1 and plan.get("fails"):
            raise RuntimeError("the database is down")
        if number == 1 and plan.get("meets"):
            control.wait_for(f"loads:{plan['meets']}", 1)
        if number == 1 and plan.get("sleeps_through"):
            # Paused until another load is done, as by a long collection or a stopped machine.
            control.wait_for(f"stored:{key}", 1)
        if plan.get("arrivals"):
            control.wait_for(f"arrived:{key}", plan["arrivals"])
            time.sleep(plan.get("linger", 0.3))
        control.count(f"done:{key}")
        return f"{key} as of load {number}"

    return load


def caller(key, plan, ttl_ms, lock_ms, results):
    from cache import get

    control, redis = Control(), Redis()
    control.count(f"arrived:{key}")
    began = time.monotonic()
    try:
        value = get(redis, key, slow_load(key, plan), ttl_ms, lock_ms)
        if number_of(value) >= 2:
            control.count(f"stored:{key}")
        results.append({"key": key, "value": value, "sent": redis.sent, "seconds": time.monotonic() - began})
    except RuntimeError as error:
        results.append({"key": key, "error": f"{error}", "sent": redis.sent, "seconds": time.monotonic() - began})


def number_of(value):
    last = str(value).rpartition(" ")[2]
    return int(last) if last.isdigit() else 0


def all_results(calls, plans, ttl_ms, lock_ms):
    results = []
    threads = [threading.Thread(target=caller, args=(key, plans[key], ttl_ms, lock_ms, results)) for key in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def process(calls, plans, ttl_ms, lock_ms):
    """Starts a process with a thread for each key in `calls`; gives a function that waits for its results."""
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            os.close(reader)
            with os.fdopen(writer, "w") as file:
                json.dump(all_results(calls, plans, ttl_ms, lock_ms), file)
        finally:
            os._exit(0)
    os.close(writer)

    def wait():
        with os.fdopen(reader) as file:
            text = file.read()
        os.waitpid(pid, 0)
        return json.loads(text) if text else []

    return wait


def play(scenario, name):
    """All results of a scenario; `name` goes into the keys."""
    control = Control()
    key, other = f"page:{name}", f"page:{name}:other"
    ttl, lock = 60_000, 20_000
    waits = []
    if scenario == "crowd":
        plans = {key: {"arrivals": 50}}
        waits = [process([key] * 10, plans, ttl, lock) for _ in range(5)]
    elif scenario == "pair":
        plans = {key: {"arrivals": 2, "linger": 1.0}}
        waits = [process([key], plans, ttl, lock) for _ in range(2)]
    elif scenario == "keys":
        plans = {key: {"meets": other}, other: {"meets": key}}
        waits = [process([key, other] * 3, plans, ttl, lock) for _ in range(2)]
    elif scenario == "dead":
        plans = {key: {"dies": True}}
        waits = [process([key], plans, ttl, 2000)]
        control.wait_for(f"loads:{key}", 1)
        waits.append(process([key] * 5, plans, ttl, 2000))
    elif scenario == "error":
        plans = {key: {"fails": True}}
        first = process([key], plans, ttl, 60_000)()
        waits = [lambda: first, process([key] * 5, plans, ttl, 60_000)]
    elif scenario == "late":
        plans = {key: {"sleeps_through": True}}
        waits = [process([key], plans, ttl, 1500)]
        control.wait_for(f"loads:{key}", 1)
        waits.append(process([key] * 5, plans, ttl, 1500))
    results = [row for wait in waits for row in wait()]
    redis = Redis()
    return {
        "results": results,
        "loads": {name: int(control.redis.command("GET", f"loads:{name}") or 0) for name in plans},
        "cached": {name: redis.command("GET", name) for name in plans},
        "ttl": {name: redis.command("PTTL", name) for name in plans},
    }


def main():
    if sys.argv[1:2] not in (["crowd"], ["pair"], ["keys"], ["dead"], ["error"], ["late"]):
        sys.exit(__doc__)
    Redis().command("FLUSHALL")
    did = play(sys.argv[1], "demo")
    for row in did["results"]:
        print(f"{row.get('value') or 'error: ' + row.get('error', '')}   after {row['seconds']:.2f} s and {row['sent']} commands")
    print("loads:", did["loads"])
    print("in the cache afterwards:", did["cached"])


if __name__ == "__main__":
    main()
