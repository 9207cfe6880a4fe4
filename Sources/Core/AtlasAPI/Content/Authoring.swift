public import AtlasCore

/// One thing that is wrong in a source, where, and what to do about it.
public struct Finding: Sendable, Equatable, CustomStringConvertible {
    /// Whether it stops the saving.
    public enum Severity: String, Sendable {
        /// It must be mended.
        case error
        /// Advice.
        case warning
    }

    /// Whether it stops the saving.
    public let severity: Severity
    /// From 1 in the whole file.
    public let line: Int
    /// From 1.
    public let column: Int
    /// What is wrong.
    public let message: String
    /// What to do.
    public let remedy: String?

    /// A finding.
    public init(_ severity: Severity, line: Int, column: Int = 1, _ message: String, remedy: String? = nil) {
        self.severity = severity
        self.line = line
        self.column = column
        self.message = message
        self.remedy = remedy
    }

    /// `LINE:COLUMN: error: message — remedy`.
    public var description: String {
        "\(line):\(column): \(severity.rawValue): \(message)" + (remedy.map { " — \($0)" } ?? "")
    }
}

/// What a check found, and the picture if there is one.
public struct SourceCheck: Sendable {
    /// By line.
    public let findings: [Finding]
    /// The picture, if the diagram could be parsed.
    public let svg: String?

    /// A result.
    public init(findings: [Finding], svg: String?) {
        self.findings = findings
        self.svg = svg
    }

    /// True if nothing stops the saving.
    public var isValid: Bool { !findings.contains { $0.severity == .error } }
}

/// What was saved.
public struct SavedContent: Sendable, Equatable {
    /// What it is.
    public let kind: ContentKind
    /// Its id.
    public let id: String
    /// Its version now.
    public let version: Int
    /// Advice that did not stop the saving.
    public let warnings: [Finding]

    /// A saved item.
    public init(kind: ContentKind, id: String, version: Int, warnings: [Finding]) {
        self.kind = kind
        self.id = id
        self.version = version
        self.warnings = warnings
    }
}

/// An earlier state of an item.
public struct ContentVersion: Sendable, Equatable {
    /// From 1.
    public let number: Int
    /// The title then.
    public let title: String
    /// When it was saved.
    public let savedAt: Timestamp
    /// By whom; `nil` for an import.
    public let savedBy: UserID?
    /// The whole file.
    public let source: String
    /// True if this version hid the item.
    public let isRemoved: Bool

    /// A version.
    public init(number: Int, title: String, savedAt: Timestamp, savedBy: UserID?, source: String, isRemoved: Bool) {
        self.number = number
        self.title = title
        self.savedAt = savedAt
        self.savedBy = savedBy
        self.source = source
        self.isRemoved = isRemoved
    }
}
