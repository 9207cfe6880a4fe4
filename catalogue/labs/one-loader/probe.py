"""Runs in a process of its own, with the learner's folder as the current one."""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "files"))
import crowd
from kit import Failed


def play(argument):
    from cache import get  # so that a mistake in the file is told here, and not by each of the callers

    assert callable(get)
    return crowd.play(argument["scenario"], argument["name"])


def hit(argument):
    """A value that is in the cache, also an empty one, is not loaded again."""
    from cache import get
    from resp import Redis

    def load():
        raise Failed("load was called although the value was in the cache.")

    redis = Redis()
    redis.command("SET", argument["key"], argument["value"], "PX", 50_000)
    before = redis.sent
    return {"value": get(redis, argument["key"], load, 60_000, 20_000), "sent": redis.sent - before}
