/// The outline of each shape in its box, and lines drawn on top of it.
struct ShapePath {
    /// Closed; filled and stroked.
    private(set) var outline = Path()
    /// Only stroked.
    private(set) var detail = Path()

    private let frame: Rect
    static let radius = 9.0

    init(_ shape: NodeShape, in frame: Rect) {
        self.frame = frame
        switch shape {
        case .rectangle, .participant, .text, .actor: outline.roundedRect(frame, radius: ShapePath.radius)
        case .rounded: outline.roundedRect(frame, radius: 16)
        case .stadium: outline.roundedRect(frame, radius: frame.height / 2)
        case .circle, .smallCircle, .filledCircle, .ellipse: ellipse()
        case .doubleCircle, .framedCircle, .crossedCircle: circleMark(shape)
        case .cylinder, .linedCylinder: drum(hasLine: shape == .linedCylinder)
        case .horizontalCylinder: lyingDrum()
        case .diamond, .hexagon, .leanRight, .leanLeft, .trapezoid, .invertedTrapezoid, .odd, .triangle,
            .flippedTriangle, .notchedRectangle, .notchedPentagon, .slopedRectangle, .hourglass, .bolt:
            polygon(shape)
        case .document, .linedDocument, .taggedDocument, .documents, .flag: sheet(shape)
        case .cloud: cloud()
        case .delay, .curvedTrapezoid, .bowRectangle: bowed(shape)
        case .braceLeft, .braceRight, .braces: braces(shape)
        case .fork: outline.roundedRect(frame, radius: 3)
        case .subroutine, .linedRectangle, .dividedRectangle, .windowPane, .stackedRectangle, .taggedRectangle:
            boxWithLines(shape)
        }
    }

    private mutating func ellipse() {
        outline.ellipse(frame.center, frame.width / 2, frame.height / 2)
    }

    private mutating func circleMark(_ shape: NodeShape) {
        ellipse()
        if shape == .crossedCircle {
            let reach = frame.width / 2 * 0.707
            detail.move(frame.center.x - reach, frame.center.y - reach)
            detail.line(frame.center.x + reach, frame.center.y + reach)
            detail.move(frame.center.x + reach, frame.center.y - reach)
            detail.line(frame.center.x - reach, frame.center.y + reach)
        } else {
            detail.ellipse(frame.center, frame.width / 2 - 5, frame.height / 2 - 5)
        }
    }

    private mutating func drum(hasLine: Bool) {
        let cap = Outline.capHeight
        let half = frame.width / 2
        outline.move(frame.minX, frame.minY + cap)
        outline.arc(half, cap, clockwise: true, frame.maxX, frame.minY + cap)
        outline.line(frame.maxX, frame.maxY - cap)
        outline.arc(half, cap, clockwise: true, frame.minX, frame.maxY - cap)
        outline.close()
        for shift in hasLine ? [0.0, 6.0] : [0.0] {
            detail.move(frame.minX, frame.minY + cap + shift)
            detail.arc(half, cap, clockwise: false, frame.maxX, frame.minY + cap + shift)
        }
    }

    private mutating func lyingDrum() {
        let cap = Outline.capHeight
        let half = frame.height / 2
        outline.move(frame.minX + cap, frame.minY)
        outline.line(frame.maxX - cap, frame.minY)
        outline.arc(cap, half, clockwise: true, frame.maxX - cap, frame.maxY)
        outline.line(frame.minX + cap, frame.maxY)
        outline.arc(cap, half, clockwise: true, frame.minX + cap, frame.minY)
        outline.close()
        detail.move(frame.maxX - cap, frame.minY)
        detail.arc(cap, half, clockwise: false, frame.maxX - cap, frame.maxY)
    }

