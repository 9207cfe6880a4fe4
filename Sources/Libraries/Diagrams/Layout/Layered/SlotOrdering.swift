/// Orders the slots of every layer so that few lines cross and clusters stay together.
///
/// Sweeps down and up sort each layer by the median of its neighbours, then neighbours swap places while that helps.
/// Source: Gansner and others, "A technique for drawing directed graphs", section 3. Clusters that share a layer keep
/// one order in all layers, so that their frames are rectangles beside each other.
struct SlotOrdering {
    private var graph: SlotGraph
    private var places: [Int]
    private var best: [[Int]]
    private var bestCrossings: Int
    /// The place of each cluster among its siblings once that is fixed.
    private var clusterPlaces: [Int]?

    static let sweeps = 14
    static let sweepsOfBigGraphs = 4
    private static let bigGraph = 3_000

    static func order(_ graph: inout SlotGraph) {
        var ordering = SlotOrdering(graph)
        ordering.run()
        graph.layers = ordering.best
    }

    private init(_ graph: SlotGraph) {
        self.graph = graph
        places = Array(repeating: 0, count: graph.slots.count)
        best = graph.layers
        bestCrossings = Int.max
    }

    private mutating func run() {
        setFirstOrder()
        let rounds = graph.slots.count > SlotOrdering.bigGraph ? SlotOrdering.sweepsOfBigGraphs : SlotOrdering.sweeps
        sweep(rounds)
        if !graph.paths.isEmpty {
            graph.layers = best
            fixClusterOrder()
            bestCrossings = Int.max
            for rank in graph.layers.indices { arrange(rank, by: graph.layers[rank].map { Double(places[$0]) }) }
            sweep(rounds / 2)
        }
    }

    private mutating func sweep(_ rounds: Int) {
        keepIfBetter()
        var idle = 0
        for round in 0..<rounds where bestCrossings > 0 && idle < 5 {
            let isDown = round % 2 == 0
            let ranks = Array(graph.layers.indices)
            for rank in isDown ? ranks : ranks.reversed() {
                arrange(rank, by: graph.layers[rank].map { median(of: $0, isDown: isDown) })
            }
            swapNeighbours()
            idle = keepIfBetter() ? 0 : idle + 1
        }
    }

    /// Follows the lines from the first boxes, so that what belongs together starts together.
    private mutating func setFirstOrder() {
        var seen = Array(repeating: false, count: graph.slots.count)
        var layers: [[Int]] = Array(repeating: [], count: graph.layers.count)
        for layer in graph.layers {
            for start in layer where !seen[start] {
                seen[start] = true
                var queue = [start]
                var next = 0
                while next < queue.count {
                    let slot = queue[next]
                    next += 1
                    layers[graph.slots[slot].rank].append(slot)
                    let lower = graph.below[slot].map { graph.segments[$0].lower }
                    let upper = graph.above[slot].map { graph.segments[$0].upper }
                    for other in lower + upper where !seen[other] {
                        seen[other] = true
                        queue.append(other)
                    }
                }
            }
        }
        graph.layers = layers
        renumber()
        for rank in layers.indices { arrange(rank, by: graph.layers[rank].map { Double(places[$0]) }) }
    }

    private mutating func renumber() {
        for rank in graph.layers.indices { renumber(rank) }
    }

    private mutating func renumber(_ rank: Int) {
        for (place, slot) in graph.layers[rank].enumerated() { places[slot] = place }
    }

    /// The median place of the neighbours in the layer that was sorted before; the own place without any.
    private func median(of slot: Int, isDown: Bool) -> Double {
        let found =
            isDown
            ? graph.above[slot].map { places[graph.segments[$0].upper] }
            : graph.below[slot].map { places[graph.segments[$0].lower] }
        guard !found.isEmpty else { return Double(places[slot]) }
        let sorted = found.sorted()
        let middle = sorted.count / 2
        if sorted.count % 2 == 1 { return Double(sorted[middle]) }
        if sorted.count == 2 { return Double(sorted[0] + sorted[1]) / 2 }
        let left = Double(sorted[middle - 1] - sorted[0])
        let right = Double(sorted[sorted.count - 1] - sorted[middle])
        guard left + right > 0 else { return Double(sorted[middle]) }
        return (Double(sorted[middle - 1]) * right + Double(sorted[middle]) * left) / (left + right)
    }

    /// Sorts a layer by a value of each slot; the slots of a cluster move together.
    private mutating func arrange(_ rank: Int, by values: [Double]) {
        let entries = zip(graph.layers[rank], values).map { (slot: $0, value: $1) }
        graph.layers[rank] = sorted(entries, depth: 0)
        renumber(rank)
    }

