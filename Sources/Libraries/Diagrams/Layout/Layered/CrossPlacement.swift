/// Places slots across, so that lines are short and long ones straight, and frames are rectangles.
///
/// One network simplex leans to the left, one to the right; the mean of two best placements is itself a best one, and
/// centred.
enum CrossPlacement {
    private static let gapOfBoxes = 34.0
    private static let gapOfLines = 16.0
    private static let gapOfClusters = 26.0

    /// With more slots the placement nearest to the first one has to do, and is not centred.
    private static let mostCentered = 700

    static func place(_ graph: inout SlotGraph, in problem: LayeredProblem) {
        let isCentered = graph.slots.count <= mostCentered
        let first = firstPlacement(graph, problem)
        let left = placement(graph, problem, isMirrored: false, from: first, isLeaning: isCentered)
        var right = mirrored(left, slots: graph.slots.count)
        if isCentered { right = placement(graph, problem, isMirrored: true, from: right, isLeaning: true) }
        for index in graph.slots.indices { graph.slots[index].across = (left[index] - right[index]) / 2 }
        for cluster in problem.clusters.indices {
            let border = graph.slots.count + 2 * cluster
            let start = (left[border] - right[border + 1]) / 2
            graph.borders.append((start, (left[border + 1] - right[border]) / 2))
        }
        center(&graph, in: problem)
    }

    /// Moves a box over the middle of what it leads to, or under what leads to it, where neighbours leave room.
    ///
    /// Only boxes that stand above or below one of several move, and only when no line on the other side is straight.
    private static func center(_ graph: inout SlotGraph, in problem: LayeredProblem) {
        for layer in graph.layers.reversed() {
            for (place, slot) in layer.enumerated() where graph.slots[slot].isBox {
                let lower = graph.below[slot].map { graph.slots[graph.segments[$0].lower].across }
                let upper = graph.above[slot].map { graph.slots[graph.segments[$0].upper].across }
                guard
                    let target = target(graph.slots[slot].across, several: lower, others: upper)
                        ?? target(graph.slots[slot].across, several: upper, others: lower)
                else { continue }
                let range = freeRange(of: slot, at: place, in: layer, graph, problem)
                if range.least <= range.most {
                    graph.slots[slot].across = min(max(target, range.least), range.most).rounded()
                }
            }
        }
    }

    private static func target(_ across: Double, several: [Double], others: [Double]) -> Double? {
        guard several.count == 2, !others.contains(where: { abs($0 - across) < 30 }) else { return nil }
        return (several[0] + several[1]) / 2
    }

    /// How far a slot may move without coming too near to its neighbours and to the frames of clusters.
    private static func freeRange(
        of slot: Int,
        at place: Int,
        in layer: [Int],
        _ graph: SlotGraph,
        _ problem: LayeredProblem
    ) -> (least: Double, most: Double) {
        let own = graph.slots[slot]
        let path = own.cluster.map { graph.paths[$0] } ?? []
        var least = -Double.infinity
        var most = Double.infinity
        if let cluster = own.cluster {
            least = graph.borders[cluster].start + problem.clusters[cluster].before + own.before
            most = graph.borders[cluster].end - problem.clusters[cluster].after - own.after
        }
        if place > 0 {
            let other = graph.slots[layer[place - 1]]
            least = max(least, other.across + other.after + gap(other, own) + own.before)
            if let foreign = outermost(other.cluster, outside: path, graph) {
                least = max(least, graph.borders[foreign].end + gapOfClusters + own.before)
            }
        }
        if place + 1 < layer.count {
            let other = graph.slots[layer[place + 1]]
            most = min(most, other.across - other.before - gap(own, other) - own.after)
            if let foreign = outermost(other.cluster, outside: path, graph) {
                most = min(most, graph.borders[foreign].start - gapOfClusters - own.after)
            }
        }
        return (least, most)
    }

    /// The outermost cluster around a slot that is not one of `path`.
    private static func outermost(_ cluster: Int?, outside path: [Int], _ graph: SlotGraph) -> Int? {
        guard let cluster else { return nil }
        return graph.paths[cluster].first { !path.contains($0) }
    }

    /// Where slots and the borders of clusters might go, without the promise that frames do not overlap.
    private static func firstPlacement(_ graph: SlotGraph, _ problem: LayeredProblem) -> [Double] {
        var result = FirstPlacement.place(graph, weight: { weight(of: $0, in: graph) }) { left, right in
            let (left, right) = (graph.slots[left], graph.slots[right])
            let isInOne = left.cluster == right.cluster
            return left.after + right.before + (isInOne ? gap(left, right) : 2 * gapOfClusters)
        }
        for cluster in problem.clusters.indices {
            var start = Double.infinity
            for (index, slot) in graph.slots.enumerated() {
                guard let own = slot.cluster, graph.paths[own].contains(cluster) else { continue }
                start = min(start, result[index] - slot.before - problem.clusters[cluster].before)
            }
            let least = -1e6
            result += [start.isFinite ? start : least, least]
        }
        return result
    }

