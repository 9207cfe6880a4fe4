"""Measures the diagram engine against mermaid.js (time) and Graphviz (crossings). Called by `make bench-diagrams`.

    crossings   of 100 random graphs and all flowcharts of the catalogue, counted in the drawn lines of both
    stability   how far the other nodes move when one leaf is added
    time        parse + layout + SVG of 30 and 200 nodes, CPU time, both in the same run
    parse       megabytes of Mermaid in a second

Prints a table and writes build/diagrams.json.
"""
import argparse
import collections
import json
import statistics

import bench
import catalogue
import crossings
import graphs
import mermaid

ROOT = catalogue.ROOT


def measure_crossings(ours, seeds):
    sums = collections.defaultdict(lambda: [0, 0])

    def add(family, lines, dot):
        theirs = crossings.count(crossings.dot_lines(dot))
        own = crossings.count(lines)
        for name in (family, "all"):
            sums[name][0] += own
            sums[name][1] += theirs

    for family, _, graph in graphs.corpus(seeds):
        add(family, ours.lines(graph.mermaid()), graph.dot())
    for _, source in catalogue.sources():
        if source.startswith("flowchart"):
            answer = ours.ask(source)
            lines = [
                (edge["from"], edge["to"], edge["points"])
                for edge in answer["edges"]
                if edge["from"] in answer["nodes"] and edge["to"] in answer["nodes"]
            ]
            add("catalogue", lines, graphs.from_answer(answer))
    return {name: {"atlas": own, "dot": theirs, "ratio": own / max(1, theirs)} for name, (own, theirs) in sums.items()}


def measure_stability(ours):
    """Displacement against the median one, so that a picture that moves as a whole did not change."""
    means, still = [], []
    for family in graphs.FAMILIES:
        for seed in range(4):
            graph = graphs.make(family, 30, seed)
            before = ours.ask(graph.mermaid())["nodes"]
            for parent in graph.nodes[:: len(graph.nodes) // 5]:
                after = ours.ask(graph.with_leaf(parent).mermaid())["nodes"]
                moves = [(after[node][0] - place[0], after[node][1] - place[1]) for node, place in before.items()]
                middle = statistics.median(x for x, _ in moves), statistics.median(y for _, y in moves)
                lengths = [((x - middle[0]) ** 2 + (y - middle[1]) ** 2) ** 0.5 for x, y in moves]
                means.append(statistics.mean(lengths))
                still.append(sum(length < 20 for length in lengths) / len(lengths))
    return {"mean": statistics.mean(means), "median": statistics.median(means), "still": statistics.mean(still)}


def timed_source(count, edges):
    graph = graphs.make("sparse", count, 1)
    lines = ["flowchart TB"] + [f'{node}["Service {node[1:]}"]' for node in graph.nodes]
    for number, (one, other) in enumerate(graph.edges[:edges]):
        lines.append(f"{one} -->|calls| {other}" if number % 4 == 0 else f"{one} --> {other}")
    return "\n".join(lines) + "\n"


def measure_time(ours, rounds):
    result = {}
    with mermaid.Mermaid() as peer:
        for count, edges in ((30, 36), (200, 249)):
            source = timed_source(count, edges)
            answer = ours.ask(source, rounds=50)
            own = answer["parse"] + answer["layout"] + answer["draw"]
            theirs = peer.cost(source, rounds if count == 30 else max(2, rounds // 4))
            result[f"{count} nodes"] = {
                "edges": len(answer["edges"]), "parse": answer["parse"], "layout": answer["layout"],
                "draw": answer["draw"], "atlas": own, "mermaid": theirs, "ratio": theirs / own,
            }
    return result


def measure_parse(ours):
    result = {}
    for name, source in [("flowchart of 200 nodes", timed_source(200, 249))] + [
        (name, source) for name, source in catalogue.sources() if name in ("sequence-checkout", "class-cache", "er-shop")
    ]:
        answer = ours.ask(source, rounds=500)
        result[name] = len(source.encode()) / answer["parse"] / 1e6
    return result


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--bench", default=ROOT / ".build/release/diagram-bench", help="the release build")
    options.add_argument("--seeds", type=int, default=4, help="random graphs of each family and size")
    options.add_argument("--rounds", type=int, default=20, help="renderings by mermaid.js")
    chosen = options.parse_args()
    ours = bench.Bench(str(chosen.bench))
    report = {
        "crossings": measure_crossings(ours, chosen.seeds),
        "stability": measure_stability(ours),
        "time": measure_time(ours, chosen.rounds),
        "parse": measure_parse(ours),
    }
    ours.close()
    print(f"{'crossings':<26}{'Atlas':>8}{'dot':>8}{'ratio':>8}")
    for name, row in report["crossings"].items():
        print(f"{name:<26}{row['atlas']:>8}{row['dot']:>8}{row['ratio']:>8.2f}")
    row = report["stability"]
    print(f"\none more leaf: the others move {row['mean']:.0f} in the mean, {row['median']:.0f} in the median of graphs;")
    print(f"{row['still']:.0%} of them less than 20")
    print(f"\n{'CPU ms':<14}{'parse':>8}{'layout':>8}{'SVG':>8}{'Atlas':>8}{'mermaid':>9}{'ratio':>7}")
    for name, row in report["time"].items():
        own = "".join(f"{row[part] * 1e3:>8.3f}" for part in ("parse", "layout", "draw", "atlas"))
        print(f"{name:<14}{own}{row['mermaid'] * 1e3:>9.0f}{row['ratio']:>6.0f}x")
    print()
    for name, rate in report["parse"].items():
        print(f"{name:<26}{rate:>8.1f} MB/s parsed")
    (ROOT / "build" / "diagrams.json").write_text(json.dumps(report, indent=2) + "\n")


main()
