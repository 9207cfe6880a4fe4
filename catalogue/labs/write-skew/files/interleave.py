"""Runs several callers of go_off at once, statement by statement, in an order that is chosen and not left to chance.

    ./start && python3 interleave.py             the order in schedule.json
    ./start && python3 interleave.py random 50   that many random orders, with numbers of doctors and callers as they come
"""

import json
import random
import sys
import threading
import time

from pg import Session

threading.stack_size(512 * 1024)
PATIENCE = 10.0
MOST_STATEMENTS = 80


class Stopped(Exception):
    """The run was given up."""


class Caller:
    """One call of go_off in a thread. Each statement waits at a gate until it is this caller's turn."""

    def __init__(self, turns, go_off, shift, doctor):
        self.turns, self.session = turns, Session()
        self.state, self.statements, self.result, self.error, self.trace = "thinking", 0, None, None, []
        self.pid = self.session.pid
        self.thread = threading.Thread(target=self.run, args=(go_off, shift, doctor), daemon=True)

    def run(self, go_off, shift, doctor):
        try:
            self.result = go_off(self, shift, doctor)
        except BaseException as error:
            self.error = error
        self.left_open = self.session.in_transaction
        self.session.close()
        self.set("finished")

    def set(self, state):
        with self.turns:
            self.state = state
            self.turns.notify_all()

    # What go_off sees

    def execute(self, sql, *values):
        with self.turns:
            self.statements += 1
            if self.statements > MOST_STATEMENTS:
                raise Stopped(f"more than {MOST_STATEMENTS} statements")
            self.state = "at the gate"
            self.turns.notify_all()
            while self.state == "at the gate":
                self.turns.wait()
            if self.state == "given up":
                raise Stopped("given up")
        self.trace.append(sql)
        try:
            return self.session.execute(sql, *values)
        finally:
            self.set("thinking")

    @property
    def count(self):
        return self.session.count

    @property
    def in_transaction(self):
        return self.session.in_transaction


kept = []


def observer():
    """A session for looking and preparing, opened once."""
    if not kept:
        kept.append(Session())
    return kept[0]


def interleave(go_off, calls, choose):
    """Runs the calls, a list of (shift, doctor). `choose` picks one of the indexes that can go on. Returns the callers."""
    turns, monitor = threading.Condition(), observer()
    callers = [Caller(turns, go_off, shift, doctor) for shift, doctor in calls]
    for caller in callers:
        caller.thread.start()
    ends = time.monotonic() + PATIENCE
    while any(caller.state != "finished" for caller in callers):
        if time.monotonic() > ends:
            break
        with turns:
            turns.wait_for(lambda: all(caller.state in ("at the gate", "finished") for caller in callers), 0.005)
            busy = [caller for caller in callers if caller.state not in ("at the gate", "finished")]
        if busy and not all(caller.state == "running" and waits(monitor, caller) for caller in busy):
            continue
        with turns:
            ready = [number for number, caller in enumerate(callers) if caller.state == "at the gate"]
            if ready:
                callers[choose(ready)].state = "running"
                turns.notify_all()
    with turns:
        for caller in callers:
            if caller.state != "finished":
                caller.error = Stopped(f"not done after {PATIENCE:.0f} s")
                caller.state = "given up"
        turns.notify_all()
    return callers


def waits(monitor, caller):
    """Whether its statement waits for a lock of another transaction."""
    query = "SELECT 1 FROM pg_stat_activity WHERE pid = %s AND wait_event_type = 'Lock'"
    return bool(monitor.execute(query, caller.pid))


def prepare(shifts):
    """Fills the tables: {shift: (needed, [doctors on call], [doctors off call])}."""
    session = observer()
    with open("schema.sql", encoding="utf-8") as file:
        session.execute("SET client_min_messages = warning; " + file.read())
    for shift, (needed, on, off) in shifts.items():
        session.execute("INSERT INTO shifts VALUES (%s, %s)", shift, needed)
        for doctor in on + off:
            session.execute("INSERT INTO doctors VALUES (%s, %s, %s)", shift, doctor, doctor in on)


def on_call(shift):
    rows = observer().execute("SELECT doctor FROM doctors WHERE shift = %s AND on_call ORDER BY doctor", shift)
    return [row[0] for row in rows]


def in_order(order):
    """Chooses as the list of names says ("A" is the first caller), and who comes first when the list is used up."""
    left = list(order)

    def choose(ready):
        while left:
            number = "ABC".index(left.pop(0))
            if number in ready:
                return number
        return ready[0]

    return choose


def draw(rng):
    """A shift and its callers: (needed, doctors on call, callers)."""
    needed = rng.randint(1, 3)
    on = [f"dr-{rng.getrandbits(16):04x}-{number}" for number in range(needed + rng.randint(1, 2))]
    return needed, on, rng.sample(on, min(len(on), rng.choice([2, 2, 3])))


def main():
    from oncall import go_off

    if sys.argv[1:2] == ["random"]:
        for number in range(int(sys.argv[2]) if len(sys.argv) > 2 else 50):
            rng = random.Random(f"demo/{number}")
            needed, on, names = draw(rng)
            prepare({"night": (needed, on, [])})
            callers = interleave(go_off, [("night", name) for name in names], rng.choice)
            left = on_call("night")
            said = ", ".join(str(caller.error or caller.result) for caller in callers)
            print(f"order {number}: {len(on)} on call, {needed} needed, {len(names)} want to go: {said}; {len(left)} left" + ("  <-- too few" if len(left) < needed else ""))
        return
    with open("schedule.json", encoding="utf-8") as file:
        order = json.load(file)["order"]
    prepare({"night": (1, ["alice", "bob"], [])})
    callers = interleave(go_off, [("night", "alice"), ("night", "bob")], in_order(order))
    for name, caller in zip("AB", callers):
        print(f"{name}: {caller.error or caller.result} after {len(caller.trace)} statements")
    print("on call afterwards:", ", ".join(on_call("night")) or "nobody")


if __name__ == "__main__":
    main()
