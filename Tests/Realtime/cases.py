"""The list of cases, which `conformance.py` runs."""

CASES = []


def case(title, differs=None):
    """Adds a function of the servers to the list. `differs` says why python-socketio's server does otherwise."""

    def add(function):
        CASES.append((title, differs, function))
        return function

    return add


def each(template, values, differs=None):
    """Adds one case for each value, which fills `{}` in the title. `differs` may be a function of the value's title."""

    def add(function):
        items = values.items() if isinstance(values, dict) else ((str(value), value) for value in values)
        for name, value in items:
            reason = differs(name) if callable(differs) else differs
            CASES.append((template.format(name), reason, lambda servers, value=value: function(servers, value)))
        return function

    return add
