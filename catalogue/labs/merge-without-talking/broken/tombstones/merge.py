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
    """Right, but it remembers every addition that was ever removed."""

    def __init__(self, replica):
        self.replica, self.count, self.tags, self.gone = replica, 0, {}, set()

    def add(self, element):
        self.count += 1
        self.tags[f"{self.replica}:{self.count}"] = element

    def remove(self, element):
        self.gone |= {tag for tag, name in self.tags.items() if name == element}

    def items(self):
        return sorted({name for tag, name in self.tags.items() if tag not in self.gone})

    def state(self):
        return {"tags": self.tags, "gone": sorted(self.gone)}

    def merge(self, state):
        self.tags |= state["tags"]
        self.gone |= set(state["gone"])
