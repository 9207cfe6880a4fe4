"""Runs in a process of its own, with the learner's folder as the current one."""

import os
import random
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "files"))
import sim
from sim import Outcome, Request


def number(delay):
    """A delay as it goes into the answer; anything else as text."""
    return delay if delay is None or (isinstance(delay, (int, float)) and not isinstance(delay, bool)) else f"{delay!r:.40}"


def rules(cases):
    from policy import Policy

    answers = []
    for case in cases:
        policy = Policy(random.Random(1))
        policy.started()
        request = Request(case["idempotent"], case["deadline"])
        answers.append(number(policy.next_delay(case["attempt"], Outcome(case["kind"]), request, 100.0)))
    return answers


def jitter(argument):
    from policy import Policy

    answers = []
    for _ in range(2):
        rng = random.Random(argument["seed"])
        delays = [[], []]
        for turn in range(2 * argument["count"]):
            policy = Policy(rng)
            policy.started()
            delays[turn % 2].append(number(policy.next_delay(turn % 2 + 1, Outcome("unavailable"), Request(True, 1e9), 0.0)))
        answers.append(delays)
    return answers


def budget(histories):
    from policy import Policy

    answers = []
    for history in histories:
        policy, answer = Policy(random.Random(1)), []
        for step in history:
            if step == 0:
                policy.started()
            else:
                answer.append(policy.next_delay(step, Outcome("unavailable"), Request(True, 1e9), 0.0) is not None)
        answers.append(answer)
    return answers


def simulate(argument):
    from policy import Policy

    return sim.simulate(argument["scenario"], Policy, argument["seed"], argument["failure"])
