"""Runs in a process of its own, with the learner's folder as the current one."""

import tracemalloc


def play(traces):
    from limiter import Limiter

    answers = []
    for trace in traces:
        limiter = Limiter(trace["rate"], trace["burst"])
        answers.append([outcome(limiter, request) for request in trace["requests"]])
    return answers


def outcome(limiter, request):
    try:
        answer = limiter.allow(*request)
    except ValueError:
        return "ValueError"
    return answer if isinstance(answer, bool) else f"{answer!r}"[:60]


def memory(argument):
    """The bytes that a limiter holds after so many clients have come once each."""
    from limiter import Limiter

    limiter = Limiter(argument["rate"], argument["burst"])
    tracemalloc.start()
    for number in range(argument["clients"]):
        limiter.allow(f"client/{number:09}", number * 10)
    held, _ = tracemalloc.get_traced_memory()
    return held
