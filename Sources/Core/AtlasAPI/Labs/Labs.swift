public import AtlasCore

/// Running labs: a home with files, a shell in a box, and a checker.
///
/// Every method is about the caller's own work; a visitor is refused with `.unauthenticated`, and a lab that the caller may
/// not see, or that does not exist, with `.notFound`.
public protocol Labs: Sendable {
    /// Whether `lab` can be started on this machine.
    func availability(of lab: LabID) async -> LabAvailability

    /// The caller's run of a lab; `nil` if none was ever started.
    func run(of lab: LabID, as caller: Caller) async throws -> LabStatus?

    /// The caller's runs that wait, start, run or stop, oldest first.
    func runs(as caller: Caller) async throws -> [LabStatus]

    /// The caller's run as it is now, and again after each change, usage at most once a second.
    ///
    /// The stream ends when the task that iterates is cancelled.
    func changes(of lab: LabID, as caller: Caller) async throws -> AsyncStream<LabStatus>

    /// Starts the lab with the files that were kept, or waits in the queue if there is no room. Starting what runs or
    /// waits changes nothing.
    ///
    /// - Throws: `AtlasError` — `.tooMany` if the caller runs as many labs as one may, or the queue is full; `.unavailable`
    ///   if this machine lacks what the lab needs.
    func start(_ lab: LabID, as caller: Caller) async throws -> LabStatus

    /// Keeps the files and ends the run; takes it out of the queue if it waits. Stopping what does not run changes nothing.
    func stop(_ lab: LabID, as caller: Caller) async throws -> LabStatus

    /// Begins anew with the files of the set-up, and keeps what was there for `restore`.
    ///
    /// - Parameter newSeed: Draws other numbers, names and data; otherwise the start is the same as the first time.
    func reset(_ lab: LabID, newSeed: Bool, as caller: Caller) async throws -> LabStatus

    /// Brings back what the last `reset` put away, which is exchanged with what is there now.
    ///
    /// - Throws: `AtlasError` — `.conflict` if there is nothing to bring back.
    func restore(_ lab: LabID, as caller: Caller) async throws -> LabStatus

    /// Moves the end of the run, and the end for idleness; as often as the operator allows.
    ///
    /// - Throws: `AtlasError` — `.conflict` if the lab does not run or was extended as often as it may be.
    func extend(_ lab: LabID, as caller: Caller) async throws -> LabStatus

    /// Moves the end for idleness: the learner is there, though nothing is typed.
    ///
    /// - Throws: `AtlasError` — `.conflict` if the lab does not run.
    func stay(_ lab: LabID, as caller: Caller) async throws -> LabStatus

    /// Regular files in the home, by path, at most `LabFileLimits.listed`.
    func files(of lab: LabID, as caller: Caller) async throws -> [LabHomeFile]

    /// One file, at most its first `LabFileLimits.contentBytes`.
    func file(_ path: String, of lab: LabID, as caller: Caller) async throws -> LabFileContent

    /// Writes one file, making its folders.
    ///
    /// - Parameters:
    ///   - content: At most `LabFileLimits.contentBytes`.
    ///   - version: The version that was read; `nil` for a file that is not there yet.
    /// - Throws: `AtlasError` — `.invalid` for a path that leaves the home, `.conflict` if the file is another by now.
    func save(
        _ path: String,
        content: String,
        version: String?,
        in lab: LabID,
        as caller: Caller
    ) async throws
        -> LabHomeFile

    /// Removes one file.
    ///
    /// - Returns: False if there was none.
    func delete(_ path: String, in lab: LabID, as caller: Caller) async throws -> Bool

    /// Grades the files as they are, in a box of their own.
    ///
    /// - Returns: The result; of a grading that takes longer than a request should, one in the state `.grading`. It goes on,
    ///   and `grading` follows it.
    /// - Throws: `AtlasError` — `.conflict` if the same lab is being graded for the caller, `.tooMany` if too many wait.
    func check(_ lab: LabID, as caller: Caller) async throws -> LabResult

    /// Grades files that are sent along, without touching the home.
    ///
    /// - Parameter solution: `{"files": {"path": "content"}}` or, for a lab with one file, that file's text.
    /// - Returns: As `check` does.
    func complete(_ lab: LabID, solution: String, as caller: Caller) async throws -> LabResult

    /// What became of a grading of the caller, waiting for it as long as `check` does.
    ///
    /// - Parameter id: `LabResult.gradingID`.
    /// - Returns: The result, or one in the state `.grading`.
    /// - Throws: What `check` would have thrown; `.notFound` for a grading that is not known, or was lost with its process.
    func grading(_ id: String, of lab: LabID, as caller: Caller) async throws -> LabResult

    /// Graded attempts, newest first.
    ///
    /// - Parameter limit: 1...50.
    func attempts(of lab: LabID, limit: Int, as caller: Caller) async throws -> [LabResult]

    /// Hints that were seen, in the order of the checks and then of the ladder.
    func hints(of lab: LabID, as caller: Caller) async throws -> [LabHint]

    /// Shows the next hint of a check, or the last one again, and counts it.
    ///
    /// The ladder is entered at the rung that is about what the newest attempt observed; the rungs below count as seen.
    func revealHint(_ check: String, of lab: LabID, as caller: Caller) async throws -> LabHint

    /// How far `user` has come, one entry per published lab, in the catalogue's order.
    func progress(of user: UserID, as caller: Caller) async throws -> [LabProgress]

    /// What this machine offers and who runs what; for admins.
    func host(as caller: Caller) async throws -> LabHostReport

    /// Joins the terminal of a running lab.
    ///
    /// - Parameters:
    ///   - size: The terminal takes this size.
    ///   - from: The offset of the first byte that is wanted; `nil` for the oldest kept.
    /// - Throws: `AtlasError` — `.conflict` if the lab does not run, `.unavailable` if it runs in another process.
    func attach(_ lab: LabID, size: LabScreenSize, from: Int?, as caller: Caller) async throws -> any LabTerminalView

    /// What the terminal showed in the newest run, or in the one in which `attempt` was graded.
    ///
    /// - Throws: `AtlasError` — `.notFound` if nothing was recorded, or it is no longer kept.
    func recording(of lab: LabID, attempt: Int?, as caller: Caller) async throws -> LabRecording
}

/// Whether a lab can be started here.
public struct LabAvailability: Sendable, Equatable {
    /// Why not, and what to do about it; `nil` if it can.
    public let reason: String?

    /// With a reason, it is not available.
    public init(reason: String? = nil) {
        self.reason = reason
    }

    /// True if it can be started.
    public var isAvailable: Bool { reason == nil }
}

/// What a lab's terminal is wide and high, in characters.
public struct LabScreenSize: Sendable, Equatable {
    /// 1...1,000.
    public let columns: Int
    /// 1...1,000.
    public let rows: Int

    /// Brings both into 1...1,000.
    public init(columns: Int, rows: Int) {
        self.columns = min(max(columns, 1), 1_000)
        self.rows = min(max(rows, 1), 1_000)
    }
}

/// Limits of the learner's files as clients see them.
public enum LabFileLimits {
    /// Files in a list.
    public static let listed = 500
    /// Bytes of a file that are read or written.
    public static let contentBytes = 256 * 1_024
    /// Bytes of a path.
    public static let pathBytes = 512
    /// Bytes of what `complete` takes.
    public static let solutionBytes = 512 * 1_024
    /// Files in what `complete` takes.
    public static let solutionFiles = 50
}
