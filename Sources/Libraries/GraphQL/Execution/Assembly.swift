/// Puts the segments of an execution together: decides which values become null because something inside them failed,
/// and writes the text in order.
struct Assembly {
    private let nodes: [SegmentNode]

    /// The scopes that become null, by segment.
    private var nulled: [[NullScope]]
    private let maxErrors: Int

    /// The holes around what is being settled, from the root on.
    private var around: [(node: Int, hole: Int)] = []

    /// The errors in the order of the document, with complete paths.
    private(set) var errors: [GraphQLError] = []

    /// What is delivered later and stands in no value that became null, in the order of the text.
    private(set) var later: [LaterPart] = []

    init(_ nodes: [SegmentNode], maxErrors: Int) {
        self.nodes = nodes
        self.maxErrors = maxErrors
        nulled = Array(repeating: [], count: nodes.count)
    }

    /// Writes the whole tree; `false` when nothing valid can be written.
    mutating func write(to writer: inout JSONWriter) -> Bool {
        guard let root = nodes.first else { return false }
        let whole = Fill(whole: root.segment, node: 0)
        guard settle(whole) else { return false }
        for index in nulled.indices {
            nulled[index].sort { ($0.start, $1.holes.upperBound) < ($1.start, $0.holes.upperBound) }
        }
        emit(whole, &writer)
        return true
    }

    /// Decides what becomes null inside a fill; `false` when the fill itself may not stand.
    private mutating func settle(_ fill: Fill) -> Bool {
        takeErrors(fill)
        guard !fill.failed else { return false }
        let scopes = nodes[fill.node].segment.scopes
        var stands = true
        var coveredUntil = fill.holes.lowerBound
        for hole in fill.holes {
            if let inner = nodes[fill.node].fills[hole] {
                around.append((fill.node, hole))
                let stands = settle(inner)
                around.removeLast()
                if stands { continue }
            } else if case .later = nodes[fill.node].segment.holes[hole].work {
                continue
            }
            if hole < coveredUntil { continue }
            guard stands, let scope = innermost(scopes, hole) else {
                stands = false
                continue
            }
            nulled[fill.node].append(scope)
            coveredUntil = scope.holes.upperBound
        }
        return stands
    }

    private mutating func takeErrors(_ fill: Fill) {
        let segment = nodes[fill.node].segment
        for index in fill.errors where errors.count < maxErrors {
            var error = segment.errors[index]
            error.path = path(around) + segment.steps.path(error: index)
            errors.append(error)
        }
    }

    private func path(_ holes: [(node: Int, hole: Int)]) -> [PathElement] {
        holes.flatMap { nodes[$0.node].segment.steps.path(hole: $0.hole) }
    }

    /// The smallest scope around a hole.
    ///
    /// Scopes are listed from the inside out, their ends in order.
    private func innermost(_ scopes: [NullScope], _ hole: Int) -> NullScope? {
        var low = 0
        var high = scopes.count
        while low < high {
            let middle = (low + high) / 2
            if scopes[middle].holes.upperBound > hole { high = middle } else { low = middle + 1 }
        }
        return scopes[low...].first { $0.holes.contains(hole) }
    }

    private mutating func emit(_ fill: Fill, _ writer: inout JSONWriter) {
        let node = nodes[fill.node]
        var position = fill.start
        var hole = fill.holes.lowerBound
        var cut = firstCut(fill)
        let cuts = nulled[fill.node]
        while true {
            let nextHole = hole < fill.holes.upperBound ? node.segment.holes[hole].offset : Int.max
            while cut < cuts.count, cuts[cut].holes.lowerBound < hole { cut += 1 }
            if cut < cuts.count, cuts[cut].holes.lowerBound < fill.holes.upperBound, cuts[cut].start <= nextHole {
                let scope = cuts[cut]
                copy(node, position, scope.start, &writer)
                writer.null()
                position = scope.end
                hole = scope.holes.upperBound
                continue
            }
            guard hole < fill.holes.upperBound else { break }
            copy(node, position, nextHole, &writer)
            position = nextHole
            if let inner = node.fills[hole] {
                around.append((fill.node, hole))
                emit(inner, &writer)
                around.removeLast()
            } else if case .later(let work) = node.segment.holes[hole].work {
                later.append(LaterPart(path: path(around) + node.segment.steps.path(hole: hole), work: work))
            }
            hole += 1
        }
        copy(node, position, fill.end, &writer)
    }

    /// The first nulled scope that belongs to a fill.
    private func firstCut(_ fill: Fill) -> Int {
        let cuts = nulled[fill.node]
        var low = 0
        var high = cuts.count
        while low < high {
            let middle = (low + high) / 2
            if cuts[middle].holes.lowerBound >= fill.holes.lowerBound { high = middle } else { low = middle + 1 }
        }
        return low
    }

    private func copy(_ node: SegmentNode, _ from: Int, _ to: Int, _ writer: inout JSONWriter) {
        guard from < to else { return }
        node.segment.bytes.withUnsafeBufferPointer { writer.raw(UnsafeBufferPointer(rebasing: $0[from..<to])) }
    }
}