    private mutating func polygon(_ shape: NodeShape) {
        let (left, right, top, foot) = (frame.minX, frame.maxX, frame.minY, frame.maxY)
        let (midX, midY) = (frame.center.x, frame.center.y)
        let slant = Outline.slant
        let tip = Outline.hexagonTip(frame.size)
        let points: [(Double, Double)]
        switch shape {
        case .diamond: points = [(midX, top), (right, midY), (midX, foot), (left, midY)]
        case .hexagon:
            points = [
                (left + tip, top), (right - tip, top), (right, midY), (right - tip, foot), (left + tip, foot),
                (left, midY),
            ]
        case .leanRight: points = [(left + slant, top), (right, top), (right - slant, foot), (left, foot)]
        case .leanLeft: points = [(left, top), (right - slant, top), (right, foot), (left + slant, foot)]
        case .trapezoid: points = [(left + slant, top), (right - slant, top), (right, foot), (left, foot)]
        case .invertedTrapezoid: points = [(left, top), (right, top), (right - slant, foot), (left + slant, foot)]
        case .odd: points = [(left, top), (right, top), (right, foot), (left, foot), (left + slant, midY)]
        case .triangle: points = [(midX, top), (right, foot), (left, foot)]
        case .flippedTriangle: points = [(left, top), (right, top), (midX, foot)]
        case .notchedRectangle:
            points = [(left + 14, top), (right, top), (right, foot), (left, foot), (left, top + 14)]
        case .notchedPentagon:
            points = [
                (left + slant, top), (right - slant, top), (right, top + 14), (right, foot), (left, foot),
                (left, top + 14),
            ]
        case .slopedRectangle: points = [(left, top + slant), (right, top), (right, foot), (left, foot)]
        case .hourglass: points = [(left, top), (right, top), (left, foot), (right, foot)]
        default:
            points = [
                (midX + 6, top), (left + 2, midY + 3), (midX - 1, midY + 3), (midX - 6, foot), (right - 2, midY - 3),
                (midX + 1, midY - 3),
            ]
        }
        outline.polygon(points)
    }

    private mutating func sheet(_ shape: NodeShape) {
        let wave = Outline.waveHeight
        let pile = shape == .documents ? 4.0 : 0
        let (left, right, top, foot) = (frame.minX, frame.maxX - pile, frame.minY + pile, frame.maxY - wave / 2)
        let middle = (left + right) / 2
        outline.move(left, shape == .flag ? top + wave / 2 : top)
        if shape == .flag {
            waveLine(&outline, from: left, to: right, y: top + wave / 2, wave: wave)
        } else {
            outline.line(right, top)
        }
        outline.line(right, foot)
        outline.curve(
            Point(x: right - (right - middle) * 0.6, y: foot - wave),
            Point(x: middle + (right - middle) * 0.3, y: foot - wave / 2),
            Point(x: middle, y: foot)
        )
        outline.curve(
            Point(x: middle - (middle - left) * 0.3, y: foot + wave / 2),
            Point(x: left + (middle - left) * 0.6, y: foot + wave * 0.7),
            Point(x: left, y: foot)
        )
        outline.close()
        if shape == .linedDocument {
            detail.move(left + 10, top)
            detail.line(left + 10, foot)
        } else if shape == .taggedDocument {
            detail.move(right - 16, foot - 4)
            detail.line(right, foot - 18)
        } else if shape == .documents {
            detail.move(left + pile, top)
            detail.line(left + pile, top - pile)
            detail.line(right + pile, top - pile)
            detail.line(right + pile, foot - pile)
            detail.line(right, foot - pile)
        }
    }

    private func waveLine(_ path: inout Path, from left: Double, to right: Double, y: Double, wave: Double) {
        let middle = (left + right) / 2
        path.curve(
            Point(x: left + (middle - left) * 0.6, y: y + wave * 0.7),
            Point(x: middle - (middle - left) * 0.3, y: y + wave / 2),
            Point(x: middle, y: y)
        )
        path.curve(
            Point(x: middle + (right - middle) * 0.3, y: y - wave / 2),
            Point(x: right - (right - middle) * 0.6, y: y - wave * 0.7),
            Point(x: right, y: y)
        )
    }

