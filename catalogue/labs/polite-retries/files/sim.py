"""A minute of traffic from 20 clients to one service, in simulated time.

    python3 sim.py noise|half|blackout|herd
"""

import heapq
import json
import random
import sys
from dataclasses import dataclass

REQUESTS, CLIENTS, ANSWER, PATIENCE, MOST = 60_000, 20, 0.01, 20.0, 10


@dataclass(frozen=True)
class Outcome:
    kind: str


@dataclass(frozen=True)
class Request:
    idempotent: bool
    deadline: float


class Service:
    """Answers an attempt that was sent at `now`: (kind, or None if it succeeded; when the answer arrives)."""

    def __init__(self, scenario, rng, failure):
        self.scenario, self.rng = scenario, rng
        self.from_ = rng.randint(15, 34)
        self.share = {"noise": 0.05, "half": failure}.get(scenario)

    def answer(self, now):
        if self.share is not None:
            return ("unavailable" if self.rng.random() < self.share else None), now + ANSWER
        if self.scenario == "blackout" and self.from_ <= now < self.from_ + 10:
            return "refused", now + ANSWER
        if self.scenario == "herd" and self.from_ <= now < self.from_ + 0.5:
            return "unavailable", self.from_ + 0.5
        return None, now + ANSWER


def simulate(scenario, make_policy, seed, failure):
    """What happened: successes, attempts, attempts in each 100 ms, and the second in which the trouble began."""
    service = Service(scenario, random.Random(f"polite-retries/{seed}/{scenario}"), failure)
    clients = [make_policy(random.Random(f"polite-retries/{seed}/{scenario}/{c}")) for c in range(CLIENTS)]
    # What happens next: (time, number of the request, attempts made, outcome or None if an attempt is due).
    events = [(number / 1000, number, 0, None) for number in range(REQUESTS)]
    attempts, good, hurt, rescued = [0] * 1200, 0, set(), 0
    while events:
        now, number, made, failed = heapq.heappop(events)
        client, request = clients[number % CLIENTS], Request(True, number / 1000 + PATIENCE)
        if failed is None:
            if made == 0:
                client.started()
            attempts[min(int(now * 10), len(attempts) - 1)] += 1
            kind, answered = service.answer(now)
            if kind is None:
                good += 1
                rescued += number in hurt
            else:
                heapq.heappush(events, (answered, number, made + 1, kind))
                hurt.add(number)
        elif made < MOST:
            delay = client.next_delay(made, Outcome(failed), request, now)
            if delay is not None:
                heapq.heappush(events, (now + max(0.0, float(delay)), number, made, None))
    return {
        "success": good / REQUESTS,
        "attempts": sum(attempts) / REQUESTS,
        "windows": attempts,
        "from": service.from_,
        "hurt": len(hurt),
        "rescued": rescued / len(hurt) if hurt else 1.0,
    }


def main():
    from policy import Policy

    if sys.argv[1:2] not in (["noise"], ["half"], ["blackout"], ["herd"]):
        sys.exit(__doc__)
    with open("brief.json", encoding="utf-8") as file:
        brief = json.load(file)
    result = simulate(sys.argv[1], Policy, brief["seed"], brief["failure"])
    most = max(range(len(result["windows"])), key=lambda window: result["windows"][window])
    print(f"successes: {result['success']:.2%}   attempts per request: {result['attempts']:.3f}")
    print(f"most attempts in 100 ms: {result['windows'][most]}, at {most / 10:.1f} s (100 is normal)")
    if sys.argv[1] in ("blackout", "herd"):
        print(f"the trouble began at {result['from']} s; {result['rescued']:.2%} of the requests that failed in it succeeded later")


if __name__ == "__main__":
    main()
