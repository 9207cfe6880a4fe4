import Synchronization

/// A document that passed validation, with the plans compiled from it.
final class CheckedDocument: Sendable {
    let document: Document

    /// Fragments by the symbol of their name.
    let fragments: [Int: Int]

    /// Whether it has `@defer` or `@stream`, and the engine knows them.
    let usesParts: Bool

    private let isASCII: Bool

    /// The variables that decide about `@skip` and `@include`, and about `@defer` and `@stream`.
    private let conditions: [Name]
    private let plans = Mutex<[PlanKey: OperationPlan]>([:])

    /// The most plans that are kept of one document.
    private static let planLimit = 8

    private struct PlanKey: Hashable {
        let operation: Int
        let conditions: [Condition]
        let inParts: Bool
    }

    /// What a variable says; with null there may be no plan although there is one with `no`.
    private enum Condition {
        case absent, null, no, yes

        init(_ value: Value?) {
            switch value {
            case nil: self = .absent
            case .null?: self = .null
            case .some(let value): self = value == .bool(true) ? .yes : .no
            }
        }
    }

    init(_ document: Document, mayUseParts: Bool = false) {
        self.document = document
        fragments = Dictionary(
            document.fragments.enumerated().map { ($1.name.id, $0) },
            uniquingKeysWith: { first, _ in first }
        )
        var conditions: [Name] = []
        var usesParts = false
        for directive in document.directives {
            let name = document.text(directive.name)
            let isPart =
                mayUseParts && (name == IncrementalDirectives.deferName || name == IncrementalDirectives.streamName)
            guard name == "skip" || name == "include" || isPart else { continue }
            if isPart { usesParts = true }
            for argument in directive.arguments.indices {
                if isPart, document.text(document.arguments[argument].name) != "if" { continue }
                let literal = document.literals[Int(document.arguments[argument].value)]
                if literal.kind == .variable, !conditions.contains(where: { $0.symbol == literal.name.symbol }) {
                    conditions.append(literal.name)
                }
            }
        }
        self.conditions = conditions
        self.usesParts = usesParts
        isASCII = document.source.allSatisfy { $0 < 0x80 }
    }

    private func key(_ operation: Int, _ variables: VariableValues, _ inParts: Bool) -> PlanKey {
        PlanKey(
            operation: operation,
            conditions: conditions.map { Condition(variables[$0]) },
            inParts: inParts
        )
    }

    /// The plan of an operation for the conditions its variables give, if it is known.
    func plan(_ operation: Int, _ variables: VariableValues, inParts: Bool) -> OperationPlan? {
        let key = key(operation, variables, inParts)
        return plans.withLock { $0[key] }
    }

    /// Keeps a plan for the conditions its variables give.
    func keep(_ plan: OperationPlan, _ operation: Int, _ variables: VariableValues, inParts: Bool) {
        let key = key(operation, variables, inParts)
        plans.withLock { plans in
            if plans.count >= Self.planLimit { plans.removeAll() }
            plans[key] = plan
        }
    }

    /// Whether this is the document of a text, byte by byte.
    ///
    /// `String` counts texts as equal that only look the same, such as an accented letter and a letter with an accent.
    /// What is equal to ASCII and no longer is ASCII too.
    func isRead(from source: String) -> Bool {
        source.utf8.count == document.length && (isASCII || document.source.starts(with: source.utf8))
    }

    /// About how many bytes the document takes.
    var bytes: Int { document.length * 24 + 4_096 }
}

/// Keeps checked documents by their source, the least recently used of which are dropped when they take too much.
final class DocumentCache: Sendable {
    private struct Entry {
        let document: CheckedDocument
        var bytes: Int
        var lastUse: UInt64
    }

    private struct State {
        var entries: [String: Entry] = [:]
        var bytes = 0
        var clock: UInt64 = 0
    }

    private let limitBytes: Int
    private let state = Mutex(State())

    init(limitBytes: Int) { self.limitBytes = limitBytes }

    /// The document of a source, if it is known.
    subscript(source: String) -> CheckedDocument? {
        state.withLock { state in
            guard let index = state.entries.index(forKey: source) else { return nil }
            let document = state.entries.values[index].document
            guard document.isRead(from: source) else { return nil }
            state.clock += 1
            state.entries.values[index].lastUse = state.clock
            return document
        }
    }

    /// Keeps a document, unless it alone is too large.
    func insert(_ document: CheckedDocument, for source: String) {
        let bytes = document.bytes + source.utf8.count
        guard bytes <= limitBytes / 2 else { return }
        state.withLock { state in
            state.clock += 1
            let entry = Entry(document: document, bytes: bytes, lastUse: state.clock)
            if let replaced = state.entries.updateValue(entry, forKey: source) { state.bytes -= replaced.bytes }
            state.bytes += bytes
            if state.bytes > limitBytes { Self.evict(&state, limitBytes / 2) }
        }
    }

    /// Counts bytes that a document has come to take.
    ///
    /// One that takes too much is dropped.
    func grow(_ source: String, by bytes: Int) {
        state.withLock { state in
            guard let index = state.entries.index(forKey: source) else { return }
            state.entries.values[index].bytes += bytes
            state.bytes += bytes
            if state.entries.values[index].bytes > limitBytes / 2 {
                state.bytes -= state.entries.remove(at: index).value.bytes
            }
            if state.bytes > limitBytes { Self.evict(&state, limitBytes / 2) }
        }
    }

    /// How many documents are kept.
    var count: Int { state.withLock { $0.entries.count } }

    /// Drops the oldest entries until the rest fits.
    private static func evict(_ state: inout State, _ target: Int) {
        for (source, entry) in state.entries.sorted(by: { $0.value.lastUse < $1.value.lastUse }) {
            guard state.bytes > target else { return }
            state.entries.removeValue(forKey: source)
            state.bytes -= entry.bytes
        }
    }
}
