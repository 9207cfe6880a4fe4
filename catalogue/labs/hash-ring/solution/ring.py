"""A consistent-hash ring with virtual nodes."""

import bisect
import hashlib

DEFAULT_POINTS = 400


def position(text):
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")


class HashRing:
    def __init__(self, nodes=(), points_per_node=DEFAULT_POINTS):
        self.points_per_node = points_per_node
        self.nodes = set()
        self.points = []  # (position, node), sorted
        for node in nodes:
            self.add(node)

    def add(self, node):
        if node in self.nodes:
            return
        self.nodes.add(node)
        self.points += [(position(f"{node}#{number}"), node) for number in range(self.points_per_node)]
        self.points.sort()

    def remove(self, node):
        self.nodes.remove(node)
        self.points = [point for point in self.points if point[1] != node]

    def owner(self, key):
        if not self.points:
            raise LookupError("the ring has no nodes")
        place = bisect.bisect_left(self.points, (position(key), ""))
        return self.points[place % len(self.points)][1]

    def owners(self, key, count):
        if count < 1:
            raise ValueError("count must be at least 1")
        if not self.points:
            raise LookupError("the ring has no nodes")
        place = bisect.bisect_left(self.points, (position(key), ""))
        found = []
        while len(found) < min(count, len(self.nodes)):
            node = self.points[place % len(self.points)][1]
            if node not in found:
                found.append(node)
            place += 1
        return found
