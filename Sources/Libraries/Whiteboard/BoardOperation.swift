/// One change of one record.
public enum BoardOperation: Sendable, Equatable {
    /// Puts a whole record there, in place of what had its id; also brings a deleted one back.
    case put(String, BoardRecord)
    /// Changes fields of a record; without effect if it is not there. A field without a value is taken away.
    case set(String, [Change])
    /// Adds points to a stroke that has `offset` of them; without effect if it has not.
    case append(String, offset: Int, BoardPoints)
    /// Takes a record away; without effect if it is not there.
    case delete(String)

    /// A field and its new value.
    public struct Change: Sendable, Equatable {
        /// Which field.
        public let field: BoardField
        /// `nil` takes an optional field away.
        public let value: BoardValue?

        /// A change.
        public init(field: BoardField, value: BoardValue?) {
            self.field = field
            self.value = value
        }
    }

    /// The record that it changes.
    public var id: String {
        switch self {
        case .put(let id, _), .set(let id, _), .append(let id, _, _), .delete(let id): id
        }
    }

    /// The record after this operation; both `nil` where there is none.
    ///
    /// The operation must have an effect on the record, and be valid for it.
    func applied(to record: BoardRecord?) -> BoardRecord? {
        switch self {
        case .put(_, let new): return new
        case .delete: return nil
        case .set(_, let changes):
            guard var record else { return nil }
            for change in changes { record[change.field] = change.value }
            return record
        case .append(_, _, let run):
            guard var record else { return nil }
            var points = record.points
            points.append(run)
            record[.pts] = .points(points)
            return record
        }
    }

    /// Whether it changes anything; pushes drop what does not.
    func hasEffect(on record: BoardRecord?) -> Bool {
        switch self {
        case .put: true
        case .delete, .set: record != nil
        case .append(_, let offset, let run):
            record?.shape == .freehand && record?.points.count == offset
                && offset + run.count <= BoardLimits.points
        }
    }
}
