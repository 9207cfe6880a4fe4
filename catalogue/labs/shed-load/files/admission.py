"""Decides which requests the server works on. Today's version: all of them, one after the other."""

import collections


class Admission:
    def __init__(self, workers):
        self.line = collections.deque()

    def offer(self, request, now):
        self.line.append(request)
        return True

    def next(self, now):
        return self.line.popleft() if self.line else None

    def finished(self, request, now):
        pass
