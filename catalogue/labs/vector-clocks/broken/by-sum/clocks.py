"""Vector clocks: a stamp is a dict of counters, one for each node that was heard of."""


class Node:
    def __init__(self, name):
        self.name = name
        self.seen = {}

    def event(self):
        self.seen[self.name] = self.seen.get(self.name, 0) + 1
        return dict(self.seen)

    def send(self):
        return self.event()

    def receive(self, stamp):
        for name, count in stamp.items():
            self.seen[name] = max(count, self.seen.get(name, 0))
        return self.event()


def covers(a, b):
    """Whether a has seen all that b has."""
    return all(a.get(name, 0) >= count for name, count in b.items())


def compare(a, b):
    if a == b:
        return "same"
    if sum(a.values()) == sum(b.values()):
        return "concurrent"
    return "before" if sum(a.values()) < sum(b.values()) else "after"


def newest(versions):
    return [version for version in versions if not any(compare(version[0], other[0]) == "before" for other in versions)]
