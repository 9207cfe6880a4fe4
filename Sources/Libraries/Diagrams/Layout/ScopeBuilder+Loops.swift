/// An edge from a box to itself, seen from the middle of the box: across to the right, along downwards.
struct Loop {
    let edge: Int
    /// Half of the distance between its two ends on the box, and further out.
    let spread: Double
    let reach: Double
    let labelSize: Size

    private static let firstReach = 26.0
    /// What the arrow heads of classes and entities need.
    private static let reachOfRelations = 40.0
    private static let gap = 8.0

    /// The loops of a box, inner ones first; an outer one runs around the label of the one before.
    static func around(
        halfWidth: Double,
        height: Double,
        labels: [(edge: Int, size: Size)],
        hasLargeHeads: Bool
    ) -> [Loop] {
        var loops: [Loop] = []
        for (edge, size) in labels {
            var spread = min(height * 0.28, 13)
            var reach = halfWidth + (hasLargeHeads ? reachOfRelations : firstReach)
            if let last = loops.last {
                spread = max(last.spread + 9, last.labelSize.height / 2 + gap)
                reach = last.end + gap
            }
            loops.append(Loop(edge: edge, spread: spread, reach: reach, labelSize: size))
        }
        return loops
    }

    /// How far it and its label go, from the middle.
    var end: Double { reach + (labelSize.width > 0 ? labelSize.width + 4 : 0) }

    var labelCenter: Point? {
        labelSize.width > 0 ? Point(x: reach + 3 + labelSize.width / 2, y: 0) : nil
    }

    /// From the border of the box and back; `border` tells how far the border is from the middle.
    func curve(height: Double, border: (Double) -> Double) -> Curve {
        let round = min(10, spread)
        let end = min(spread, height * 0.36)
        let (top, foot) = (border(-end), border(end))
        let out = max(top, foot) + 8
        var curve = Curve(from: Point(x: top, y: -end))
        if end < spread {
            curve.curve(Point(x: out, y: -end), Point(x: out - 4, y: -spread), to: Point(x: out + 4, y: -spread))
        }
        curve.line(to: Point(x: reach - round, y: -spread))
        curve.curve(
            Point(x: reach - round / 2, y: -spread),
            Point(x: reach, y: -spread + round / 2),
            to: Point(x: reach, y: -spread + round)
        )
        curve.line(to: Point(x: reach, y: spread - round))
        curve.curve(
            Point(x: reach, y: spread - round / 2),
            Point(x: reach - round / 2, y: spread),
            to: Point(x: reach - round, y: spread)
        )
        if end < spread {
            curve.line(to: Point(x: out + 4, y: spread))
            curve.curve(Point(x: out - 4, y: spread), Point(x: out, y: end), to: Point(x: foot, y: end))
        } else {
            curve.line(to: Point(x: foot, y: spread))
        }
        return curve
    }
}

extension ScopeBuilder {
    private func allLoops(of box: Int) -> [Loop] {
        let size = turn.size(sizes[box])
        let labels = loopEdges.filter { $0.box == box }.map { loop in
            let lines = EdgeLabel.lines(graph.edges[loop.edge].label)
            let label = lines.isEmpty ? Size(width: 0, height: 0) : turn.size(EdgeLabel.size(lines))
            return (edge: loop.edge, size: label)
        }
        return Loop.around(
            halfWidth: size.width / 2,
            height: size.height,
            labels: labels,
            hasLargeHeads: graph.kind == .classes || graph.kind == .entities
        )
    }

    /// The room that the loops of a box take beside it, and in all along.
    func loops(of box: Int) -> (across: Double, along: Double) {
        let loops = allLoops(of: box)
        guard let last = loops.last else { return (0, 0) }
        let highest = loops.reduce(0) { max($0, $1.labelSize.height, 2 * $1.spread) }
        return (last.end + 6 - turn.size(sizes[box]).width / 2, highest + 4)
    }

    /// Edges from a box to itself, where the boxes are.
    func loops(in solution: LayeredProblem.Solution) -> [(edge: Int, curve: Curve, label: Point?)] {
        var seen: [Bool] = Array(repeating: false, count: boxes.count)
        var result: [(edge: Int, curve: Curve, label: Point?)] = []
        for (_, box) in loopEdges where !seen[box] {
            seen[box] = true
            let outline = outline(of: box)
            let size = turn.size(sizes[box])
            let side: Outline.Side = turn.isSideways ? .bottom : .right
            for loop in allLoops(of: box) {
                let curve = loop.curve(height: size.height) { size.width / 2 - outline.depth(side, at: $0) }
                let center = solution.centers[box]
                let place: (Point) -> Point = { self.turn.point($0.moved(by: center), in: solution.size) }
                result.append((loop.edge, curve.mapped(place), loop.labelCenter.map(place)))
            }
        }
        return result
    }
}
