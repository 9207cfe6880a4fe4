public import AtlasCore

/// What is going on with a learner's run of a lab.
public struct LabStatus: Sendable, Equatable, Codable {
    /// How far a run is.
    public enum State: String, Sendable, CaseIterable, Codable {
        /// Waits for room.
        case queued
        /// The box is being made and the files are laid out.
        case starting
        /// The shell can be used.
        case running
        /// The files are being kept.
        case stopping
        /// Over; the files are kept.
        case stopped
        /// Over because something broke; `reason` says what. What was kept before is still there.
        case failed
        /// This machine cannot run it; `reason` says why.
        case unavailable

        /// Whether the run takes room, or waits for it.
        public var isActive: Bool { [.queued, .starting, .running, .stopping].contains(self) }
    }

    /// The lab's id.
    public var lab: String
    /// How far it is.
    public var state: State
    /// Place in the queue, from 1.
    public var position: Int?
    /// Whole seconds until it probably starts, from how long earlier runs lasted; `nil` if nothing is known.
    public var estimateSeconds: Int?
    /// Why it is not available, failed or was ended, and what to do.
    public var reason: String?
    /// What the lab's numbers, names and data are drawn from.
    public var seed: Int
    /// When the shell came up, in milliseconds since 1970.
    public var startedAtMilliseconds: Int64?
    /// When the run ends at the latest.
    public var endsAtMilliseconds: Int64?
    /// When it ends if nothing is typed, saved or checked until then.
    public var idleEndsAtMilliseconds: Int64?
    /// When the files were last kept.
    public var savedAtMilliseconds: Int64?
    /// What it uses; `nil` before it was measured.
    public var usage: LabUsage?
    /// Whether `extend` would do something.
    public var canExtend: Bool
    /// Whether `restore` would do something.
    public var canRestore: Bool
    /// Whether it is being graded.
    public var isChecking: Bool

    /// A status in which nothing runs.
    public init(lab: LabID, state: State, seed: Int, reason: String? = nil) {
        self.lab = lab.rawValue
        self.state = state
        self.seed = seed
        self.reason = reason
        canExtend = false
        canRestore = false
        isChecking = false
    }

    /// When the shell came up.
    public var startedAt: Timestamp? { startedAtMilliseconds.map(Timestamp.init(milliseconds:)) }
    /// When the run ends at the latest.
    public var endsAt: Timestamp? { endsAtMilliseconds.map(Timestamp.init(milliseconds:)) }
    /// When it ends if nothing is typed, saved or checked until then.
    public var idleEndsAt: Timestamp? { idleEndsAtMilliseconds.map(Timestamp.init(milliseconds:)) }
    /// When the files were last kept.
    public var savedAt: Timestamp? { savedAtMilliseconds.map(Timestamp.init(milliseconds:)) }
}

/// What a running lab uses.
public struct LabUsage: Sendable, Equatable, Codable {
    /// Of one core since the last measurement; 200 are two cores.
    public var cpuPercent: Double
    /// Memory in use.
    public var memoryBytes: Int64
    /// The most memory it may use.
    public var memoryLimitBytes: Int64
    /// Processes and threads, as the limit counts them.
    public var processes: Int
    /// Space that the home takes.
    public var diskBytes: Int64

    /// A measurement.
    public init(cpuPercent: Double, memoryBytes: Int64, memoryLimitBytes: Int64, processes: Int, diskBytes: Int64) {
        self.cpuPercent = cpuPercent
        self.memoryBytes = memoryBytes
        self.memoryLimitBytes = memoryLimitBytes
        self.processes = processes
        self.diskBytes = diskBytes
    }
}
