/// Orders the slots of every layer so that few lines cross and clusters stay together.
///
/// Sweeps down and up sort each layer by the median of its neighbours, then neighbours swap places while that helps.
/// Source: Gansner and others, "A technique for drawing directed graphs", section 3. Clusters that share a layer keep
/// one order in all layers, so that their frames are rectangles beside each other.
struct SlotOrdering {
    private var graph: SlotGraph
    private var places: [Int]
    /// The slots in the layer above and below to which each slot has a line.
    private var uppers: [[Int]] = []
    private var lowers: [[Int]] = []
    private var best: [[Int]]
    private var bestCrossings: Int
    /// The place of each cluster among its siblings once that is fixed.
    private var clusterPlaces: [Int]?
    /// Whether what is equally good changes places, which leads out of dead ends.
    private var turnsTies = false

    static let sweeps = 24
    static let sweepsOfBigGraphs = 4
    private static let bigGraph = 2_500
    private static let mostForTwoStarts = 1_000
    private static let mostForFourStarts = 300
    /// So many sweeps without a better order are the end.
    private static let patience = 5
    private static let siftings = 8

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
        uppers = graph.above.map { $0.map { graph.segments[$0].upper } }
        lowers = graph.below.map { $0.map { graph.segments[$0].lower } }
    }

    private mutating func run() {
        let isBig = graph.slots.count > SlotOrdering.bigGraph
        let rounds = isBig ? SlotOrdering.sweepsOfBigGraphs : SlotOrdering.sweeps
        let plain = graph.layers
        let starts = graph.slots.count > SlotOrdering.mostForTwoStarts ? 1 : 2
        for start in 0..<(graph.slots.count > SlotOrdering.mostForFourStarts ? starts : 4) where bestCrossings > 0 {
            graph.layers = plain
            setFirstOrder(fromBelow: start % 2 == 1, isMirrored: start >= 2)
            improve(rounds)
        }
        if !graph.paths.isEmpty {
            graph.layers = best
            fixClusterOrder()
            bestCrossings = Int.max
            for rank in graph.layers.indices { arrange(rank, by: graph.layers[rank].map { Double(places[$0]) }) }
            improve(rounds)
        }
    }

    /// Sweeps from the present order, then moves single slots in the best order found.
    private mutating func improve(_ rounds: Int) {
        let earlier = (best, bestCrossings)
        bestCrossings = Int.max
        sweep(rounds)
        graph.layers = best
        renumber()
        for _ in 0..<SlotOrdering.siftings where bestCrossings > 0 {
            sift()
            guard keepIfBetter() else { break }
        }
        if earlier.1 <= bestCrossings { (best, bestCrossings) = earlier }
    }

    private mutating func sweep(_ rounds: Int) {
        keepIfBetter()
        var idle = 0
        for round in 0..<rounds where bestCrossings > 0 && idle < SlotOrdering.patience {
            let isDown = round % 2 == 0
            turnsTies = round % 4 >= 2
            let ranks = Array(graph.layers.indices)
            for rank in isDown ? ranks : ranks.reversed() {
                arrange(rank, by: graph.layers[rank].map { median(of: $0, isDown: isDown) })
            }
            swapNeighbours()
            turnsTies = false
            swapNeighbours()
            idle = keepIfBetter() ? 0 : idle + 1
        }
    }

    /// Follows the lines from the first boxes, or from the last, so that what belongs together starts together.
    ///
    /// Mirrored, the lines of a box are followed in the other order.
    private mutating func setFirstOrder(fromBelow: Bool, isMirrored: Bool) {
        var seen = Array(repeating: false, count: graph.slots.count)
        var layers: [[Int]] = Array(repeating: [], count: graph.layers.count)
        for layer in fromBelow ? graph.layers.reversed() : graph.layers {
            for start in layer where !seen[start] {
                seen[start] = true
                var queue = [start]
                var next = 0
                while next < queue.count {
                    let slot = queue[next]
                    next += 1
                    layers[graph.slots[slot].rank].append(slot)
                    let near = fromBelow ? uppers[slot] + lowers[slot] : lowers[slot] + uppers[slot]
                    for other in isMirrored ? near.reversed() : near where !seen[other] {
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
        let found = (isDown ? uppers[slot] : lowers[slot]).map { places[$0] }
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
        let tie = turnsTies ? -1 : 1
        order.sort { (blocks[$0].value, tie * $0) < (blocks[$1].value, tie * $1) }
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
                    let gain = crossings(left, right) - crossings(right, left)
                    if gain > 0 || gain == 0 && turnsTies {
                        graph.layers[rank].swapAt(place, place + 1)
                        places[left] = place + 1
                        places[right] = place
                        isChanged = true
                    }
                }
            }
            if !isChanged || turnsTies { return }
        }
    }

    /// Moves each slot to the best place between its neighbours of the same cluster.
    private mutating func sift() {
        for rank in graph.layers.indices {
            for slot in graph.layers[rank] {
                let place = places[slot]
                let cluster = graph.slots[slot].cluster
                var best = (gain: 0, place: place)
                for step in [-1, 1] {
                    var gain = 0
                    var next = place + step
                    while graph.layers[rank].indices.contains(next) {
                        let other = graph.layers[rank][next]
                        guard graph.slots[other].cluster == cluster else { break }
                        let (left, right) = step < 0 ? (other, slot) : (slot, other)
                        gain += crossings(left, right) - crossings(right, left)
                        if gain > best.gain { best = (gain, next) }
                        next += step
                    }
                }
                guard best.gain > 0 else { continue }
                graph.layers[rank].remove(at: place)
                graph.layers[rank].insert(slot, at: best.place)
                renumber(rank)
            }
        }
    }

    /// Crossings between the lines of two slots when `left` is left of `right`.
    private func crossings(_ left: Int, _ right: Int) -> Int {
        inversions(uppers[left], uppers[right]) + inversions(lowers[left], lowers[right])
    }

    private func inversions(_ left: [Int], _ right: [Int]) -> Int {
        var sum = 0
        for one in left {
            let place = places[one]
            for other in right where places[other] < place { sum += 1 }
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
                let targets = lowers[slot].map { places[$0] }
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
