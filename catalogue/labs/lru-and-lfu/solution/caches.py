"""Two caches of a fixed size, each step in constant time."""

import collections


class LRU:
    def __init__(self, size):
        if size < 1:
            raise ValueError("size must be at least 1")
        self.size = size
        self.values = collections.OrderedDict()  # the least recently used first

    def get(self, key):
        if key not in self.values:
            return None
        self.values.move_to_end(key)
        return self.values[key]

    def put(self, key, value):
        if key not in self.values and len(self.values) == self.size:
            self.values.popitem(last=False)
        self.values[key] = value
        self.values.move_to_end(key)


class LFU:
    def __init__(self, size):
        if size < 1:
            raise ValueError("size must be at least 1")
        self.size = size
        self.values = {}
        self.uses = {}
        self.groups = collections.defaultdict(collections.OrderedDict)  # uses: keys, the least recently used first
        self.least = 0

    def touch(self, key):
        uses = self.uses.get(key, 0)
        if uses:
            del self.groups[uses][key]
            if not self.groups[uses]:
                del self.groups[uses]
                self.least += self.least == uses
        else:
            self.least = 1
        self.uses[key] = uses + 1
        self.groups[uses + 1][key] = None

    def get(self, key):
        if key not in self.values:
            return None
        self.touch(key)
        return self.values[key]

    def put(self, key, value):
        if key not in self.values and len(self.values) == self.size:
            victim, _ = self.groups[self.least].popitem(last=False)
            if not self.groups[self.least]:
                del self.groups[self.least]
            del self.values[victim], self.uses[victim]
        self.touch(key)
        self.values[key] = value
