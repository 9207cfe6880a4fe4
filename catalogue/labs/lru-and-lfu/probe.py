"""Runs in a process of its own, with the learner's folder as the current one."""

import time


def play(cases):
    """What each get gives, for caches driven by scripts of ["get", key] and ["put", key, value]."""
    import caches

    answers = []
    for case in cases:
        cache, answer = getattr(caches, case["kind"])(case["size"]), []
        for what, key, *value in case["steps"]:
            if what == "get":
                got = cache.get(key)
                answer.append(got if got is None or isinstance(got, (int, str)) else f"{got!r:.30}")
            else:
                cache.put(key, *value)
        answers.append(answer)
    return answers


def refused(kind):
    import caches

    answers = []
    for size in (0, -1):
        try:
            getattr(caches, kind)(size)
            answers.append("accepted")
        except Exception as error:
            answers.append(type(error).__name__)
    return answers


def speed(case):
    """Processor seconds for the same number of steps on a small and on a large cache: the best of three."""
    import caches

    best = []
    for size in case["sizes"]:
        times = []
        for _ in range(3):
            cache = getattr(caches, case["kind"])(size)
            for number in range(size):
                cache.put(f"warm/{number}", number)
                if number % 3 == 0:
                    cache.get(f"warm/{number}")
            began = time.process_time()
            for number in range(case["steps"]):
                cache.put(f"new/{number}", number)
                cache.get(f"new/{number // 2}")
            times.append(time.process_time() - began)
            if times[-1] > 3:
                break
        best.append(min(times))
    return best