    private mutating func cloud() {
        let (width, height) = (frame.width, frame.height)
        func at(_ x: Double, _ y: Double) -> Point { Point(x: frame.minX + width * x, y: frame.minY + height * y) }
        let start = at(0.2, 0.88)
        outline.move(start.x, start.y)
        outline.curve(at(-0.02, 0.9), at(-0.05, 0.45), at(0.14, 0.42))
        outline.curve(at(0.1, 0.05), at(0.38, -0.06), at(0.46, 0.14))
        outline.curve(at(0.6, -0.1), at(0.88, 0.06), at(0.84, 0.36))
        outline.curve(at(1.04, 0.4), at(1.04, 0.88), at(0.8, 0.88))
        outline.close()
    }

    private mutating func bowed(_ shape: NodeShape) {
        let (left, right, top, foot) = (frame.minX, frame.maxX, frame.minY, frame.maxY)
        let half = frame.height / 2
        switch shape {
        case .delay:
            outline.move(left, top)
            outline.line(right - half, top)
            outline.arc(half, half, clockwise: true, right - half, foot)
            outline.line(left, foot)
        case .bowRectangle:
            outline.move(left + 8, top)
            outline.line(right, top)
            outline.arc(14, half, clockwise: false, right, foot)
            outline.line(left + 8, foot)
            outline.arc(8, half, clockwise: true, left + 8, top)
        default:
            outline.move(left + Outline.slant, top)
            outline.line(right - 14, top)
            outline.arc(14, half, clockwise: true, right - 14, foot)
            outline.line(left + Outline.slant, foot)
            outline.line(left, frame.center.y)
        }
        outline.close()
    }

    private mutating func braces(_ shape: NodeShape) {
        if shape != .braceRight { brace(x: frame.minX + 8, outwards: -6) }
        if shape != .braceLeft { brace(x: frame.maxX - 8, outwards: 6) }
    }

    private mutating func brace(x: Double, outwards: Double) {
        let (top, foot, middle) = (frame.minY, frame.maxY, frame.center.y)
        detail.move(x - outwards, top)
        detail.curve(Point(x: x, y: top), Point(x: x, y: top + 2), Point(x: x, y: top + 8))
        detail.line(x, middle - 6)
        detail.curve(Point(x: x, y: middle), Point(x: x, y: middle), Point(x: x + outwards, y: middle))
        detail.curve(Point(x: x, y: middle), Point(x: x, y: middle), Point(x: x, y: middle + 6))
        detail.line(x, foot - 8)
        detail.curve(Point(x: x, y: foot - 2), Point(x: x, y: foot), Point(x: x - outwards, y: foot))
    }

    private mutating func boxWithLines(_ shape: NodeShape) {
        var box = frame
        if shape == .stackedRectangle {
            box = Rect(x: frame.x, y: frame.y + 5, width: frame.width - 5, height: frame.height - 5)
            detail.move(box.minX + 5, box.minY)
            detail.line(box.minX + 5, frame.minY)
            detail.line(frame.maxX, frame.minY)
            detail.line(frame.maxX, box.maxY - 5)
            detail.line(box.maxX, box.maxY - 5)
        }
        outline.roundedRect(box, radius: 4)
        if shape == .subroutine || shape == .linedRectangle || shape == .windowPane {
            detail.move(box.minX + 9, box.minY)
            detail.line(box.minX + 9, box.maxY)
        }
        if shape == .subroutine {
            detail.move(box.maxX - 9, box.minY)
            detail.line(box.maxX - 9, box.maxY)
        }
        if shape == .dividedRectangle || shape == .windowPane {
            detail.move(box.minX, box.minY + 9)
            detail.line(box.maxX, box.minY + 9)
        }
        if shape == .taggedRectangle {
            detail.move(box.maxX - 16, box.maxY)
            detail.line(box.maxX, box.maxY - 16)
        }
    }
}
