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
            self.sums[replica] = (max(plus, mine[0]), max(minus, mine[1]))


class Set:
    """Elements that were added and elements that were removed; what was removed once never comes back."""

    def __init__(self, replica):
        self.added, self.removed = set(), set()

    def add(self, element):
        self.added.add(element)

    def remove(self, element):
        self.removed |= {element} & self.added

    def items(self):
        return sorted(self.added - self.removed)

    def state(self):
        return {"added": sorted(self.added), "removed": sorted(self.removed)}

    def merge(self, state):
        self.added |= set(state["added"])
        self.removed |= set(state["removed"])
