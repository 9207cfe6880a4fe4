"""Runs in a process of its own, with the learner's folder as the current one."""

import os
import random
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "files"))
import interleave


def started_version():
    """The function as it was before the learner changed it."""
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "files", "oncall.py")
    scope = {}
    with open(path, encoding="utf-8") as file:
        exec(compile(file.read(), path, "exec"), scope)
    return scope["go_off"]


def broken_by(order):
    interleave.prepare({"night": (1, ["alice", "bob"], [])})
    callers = interleave.interleave(started_version(), [("night", "alice"), ("night", "bob")], interleave.in_order(order))
    return {"left": interleave.on_call("night"), "said": [str(caller.error or caller.result) for caller in callers]}


def row(caller):
    error = caller.error
    return {
        "result": caller.result if isinstance(caller.result, bool) else f"{caller.result!r:.40}",
        "error": f"{type(error).__name__}: {error}"[:160] if error else None,
        "open": getattr(caller, "left_open", True),
        "statements": len(caller.trace),
    }


def orders(argument):
    from oncall import go_off

    answers = []
    for number in range(argument["count"]):
        rng = random.Random(f"{argument['seed']}/{number}")
        needed, on, names = interleave.draw(rng)
        interleave.prepare({"night": (needed, on, []), "day": (1, ["other", "another"], [])})
        callers = interleave.interleave(go_off, [("night", name) for name in names], rng.choice)
        left = interleave.on_call("night")
        answers.append({"needed": needed, "on": len(on), "left": len(left), "gone": [name not in left for name in names], "callers": [row(c) for c in callers]})
    return answers


def alone(argument):
    """Calls without anybody else, and who is on call after each."""
    from oncall import go_off

    interleave.prepare({"night": (argument["needed"], argument["on"], argument["off"])})
    answers = []
    for doctor in argument["calls"]:
        (caller,) = interleave.interleave(go_off, [("night", doctor)], lambda ready: ready[0])
        answers.append(row(caller) | {"left": interleave.on_call("night")})
    return answers


def independent(_):
    """Whether a call for one shift can end while one for another stands before each of its statements in turn."""
    from oncall import go_off

    answers, stop = [], 1
    while stop < 12:
        interleave.prepare({"night": (1, ["alice", "bob"], []), "day": (1, ["carol", "dave"], [])})
        finished, steps = [], [0]

        def choose(ready):
            # The first caller makes so many steps, then the second goes on for as long as it can.
            if 0 in ready and (steps[0] < stop or 1 not in ready):
                if steps[0] >= stop and 1 not in finished:
                    finished.append("blocked" if not done() else 1)
                steps[0] += 1
                return 0
            return 1

        def done():
            return callers_done[0]() if callers_done else False

        callers_done = []
        callers = run_watched(go_off, choose, callers_done)
        answers.append({"stop": stop, "blocked": "blocked" in finished, "callers": [row(c) for c in callers]})
        if steps[0] <= stop:
            break
        stop += 1
    return answers


def run_watched(go_off, choose, callers_done):
    seen = []
    original = interleave.Caller

    class Watched(original):
        def __init__(self, *arguments):
            super().__init__(*arguments)
            seen.append(self)
            callers_done[:] = [lambda: len(seen) > 1 and seen[1].state == "finished"]

    interleave.Caller = Watched
    try:
        return interleave.interleave(go_off, [("night", "alice"), ("day", "carol")], choose)
    finally:
        interleave.Caller = original
