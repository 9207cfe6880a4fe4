"""Says whether a key may be in a set. Today's version."""


class Bloom:
    def __init__(self, expected, target):
        self.size = expected
        self.bits = bytearray(expected // 8 + 1)

    def add(self, key):
        place = hash(key) % self.size
        self.bits[place // 8] |= 1 << place % 8

    def __contains__(self, key):
        place = hash(key) % self.size
        return bool(self.bits[place // 8] & 1 << place % 8)

    def to_bytes(self):
        return bytes(self.bits)

    @classmethod
    def from_bytes(cls, data, expected, target):
        bloom = cls(expected, target)
        bloom.bits = bytearray(data)
        return bloom
