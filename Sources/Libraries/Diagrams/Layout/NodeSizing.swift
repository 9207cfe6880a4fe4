/// How large a node is, and where its text and icon sit.
struct NodeSizing {
    let size: Size
    let lines: [String]
    let textSize: Size
    /// Middle of the text, seen from the middle of the node.
    let textOffset: Point
    /// Middle of the icon, seen from the middle of the node.
    let iconOffset: Point?
    /// What stands above the label, and below it; seen from the middle of the node.
    var header: Layout.Label?
    var compartments: [Layout.Compartment] = []

    static let textWidth = 178.0
    static let iconSize = 20.0
    private static let iconGap = 10.0

    /// The size of a node in its diagram.
    init(_ node: Node, in kind: Graph.Kind, isSideways: Bool) {
        switch kind {
        case .classes where node.role == .plain, .entities: self = CompartmentSizing(node, kind).sizing()
        case .state where !node.members.isEmpty: self = CompartmentSizing(node, kind).sizing()
        case .state where node.role == .choice:
            self.init(mark: node.label == node.id ? Size(width: 36, height: 36) : NodeSizing(node).size)
        case .state where node.role == .fork || node.role == .join:
            self.init(mark: isSideways ? Size(width: 8, height: 80) : Size(width: 80, height: 8))
        default: self.init(node)
        }
    }

    /// A node without a text.
    private init(mark: Size) {
        size = mark
        lines = []
        textSize = Size(width: 0, height: 0)
        textOffset = Point(x: 0, y: 0)
        iconOffset = nil
    }

    /// A box whose parts are placed already.
    init(size: Size, lines: [String], textSize: Size, textOffset: Point, iconOffset: Point?) {
        self.size = size
        self.lines = lines
        self.textSize = textSize
        self.textOffset = textOffset
        self.iconOffset = iconOffset
    }

    init(_ node: Node) {
        let style = TextStyle.node
        if node.shape.isMark {
            lines = []
            textSize = Size(width: 0, height: 0)
            textOffset = Point(x: 0, y: 0)
            iconOffset = nil
            size = NodeSizing.markSize(node.shape)
            return
        }
        lines = style.lines(of: node.label, maxWidth: NodeSizing.textWidth)
        textSize = style.size(of: lines)
        let isBlank = textSize.width == 0
        let hasIcon = node.kind != .unknown && node.shape.hasRoomForIcon
        let iconRoom = hasIcon ? NodeSizing.iconSize + (isBlank ? 0 : NodeSizing.iconGap) : 0
        let content = Size(
            width: textSize.width + iconRoom,
            height: max(textSize.height, hasIcon ? NodeSizing.iconSize : 0)
        )
        let (outer, offset) = NodeSizing.box(around: content, shape: node.shape)
        size = Size(width: outer.width.rounded(.up), height: outer.height.rounded(.up))
        textOffset = Point(x: offset.x + iconRoom / 2, y: offset.y)
        let iconX = offset.x - content.width / 2 + NodeSizing.iconSize / 2
        iconOffset = hasIcon ? Point(x: iconX, y: offset.y) : nil
    }

    private static func markSize(_ shape: NodeShape) -> Size {
        switch shape {
        case .fork: Size(width: 80, height: 8)
        case .filledCircle: Size(width: 14, height: 14)
        case .smallCircle: Size(width: 20, height: 20)
        case .framedCircle: Size(width: 24, height: 24)
        case .crossedCircle: Size(width: 36, height: 36)
        default: Size(width: 34, height: 44)
        }
    }

    /// The box of a shape around its content, and the middle of the content seen from the middle of the box.
    private static func box(around content: Size, shape: NodeShape) -> (size: Size, offset: Point) {
        let wide = content.width
        let high = content.height
        let plain = Size(width: max(76, wide + 36), height: max(46, high + 26))
        let middle = Point(x: 0, y: 0)
        switch shape {
        case .circle, .doubleCircle:
            let diameter = (wide * wide + high * high).squareRoot() + (shape == .circle ? 18 : 28)
            return (Size(width: max(52, diameter), height: max(52, diameter)), middle)
        case .ellipse, .cloud:
            return (Size(width: max(90, wide * 1.42 + 16), height: max(52, high * 1.42 + 18)), middle)
        case .diamond:
            return (Size(width: max(92, (wide + 14) * 1.62), height: max(64, (high + 8) * 2.62)), middle)
        case .hexagon:
            let height = plain.height
            let tip = Outline.hexagonTip(Size(width: 0, height: height))
            return (Size(width: max(90, wide + 24 + 2 * tip), height: height), middle)
        case .stadium: return (Size(width: max(84, wide + 46), height: plain.height), middle)
        case .cylinder, .linedCylinder:
            let cap = Outline.capHeight * 2
            return (Size(width: plain.width, height: high + 24 + cap), Point(x: 0, y: Outline.capHeight / 2 + 2))
        case .horizontalCylinder:
            return (Size(width: wide + 38 + Outline.capHeight * 2, height: plain.height), Point(x: -5, y: 0))
        case .leanRight, .leanLeft, .trapezoid, .invertedTrapezoid, .odd, .curvedTrapezoid, .flag, .notchedPentagon:
            return (Size(width: max(84, wide + 30 + 2 * Outline.slant), height: plain.height), middle)
        case .document, .linedDocument, .taggedDocument, .documents:
            let height = plain.height + Outline.waveHeight
            return (Size(width: plain.width + 8, height: height), Point(x: 0, y: -Outline.waveHeight / 2))
        case .slopedRectangle:
            let height = plain.height + Outline.slant
            return (Size(width: plain.width, height: height), Point(x: 0, y: Outline.slant / 2))
        case .triangle, .flippedTriangle:
            let size = Size(width: max(90, wide * 2 + 20), height: max(72, high * 2 + 20))
            return (size, Point(x: 0, y: shape == .triangle ? size.height * 0.2 : -size.height * 0.2))
        case .text: return (Size(width: max(24, wide + 12), height: max(24, high + 8)), middle)
        case .subroutine, .linedRectangle, .windowPane, .dividedRectangle, .bowRectangle, .delay, .braceLeft,
            .braceRight, .braces, .stackedRectangle:
            return (Size(width: plain.width + 20, height: plain.height + 8), middle)
        default: return (plain, middle)
        }
    }
}

extension NodeShape {
    fileprivate var hasRoomForIcon: Bool {
        switch self {
        case .circle, .doubleCircle, .triangle, .flippedTriangle, .text, .diamond: false
        default: true
        }
    }
}
