/// Places slots across nearly as well as `CrossPlacement` does, from which that has a short way to the best.
///
/// Layer by layer, down and up, each slot wants to be at the mean of its neighbours; the order and the least distances
/// are kept by pooling slots that push each other. Source: Ayer and others, "pool adjacent violators".
struct FirstPlacement {
    private let graph: SlotGraph
    private let weights: [Double]
    private var across: [Double]
    /// For each layer, how far its slots are from the first one when all stand as close as they may.
    private var offsets: [[Double]] = []

    private static let sweeps = 8

    /// The middle of each slot; `distance` tells how close two neighbours may stand.
    static func place(
        _ graph: SlotGraph,
        weight: (SlotGraph.Segment) -> Int,
        distance: (_ left: Int, _ right: Int) -> Double
    ) -> [Double] {
        var placement = FirstPlacement(graph, graph.segments.map { Double(weight($0)) }, distance)
        for round in 0..<sweeps {
            let ranks = Array(graph.layers.indices)
            for rank in round % 2 == 0 ? ranks : ranks.reversed() { placement.settle(rank, isDown: round % 2 == 0) }
        }
        return placement.across
    }

    private init(_ graph: SlotGraph, _ weights: [Double], _ distance: (Int, Int) -> Double) {
        self.graph = graph
        self.weights = weights
        across = Array(repeating: 0, count: graph.slots.count)
        for layer in graph.layers {
            var offset = [0.0]
            for (left, right) in zip(layer, layer.dropFirst()) {
                offset.append((offset.last ?? 0) + distance(left, right))
            }
            let half = (offset.last ?? 0) / 2
            for (place, slot) in layer.enumerated() { across[slot] = offset[place] - half }
            offsets.append(offset)
        }
    }

    private mutating func settle(_ rank: Int, isDown: Bool) {
        let layer = graph.layers[rank]
        var pools: [(sum: Double, weight: Double, count: Int)] = []
        for (place, slot) in layer.enumerated() {
            var sum = 0.0
            var weight = 0.0
            for segment in isDown ? graph.above[slot] : graph.below[slot] {
                let ends = graph.segments[segment]
                sum += weights[segment] * across[isDown ? ends.upper : ends.lower]
                weight += weights[segment]
            }
            // Without a neighbour a slot stays where it is, and gives way to all others.
            let own = weight > 0 ? weight : 0.01
            let wish = weight > 0 ? sum / weight : across[slot]
            pools.append((own * (wish - offsets[rank][place]), own, 1))
            while pools.count > 1, let last = pools.last {
                let before = pools[pools.count - 2]
                guard before.sum * last.weight > last.sum * before.weight else { break }
                pools.removeLast()
                pools[pools.count - 1] = (before.sum + last.sum, before.weight + last.weight, before.count + last.count)
            }
        }
        var place = 0
        for pool in pools {
            for _ in 0..<pool.count {
                across[layer[place]] = pool.sum / pool.weight + offsets[rank][place]
                place += 1
            }
        }
    }
}
