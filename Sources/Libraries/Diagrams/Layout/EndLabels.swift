extension Layout {
    private static let reach = 15.0
    /// With more edges, labels at the ends take the first place.
    private static let mostWeighed = 400

    /// Puts what is written at the ends of edges beside them, where it covers least.
    mutating func placeEndLabels(_ graph: Graph) {
        guard graph.edges.contains(where: { $0.tailLabel != nil || $0.headLabel != nil }) else { return }
        var taken = nodes.map { $0.frame } + edges.compactMap { $0.label?.frame } + notes.map { $0.text.frame }
        taken += groups.map { $0.title.frame }
        let lines = edges.count > Layout.mostWeighed ? [] : edges.map { $0.curve.polyline(steps: 10) }
        for (position, edge) in graph.edges.enumerated() {
            let curve = edges[position].curve
            if let text = edge.tailLabel {
                edges[position].tailLabel = place(text, at: curve.reversed, edge.arrow.tail, taken, lines)
                if let frame = edges[position].tailLabel?.frame { taken.append(frame) }
            }
            if let text = edge.headLabel {
                edges[position].headLabel = place(text, at: curve, edge.arrow.head, taken, lines)
                if let frame = edges[position].headLabel?.frame { taken.append(frame) }
            }
        }
        for edge in edges {
            for frame in [edge.tailLabel?.frame, edge.headLabel?.frame] {
                guard let frame else { continue }
                size.width = max(size.width, frame.maxX + 8)
                size.height = max(size.height, frame.maxY + 8)
            }
        }
    }

    private func place(
        _ text: String,
        at curve: Curve,
        _ head: Arrow.Head,
        _ taken: [Rect],
        _ lines: [[Point]]
    ) -> Label? {
        guard let tip = curve.points.last, curve.points.count >= 4 else { return nil }
        let set = TextStyle.edge.lines(of: text, maxWidth: 90)
        let textSize = TextStyle.edge.size(of: set)
        let box = Size(width: textSize.width + 4, height: textSize.height)
        let direction = curve.endDirection
        let across = Point(x: -direction.y, y: direction.x)
        // Half of the label in the direction across the line and along it.
        let half = (abs(across.x) * box.width + abs(across.y) * box.height) / 2
        let halfAlong = (abs(direction.x) * box.width + abs(direction.y) * box.height) / 2
        var best: (score: Int, label: Label)?
        for back in [halfAlong + 4, halfAlong + Layout.reach] {
            for side in [1.0, -1.0] {
                for away in [head == .none ? 5.0 : 9.0, 14.0] {
                    let distance = side * (half + away)
                    let center = Point(
                        x: tip.x - direction.x * back + across.x * distance,
                        y: tip.y - direction.y * back + across.y * distance
                    )
                    let frame = Rect(center: center, size: box)
                    let label = Label(frame: frame, lines: set)
                    let score = hits(frame, taken, lines)
                    if score < best?.score ?? Int.max { best = (score, label) }
                    if score == 0 { return label }
                }
            }
        }
        return best?.label
    }

    /// What a frame covers: boxes and labels count more than lines.
    private func hits(_ frame: Rect, _ taken: [Rect], _ lines: [[Point]]) -> Int {
        var count = frame.minX < 0 || frame.minY < 0 ? 10 : 0
        for other in taken where other.overlaps(frame) { count += 4 }
        for line in lines where line.contains(where: { frame.contains($0) }) { count += 1 }
        return count
    }
}
