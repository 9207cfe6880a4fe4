/// Something wrong, or worth knowing, at a place in a source.
public struct Diagnostic: Error, Sendable, Equatable {
    /// How bad it is.
    public enum Severity: String, Sendable {
        /// There is no graph.
        case error
        /// There is a graph.
        case warning
    }

    /// How bad it is.
    public var severity: Severity
    /// Counted from 1.
    public var line: Int
    /// Counted from 1, in Unicode scalars.
    public var column: Int
    /// What was found, in words.
    public var message: String
    /// What would have been right at this place.
    public var expected: [String]
    /// A remedy for a common slip.
    public var hint: String?

    /// Makes a diagnostic.
    public init(
        severity: Severity,
        line: Int,
        column: Int,
        message: String,
        expected: [String] = [],
        hint: String? = nil
    ) {
        self.severity = severity
        self.line = line
        self.column = column
        self.message = message
        self.expected = expected
        self.hint = hint
    }

    /// `LINE:COLUMN: message (expected …; hint)`.
    public var description: String {
        var text = "\(line):\(column): \(message)"
        if expected.isEmpty, let hint { return text + " (\(hint))" }
        if expected.isEmpty { return text }
        text += " (expected \(expected.joined(by: ", ", last: " or "))"
        if let hint { text += "; \(hint)" }
        return text + ")"
    }
}

extension Diagnostic: CustomStringConvertible {}

/// What reading a source gave.
public struct ParseOutcome: Sendable {
    /// The graph; `nil` if there is any error.
    public let graph: Graph?
    /// Errors and warnings in the order of the source, at most `Limits.maxDiagnostics` errors.
    public let diagnostics: [Diagnostic]

    /// Makes an outcome.
    public init(graph: Graph?, diagnostics: [Diagnostic]) {
        self.graph = graph
        self.diagnostics = diagnostics
    }
}
