"""A counter and a set that several replicas change on their own and merge later. Today's version."""


class Counter:
    def __init__(self, replica):
        self.total = 0

    def add(self, amount):
        self.total += amount

    def value(self):
        return self.total

    def state(self):
        """What another replica needs to know, as JSON can hold it."""
        return {"total": self.total}

    def merge(self, state):
        self.total = max(self.total, state["total"])


class Set:
    def __init__(self, replica):
        self.elements = set()

    def add(self, element):
        self.elements.add(element)

    def remove(self, element):
        self.elements.discard(element)

    def items(self):
        return sorted(self.elements)

    def state(self):
        return {"elements": sorted(self.elements)}

    def merge(self, state):
        self.elements |= set(state["elements"])