    private func sorted(_ entries: [(slot: Int, value: Double)], depth: Int) -> [Int] {
        var blocks: [(value: Double, cluster: Int, entries: [(slot: Int, value: Double)])] = []
        for entry in entries {
            let path = graph.slots[entry.slot].cluster.map { graph.paths[$0] } ?? []
            let cluster = depth < path.count ? path[depth] : -1
            if cluster >= 0, let index = blocks.firstIndex(where: { $0.cluster == cluster }) {
                blocks[index].entries.append(entry)
                blocks[index].value += entry.value
            } else {
                blocks.append((entry.value, cluster, [entry]))
            }
        }
        for index in blocks.indices { blocks[index].value /= Double(blocks[index].entries.count) }
        var order = Array(blocks.indices)
        order.sort { (blocks[$0].value, $0) < (blocks[$1].value, $1) }
        if let clusterPlaces {
            let holders = order.indices.filter { blocks[order[$0]].cluster >= 0 }
            var clusters = holders.map { order[$0] }
            clusters.sort { clusterPlaces[blocks[$0].cluster] < clusterPlaces[blocks[$1].cluster] }
            for (holder, block) in zip(holders, clusters) { order[holder] = block }
        }
        var result: [Int] = []
        result.reserveCapacity(entries.count)
        for index in order {
            if blocks[index].cluster < 0 {
                result += blocks[index].entries.map { $0.slot }
            } else {
                result += sorted(blocks[index].entries, depth: depth + 1)
            }
        }
        return result
    }

    /// Swaps neighbours of the same cluster while that removes crossings.
    private mutating func swapNeighbours() {
        for _ in 0..<4 {
            var isChanged = false
            for rank in graph.layers.indices {
                for place in graph.layers[rank].indices.dropLast() {
                    let left = graph.layers[rank][place]
                    let right = graph.layers[rank][place + 1]
                    guard graph.slots[left].cluster == graph.slots[right].cluster else { continue }
                    if crossings(left, right) > crossings(right, left) {
                        graph.layers[rank].swapAt(place, place + 1)
                        places[left] = place + 1
                        places[right] = place
                        isChanged = true
                    }
                }
            }
            if !isChanged { return }
        }
    }

    /// Crossings between the lines of two slots when `left` is left of `right`.
    private func crossings(_ left: Int, _ right: Int) -> Int {
        var sum = 0
        for one in graph.above[left] {
            let place = places[graph.segments[one].upper]
            for other in graph.above[right] where places[graph.segments[other].upper] < place { sum += 1 }
        }
        for one in graph.below[left] {
            let place = places[graph.segments[one].lower]
            for other in graph.below[right] where places[graph.segments[other].lower] < place { sum += 1 }
        }
        return sum
    }

    @discardableResult
    private mutating func keepIfBetter() -> Bool {
        let crossings = countCrossings()
        guard crossings < bestCrossings else { return false }
        bestCrossings = crossings
        best = graph.layers
        return true
    }

    private func countCrossings() -> Int {
        var sum = 0
        for rank in graph.layers.indices.dropLast() {
            let width = graph.layers[rank + 1].count
            var tree = Array(repeating: 0, count: width + 1)
            var inserted = 0
            for slot in graph.layers[rank] {
                let targets = graph.below[slot].map { places[graph.segments[$0].lower] }
                for place in targets {
                    var before = 0
                    var index = place + 1
                    while index > 0 {
                        before += tree[index]
                        index -= index & -index
                    }
                    sum += inserted - before
                }
                for place in targets {
                    var index = place + 1
                    while index <= width {
                        tree[index] += 1
                        index += index & -index
                    }
                    inserted += 1
                }
            }
        }
        return sum
    }

    /// Orders clusters by the mean relative place of their slots.
    private mutating func fixClusterOrder() {
        renumber()
        var sums = Array(repeating: 0.0, count: graph.paths.count)
        var counts = sums
        for layer in graph.layers {
            for (place, slot) in layer.enumerated() {
                guard let cluster = graph.slots[slot].cluster else { continue }
                for owner in graph.paths[cluster] {
                    sums[owner] += (Double(place) + 0.5) / Double(layer.count)
                    counts[owner] += 1
                }
            }
        }
        let means = zip(sums, counts).map { $1 > 0 ? $0 / $1 : 0 }
        var order = Array(means.indices)
        order.sort { (means[$0], $0) < (means[$1], $1) }
        var result = Array(repeating: 0, count: order.count)
        for (place, cluster) in order.enumerated() { result[cluster] = place }
        clusterPlaces = result
    }
}
