/// The value of a field.
public enum BoardValue: Sendable, Equatable {
    /// UTF-8 text.
    case text(String)
    /// A number in quarters: 6 is 1.5.
    case number(Int32)
    /// Two numbers in quarters.
    case pair(Int32, Int32)
    /// Points of a stroke.
    case points(BoardPoints)

    /// The text; `nil` for another type.
    public var text: String? {
        if case .text(let text) = self { return text }
        return nil
    }

    /// Bytes that it takes on the wire, roughly.
    var weight: Int {
        switch self {
        case .text(let text): text.utf8.count + 3
        case .number: 6
        case .pair: 12
        case .points(let points): points.bytes.count / 3 * 4 + 6
        }
    }
}

/// One thing on a board.
public struct BoardRecord: Sendable, Equatable {
    /// A field with its value.
    public struct Entry: Sendable, Equatable {
        /// Which field.
        public let field: BoardField
        /// What it holds.
        public internal(set) var value: BoardValue
    }

    /// What it is.
    public let shape: BoardShape
    /// In the order of `BoardField`; each at most once.
    public private(set) var entries: [Entry] = []
    /// The number of the event that changed it last.
    public internal(set) var changed = 0

    init(_ shape: BoardShape) {
        self.shape = shape
    }

    /// The value of a field; `nil` where there is none.
    public internal(set) subscript(field: BoardField) -> BoardValue? {
        get { entries.first { $0.field == field }?.value }
        set {
            let place = entries.firstIndex { $0.field.order >= field.order } ?? entries.count
            let isThere = place < entries.count && entries[place].field == field
            switch (newValue, isThere) {
            case (let value?, true): entries[place].value = value
            case (let value?, false): entries.insert(Entry(field: field, value: value), at: place)
            case (nil, true): entries.remove(at: place)
            case (nil, false): break
            }
        }
    }

    /// The text of a field; `nil` where there is none.
    public func text(_ field: BoardField) -> String? { self[field]?.text }

    /// Both numbers of a field in pixels; `nil` where there are none.
    public func pair(_ field: BoardField) -> (x: Double, y: Double)? {
        guard case .pair(let x, let y)? = self[field] else { return nil }
        return (Double(x) / 4, Double(y) / 4)
    }

    /// The number of a field; `nil` where there is none.
    public func number(_ field: BoardField) -> Double? {
        guard case .number(let number)? = self[field] else { return nil }
        return Double(number) / 4
    }

    /// The points of a stroke; empty for anything else.
    public var points: BoardPoints {
        if case .points(let points)? = self[.pts] { return points }
        return BoardPoints()
    }

    /// Bytes that it takes on the wire, roughly.
    public var weight: Int {
        entries.reduce(16) { $0 + $1.value.weight }
    }
}
