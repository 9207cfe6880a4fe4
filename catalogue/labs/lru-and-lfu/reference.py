"""Both caches as lab.md describes them, in the plainest way."""


class LRU:
    def __init__(self, size):
        self.size, self.now, self.entries = size, 0, {}

    def get(self, key):
        self.now += 1
        if key not in self.entries:
            return None
        self.entries[key][1:] = [self.entries[key][1] + 1, self.now]
        return self.entries[key][0]

    def put(self, key, value):
        self.now += 1
        if key in self.entries:
            self.entries[key] = [value, self.entries[key][1] + 1, self.now]
            return
        if len(self.entries) == self.size:
            del self.entries[min(self.entries, key=lambda name: self.rank(*self.entries[name][1:]))]
        self.entries[key] = [value, 1, self.now]

    def rank(self, uses, last):
        return last


class LFU(LRU):
    def rank(self, uses, last):
        return uses, last
