"""Tells whether one event came before another. Today's version: by the wall clocks of the nodes."""

import time


class Node:
    def __init__(self, name):
        self.name = name

    def event(self):
        """Something happens here; its stamp."""
        return {"time": time.time()}

    def send(self):
        """A message leaves; the stamp that goes with it."""
        return {"time": time.time()}

    def receive(self, stamp):
        """A message with this stamp arrives; the stamp of the arrival."""
        return {"time": time.time()}


def compare(a, b):
    """How the event with stamp a stands to the one with stamp b: "before", "after", "same" or "concurrent"."""
    if a["time"] == b["time"]:
        return "same"
    return "before" if a["time"] < b["time"] else "after"


def newest(versions):
    """Of a list of (stamp, value), those that no other one in it has replaced."""
    return [max(versions, key=lambda version: version[0]["time"])] if versions else []
