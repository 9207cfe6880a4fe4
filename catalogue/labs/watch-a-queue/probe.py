"""Runs in a process of its own, with the learner's folder as the current one."""

import os
import random
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "files"))
from server import Server


class Watched:
    """Passes requests on and remembers when they were sent."""

    def __init__(self, mean_ms, seed, times):
        self.server = Server(mean_ms, seed)
        self.times, self.count, self.sent = times, 0, []

    def send(self, at):
        self.count += 1
        if self.times:
            self.sent.append(float(at))
        return self.server.send(at)


def drive(case):
    """The mean wait that the learner's code reports, and the times at which it sent."""
    import drive as module

    server = Watched(case["mean_ms"], case["seed"], case["times"])
    wait = module.drive(server, case["rate"], case["count"], random.Random(case["seed"] + "/drive"))
    return {"wait": float(wait), "sent": server.sent, "count": server.count}
