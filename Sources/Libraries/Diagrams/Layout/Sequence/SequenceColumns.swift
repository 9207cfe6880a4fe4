/// The columns of a sequence diagram: how wide participants are and how far apart.
struct SequenceColumns {
    let graph: Graph
    private(set) var table = NameTable()
    private var edges = NameTable()
    /// The lines of each participant's label, and the size of its box.
    private(set) var lines: [[String]] = []
    private(set) var sizes: [Size] = []
    /// Where each lifeline is.
    private(set) var positions: [Double] = []
    /// The height of the row of participants.
    private(set) var headHeight = 0.0

    private var gaps: [Double] = []
    private var wishes: [(first: Int, last: Int, width: Double)] = []

    static let labelWidth = 230.0
    static let noteWidth = 190.0
    static let loopReach = 34.0
    private static let nameWidth = 150.0
    private static let gapOfBoxes = 34.0
    private static let gapOfGroups = 30.0
    static let personHeight = 34.0

    init(_ graph: Graph) {
        self.graph = graph
        for edge in graph.edges { edges.insert(edge.id) }
        for node in graph.nodes {
            table.insert(node.id)
            let text = TextStyle.node.lines(of: node.label, maxWidth: SequenceColumns.nameWidth)
            let textSize = TextStyle.node.size(of: text)
            lines.append(text)
            sizes.append(SequenceColumns.boxSize(of: node, text: textSize))
        }
        headHeight = sizes.reduce(0) { max($0, $1.height) }
        setGaps()
        for item in graph.items { collectWish(item) }
        wishes.sort { ($0.last - $0.first, $0.first) < ($1.last - $1.first, $1.first) }
        for wish in wishes { widen(wish.first, wish.last, to: wish.width) }
        makeRoomForTitles()
        var x = (sizes.first?.width ?? 0) / 2
        for index in graph.nodes.indices {
            positions.append(x)
            if index < gaps.count { x += gaps[index].rounded(.up) }
        }
    }

    private static func boxSize(of node: Node, text: Size) -> Size {
        if node.shape == .actor {
            return Size(width: max(64, text.width + 12), height: personHeight + 8 + text.height)
        }
        let icon = node.kind == .unknown ? 0 : NodeSizing.iconSize + 10
        return Size(width: max(92, text.width + icon + 34), height: max(44, text.height + 24))
    }

    private mutating func setGaps() {
        for index in graph.nodes.indices.dropLast() {
            var gap = (sizes[index].width + sizes[index + 1].width) / 2 + SequenceColumns.gapOfBoxes
            if graph.nodes[index].group != graph.nodes[index + 1].group { gap += SequenceColumns.gapOfGroups }
            gaps.append(gap)
        }
    }

    private mutating func collectWish(_ item: SequenceItem) {
        switch item {
        case .message(let id):
            guard let edge = edge(id), let from = table[edge.from], let to = table[edge.to] else { return }
            let label = MessageLabel.size(MessageLabel.lines(edge.label)).width
            if from == to {
                wish(from, from + 1, SequenceColumns.loopReach + label + 26)
            } else {
                wish(min(from, to), max(from, to), label + 34)
            }
        case .note(let note):
            guard let first = table[note.participant] else { return }
            let width = NoteText.size(NoteText.lines(note.text)).width
            switch note.placement {
            case .left: wish(first - 1, first, width + 32)
            case .right: wish(first, first + 1, width + 32)
            case .over:
                if let last = note.lastParticipant.flatMap({ table[$0] }), last != first {
                    wish(min(first, last), max(first, last), width - 20)
                } else {
                    wish(first - 1, first, width / 2 + 22)
                    wish(first, first + 1, width / 2 + 22)
                }
            }
        case .create(let id):
            guard let position = table[id] else { return }
            wish(position - 1, position, sizes[position].width + 40)
        default: return
        }
    }

    /// A box whose title is wider than its participants reaches further to both sides.
    private mutating func makeRoomForTitles() {
        for group in graph.groups {
            let members = graph.nodes.indices.filter { graph.nodes[$0].group == group.id }
            guard let first = members.first, let last = members.last else { continue }
            var span = (sizes[first].width + sizes[last].width) / 2
            for index in first..<last { span += gaps[index] }
            let spare = max(0, (SequenceLayout.title(of: group).size.width - span) / 2)
            if first > 0 { gaps[first - 1] += spare }
            if last < gaps.count { gaps[last] += spare }
        }
    }

    func edge(_ id: String) -> Edge? {
        edges[id].map { graph.edges[$0] }
    }

    private mutating func wish(_ first: Int, _ last: Int, _ width: Double) {
        guard first >= 0, last < graph.nodes.count else { return }
        wishes.append((first, last, width))
    }

    private mutating func widen(_ first: Int, _ last: Int, to width: Double) {
        var present = 0.0
        for index in first..<last { present += gaps[index] }
        guard present < width else { return }
        let share = (width - present) / Double(last - first)
        for index in first..<last { gaps[index] += share }
    }
}

/// The text above a message.
enum MessageLabel {
    static func lines(_ label: String?) -> [String] {
        guard let label, !label.isEmpty else { return [] }
        return TextStyle.message.lines(of: label, maxWidth: SequenceColumns.labelWidth)
    }

    static func size(_ lines: [String]) -> Size {
        guard !lines.isEmpty else { return Size(width: 0, height: 0) }
        let text = TextStyle.message.size(of: lines)
        return Size(width: text.width + 10, height: text.height + 2)
    }
}

/// The text of a note.
enum NoteText {
    static func lines(_ text: String) -> [String] {
        TextStyle.note.lines(of: text, maxWidth: SequenceColumns.noteWidth)
    }

    static func size(_ lines: [String]) -> Size {
        let text = TextStyle.note.size(of: lines)
        return Size(width: max(60, text.width + 24), height: text.height + 16)
    }
}
