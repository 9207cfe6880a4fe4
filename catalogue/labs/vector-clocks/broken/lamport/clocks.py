"""Lamport's clocks: one counter for all."""


class Node:
    def __init__(self, name):
        self.name = name
        self.count = 0

    def event(self):
        self.count += 1
        return [self.count, self.name]

    def send(self):
        return self.event()

    def receive(self, stamp):
        self.count = max(self.count, stamp[0])
        return self.event()


def compare(a, b):
    return "same" if a == b else "before" if a < b else "after"


def newest(versions):
    return [max(versions, key=lambda version: version[0])] if versions else []
