"""An overloaded server in simulated time. All times are milliseconds.

    python3 sim.py calm|overload|slow|burst
"""

import heapq
import json
import random
import sys
from dataclasses import dataclass

END = 40_000.0


@dataclass(frozen=True, eq=False)
class Request:
    number: int
    kind: str  # "checkout" or "browse"
    arrived: float
    deadline: float  # after this the client has gone, and work for it is wasted


def arrivals(scenario, brief, rng):
    """Times and kinds. In `overload`, `slow` and `burst` the trouble is from 10 s to 25 s."""
    most = brief["workers"] / brief["mean_ms"]  # requests per ms that the workers can do
    now, number = 0.0, 0
    while now < END:
        trouble = 10_000 <= now < 25_000
        share = {"calm": 0.6, "overload": 3.0 if trouble else 0.5, "slow": 0.6, "burst": 0.5}[scenario]
        now += rng.expovariate(most * share)
        number += 1
        yield now, "checkout" if rng.random() < 0.2 else "browse"
        if scenario == "burst" and number % 400 == 0:
            # A crowd in one instant, as large as the workers can serve in a fifth of the patience.
            for _ in range(int(most * brief["patience_ms"] / 5)):
                yield now, "browse"


def slowness(scenario, now):
    return 4.0 if scenario == "slow" and 10_000 <= now < 25_000 else 1.0


def simulate(scenario, make_admission, brief, seed):
    """One row per request: [kind, arrived, how it ended, when]. Ends are good, late, rejected and dropped."""
    rng = random.Random(f"shed-load/{seed}/{scenario}")
    work = random.Random(f"shed-load/{seed}/{scenario}/work")
    admission = make_admission(brief["workers"])
    rows, accepted, idle, events = [], {}, brief["workers"], []
    crowd = arrivals(scenario, brief, rng)
    waiting = next(crowd)
    while waiting or events:
        if waiting and (not events or waiting[0] <= events[0][0]):
            now, kind = waiting
            waiting = next(crowd, None)
            request = Request(len(rows), kind, now, now + brief["patience_ms"])
            rows.append([kind, now, "rejected", now])
            if not admission.offer(request, now):
                continue
            rows[request.number][2:] = ["dropped", request.deadline]
            accepted[request.number] = request
        else:
            now, number, request = heapq.heappop(events)
            rows[number][2:] = ["good" if now <= request.deadline else "late", now]
            idle += 1
            admission.finished(request, now)
        while idle:
            request = admission.next(now)
            if request is None:
                break
            if accepted.pop(request.number, None) is not request:
                raise RuntimeError("next returned a request that was not accepted, or was started before")
            idle -= 1
            done = now + brief["mean_ms"] * slowness(scenario, now) * work.uniform(0.4, 1.6)
            heapq.heappush(events, (done, request.number, request))
    return rows


def summary(rows, since, until):
    """What became of the requests that arrived in this time."""
    mine = [row for row in rows if since <= row[1] < until]
    ends = {end: sum(row[2] == end for row in mine) for end in ("good", "late", "rejected", "dropped")}
    checkouts = [row[2] for row in mine if row[0] == "checkout"]
    times = sorted(row[3] - row[1] for row in mine if row[2] in ("good", "late"))
    return ends | {
        "requests": len(mine),
        "good_per_second": ends["good"] * 1000 / (until - since),
        "checkouts_good": checkouts.count("good") / len(checkouts) if checkouts else 1.0,
        "p99_ms": times[int(len(times) * 0.99)] if times else 0.0,
    }


def main():
    from admission import Admission

    if sys.argv[1:2] not in (["calm"], ["overload"], ["slow"], ["burst"]):
        sys.exit(__doc__)
    with open("brief.json", encoding="utf-8") as file:
        brief = json.load(file)
    rows = simulate(sys.argv[1], Admission, brief, brief["seed"])
    print(f"the workers can do {1000 * brief['workers'] / brief['mean_ms']:.0f} requests per second")
    print("   from s   requests     good     late  rejected  dropped  good/s  good checkouts   p99")
    for since in range(0, int(END), 5000):
        s = summary(rows, since, since + 5000)
        print(
            f"{since / 1000:9.0f} {s['requests']:10} {s['good']:8} {s['late']:8} {s['rejected']:9} {s['dropped']:8}"
            f" {s['good_per_second']:7.0f} {s['checkouts_good']:15.0%} {s['p99_ms']:5.0f} ms"
        )


if __name__ == "__main__":
    main()
