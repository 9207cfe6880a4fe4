"""Vector clocks: a stamp is a dict of counters, one for each node that was heard of."""


class Node:
    def __init__(self, name):
        self.name = name
        self.seen = {}

    def event(self):
        self.seen[self.name] = self.seen.get(self.name, 0) + 1
        return self.seen

    def send(self):
        return self.event()

    def receive(self, stamp):
        self.seen.update(stamp)
        return self.event()


def covers(a, b):
    """Whether a has seen all that b has."""
    return all(a.get(name, 0) >= count for name, count in b.items())


def compare(a, b):
    if a == b:
        return "same"
    if covers(b, a):
        return "before"
    return "after" if covers(a, b) else "concurrent"


def newest(versions):
    return [version for version in versions if not any(compare(version[0], other[0]) == "before" for other in versions)]
