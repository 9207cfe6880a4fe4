#!/usr/bin/env python3
"""Measures the search for similar vectors beside numpy, faiss and hnswlib, in one run on one thread.

    benchmarks/vectors.py [--rows 100000] [--dims 3072]

Builds nothing: `swift build -c release --product atlas` first. Peers come from PyPI into build/venv; one that cannot be had
is left out and named. Times are processor time, the least and the median of 50 questions. Writes build/vectors.json.
"""
import argparse
import json
import os
import subprocess
import sys
import time
from pathlib import Path

root = Path(__file__).resolve().parent.parent
os.chdir(root)
for name in ["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"]:
    os.environ[name] = "1"
venv = root / "build/venv/bin/python"
if Path(sys.executable) != venv and venv.exists():
    os.execv(venv, [str(venv), *sys.argv])

for module, package in [("numpy", "numpy"), ("faiss", "faiss-cpu"), ("hnswlib", "hnswlib")]:
    try:
        __import__(module)
    except ImportError:
        subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", package], check=False)
import numpy

options = argparse.ArgumentParser(description=__doc__)
options.add_argument("--rows", type=int, default=0)
options.add_argument("--dims", type=int, default=0)
options.add_argument("--ann", action="store_true", help="also the graph index beside hnswlib")
options = options.parse_args()
sizes = [(options.rows, options.dims)] if options.rows and options.dims else [(1_100, 3_072), (100_000, 384), (100_000, 3_072)]


def made_up(rows, dims):
    random = numpy.random.default_rng(1)
    centres = random.standard_normal((200, dims), dtype=numpy.float32)
    vectors = numpy.empty((rows + 50, dims), dtype=numpy.float32)
    for start in range(0, len(vectors), 10_000):
        part = vectors[start:start + 10_000]
        part[:] = centres[random.integers(0, 200, len(part))] + 0.7 * random.standard_normal(part.shape, dtype=numpy.float32)
        part /= numpy.linalg.norm(part, axis=1, keepdims=True)
    return vectors[:rows], vectors[rows:]


def timed(questions, search):
    seconds = []
    for question in questions:
        start = time.thread_time()
        search(question)
        seconds.append((time.thread_time() - start) * 1_000)
    seconds.sort()
    return {"millisecondsMin": seconds[0], "millisecondsMedian": seconds[len(seconds) // 2]}


def peers(rows, dims):
    vectors, questions = made_up(rows, dims)
    found = {}

    def with_numpy(question):
        scores = vectors @ question
        best = numpy.argpartition(scores, -10)[-10:]
        return best[numpy.argsort(-scores[best])]

    found["numpy"] = timed(questions, with_numpy)
    try:
        import faiss

        faiss.omp_set_num_threads(1)
        index = faiss.IndexFlatIP(dims)
        index.add(vectors)
        found["faiss IndexFlatIP"] = timed(questions, lambda question: index.search(question[None], 10))
    except ImportError:
        print("faiss cannot be had here")
    if options.ann:
        try:
            import hnswlib

            graph = hnswlib.Index("ip", dims)
            graph.init_index(rows, ef_construction=200, M=16)
            graph.set_num_threads(1)
            start = time.process_time()
            graph.add_items(vectors)
            build = time.process_time() - start
            exact = [set(with_numpy(question)) for question in questions]
            for breadth in [32, 64, 128]:
                graph.set_ef(breadth)
                times = timed(questions, lambda question: graph.knn_query(question, 10))
                got = sum(len(want & set(graph.knn_query(q, 10)[0][0])) for want, q in zip(exact, questions))
                found[f"hnswlib ef {breadth}"] = times | {"recall10": got / (10 * len(questions)), "buildSeconds": build}
        except ImportError:
            print("hnswlib cannot be had here")
    return found


report = []
for rows, dims in sizes:
    command = [".build/release/atlas", "vectors", "bench", "--rows", str(rows), "--dims", str(dims)]
    ours = json.loads(subprocess.run(command + (["--ann"] if options.ann else []), check=True, capture_output=True).stdout)
    entry = {"rows": rows, "dims": dims, "atlas": ours, "peers": peers(rows, dims)}
    report.append(entry)
    exact = ours["structured"]["exact"]
    print(f"{rows:,} × {dims:,}: exact {exact['millisecondsMin']:.3f} ms ({exact['gigabytesPerSecond']:.1f} GB/s), "
          f"int8 {ours['structured']['int8']['millisecondsMin']:.3f} ms, recall {ours['structured']['int8']['recall10']:.4f}")
    for name, times in entry["peers"].items():
        ratio = times["millisecondsMin"] / exact["millisecondsMin"]
        print(f"    {name}: {times['millisecondsMin']:.3f} ms, {ratio:.2f} times ours" + (f", recall {times['recall10']:.4f}" if "recall10" in times else ""))
    for graph in ours["structured"].get("hnsw") or []:
        print(f"    ours, graph, breadth {graph['breadth']}: {graph['search']['millisecondsMin']:.3f} ms, recall {graph['search']['recall10']:.4f}")
Path("build").mkdir(exist_ok=True)
Path("build/vectors.json").write_text(json.dumps(report, indent=1))
