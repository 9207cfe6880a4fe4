/// Where each layer starts and ends along, and each cluster.
///
/// Lines move across only between layers, so none can meet a box that is not its own.
struct Bands {
    private(set) var starts: [Double] = []
    private(set) var ends: [Double] = []
    private(set) var clusters: [(start: Double, end: Double)] = []
    private(set) var total = 0.0

    private var heights: [Double] = []
    private var gaps: [Double] = []
    private var startRooms: [Double] = []
    private var endRooms: [Double] = []

    private static let gapOfBoxes = 50.0
    private static let gapOfLines = 24.0
    /// Lines that go far across get a larger gap, up to this much.
    private static let largestExtraGap = 44.0

    init(_ graph: SlotGraph, in problem: LayeredProblem) {
        let hasBox = graph.layers.map { layer in layer.contains { graph.slots[$0].isBox } }
        heights = graph.layers.map { layer in layer.reduce(0) { max($0, graph.slots[$1].along) } }
        var widest = Array(repeating: 0.0, count: graph.layers.count)
        for segment in graph.segments {
            let distance = abs(graph.slots[segment.upper].across - graph.slots[segment.lower].across)
            let rank = graph.slots[segment.upper].rank
            widest[rank] = max(widest[rank], distance)
        }
        gaps = graph.layers.indices.map { rank in
            guard rank > 0 else { return 0 }
            let base = hasBox[rank] && hasBox[rank - 1] ? Bands.gapOfBoxes : Bands.gapOfLines
            return base + problem.extraGap + min(Bands.largestExtraGap, max(0, widest[rank - 1] - 100) * 0.14)
        }
        var extra = Array(repeating: 0.0, count: problem.clusters.count)
        arrange(graph, problem, extra)
        for index in problem.clusters.indices.reversed() where problem.clusters[index].minAlong > 0 {
            let missing = problem.clusters[index].minAlong - (clusters[index].end - clusters[index].start)
            guard missing > 0 else { continue }
            extra[index] = missing
            arrange(graph, problem, extra)
        }
    }

    private mutating func arrange(_ graph: SlotGraph, _ problem: LayeredProblem, _ extra: [Double]) {
        setRooms(graph, problem, extra)
        var before = Array(repeating: 0.0, count: heights.count)
        var after = before
        for (index, span) in graph.spans.enumerated() {
            before[span.lowerBound] = max(before[span.lowerBound], startRooms[index])
            after[span.upperBound] = max(after[span.upperBound], endRooms[index])
        }
        starts = []
        ends = []
        var position = 0.0
        for rank in heights.indices {
            position += gaps[rank] + before[rank]
            starts.append(position)
            position += heights[rank]
            ends.append(position)
            position += after[rank]
        }
        total = position
        clusters = graph.spans.indices.map { index in
            let span = graph.spans[index]
            return (starts[span.lowerBound] - startRooms[index], ends[span.upperBound] + endRooms[index])
        }
    }

    /// Room of a cluster before its first and after its last layer, with that of inner ones; children come last.
    private mutating func setRooms(_ graph: SlotGraph, _ problem: LayeredProblem, _ extra: [Double]) {
        startRooms = Array(repeating: 0, count: problem.clusters.count)
        endRooms = startRooms
        for (index, cluster) in problem.clusters.enumerated().reversed() {
            startRooms[index] += cluster.start
            endRooms[index] += cluster.end + extra[index]
            guard let parent = cluster.parent else { continue }
            if graph.spans[parent].lowerBound == graph.spans[index].lowerBound {
                startRooms[parent] = max(startRooms[parent], startRooms[index])
            }
            if graph.spans[parent].upperBound == graph.spans[index].upperBound {
                endRooms[parent] = max(endRooms[parent], endRooms[index])
            }
        }
    }

    func middle(of rank: Int) -> Double {
        (starts[rank] + ends[rank]) / 2
    }
}
