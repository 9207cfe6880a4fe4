/// How far across each frame of a sequence diagram reaches.
struct SequenceExtents {
    /// Left and right side for each `blockStart`, in order.
    private(set) var frames: [(left: Double, right: Double)] = []

    private let columns: SequenceColumns
    private var open: [Int] = []

    private static let reach = 26.0
    private static let nestedReach = 12.0

    init(_ columns: SequenceColumns) {
        self.columns = columns
        for item in columns.graph.items {
            switch item {
            case .blockStart:
                open.append(frames.count)
                frames.append((Double.infinity, -Double.infinity))
            case .blockEnd: close()
            case .message(let id): include(message: id)
            case .note(let note):
                let frame = SequenceExtents.noteFrame(note, columns, y: 0)
                include(frame.minX - 10, frame.maxX + 10)
            case .activate(let id), .deactivate(let id):
                if let position = columns.table[id] {
                    let x = columns.positions[position]
                    include(x - SequenceExtents.reach, x + SequenceExtents.reach)
                }
            default: continue
            }
        }
        while !open.isEmpty { close() }
    }

    private mutating func close() {
        guard let frame = open.popLast() else { return }
        if frames[frame].left > frames[frame].right {
            let first = columns.positions.first ?? 0
            let last = columns.positions.last ?? 0
            frames[frame] = (first - SequenceExtents.reach, last + SequenceExtents.reach)
        }
        include(frames[frame].left - SequenceExtents.nestedReach, frames[frame].right + SequenceExtents.nestedReach)
    }

    private mutating func include(_ left: Double, _ right: Double) {
        guard let frame = open.last else { return }
        frames[frame].left = min(frames[frame].left, left)
        frames[frame].right = max(frames[frame].right, right)
    }

    private mutating func include(message id: String) {
        guard let edge = columns.edge(id), let from = columns.table[edge.from], let to = columns.table[edge.to] else {
            return
        }
        let reach = SequenceExtents.reach
        let left = min(columns.positions[from], columns.positions[to])
        var right = max(columns.positions[from], columns.positions[to])
        let label = MessageLabel.size(MessageLabel.lines(edge.label)).width
        if from == to { right += SequenceColumns.loopReach + label - 6 }
        let spare = from == to ? 0 : max(0, (label - (right - left)) / 2)
        include(left - reach - spare, right + reach + spare)
    }

    /// Where a note goes whose upper side is at `y`.
    static func noteFrame(_ note: SequenceNote, _ columns: SequenceColumns, y: Double) -> Rect {
        let size = NoteText.size(NoteText.lines(note.text))
        let x = columns.table[note.participant].map { columns.positions[$0] } ?? 0
        switch note.placement {
        case .left: return Rect(x: x - 16 - size.width, y: y, width: size.width, height: size.height)
        case .right: return Rect(x: x + 16, y: y, width: size.width, height: size.height)
        case .over:
            let other = note.lastParticipant.flatMap { columns.table[$0] }.map { columns.positions[$0] } ?? x
            let width = max(size.width, abs(other - x) + 48)
            return Rect(x: (x + other) / 2 - width / 2, y: y, width: width, height: size.height)
        }
    }
}
