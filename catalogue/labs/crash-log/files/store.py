"""A store of keys and values in one file. Today's version: a line of JSON for each change."""

import json


class Corrupt(Exception):
    """Something that was acknowledged is damaged."""


class Store:
    def __init__(self, disk):
        self.disk = disk
        self.values = {}
        for line in disk.read().splitlines():
            self.values.update(json.loads(line))

    def put(self, key, value):
        self.batch({key: value})

    def delete(self, key):
        self.batch({key: None})

    def batch(self, changes):
        for key, value in changes.items():
            self.disk.append(json.dumps({key: value}).encode() + b"\n")
            self.values[key] = value

    def get(self, key):
        return self.values.get(key)

    def keys(self):
        return sorted(key for key, value in self.values.items() if value is not None)
