"""Plays traffic of one client against limiter.py and prints what gets through.

    python3 measure.py flood    a request each millisecond, for the seconds of your brief
    python3 measure.py turn     a burst at the end of a second and one at the start of the next
    python3 measure.py drip     exactly the permitted rate, for a minute
"""

import json
import sys

from limiter import Limiter


def times(scenario, brief):
    rate = brief["rate"]
    if scenario == "flood":
        return list(range(brief["seconds"] * 1000))
    if scenario == "turn":
        return [4900] * rate + [5100] * rate
    if scenario == "drip":
        return [n * 1000 // rate for n in range(60 * rate)]
    sys.exit(__doc__)


def main():
    with open("brief.json", encoding="utf-8") as file:
        brief = json.load(file)
    sent = times(sys.argv[1] if len(sys.argv) > 1 else "", brief)
    limiter = Limiter(brief["rate"], brief["burst"])
    accepted = [t for t in sent if limiter.allow("client", t)]
    most, first = 0, 0
    for last, t in enumerate(accepted):
        while t - accepted[first] >= 1000:
            first += 1
        most = max(most, last - first + 1)
    print(f"{len(accepted)} of {len(sent)} requests accepted, at most {most} of them within one second")


main()
