/// How a program ended.
public enum LabExit: Sendable, Equatable {
    /// By itself, with a status 0...255.
    case exited(Int)
    /// By a signal, as in 9 for SIGKILL; also when the box ended first (9).
    case killed(Int)
    /// Its time was up, and it was killed.
    case timedOut
}

/// What a command did.
public struct LabCommandResult: Sendable {
    /// How it ended.
    public let exit: LabExit
    /// The first bytes of its standard output.
    public let output: [UInt8]
    /// The first bytes of its standard error.
    public let errors: [UInt8]
    /// There was more output than was kept.
    public let outputIsCut: Bool
    /// There was more on standard error than was kept.
    public let errorsAreCut: Bool
    /// From start to end.
    public let duration: Duration

    /// Made by engines.
    public init(
        exit: LabExit,
        output: [UInt8],
        errors: [UInt8],
        outputIsCut: Bool,
        errorsAreCut: Bool,
        duration: Duration
    ) {
        self.exit = exit
        self.output = output
        self.errors = errors
        self.outputIsCut = outputIsCut
        self.errorsAreCut = errorsAreCut
        self.duration = duration
    }
}

/// What a box uses.
public struct LabBoxUsage: Sendable, Equatable {
    /// Processor time since the start, of all programs together; the difference of two readings gives the load.
    public var processorTime: Duration
    /// Memory of all programs and of the files in home and `/tmp`.
    public var memoryBytes: Int
    /// What memory and files together may grow to.
    public var memoryLimitBytes: Int
    /// Processes and threads, the box's own two included.
    public var processes: Int
    /// What home and `/tmp` hold.
    public var diskBytes: Int
    /// Programs that were killed since the start because memory ran out; `nil` if this runtime cannot tell.
    public var killedForMemory: Int?

    /// Made by engines.
    public init(
        processorTime: Duration,
        memoryBytes: Int,
        memoryLimitBytes: Int,
        processes: Int,
        diskBytes: Int,
        killedForMemory: Int?
    ) {
        self.processorTime = processorTime
        self.memoryBytes = memoryBytes
        self.memoryLimitBytes = memoryLimitBytes
        self.processes = processes
        self.diskBytes = diskBytes
        self.killedForMemory = killedForMemory
    }
}

/// Why a box ended.
public enum LabBoxEnd: Sendable, Equatable {
    /// `stop()` was called.
    case stopped
    /// It used more memory than it may and could not be saved by killing single programs.
    case outOfMemory
    /// It broke; the text is for the log.
    case failed(String)
}

/// What stands behind a limit.
public enum LabEnforcement: String, Sendable, Equatable {
    /// Linux control groups, version 2.
    case cgroup2 = "cgroup v2"
    /// Linux control groups, version 1.
    case cgroup1 = "cgroup v1"
    /// A size of a file system in memory.
    case fileSystem = "file system size"
    /// Limits per process (`setrlimit`), or per user where the kernel counts so.
    case processLimit = "rlimit"
    /// Looked at about once a second; a short peak gets through.
    case watched = "watched"
    /// The operator's cluster.
    case cluster = "cluster"
    /// Nothing.
    case none = "none"
}

/// What a runtime offers.
public struct LabCapabilities: Sendable, Equatable {
    /// The runtime, as in `bubblewrap 0.8.0`.
    public var runtime: String
    /// Why no box can run, and what to do; `nil` if boxes run.
    public var unavailable: String?
    /// Each box runs as a user of the machine that nothing else runs as.
    public var ownUserPerBox: Bool
    /// How memory is limited.
    public var memory: LabEnforcement
    /// How the number of processes is limited.
    public var processes: LabEnforcement
    /// How processor time is limited.
    public var processors: LabEnforcement
    /// How home and `/tmp` are limited.
    public var disk: LabEnforcement
    /// The most boxes at once.
    public var places: Int
    /// What the operator should know, as in "limits are per process only, because …".
    public var remarks: [String]

    /// Made by engines.
    public init(
        runtime: String,
        unavailable: String?,
        ownUserPerBox: Bool = false,
        memory: LabEnforcement = .none,
        processes: LabEnforcement = .none,
        processors: LabEnforcement = .none,
        disk: LabEnforcement = .none,
        places: Int = 0,
        remarks: [String] = []
    ) {
        self.runtime = runtime
        self.unavailable = unavailable
        self.ownUserPerBox = ownUserPerBox
        self.memory = memory
        self.processes = processes
        self.processors = processors
        self.disk = disk
        self.places = places
        self.remarks = remarks
    }
}

/// A program that boxes do not have.
public struct LabMissingProgram: Sendable, Equatable {
    /// The program, as in `redis-server`.
    public let program: String
    /// What to do, as in `apt-get install redis-server`; `nil` if the runtime knows no package for it.
    public let remedy: String?

    /// Made by engines.
    public init(program: String, remedy: String?) {
        self.program = program
        self.remedy = remedy
    }
}

/// The files of a home at one moment.
public struct LabSnapshot: Sendable {
    /// Tells whether anything has changed since; good for one box only.
    public struct Mark: Sendable, Hashable {
        /// The engine's value.
        public let value: UInt64

        /// Made by engines.
        public init(value: UInt64) { self.value = value }
    }

    /// What could be kept.
    public let files: LabFiles
    /// The state it shows.
    public let mark: Mark
    /// What could not be kept, with the reason, as in "core: is larger than 8 MiB"; the first `LabBoxLimits.omissions` of them.
    public let omissions: [String]
    /// How many could not be kept.
    public let omittedCount: Int

    /// Made by engines.
    public init(files: LabFiles, mark: Mark, omissions: [String], omittedCount: Int) {
        self.files = files
        self.mark = mark
        self.omissions = omissions
        self.omittedCount = omittedCount
    }
}
