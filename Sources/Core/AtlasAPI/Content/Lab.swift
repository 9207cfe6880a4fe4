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
    /// Programs that it needs beside a shell and Python, as in `redis-server`.
    public let needs: [String]
    /// How much it may use.
    public let demands: LabDemands
    /// What its author wants recalled.
    public let cards: [AuthoredCard]

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
        related: [DiagramID],
        needs: [String],
        demands: LabDemands,
        cards: [AuthoredCard] = []
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
        self.needs = needs
        self.demands = demands
        self.cards = cards
    }

    /// Its id.
    public var id: LabID { LabID(header.id) }
}

/// How much a lab may use.
public struct LabDemands: Sendable, Equatable {
    /// Memory of all its programs, in MiB.
    public var memoryMegabytes: Int
    /// Processes and threads.
    public var processes: Int
    /// What fits into the home, and again into `/tmp`, in MiB.
    public var diskMegabytes: Int
    /// How long its checker may take, in seconds.
    public var checkSeconds: Int

    /// What a lab gets that says nothing.
    public init(
        memoryMegabytes: Int = 256,
        processes: Int = 64,
        diskMegabytes: Int = 64,
        checkSeconds: Int = 60
    ) {
        self.memoryMegabytes = memoryMegabytes
        self.processes = processes
        self.diskMegabytes = diskMegabytes
        self.checkSeconds = checkSeconds
    }
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
