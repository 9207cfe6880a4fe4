extension Outline {
    /// How far the outline lies inside its box at a side, `offset` from the middle of that side.
    func depth(_ side: Side, at offset: Double) -> Double {
        let isUpright = side == .top || side == .bottom
        let half = (isUpright ? size.width : size.height) / 2
        let reach = (isUpright ? size.height : size.width) / 2
        guard half > 0 else { return 0 }
        let share = min(1, abs(offset) / half)
        switch shape {
        case .circle, .doubleCircle, .ellipse, .smallCircle, .filledCircle, .framedCircle, .crossedCircle, .cloud:
            return reach * (1 - (1 - share * share).squareRoot())
        case .diamond: return reach * share
        case .hexagon: return isUpright ? 0 : Outline.hexagonTip(size) * share
        case .cylinder, .linedCylinder:
            return isUpright ? Outline.capHeight * (1 - (1 - share * share).squareRoot()) : 0
        case .horizontalCylinder:
            return isUpright ? 0 : Outline.capHeight * (1 - (1 - share * share).squareRoot())
        case .stadium: return isUpright ? 0 : half * (1 - (1 - share * share).squareRoot())
        case .leanRight, .leanLeft, .trapezoid, .invertedTrapezoid: return slantDepth(side, offset, half)
        case .triangle:
            return side == .bottom ? 0 : side == .top ? 2 * reach * share : reach * (half - offset) / half / 2
        case .flippedTriangle:
            return side == .top ? 0 : side == .bottom ? 2 * reach * share : reach * (half + offset) / half / 2
        case .odd: return side == .left ? Outline.slant * (1 - share) : 0
        case .document, .linedDocument, .taggedDocument, .documents: return side == .bottom ? Outline.waveHeight / 2 : 0
        case .slopedRectangle:
            return side == .top ? Outline.slant * (half - offset) / half / 2 : 0
        default: return 0
        }
    }

    private func slantDepth(_ side: Side, _ offset: Double, _ half: Double) -> Double {
        guard side == .left || side == .right else { return 0 }
        let down = (half + offset) / half / 2
        let isWideAtFoot =
            switch (shape, side) {
            case (.trapezoid, _), (.leanRight, .left), (.leanLeft, .right): true
            default: false
            }
        return Outline.slant * (isWideAtFoot ? 1 - down : down)
    }

    static let slant = 18.0
    static let capHeight = 9.0
    static let waveHeight = 10.0

    static func hexagonTip(_ size: Size) -> Double {
        min(22, size.height / 2.4)
    }
}
