/// What a box is to be.
public struct LabBoxSpec: Sendable {
    /// Names the box in logs and limits groups: 1...64 letters, digits, `-`; unique among the boxes that run.
    public var id: String
    /// The first content of `/home/lab`.
    public var home: LabFiles
    /// Folders that nobody in the box can change, by absolute path.
    ///
    /// As in `/lab`; at most `LabBoxLimits.folders`, and not under
    /// `/usr`, `/proc`, `/dev`, `/etc`, `/tmp`, `/home` and the like.
    public var folders: [String: LabFiles]
    /// Variables beside `PATH`, `HOME`, `USER`, `SHELL`, `LANG` and `TERM`, which the runtime sets.
    public var environment: [String: String]
    /// How much it may use.
    public var limits: LabLimits
    /// Programs it must have.
    public var needs: [String]
    /// Commands of the box that Atlas answers (`LabBox.requests`): lower-case letters, digits and `-`; at most 8.
    public var commands: [String]
    /// Whose box it is; `nil` if nobody's.
    ///
    /// Runtimes that put walls around learners, beside those around boxes, keep the boxes of one owner together.
    public var owner: String?
    /// What runs in it, as in a lab's id, for the operator's lists; `nil` if it has no name.
    public var subject: String?

    /// A box with what differs from an empty one.
    public init(
        id: String,
        home: LabFiles = LabFiles(),
        folders: [String: LabFiles] = [:],
        environment: [String: String] = [:],
        limits: LabLimits = LabLimits(),
        needs: [String] = [],
        commands: [String] = [],
        owner: String? = nil,
        subject: String? = nil
    ) {
        self.id = id
        self.home = home
        self.folders = folders
        self.environment = environment
        self.limits = limits
        self.needs = needs
        self.commands = commands
        self.owner = owner
        self.subject = subject
    }
}

/// How much a box may use.
///
/// What is not in the ranges is moved into them.
public struct LabLimits: Sendable, Equatable {
    /// Memory of all programs together, beside their files; 16 MiB...8 GiB.
    public var memoryBytes: Int
    /// Processes and threads at once, 8...1,024.
    public var processes: Int
    /// What fits into the home, 1 MiB...1 GiB.
    ///
    /// Kept in memory, as is `/tmp`.
    public var homeBytes: Int
    /// What fits into `/tmp`, 1 MiB...1 GiB.
    public var temporaryBytes: Int
    /// Processors, 0.05...64; the boxes also yield to Atlas when the machine is busy.
    public var processors: Double

    /// The defaults of a lab.
    public init(
        memoryBytes: Int = 256 << 20,
        processes: Int = 64,
        homeBytes: Int = 64 << 20,
        temporaryBytes: Int = 64 << 20,
        processors: Double = 1
    ) {
        self.memoryBytes = min(max(memoryBytes, 16 << 20), 8 << 30)
        self.processes = min(max(processes, 8), 1_024)
        self.homeBytes = min(max(homeBytes, 1 << 20), 1 << 30)
        self.temporaryBytes = min(max(temporaryBytes, 1 << 20), 1 << 30)
        self.processors = processors.isFinite ? min(max(processors, 0.05), 64) : 1
    }
}

/// Limits of `LabRuntime` and of what goes through it.
public enum LabBoxLimits {
    /// Terminals open in one box.
    public static let terminals = 8
    /// Commands that run at once in one box.
    public static let commands = 8
    /// The most bytes of one piece of terminal output.
    public static let frameBytes = 32 * 1_024
    /// Output of a terminal that waits for its reader before the program has to.
    public static let outputBytes = 256 * 1_024
    /// Input of a terminal that waits for the program.
    public static let inputBytes = 64 * 1_024
    /// Input of a command.
    public static let standardInputBytes = 1 << 20
    /// The most that `LabCommand.outputBytes` may be.
    public static let commandOutputBytes = 4 << 20
    /// Arguments and variables of a command together.
    public static let argumentBytes = 48 * 1_024
    /// The longest that `LabCommand.timeLimit` may be.
    public static let commandTime = Duration.seconds(3_600)
    /// Entries of a snapshot or of `LabFiles`.
    public static let entries = 4_000
    /// Bytes of all files of a snapshot or of `LabFiles`.
    public static let totalBytes = 32 << 20
    /// Bytes of one file in a snapshot.
    public static let fileBytes = 8 << 20
    /// Bytes of a path in UTF-8, and of a symbolic link's target.
    public static let pathBytes = 1_024
    /// Segments of a path.
    public static let pathDepth = 32
    /// Read-only folders of a box.
    public static let folders = 8
    /// Files in the read-only folders of a box together.
    public static let folderEntries = 400
    /// Requests of a box that wait for an answer.
    public static let requests = 2
    /// Bytes of a request's arguments.
    public static let requestBytes = 4 * 1_024
    /// Bytes of an answer.
    public static let answerBytes = 60 * 1_024
    /// Omissions that a snapshot names.
    public static let omissions = 20
}

/// Columns and rows of a terminal, each 1...1,000.
public struct LabTerminalSize: Sendable, Equatable {
    /// Columns.
    public let columns: Int
    /// Rows.
    public let rows: Int

    /// What is not in the range is moved into it.
    public init(columns: Int, rows: Int) {
        self.columns = min(max(columns, 1), 1_000)
        self.rows = min(max(rows, 1), 1_000)
    }
}

/// A program to run.
public struct LabCommand: Sendable {
    /// The program, as a path or looked up in the box's `PATH`, and its arguments; never empty.
    public var words: [String]
    /// Variables beside those of the box.
    public var environment: [String: String]
    /// The current directory, absolute.
    public var directory: String
    /// Read by the program; then its input is at the end.
    ///
    /// At most `LabBoxLimits.standardInputBytes`.
    public var input: [UInt8]
    /// When to kill it; at most `LabBoxLimits.commandTime`.
    public var timeLimit: Duration
    /// The most bytes kept of each, standard output and standard error; what comes after is read and dropped.
    public var outputBytes: Int

    /// A program in the home, without input.
    public init(
        _ words: [String],
        environment: [String: String] = [:],
        directory: String = "/home/lab",
        input: [UInt8] = [],
        timeLimit: Duration,
        outputBytes: Int = 64 * 1_024
    ) {
        self.words = words
        self.environment = environment
        self.directory = directory
        self.input = input
        self.timeLimit = timeLimit
        self.outputBytes = outputBytes
    }
}
