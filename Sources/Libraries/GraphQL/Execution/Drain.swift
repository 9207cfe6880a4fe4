/// Fills the holes of an execution's output until none is left.
///
/// A single hole is awaited on the spot; several are awaited in child tasks. Loaders are asked when no resolver runs
/// any more, with the keys of every hole that waits for them, so one step of a query is one batch per loader.
struct Drain {
    private(set) var nodes: [SegmentNode]
    private let execution: Execution
    private let tracker: LoadTracker
    private var resolving: [HoleReference] = []
    private var loading: [HoleReference] = []
    /// The holes that each segment's holes are in, noted only for a request that is traced.
    private var around: [[(holes: Range<Int>, reference: HoleReference)]] = []

    /// A hole, by its segment and position in it.
    private struct HoleReference: Sendable {
        let node: Int
        let hole: Int
    }

    init(_ root: Segment, execution: Execution, tracker: LoadTracker) {
        nodes = []
        self.execution = execution
        self.tracker = tracker
        adopt(root)
    }

    /// Runs until every hole is filled, or the surrounding task is cancelled.
    mutating func run() async {
        while loading.isEmpty, resolving.count == 1, !Task.isCancelled {
            await resolveInPlace(resolving.removeLast())
        }
        guard !(resolving.isEmpty && loading.isEmpty), !Task.isCancelled else { return }
        await runConcurrently()
    }

    private mutating func resolveInPlace(_ reference: HoleReference) async {
        guard case .resolve(let work) = nodes[reference.node].segment.holes[reference.hole].work else { return }
        let noteEnd = noteBegin(reference)
        tracker.begin()
        let segment = await work(execution)
        await tracker.end()
        noteEnd?(!segment.errors.isEmpty)
        adopt(segment, filling: reference)
    }

    private mutating func runConcurrently() async {
        await withTaskGroup(of: (HoleReference, Segment).self) { group in
            var running = 0
            while !Task.isCancelled {
                for reference in resolving {
                    guard case .resolve(let work) = nodes[reference.node].segment.holes[reference.hole].work else {
                        continue
                    }
                    running += 1
                    let noteEnd = noteBegin(reference)
                    tracker.begin()
                    group.addTask { [execution, tracker] in
                        let segment = await work(execution)
                        await tracker.end()
                        noteEnd?(!segment.errors.isEmpty)
                        return (reference, segment)
                    }
                }
                resolving.removeAll(keepingCapacity: true)
                if running > 0 {
                    guard let (reference, segment) = await group.next() else { return }
                    running -= 1
                    adopt(segment, filling: reference)
                } else if !loading.isEmpty {
                    await load()
                } else {
                    return
                }
            }
            group.cancelAll()
        }
    }

    /// Takes in a segment and lists its holes.
    ///
    /// - Parameter loads: For values that loaders gave: which of its holes are in which hole.
    private mutating func adopt(
        _ segment: Segment,
        filling reference: HoleReference? = nil,
        loads: [(holes: Range<Int>, reference: HoleReference)] = []
    ) {
        let node = nodes.count
        if let reference {
            nodes[reference.node].fills[reference.hole] = Fill(whole: segment, node: node)
        }
        if execution.trace != nil {
            around.append(loads.isEmpty ? reference.map { [(segment.holes.indices, $0)] } ?? [] : loads)
        }
        for (index, hole) in segment.holes.enumerated() {
            switch hole.work {
            case .resolve: resolving.append(HoleReference(node: node, hole: index))
            case .load: loading.append(HoleReference(node: node, hole: index))
            case .later: break
            }
        }
        nodes.append(SegmentNode(segment))
    }

    /// Asks every loader once and writes all values it gave into one segment.
    private mutating func load() async {
        let references = loading
        loading.removeAll(keepingCapacity: true)
        var loaders: [any BatchLoader] = []
        for reference in references {
            guard case .load(let loader, _) = nodes[reference.node].segment.holes[reference.hole].work else { continue }
            if !loaders.contains(where: { $0 === loader }) { loaders.append(loader) }
        }
        await dispatch(loaders)
        var output = ResponseOutput(execution: execution)
        var loads: [(holes: Range<Int>, reference: HoleReference)] = []
        for reference in references {
            guard case .load(_, let fill) = nodes[reference.node].segment.holes[reference.hole].work else { continue }
            let start = output.checkpoint
            let failed = !fill(&output)
            nodes[reference.node].fills[reference.hole] = Fill(
                node: nodes.count,
                start: start.length,
                end: output.writer.count,
                errors: start.errors..<output.errors.count,
                holes: start.holes..<output.holes.count,
                failed: failed
            )
            if execution.trace != nil { loads.append((start.holes..<output.holes.count, reference)) }
        }
        adopt(output.finish(written: true), loads: loads)
    }

    /// Notes that a resolver begins, in a request that is traced.
    private func noteBegin(_ reference: HoleReference) -> (@Sendable (_ failed: Bool) -> Void)? {
        guard let trace = execution.trace,
            let label = nodes[reference.node].segment.holes[reference.hole].plan?.label
        else { return nil }
        return trace.begin(label.coordinate) { path(reference) }
    }

    private func path(_ reference: HoleReference) -> String {
        var path: [PathElement] = []
        var next: HoleReference? = reference
        while let hole = next {
            path = nodes[hole.node].segment.steps.path(hole: hole.hole) + path
            next = around[hole.node].first { $0.holes.contains(hole.hole) }?.reference
        }
        return String(PathText.text(path).drop { $0 == "." })
    }

    private func dispatch(_ loaders: [any BatchLoader]) async {
        if loaders.count == 1 {
            _ = await loaders[0].dispatch()
            return
        }
        await withTaskGroup(of: Void.self) { group in
            for loader in loaders {
                group.addTask { _ = await loader.dispatch() }
            }
        }
    }
}

/// A segment with what its holes were filled with.
struct SegmentNode {
    var segment: Segment
    var fills: [Fill?]

    init(_ segment: Segment) {
        self.segment = segment
        fills = Array(repeating: nil, count: segment.holes.count)
    }
}

extension [SegmentNode] {
    /// What the items of lists cost in all segments.
    var listCost: Int { reduce(0) { $0 &+ $1.segment.listCost } }
}

/// The part of a segment that fills a hole of another one.
struct Fill {
    let node: Int
    let start: Int
    let end: Int
    let errors: Range<Int>
    let holes: Range<Int>
    let failed: Bool
}

extension Fill {
    /// All of a segment.
    init(whole segment: Segment, node: Int) {
        self.init(
            node: node,
            start: 0,
            end: segment.bytes.count,
            errors: 0..<segment.errors.count,
            holes: 0..<segment.holes.count,
            failed: segment.failed
        )
    }
}
