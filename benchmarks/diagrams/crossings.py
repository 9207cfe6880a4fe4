"""Counts crossings of drawn lines, for any engine the same way, and asks Graphviz for its lines."""
import json
import subprocess


def count(lines):
    """Crossings of `(from, to, points)`; how often two lines meet at a node that they share does not count.

    Two lines that cross in several places count each time. Near a shared end, 12 units, nothing counts.
    """
    boxed = []
    for one, other, points in lines:
        horizontal, vertical = zip(*points)
        boxed.append((one, other, points, min(horizontal), max(horizontal), min(vertical), max(vertical)))
    return sum(pair(boxed[i], boxed[j]) for i in range(len(boxed)) for j in range(i))


def pair(first, second):
    if first[3] > second[4] or second[3] > first[4] or first[5] > second[6] or second[5] > first[6]:
        return 0
    shared = []
    for line, other in ((first, second), (second, first)):
        if line[0] in other[:2]:
            shared.append(line[2][0])
        if line[1] in other[:2]:
            shared.append(line[2][-1])
    places = []
    for a, b in zip(first[2], first[2][1:]):
        low, high = min(a[0], b[0]), max(a[0], b[0])
        top, foot = min(a[1], b[1]), max(a[1], b[1])
        for c, d in zip(second[2], second[2][1:]):
            if max(c[0], d[0]) < low or min(c[0], d[0]) > high or max(c[1], d[1]) < top or min(c[1], d[1]) > foot:
                continue
            place = meeting(a, b, c, d)
            if place and not any(near(place, end, 12) for end in shared) and not any(near(place, p, 0.01) for p in places):
                places.append(place)
    return len(places)


def near(one, other, distance):
    return abs(one[0] - other[0]) <= distance and abs(one[1] - other[1]) <= distance


def meeting(a, b, c, d):
    across = (b[0] - a[0]) * (d[1] - c[1]) - (b[1] - a[1]) * (d[0] - c[0])
    if abs(across) < 1e-9:
        return None
    along = ((c[0] - a[0]) * (d[1] - c[1]) - (c[1] - a[1]) * (d[0] - c[0])) / across
    other = ((c[0] - a[0]) * (b[1] - a[1]) - (c[1] - a[1]) * (b[0] - a[0])) / across
    if 0 <= along <= 1 and 0 <= other <= 1:
        return a[0] + along * (b[0] - a[0]), a[1] + along * (b[1] - a[1])
    return None


def dot_lines(source):
    """The lines that `dot` draws, in points, each piece of a spline as ten short lines."""
    output = subprocess.run(["dot", "-Tjson"], input=source, capture_output=True, text=True, check=True).stdout
    graph = json.loads(output)
    names = {thing["_gvid"]: thing["name"] for thing in graph["objects"]}
    lines = []
    for edge in graph.get("edges", ()):
        parts = edge["pos"].split()
        tip = [tuple(map(float, part[2:].split(","))) for part in parts if part.startswith("e,")]
        handles = [tuple(map(float, part.split(","))) for part in parts if "," in part and part[1] != ","]
        points = handles[:1]
        for base in range(0, len(handles) - 3, 3):
            points += [bezier(handles[base : base + 4], step / 10) for step in range(1, 11)]
        lines.append((names[edge["tail"]], names[edge["head"]], points + tip))
    return lines


def bezier(handles, position):
    rest = 1 - position
    weights = (rest**3, 3 * rest * rest * position, 3 * rest * position * position, position**3)
    return tuple(sum(weight * handle[axis] for weight, handle in zip(weights, handles)) for axis in (0, 1))
