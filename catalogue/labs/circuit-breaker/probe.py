"""Runs in a process of its own, with the learner's folder as the current one."""


def play(scripts):
    """For each step whether a permit was given (None for the end of a call), and the state after it."""
    from breaker import Breaker

    answers = []
    for script in scripts:
        breaker, permits, answer = Breaker(*script["settings"]), {}, []
        for kind, call, ok, now in script["steps"]:
            given = None
            if kind == "before":
                permits[call] = breaker.before(now)
                given = permits[call] is not None
            elif permits[call] is None:
                # The reference had given a permit here: the difference is in an earlier step, and is told there.
                break
            else:
                breaker.after(permits[call], ok, now)
            answer.append([given, str(breaker.state)[:20]])
        answers.append(answer + [None] * (len(script["steps"]) - len(answer)))
    return answers
