public import AtlasCore

/// A task in a shell.
public final class Lab: Sendable {
    /// Id, title, category.
    public let header: ItemHeader
    /// In the syllabus.
    public let number: Int
    /// What it needs: `0` shell and Python, `R` Redis, `P` PostgreSQL, `N` nginx.
    public let tier: String
    /// Expected time.
    public let minutes: Int
    /// What the learner can do afterwards.
    public let objectives: [String]
    /// The instructions as safe HTML.
    public let instructionsHTML: String
    /// What the learner edits.
    public let files: [LabFile]
    /// One per criterion.
    public let checks: [LabCheck]
    /// Diagrams that explain the mechanism.
    public let related: [DiagramID]

    /// A lab.
    public init(
        header: ItemHeader,
        number: Int,
        tier: String,
        minutes: Int,
        objectives: [String],
        instructionsHTML: String,
        files: [LabFile],
        checks: [LabCheck],
        related: [DiagramID]
    ) {
        self.header = header
        self.number = number
        self.tier = tier
        self.minutes = minutes
        self.objectives = objectives
        self.instructionsHTML = instructionsHTML
        self.files = files
        self.checks = checks
        self.related = related
    }

    /// Its id.
    public var id: LabID { LabID(header.id) }
}

/// A file that the learner edits.
public struct LabFile: Sendable, Equatable {
    /// Relative to the learner's home.
    public let path: String
    /// What it is for.
    public let purpose: String

    /// A file.
    public init(path: String, purpose: String) {
        self.path = path
        self.purpose = purpose
    }
}

/// A criterion.
public struct LabCheck: Sendable, Equatable {
    /// Unique within its lab.
    public let id: String
    /// What must hold.
    public let text: String
    /// From vague to concrete.
    public let hints: [String]

    /// A criterion.
    public init(id: String, text: String, hints: [String]) {
        self.id = id
        self.text = text
        self.hints = hints
    }
}
