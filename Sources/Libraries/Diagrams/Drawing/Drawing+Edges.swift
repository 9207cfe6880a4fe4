extension Drawing {
    mutating func drawEdge(_ position: Int) {
        let edge = graph.edges[position]
        let route = layout.edges[position]
        guard !route.curve.points.isEmpty else { return }
        let label = Words.label(of: edge, in: graph)
        writer.raw("<g class=\"dg-edge dg-\(edge.arrow.line.rawValue)\"")
        writer.attribute("id", elementID("edge", edge.id))
        writer.attribute("data-edge", edge.id)
        writer.attribute("data-from", edge.from)
        writer.attribute("data-to", edge.to)
        if let step = edge.step { writer.raw(" data-step=\"\(step)\"") }
        button(label)
        writer.raw(">")
        title(label)
        if options.interactive { writer.path(Path(route.curve), class: "dg-edge-hit") }
        let body = route.curve.shortened(by: edge.arrow.head.length, atStart: edge.arrow.tail.length)
        writer.path(Path(body), class: "dg-edge-line")
        drawHead(edge.arrow.head, at: route.curve)
        drawHead(edge.arrow.tail, at: route.curve.reversed)
        for label in [route.tailLabel, route.headLabel] {
            if let label { writer.label(label, style: .edge, class: "dg-end-label") }
        }
        drawLabel(route)
        writer.raw("</g>")
    }

    private mutating func drawLabel(_ route: Layout.EdgeRoute) {
        if let label = route.label {
            writer.rect(label.frame, class: "dg-label-back", radius: 5)
            let isMessage = graph.kind == .sequence
            writer.label(
                label,
                style: isMessage ? .message : .edge,
                class: isMessage ? "dg-message-label" : "dg-edge-label"
            )
        }
        if let number = route.number, let start = route.curve.points.first {
            let text = "\(number)"
            let width = max(18, TextStyle.tab.width(of: text) + 10)
            let frame = Rect(center: start, size: Size(width: width, height: 18))
            writer.rect(frame, class: "dg-number", radius: 9)
            writer.label(Layout.Label(frame: frame, lines: [text]), style: .tab, class: "dg-number-text")
        }
    }

    private mutating func drawHead(_ head: Arrow.Head, at curve: Curve) {
        guard head != .none, let tip = curve.points.last, curve.points.count >= 4 else { return }
        let direction = curve.endDirection
        func at(_ back: Double, _ side: Double) -> (Double, Double) {
            (
                tip.x - direction.x * back - direction.y * side,
                tip.y - direction.y * back + direction.x * side
            )
        }
        var path = Path()
        switch head {
        case .arrow:
            path.polygon([(tip.x, tip.y), at(10, 4.6), at(8.2, 0), at(10, -4.6)])
            writer.path(path, class: "dg-head")
        case .open:
            let (left, right) = (at(8, 5), at(8, -5))
            path.move(left.0, left.1)
            path.line(tip.x, tip.y)
            path.line(right.0, right.1)
            writer.path(path, class: "dg-head-open")
        case .circle:
            let center = at(5, 0)
            path.ellipse(Point(x: center.0, y: center.1), 4.5, 4.5)
            writer.path(path, class: "dg-head-ring")
        case .cross:
            for (start, end) in [(at(11, 4.5), at(2, -4.5)), (at(11, -4.5), at(2, 4.5))] {
                path.move(start.0, start.1)
                path.line(end.0, end.1)
            }
            writer.path(path, class: "dg-head-open")
        case .triangle:
            path.polygon([(tip.x, tip.y), at(13, 7), at(13, -7)])
            writer.path(path, class: "dg-head-hollow")
        case .hollowDiamond, .filledDiamond:
            path.polygon([(tip.x, tip.y), at(8, 5), at(16, 0), at(8, -5)])
            writer.path(path, class: head == .filledDiamond ? "dg-head" : "dg-head-hollow")
        case .zeroOrOne, .exactlyOne, .zeroOrMore, .oneOrMore: drawCrowsFoot(head, at: at)
        case .none, .lollipop: return
        }
    }

    /// The mark for the largest number is next to the box, that for the smallest behind it.
    private mutating func drawCrowsFoot(_ head: Arrow.Head, at: (Double, Double) -> (Double, Double)) {
        var path = Path()
        func bar(_ back: Double) {
            let (start, end) = (at(back, 6.5), at(back, -6.5))
            path.move(start.0, start.1)
            path.line(end.0, end.1)
        }
        let isMany = head == .zeroOrMore || head == .oneOrMore
        if isMany {
            for side in [7.0, -7.0] {
                let (start, end) = (at(0, side), at(12, 0))
                path.move(start.0, start.1)
                path.line(end.0, end.1)
            }
        } else {
            bar(7)
        }
        if head == .exactlyOne { bar(12) }
        if head == .oneOrMore { bar(15) }
        if head == .zeroOrOne || head == .zeroOrMore {
            let center = at(isMany ? 17 : 16, 0)
            var ring = Path()
            ring.ellipse(Point(x: center.0, y: center.1), 4.5, 4.5)
            writer.path(ring, class: "dg-head-ring")
        }
        writer.path(path, class: "dg-head-open")
    }
}

extension Arrow.Head {
    /// How much of the line the head covers.
    fileprivate var length: Double {
        switch self {
        case .none, .cross, .lollipop, .zeroOrOne, .exactlyOne, .zeroOrMore, .oneOrMore: 0
        case .triangle: 13
        case .hollowDiamond, .filledDiamond: 15
        case .arrow: 8
        case .open: 1
        case .circle: 9.5
        }
    }
}

extension Curve {
    /// A unit vector along the end of the curve.
    var endDirection: Point {
        guard let end = points.last else { return Point(x: 0, y: 1) }
        for point in points.dropLast().reversed() {
            let (x, y) = (end.x - point.x, end.y - point.y)
            let length = (x * x + y * y).squareRoot()
            if length > 0.5 { return Point(x: x / length, y: y / length) }
        }
        return Point(x: 0, y: 1)
    }

    /// The curve without a little at its ends, which moves the ends along their tangents.
    func shortened(by end: Double, atStart start: Double) -> Curve {
        reversed.movingEnd(by: start).reversed.movingEnd(by: end)
    }

    private func movingEnd(by distance: Double) -> Curve {
        guard distance > 0, points.count >= 4 else { return self }
        var copy = self
        let direction = endDirection
        let last = points.count - 1
        copy.points[last] = Point(
            x: points[last].x - direction.x * distance,
            y: points[last].y - direction.y * distance
        )
        return copy
    }
}
