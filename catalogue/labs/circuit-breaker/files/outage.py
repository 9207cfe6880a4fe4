"""Lets a client call a service that fails for a while, through breaker.py, and prints what reached it.

The client wants to call every 20 ms; an answer, good or bad, takes 10 ms. Numbers are those of your brief.
    python3 outage.py [--trace]
"""

import json
import sys

from breaker import Breaker


def main():
    with open("brief.json", encoding="utf-8") as file:
        brief = json.load(file)
    breaker = Breaker(*(brief[key] for key in ("window", "minimum", "percent", "pause", "probes", "patience")))
    fails_from, fails_to = brief["fails_from"], brief["fails_to"]
    reached = turned_away = 0
    closed_again, state = None, "closed"
    for now in range(0, fails_to + 20 * brief["pause"], 20):
        permit = breaker.before(now)
        bad = fails_from <= now < fails_to
        if permit is not None:
            reached += bad
            breaker.after(permit, not bad, now + 10)
        else:
            turned_away += now >= fails_to
        if breaker.state != state:
            state = breaker.state
            if "--trace" in sys.argv:
                print(f"{now / 1000:9.2f} s  {state}")
        if now >= fails_to and breaker.state == "closed" and closed_again is None:
            closed_again = now - fails_to
    print(f"calls that reached the failing service: {reached}")
    print(f"closed again after its recovery: {'never' if closed_again is None else f'{closed_again} ms'}, {turned_away} calls turned away meanwhile")


main()
