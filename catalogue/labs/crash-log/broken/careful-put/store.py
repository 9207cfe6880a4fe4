"""A store of keys and values in one file, a record for each batch of changes.

A record is a magic number, the length and the CRC-32 of its body, the CRC-32 of these three, and the body, JSON.
"""

import json
import struct
import zlib

HEAD = struct.Struct(">4sII")
CHECK = struct.Struct(">I")
MAGIC = b"rec1"


class Corrupt(Exception):
    """Something that was acknowledged is damaged."""


def encode(changes):
    body = json.dumps(changes).encode()
    head = HEAD.pack(MAGIC, len(body), zlib.crc32(body))
    return head + CHECK.pack(zlib.crc32(head)) + body


def decode(data, place):
    """The changes of a whole record that starts here and where it ends, or None."""
    start = place + HEAD.size + CHECK.size
    if start > len(data) or data[place : place + 4] != MAGIC:
        return None
    head = data[place : place + HEAD.size]
    _, length, check = HEAD.unpack(head)
    body = data[start : start + length]
    if CHECK.unpack_from(data, place + HEAD.size)[0] != zlib.crc32(head) or len(body) < length or zlib.crc32(body) != check:
        return None
    return json.loads(body), start + length


class Store:
    def __init__(self, disk):
        self.disk = disk
        self.values = {}
        data, place = disk.read(), 0
        while record := decode(data, place):
            changes, place = record
            self.apply(changes)
        if place < len(data):
            later = data.find(MAGIC, place + 1)
            while later >= 0:
                if decode(data, later):
                    raise Corrupt(f"the record at {place} is damaged, and a whole one follows at {later}")
                later = data.find(MAGIC, later + 1)
            disk.truncate(place)
        # What is shown from now on must not vanish any more.
        disk.sync()

    def apply(self, changes):
        for key, value in changes.items():
            if value is None:
                self.values.pop(key, None)
            else:
                self.values[key] = value

    def put(self, key, value):
        self.batch({key: value})
        self.disk.sync()  # once more, to be sure

    def delete(self, key):
        self.batch({key: None})

    def batch(self, changes):
        self.disk.append(encode(changes))
        self.disk.sync()
        self.apply(changes)

    def get(self, key):
        return self.values.get(key)

    def keys(self):
        return sorted(self.values)
