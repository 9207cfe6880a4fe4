"""Talks to `diagram-bench`."""
import json
import subprocess


class Bench:
    def __init__(self, command):
        self.process = subprocess.Popen([command], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self, source, rounds=1, svg=False):
        self.process.stdin.write(json.dumps({"source": source, "rounds": rounds, "svg": svg}) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def lines(self, source):
        return [(edge["from"], edge["to"], edge["points"]) for edge in self.ask(source)["edges"]]

    def close(self):
        self.process.stdin.close()
        self.process.wait()
