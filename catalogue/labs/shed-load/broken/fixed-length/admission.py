import collections


class Admission:
    """A line of fixed length, long enough for today's work."""

    def __init__(self, workers):
        self.lines = {"checkout": collections.deque(), "browse": collections.deque()}
        self.most = workers * 12

    def offer(self, request, now):
        if sum(map(len, self.lines.values())) >= self.most * (1.0 if request.kind == "checkout" else 0.8):
            return False
        self.lines[request.kind].append(request)
        return True

    def next(self, now):
        for line in self.lines.values():
            if line:
                return line.popleft()
        return None

    def finished(self, request, now):
        pass
