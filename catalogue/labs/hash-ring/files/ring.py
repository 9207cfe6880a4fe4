"""Today's way to find the cache node of a key."""

DEFAULT_POINTS = 1


class HashRing:
    def __init__(self, nodes=(), points_per_node=DEFAULT_POINTS):
        self.nodes = list(nodes)

    def add(self, node):
        self.nodes.append(node)

    def remove(self, node):
        self.nodes.remove(node)

    def owner(self, key):
        return self.nodes[hash(key) % len(self.nodes)]

    def owners(self, key, count):
        return [self.owner(key)]
