"""The breaker as lab.md describes it."""


class Reference:
    def __init__(self, window, minimum, percent, pause, probes, patience):
        self.window, self.minimum, self.percent = window, minimum, percent
        self.pause, self.probes, self.patience = pause, probes, patience
        self.phase = 0
        self.close()

    def close(self):
        self.state, self.outcomes, self.current = "closed", [], self.pause
        self.phase += 1

    def open(self, now, pause):
        self.state, self.opened, self.current = "open", now, pause
        self.phase += 1

    def before(self, now):
        if self.state == "open":
            if now - self.opened < self.current:
                return None
            self.state, self.admitted, self.good = "half-open", [], 0
            self.phase += 1
        if self.state == "half-open":
            if any(not probe["done"] and now - probe["since"] >= self.patience for probe in self.admitted):
                self.open(now, min(self.current * 2, self.pause * 8))
                return None
            if len(self.admitted) >= self.probes:
                return None
        permit = {"phase": self.phase, "since": now, "done": False}
        if self.state == "half-open":
            self.admitted.append(permit)
        return permit

    def after(self, permit, ok, now):
        if permit["phase"] != self.phase or permit["done"]:
            return
        permit["done"] = True
        if self.state == "closed":
            self.outcomes = [*self.outcomes, ok][-self.window :]
            failures = self.outcomes.count(False)
            if len(self.outcomes) >= self.minimum and failures * 100 >= self.percent * len(self.outcomes):
                self.open(now, self.pause)
        elif not ok:
            self.open(now, min(self.current * 2, self.pause * 8))
        else:
            self.good += 1
            if self.good == self.probes:
                self.close()
