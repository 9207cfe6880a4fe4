"""A Bloom filter of the size that its target asks for."""

import math


class Bloom:
    def __init__(self, expected, target):
        self.size = math.ceil(-expected * math.log(target) / math.log(2) ** 2)
        self.hashes = max(1, round(self.size / expected * math.log(2)))
        self.bits = bytearray((self.size + 7) // 8)

    def places(self, key):
        """Two halves of one digest are as good as many hash functions."""
        first, step = hash(key), hash("x" + key) | 1
        return ((first + number * step) % self.size for number in range(self.hashes))

    def add(self, key):
        for place in self.places(key):
            self.bits[place // 8] |= 1 << place % 8

    def __contains__(self, key):
        return all(self.bits[place // 8] & 1 << place % 8 for place in self.places(key))

    def to_bytes(self):
        return bytes(self.bits)

    @classmethod
    def from_bytes(cls, data, expected, target):
        bloom = cls(expected, target)
        bloom.bits = bytearray(data)
        return bloom
