"""Random valid sources of every kind, the same in every run."""

import random

OLD_SHAPES = ["[{}]", "({})", "([{}])", "[[{}]]", "[({})]", "(({}))", ">{}]", "{{{}}}", "{{{{{}}}}}", "[/{}/]", "[\\{}\\]", "[/{}\\]", "[\\{}/]", "((({})))"]
LINKS = ["-->", "---", "-.->", "-.-", "==>", "===", "~~~", "--x", "--o", "<-->", "x--x", "o--o", "<-.->", "x-.-x", "o-.-o", "<==>", "x==x", "o==o", "---->", "-----", "-..->", "-...-", "====>", "=====", "~~~~", "--->", "-.-x", "==o"]
LABELLED = ["-->|{}|", "---|{}|", "-.->|{}|", "==>|{}|", "-- {} -->", "-- {} ---", "-. {} .->", "-. {} .-", "== {} ==>", "== {} ===", "<-- {} -->", "x-- {} --x"]
ARROWS = ["->", "-->", "->>", "-->>", "-x", "--x", "-)", "--)", "<<->>", "<<-->>"]
RELATIONS = ["<|--", "--|>", "*--", "--*", "o--", "--o", "-->", "<--", "--", "..>", "<..", "..|>", "<|..", "..", "<-->", "*--*", "o--o", "<|--|>", "*-->", "o..", "..*", "<|--o"]
CARDINALITIES = [("||", "||"), ("|o", "o|"), ("}|", "|{"), ("}o", "o{"), ("||", "o{"), ("}|", "||"), ("|o", "|{"), ("}o", "o|")]
NOUNS = ["cache", "queue", "leader", "replica", "gateway", "api", "worker", "store", "client", "lock"]
VERBS = ["asks", "reads", "writes to", "copies", "waits for", "tells"]


def random_flowchart(rng):
    ids = [f"n{i}" for i in range(rng.randint(3, 12))]
    out = [f"flowchart {rng.choice(['LR', 'TB', 'TD', 'RL', 'BT'])}"]
    depth = 0
    for name in ids:
        if rng.random() < 0.2:
            out.append(f"subgraph g{name}[{rng.choice(NOUNS)} group]")
            depth += 1
        out.append(name + rng.choice(OLD_SHAPES).format(f"{rng.choice(NOUNS)} {name}"))
        if depth and rng.random() < 0.3:
            out.append("end")
            depth -= 1
    out += ["end"] * depth
    for _ in range(rng.randint(2, 16)):
        link = rng.choice(LINKS) if rng.random() < 0.5 else rng.choice(LABELLED).format(rng.choice(VERBS))
        left, right = (" & ".join(rng.sample(ids, rng.randint(1, 2))) for _ in range(2))
        out.append(f"{left} {link} {right}")
    return "\n".join(out)


def random_sequence(rng):
    names = rng.sample(NOUNS, rng.randint(2, 5))
    out = ["sequenceDiagram"] + [f"{rng.choice(['participant', 'actor'])} {name} as The {name}" for name in names]
    closing = []
    for _ in range(rng.randint(3, 18)):
        draw = rng.random()
        if draw < 0.12:
            out.append(f"{rng.choice(['loop', 'opt', 'break'])} {rng.choice(VERBS)}")
            closing.append("end")
        elif draw < 0.2:
            out.append(f"alt {rng.choice(VERBS)}")
            out.append(f"{rng.choice(names)}->>{rng.choice(names)}: first")
            out.append(f"else {rng.choice(VERBS)}")
            closing.append("end")
        elif draw < 0.3 and closing:
            out.append(closing.pop())
        elif draw < 0.38:
            out.append(f"Note over {rng.choice(names)}: {rng.choice(VERBS)}")
        else:
            out.append(f"{rng.choice(names)}{rng.choice(ARROWS)}{rng.choice(names)}: {rng.choice(VERBS)}")
    return "\n".join(out + closing)


def random_state(rng, depth=0, prefix="s"):
    names = [f"{prefix}{i}" for i in range(rng.randint(2, 5))]
    out = ["stateDiagram-v2"] if depth == 0 else []
    out.append(f"[*] --> {names[0]}")
    for name in names:
        if depth < 2 and rng.random() < 0.2:
            out += [f"state {name} {{"] + random_state(rng, depth + 1, f"{name}_") + ["}"]
        elif rng.random() < 0.3:
            out.append(f'state "{rng.choice(NOUNS)} {name}" as {name}')
    for _ in range(rng.randint(1, 6)):
        label = f" : {rng.choice(VERBS)}" if rng.random() < 0.5 else ""
        out.append(f"{rng.choice(names)} --> {rng.choice(names)}{label}")
    if rng.random() < 0.6:
        out.append(f"{names[-1]} --> [*]")
    return "\n".join(out) if depth == 0 else out


def random_class(rng):
    names = [f"{rng.choice(NOUNS).title()}{i}" for i in range(rng.randint(2, 6))]
    out = ["classDiagram"]
    for name in names:
        if rng.random() < 0.6:
            out += [f"class {name} {{", f"+int {rng.choice(NOUNS)}", f"+{rng.choice(NOUNS)}(int a) bool", "}"]
    for _ in range(rng.randint(1, 8)):
        label = f" : {rng.choice(VERBS)}" if rng.random() < 0.5 else ""
        out.append(f"{rng.choice(names)} {rng.choice(RELATIONS)} {rng.choice(names)}{label}")
    return "\n".join(out)


def random_entity(rng):
    names = [f"{rng.choice(NOUNS).upper()}_{i}" for i in range(rng.randint(2, 6))]
    out = ["erDiagram"]
    for name in names:
        if rng.random() < 0.6:
            out += [f"{name} {{", "int id PK", f'string {rng.choice(NOUNS)} "{rng.choice(VERBS)}"', "}"]
    for _ in range(rng.randint(1, 8)):
        left, right = rng.choice(CARDINALITIES)
        out.append(f'{rng.choice(names)} {left}{rng.choice(["--", ".."])}{right} {rng.choice(names)} : "{rng.choice(VERBS)}"')
    return "\n".join(out)


def random_timeline(rng):
    out = ["timeline", "title A history"]
    for year in range(rng.randint(2, 9)):
        if rng.random() < 0.3:
            out.append(f"section Part {year}")
        out.append(f"{2000 + year} : " + " : ".join(rng.choice(VERBS) for _ in range(rng.randint(1, 4))))
    return "\n".join(out)


RANDOM = {
    "flowchart": random_flowchart, "sequence": random_sequence, "state": random_state, "class": random_class, "er": random_entity,
    "timeline": random_timeline,
}
PER_KIND = 40


def generated():
    """Yields kind, name and the source."""
    for kind, source in RANDOM.items():
        rng = random.Random(f"{kind} 1")
        for number in range(1, PER_KIND + 1):
            yield kind, f"{kind} random {number}", source(rng)
