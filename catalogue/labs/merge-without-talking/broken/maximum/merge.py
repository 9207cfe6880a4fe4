"""A counter and a set that replicas merge in any order, any number of times."""


class Counter:
    """For each replica, what it has added and what it has taken away. Both only grow, so the larger is the newer."""

    def __init__(self, replica):
        self.replica = replica
        self.sums = {}

    def add(self, amount):
        plus, minus = self.sums.get(self.replica, (0, 0))
        self.sums[self.replica] = (plus + max(0, amount), minus + max(0, -amount))

    def value(self):
        return sum(plus - minus for plus, minus in self.sums.values())

    def state(self):
        return self.sums

    def merge(self, state):
        for replica, (plus, minus) in state.items():
            mine = self.sums.get(replica, (0, 0))
            self.sums[replica] = max([plus, minus], list(mine), key=lambda both: both[0] - both[1])


class Set:
    """Each addition is a dot, (replica, number). `seen` says for each replica up to which of its numbers all are known."""

    def __init__(self, replica):
        self.replica = replica
        self.seen = {}
        self.dots = {}  # element: the dots that keep it

    def add(self, element):
        self.seen[self.replica] = self.seen.get(self.replica, 0) + 1
        self.dots[element] = {(self.replica, self.seen[self.replica])}

    def remove(self, element):
        self.dots.pop(element, None)

    def items(self):
        return sorted(self.dots)

    def state(self):
        return {"seen": self.seen, "dots": {element: sorted(dots) for element, dots in self.dots.items()}}

    def merge(self, state):
        theirs = {element: {tuple(dot) for dot in dots} for element, dots in state["dots"].items()}
        merged = {}
        for element in self.dots.keys() | theirs.keys():
            mine, yours = self.dots.get(element, set()), theirs.get(element, set())
            # A dot that only one side has stays if the other side has never seen it; else the other has removed it.
            kept = mine & yours
            kept |= {dot for dot in mine - yours if dot[1] > state["seen"].get(dot[0], 0)}
            kept |= {dot for dot in yours - mine if dot[1] > self.seen.get(dot[0], 0)}
            if kept:
                merged[element] = kept
        self.dots = merged
        for replica, number in state["seen"].items():
            self.seen[replica] = max(number, self.seen.get(replica, 0))
