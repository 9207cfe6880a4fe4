/// The graph cut into layers: boxes, and bends where a line crosses a layer.
struct SlotGraph {
    /// Something that takes room in a layer.
    struct Slot {
        enum Content: Equatable {
            case item(Int)
            case bend(link: Int)
            case label(link: Int)
            /// Keeps a cluster's place in a layer where it has nothing else.
            case filler
        }

        var content: Content
        var rank: Int
        var cluster: Int?
        var before: Double
        var after: Double
        var along: Double
        /// Middle, across.
        var across = 0.0

        var isBox: Bool {
            if case .item = content { return true }
            return false
        }
    }

    /// A line between slots of neighbouring layers.
    struct Segment {
        var upper: Int
        var lower: Int
        var link: Int
    }

    var slots: [Slot] = []
    var segments: [Segment] = []
    /// The slots of each layer, in order.
    var layers: [[Int]] = []
    /// Segments to the layer above and below, for each slot.
    var above: [[Int]] = []
    var below: [[Int]] = []
    /// The slots that each link passes, from its upper to its lower end; empty when it was too long to cut.
    var chains: [[Int]] = []
    /// Layers that each cluster spans.
    var spans: [ClosedRange<Int>] = []
    /// The clusters around each cluster, itself last.
    var paths: [[Int]] = []

    /// Where the frame of each cluster starts and ends, across.
    var borders: [(start: Double, end: Double)] = []

    /// More bends than this are not made; the longest lines are then drawn without.
    static let maxSlots = 12_000
    static let bendRoom = 9.0

    init(_ problem: LayeredProblem, isReversed: [Bool]) {
        for index in problem.clusters.indices {
            let parent = problem.clusters[index].parent
            paths.append((parent.map { paths[$0] } ?? []) + [index])
        }
        let ranks = SlotGraph.ranks(of: problem, isReversed: isReversed)
        layers = Array(repeating: [], count: (ranks.max() ?? 0) + 1)
        for (index, item) in problem.items.enumerated() {
            slots.append(
                Slot(
                    content: .item(index),
                    rank: ranks[index],
                    cluster: item.cluster,
                    before: item.before,
                    after: item.after,
                    along: item.roomAlong
                )
            )
        }
        addChains(problem, ranks, isReversed)
        spanClusters(problem)
        above = Array(repeating: [], count: slots.count)
        below = above
        for (index, segment) in segments.enumerated() {
            below[segment.upper].append(index)
            above[segment.lower].append(index)
        }
        for (index, slot) in slots.enumerated() { layers[slot.rank].append(index) }
    }

    private static func ranks(of problem: LayeredProblem, isReversed: [Bool]) -> [Int] {
        var simplex = NetworkSimplex(count: problem.items.count)
        // Where most links have a label, every other layer holds labels, so that boxes stand in rows.
        let labels = problem.links.reduce(0) { $0 + ($1.label == nil ? 0 : 1) }
        let isSpread = 2 * labels >= problem.links.count && labels > 0
        for (index, link) in problem.links.enumerated() {
            let plain = max(1, link.minLength)
            let length = isSpread ? 2 * plain : link.label == nil ? plain : max(2, plain)
            let (tail, head) = isReversed[index] ? (link.to, link.from) : (link.from, link.to)
            simplex.require(tail, head, minimum: length, weight: link.label == nil ? 2 : 3)
        }
        simplex.solve()
        return simplex.positions
    }

    /// Cuts every link at the layers that it crosses, the short ones first.
    private mutating func addChains(_ problem: LayeredProblem, _ ranks: [Int], _ isReversed: [Bool]) {
        chains = Array(repeating: [], count: problem.links.count)
        let spans = problem.links.map { abs(ranks[$0.from] - ranks[$0.to]) }
        var order = Array(problem.links.indices)
        if spans.reduce(0, +) > SlotGraph.maxSlots { order.sort { (spans[$0], $0) < (spans[$1], $1) } }
        for index in order {
            let link = problem.links[index]
            guard slots.count + spans[index] <= SlotGraph.maxSlots + problem.items.count else { continue }
            let (upper, lower) = isReversed[index] ? (link.to, link.from) : (link.from, link.to)
            let cluster = commonCluster(problem.items[upper].cluster, problem.items[lower].cluster)
            let middle = (ranks[upper] + ranks[lower]) / 2
            var chain = [upper]
            for rank in (ranks[upper] + 1)..<max(ranks[upper] + 1, ranks[lower]) {
                let label = rank == middle ? link.label : nil
                let room = label.map { $0.width / 2 + 4 } ?? SlotGraph.bendRoom
                let content: Slot.Content = label == nil ? .bend(link: index) : .label(link: index)
                chain.append(slots.count)
                slots.append(
                    Slot(
                        content: content,
                        rank: rank,
                        cluster: cluster,
                        before: room,
                        after: room,
                        along: label?.height ?? 0
                    )
                )
            }
            chain.append(lower)
            chains[index] = chain
            for (from, to) in zip(chain, chain.dropFirst()) {
                segments.append(Segment(upper: from, lower: to, link: index))
            }
        }
    }

    /// The innermost cluster that holds both.
    private func commonCluster(_ left: Int?, _ right: Int?) -> Int? {
        guard let left, let right else { return nil }
        var common: Int?
        for (one, other) in zip(paths[left], paths[right]) where one == other { common = one }
        return common
    }

    private mutating func spanClusters(_ problem: LayeredProblem) {
        guard !problem.clusters.isEmpty else { return }
        var first = Array(repeating: Int.max, count: problem.clusters.count)
        var last = Array(repeating: -1, count: problem.clusters.count)
        for slot in slots {
            guard let cluster = slot.cluster else { continue }
            for owner in paths[cluster] {
                first[owner] = min(first[owner], slot.rank)
                last[owner] = max(last[owner], slot.rank)
            }
        }
        spans = problem.clusters.indices.map { min(first[$0], max(last[$0], 0))...max(last[$0], 0) }
        var isFilled: [[Bool]] = spans.map { Array(repeating: false, count: $0.count) }
        for slot in slots {
            guard let cluster = slot.cluster else { continue }
            for owner in paths[cluster] { isFilled[owner][slot.rank - spans[owner].lowerBound] = true }
        }
        for cluster in problem.clusters.indices.reversed() {
            for rank in spans[cluster] where !isFilled[cluster][rank - spans[cluster].lowerBound] {
                slots.append(Slot(content: .filler, rank: rank, cluster: cluster, before: 0, after: 0, along: 0))
                for owner in paths[cluster] { isFilled[owner][rank - spans[owner].lowerBound] = true }
            }
        }
    }
}
