"""The questions of a learner's brief."""

import random

LEVELS = ["read committed", "repeatable read", "serializable"]
# What PostgreSQL lets happen. Source: PostgreSQL 15 manual, chapter 13.2, "Transaction Isolation".
POSSIBLE = {
    "dirty read": [],
    "non-repeatable read": LEVELS[:1],
    "phantom read": LEVELS[:1],
    "lost update": LEVELS[:1],
    "write skew": LEVELS[:2],
}


def draw(seed):
    rng = random.Random(f"write-skew/{seed}/brief")
    every = [f"{anomaly} / {level}" for anomaly in POSSIBLE for level in LEVELS]
    return rng.sample(every, 8)


def answer(question):
    anomaly, level = question.split(" / ")
    return level in POSSIBLE[anomaly]
