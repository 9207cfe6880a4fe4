/// The box of a class, an entity or a state of several lines: a label, and below it what it consists of.
struct CompartmentSizing {
    private let node: Node
    private let kind: Graph.Kind
    private let lines: [String]
    private let headerLines: [String]
    private var parts: [(cells: [Layout.Cell], size: Size)] = []

    private static let side = 14.0
    private static let gap = 8.0
    private static let headGap = 10.0
    private static let columnGap = 14.0
    private static let labelWidth = 240.0
    private static let memberWidth = 340.0
    private static let commentWidth = 190.0

    init(_ node: Node, _ kind: Graph.Kind) {
        self.node = node
        self.kind = kind
        let generic = node.generic.map { "<\($0)>" } ?? ""
        lines = TextStyle.node.lines(of: node.label + generic, maxWidth: CompartmentSizing.labelWidth)
        headerLines = node.annotations.map { "«\($0)»" }
        if kind == .entities {
            parts = [table()]
        } else {
            parts = [Member.Kind.attribute, .method].map { list($0) }
        }
        parts.removeAll { $0.cells.isEmpty }
    }

    /// Members below each other, long ones in several lines.
    private func list(_ kind: Member.Kind) -> (cells: [Layout.Cell], size: Size) {
        var cells: [Layout.Cell] = []
        var size = Size(width: 0, height: 0)
        for (position, member) in node.members.enumerated() where member.kind == kind {
            let lines = TextStyle.member.lines(of: member.text, maxWidth: CompartmentSizing.memberWidth)
            let text = TextStyle.member.size(of: lines)
            let frame = Rect(x: 0, y: size.height, width: text.width, height: text.height)
            let label = Layout.Label(frame: frame, lines: lines)
            cells.append(Layout.Cell(member: position, part: .member, text: label))
            size.width = max(size.width, text.width)
            size.height += text.height
        }
        return (cells, size)
    }

    /// Attributes in columns: type, name, keys, comment.
    private func table() -> (cells: [Layout.Cell], size: Size) {
        var cells: [Layout.Cell] = []
        var widths = [0.0, 0.0, 0.0, 0.0]
        var y = 0.0
        for (position, member) in node.members.enumerated() {
            let texts = [
                member.type ?? "", member.name, member.keys.map { $0.rawValue }.joined(separator: " "),
                member.comment ?? "",
            ]
            var height = TextStyle.member.lineHeight
            for (column, part) in [Layout.Cell.Part.type, .name, .keys, .comment].enumerated() {
                guard !texts[column].isEmpty else { continue }
                let style: TextStyle = part == .keys ? .tab : .member
                let most = column == 3 ? CompartmentSizing.commentWidth : CompartmentSizing.memberWidth
                let lines = style.lines(of: texts[column], maxWidth: most)
                let size = style.size(of: lines)
                let spare = max(0, (TextStyle.member.lineHeight - style.lineHeight) / 2)
                let frame = Rect(x: Double(column), y: y + spare, width: size.width, height: size.height)
                cells.append(Layout.Cell(member: position, part: part, text: Layout.Label(frame: frame, lines: lines)))
                widths[column] = max(widths[column], size.width)
                height = max(height, size.height)
            }
            y += height + 3
        }
        var starts: [Double] = []
        var x = 0.0
        for width in widths {
            starts.append(x)
            if width > 0 { x += width + CompartmentSizing.columnGap }
        }
        for index in cells.indices { cells[index].text.frame.x = starts[Int(cells[index].text.frame.x)] }
        return (cells, Size(width: max(0, x - CompartmentSizing.columnGap), height: max(0, y - 3)))
    }

    func sizing() -> NodeSizing {
        let name = TextStyle.node.size(of: lines)
        let header = headerLines.isEmpty ? Size(width: 0, height: 0) : TextStyle.note.size(of: headerLines)
        let hasIcon = node.kind != .unknown
        let iconRoom = hasIcon ? NodeSizing.iconSize + 10 : 0
        var width = max(92, max(name.width + iconRoom, header.width) + 2 * CompartmentSizing.side)
        var height = header.height + max(name.height, hasIcon ? NodeSizing.iconSize : 0)
        height += 2 * (parts.isEmpty ? CompartmentSizing.headGap + 3 : CompartmentSizing.headGap)
        let headHeight = height
        for part in parts {
            width = max(width, part.size.width + 2 * CompartmentSizing.side)
            height += part.size.height + 2 * CompartmentSizing.gap
        }
        let size = Size(width: width.rounded(.up), height: height.rounded(.up))
        let top = -size.height / 2
        let nameY = top + (headHeight + header.height) / 2
        let iconX = -(name.width + iconRoom) / 2 + NodeSizing.iconSize / 2
        var sizing = NodeSizing(
            size: size,
            lines: lines,
            textSize: name,
            textOffset: Point(x: iconRoom / 2, y: nameY),
            iconOffset: hasIcon ? Point(x: iconX, y: nameY) : nil
        )
        if !headerLines.isEmpty {
            let middle = Point(
                x: 0,
                y: nameY - (max(name.height, hasIcon ? NodeSizing.iconSize : 0) + header.height) / 2
            )
            sizing.header = Layout.Label(frame: Rect(center: middle, size: header), lines: headerLines)
        }
        var y = top + headHeight
        for part in parts {
            var compartment = Layout.Compartment(y: y, cells: part.cells)
            let offset = Point(x: -size.width / 2 + CompartmentSizing.side, y: y + CompartmentSizing.gap)
            for index in compartment.cells.indices { compartment.cells[index].text.move(by: offset) }
            sizing.compartments.append(compartment)
            y += part.size.height + 2 * CompartmentSizing.gap
        }
        return sizing
    }
}