    /// A placement seen from the other side; the two borders of each cluster change their roles.
    private static func mirrored(_ placement: [Double], slots: Int) -> [Double] {
        var result = placement.map { -$0 }
        for border in stride(from: slots, to: result.count, by: 2) { result.swapAt(border, border + 1) }
        return result
    }

    private static func placement(
        _ graph: SlotGraph,
        _ problem: LayeredProblem,
        isMirrored: Bool,
        from first: [Double],
        isLeaning: Bool
    ) -> [Double] {
        let slotCount = graph.slots.count
        let clusterCount = problem.clusters.count
        let firstBorder = slotCount
        let firstSegment = firstBorder + 2 * clusterCount
        let root = firstSegment + graph.segments.count
        var simplex = NetworkSimplex(count: root + 1)
        let scale = slotCount + 2 * clusterCount + 1
        for (index, segment) in graph.segments.enumerated() {
            let weight = weight(of: segment, in: graph) * scale
            simplex.require(firstSegment + index, segment.upper, minimum: 0, weight: weight)
            simplex.require(firstSegment + index, segment.lower, minimum: 0, weight: weight)
        }
        for layer in graph.layers {
            let ordered = isMirrored ? layer.reversed() : layer
            separate(ordered, graph, problem, firstBorder, isMirrored, &simplex)
        }
        for (index, cluster) in problem.clusters.enumerated() {
            let border = firstBorder + 2 * index
            simplex.require(border, border + 1, minimum: Int(cluster.minAcross.rounded(.up)), weight: 2 * scale)
        }
        for index in 0..<(isLeaning ? firstSegment : 0) { simplex.require(root, index, minimum: 0, weight: 1) }
        var start = first.map { Int($0.rounded()) }
        for segment in graph.segments { start.append(min(start[segment.upper], start[segment.lower])) }
        start.append(start.min() ?? 0)
        simplex.solve(from: start)
        return simplex.positions.prefix(firstSegment).map { Double($0) }
    }

    private static func weight(of segment: SlotGraph.Segment, in graph: SlotGraph) -> Int {
        switch (graph.slots[segment.upper].isBox, graph.slots[segment.lower].isBox) {
        case (true, true): 2
        case (false, false): 8
        default: 3
        }
    }

    /// Keeps the slots of a layer apart, with the borders of clusters between them.
    private static func separate(
        _ layer: [Int],
        _ graph: SlotGraph,
        _ problem: LayeredProblem,
        _ firstBorder: Int,
        _ isMirrored: Bool,
        _ simplex: inout NetworkSimplex
    ) {
        var previous: Int?
        var open: [Int] = []
        func require(_ tail: Int, _ head: Int, _ distance: Double) {
            simplex.require(tail, head, minimum: Int(distance.rounded(.up)), weight: 0)
        }
        for slot in layer {
            let path = graph.slots[slot].cluster.map { graph.paths[$0] } ?? []
            var shared = 0
            while shared < open.count, shared < path.count, open[shared] == path[shared] { shared += 1 }
            var last = previous
            var lastRoom = previous.map { room(behind: graph.slots[$0], isMirrored) } ?? 0
            for cluster in open[shared...].reversed() {
                let padding = isMirrored ? problem.clusters[cluster].before : problem.clusters[cluster].after
                let border = firstBorder + 2 * cluster + 1
                if let last { require(last, border, lastRoom + padding) }
                last = border
                lastRoom = 0
            }
            var gap = gap(previous.map { graph.slots[$0] }, graph.slots[slot])
            if open.count > shared || path.count > shared { gap = gapOfClusters }
            for cluster in path[shared...] {
                let padding = isMirrored ? problem.clusters[cluster].after : problem.clusters[cluster].before
                let border = firstBorder + 2 * cluster
                if let last { require(last, border, lastRoom + gap) }
                last = border
                lastRoom = padding
                gap = 0
            }
            if let last { require(last, slot, lastRoom + gap + room(before: graph.slots[slot], isMirrored)) }
            previous = slot
            open = path
        }
        var last = previous
        var lastRoom = previous.map { room(behind: graph.slots[$0], isMirrored) } ?? 0
        for cluster in open.reversed() {
            let padding = isMirrored ? problem.clusters[cluster].before : problem.clusters[cluster].after
            let border = firstBorder + 2 * cluster + 1
            if let last { require(last, border, lastRoom + padding) }
            last = border
            lastRoom = 0
        }
    }

    private static func room(before slot: SlotGraph.Slot, _ isMirrored: Bool) -> Double {
        isMirrored ? slot.after : slot.before
    }

    private static func room(behind slot: SlotGraph.Slot, _ isMirrored: Bool) -> Double {
        isMirrored ? slot.before : slot.after
    }

    private static func gap(_ left: SlotGraph.Slot?, _ right: SlotGraph.Slot) -> Double {
        guard let left else { return 0 }
        if left.content == .filler || right.content == .filler { return 0 }
        if left.isBox, right.isBox { return gapOfBoxes }
        return gapOfLines
    }
}
