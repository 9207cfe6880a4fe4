public import AtlasCore

/// What a machine offers for labs and who runs what, for its operator.
public struct LabHostReport: Sendable {
    /// A limit, and what keeps it.
    public struct Limit: Sendable, Equatable {
        /// As in "memory".
        public let name: String
        /// As in "cgroup v2"; "none" if nothing does.
        public let keptBy: String

        /// A limit.
        public init(name: String, keptBy: String) {
            self.name = name
            self.keptBy = keptBy
        }
    }

    /// A program that some labs need and this machine does not have.
    public struct MissingProgram: Sendable, Equatable {
        /// Its name.
        public let program: String
        /// What to install.
        public let package: String
        /// The labs that need it.
        public let labs: [String]

        /// A program.
        public init(program: String, package: String, labs: [String]) {
            self.program = program
            self.package = package
            self.labs = labs
        }
    }

    /// One run.
    public struct Run: Sendable {
        /// Whose it is.
        public let user: UserID
        /// What is going on.
        public let status: LabStatus

        /// A run.
        public init(user: UserID, status: LabStatus) {
            self.user = user
            self.status = status
        }
    }

    /// What runs labs, as in "sandbox".
    public let runtime: String
    /// Why labs cannot be run; `nil` if they can.
    public let reason: String?
    /// What is limited and how.
    public let limits: [Limit]
    /// What some labs lack.
    public let missing: [MissingProgram]
    /// Boxes at once, at most.
    public let maximum: Int
    /// Memory that labs may use together.
    public let memoryBudgetBytes: Int64
    /// Memory that they use.
    public let memoryBytes: Int64
    /// Runs that wait, start, run or stop in this process, oldest first.
    public let runs: [Run]
    /// Half of the newest starts were faster, in milliseconds; `nil` before the first.
    public let startMedianMilliseconds: Int?
    /// 95 of 100 of the newest starts were faster.
    public let startP95Milliseconds: Int?

    /// A report.
    public init(
        runtime: String,
        reason: String?,
        limits: [Limit],
        missing: [MissingProgram],
        maximum: Int,
        memoryBudgetBytes: Int64,
        memoryBytes: Int64,
        runs: [Run],
        startMedianMilliseconds: Int?,
        startP95Milliseconds: Int?
    ) {
        self.runtime = runtime
        self.reason = reason
        self.limits = limits
        self.missing = missing
        self.maximum = maximum
        self.memoryBudgetBytes = memoryBudgetBytes
        self.memoryBytes = memoryBytes
        self.runs = runs
        self.startMedianMilliseconds = startMedianMilliseconds
        self.startP95Milliseconds = startP95Milliseconds
    }
}
