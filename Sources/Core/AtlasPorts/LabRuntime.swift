/// Runs boxes: small, sealed machines in which a learner works and a lab's checks run.
///
/// A box has its own users, processes, file system and network (loopback only). It knows nothing of labs: what is put into
/// it and what is run there is up to the caller. Boxes die with the process that started them.
public protocol LabRuntime: Sendable {
    /// What this machine offers. Tries a box the first time it is asked and keeps the answer; never throws.
    func capabilities() async -> LabCapabilities

    /// Of `programs`, those that boxes of this runtime do not have, in the order given.
    func missing(_ programs: [String]) async -> [LabMissingProgram]

    /// Starts a box with `spec.home` in `/home/lab`. It runs until `stop()` or until it ends by itself.
    ///
    /// - Throws: `AtlasError`: `.unavailable` if the runtime cannot run boxes, or something of `spec.needs` is missing, with
    ///   the remedy in the message; `.tooMany` if all places are taken; `.invalid` if `spec` is over a limit of `LabBoxLimits`.
    func start(_ spec: LabBoxSpec) async throws -> any LabBox

    /// Ends and removes what processes that are gone have left behind. Leaves alone what runs.
    ///
    /// - Returns: How many boxes were found.
    @discardableResult
    func removeLeftovers() async throws -> Int
}

/// A box that runs.
///
/// All methods throw `AtlasError` `.unavailable` after its end.
public protocol LabBox: Sendable {
    /// The id of its `LabBoxSpec`.
    var id: String { get }

    /// Opens a pseudo-terminal with a login shell on it, in `/home/lab`.
    ///
    /// - Throws: `.tooMany` beyond `LabBoxLimits.terminals` or if the box's processes are used up.
    func openTerminal(_ size: LabTerminalSize) async throws -> any LabTerminal

    /// Runs a program, without a terminal, until it exits or its time is up; then all of its process group is killed.
    ///
    /// A program that fails is no error. Cancelling the task kills the program.
    /// - Throws: `.invalid` if the program cannot be started (the message says why), `.tooMany` beyond
    ///   `LabBoxLimits.commands` or if the box's processes are used up.
    func run(_ command: LabCommand) async throws -> LabCommandResult

    /// What it uses now.
    func usage() async throws -> LabBoxUsage

    /// The files of `/home/lab`, or `nil` if nothing has changed since the snapshot that `mark` came with.
    ///
    /// Takes what can be kept and names what cannot; the box goes on working meanwhile.
    func snapshot(since mark: LabSnapshot.Mark?) async throws -> LabSnapshot?

    /// One regular file of `/home/lab` or `nil` if there is none. Symbolic links are not followed.
    ///
    /// - Throws: `.invalid` if it is larger than `LabBoxLimits.fileBytes` or `path` is not a `LabFiles` path.
    func read(_ path: String) async throws -> LabFile?

    /// Lays `files` over `/home/lab`: replaces files and links of the same path, keeps all others.
    ///
    /// - Throws: `.conflict` if a folder of the box stands where a file should go, or the other way round; `.tooMany` if the home is full.
    func lay(_ files: LabFiles) async throws

    /// Removes a file or link of `/home/lab`, not a folder.
    ///
    /// - Returns: False if there was none.
    func remove(_ path: String) async throws -> Bool

    /// What programs in the box ask of Atlas, by the commands in `LabBoxSpec.commands`. For one reader; ends with the box.
    /// A request beyond `LabBoxLimits.requests` unanswered ones is refused by the box itself.
    var requests: AsyncStream<LabRequest> { get }

    /// Ends the box and everything in it. Returns when all of its processes are gone; the second time at once.
    func stop() async

    /// Waits for the end of the box.
    func ended() async -> LabBoxEnd
}

/// A pseudo-terminal in a box.
///
/// It lives on without readers: output that nobody reads makes the program wait.
public protocol LabTerminal: Sendable {
    /// The next bytes of output, 1...`LabBoxLimits.frameBytes`; `nil` when the shell is gone and all was read. For one reader.
    /// Cancelling the task ends the wait with `nil` and loses nothing.
    func read() async -> [UInt8]?

    /// Types `bytes`; `3` is ^C and so on.
    ///
    /// - Throws: `.tooMany` if more than `LabBoxLimits.inputBytes` wait for the program to read them; `.unavailable` if the shell is gone.
    func write(_ bytes: [UInt8]) async throws

    /// Tells the programs the new size. Nothing happens if the shell is gone.
    func resize(_ size: LabTerminalSize) async

    /// Hangs up: the shell and its foreground programs get SIGHUP.
    func close() async

    /// Waits for the shell to end: how it ended.
    func ended() async -> LabExit
}

extension LabTerminal {
    /// All output, for one reader.
    public var output: LabTerminalOutput { LabTerminalOutput(terminal: self) }
}

/// The output of a terminal, a chunk an element, read when asked for.
public struct LabTerminalOutput: AsyncSequence, Sendable {
    let terminal: any LabTerminal

    /// Reads a terminal.
    public struct AsyncIterator: AsyncIteratorProtocol {
        let terminal: any LabTerminal

        /// The next bytes; `nil` at the end.
        public mutating func next() async -> [UInt8]? { await terminal.read() }
    }

    /// Starts reading.
    public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(terminal: terminal) }
}

/// What a program in the box asks, and the way to answer.
public struct LabRequest: Sendable {
    /// The command, one of `LabBoxSpec.commands`.
    public let command: String
    /// What was typed after it; at most `LabBoxLimits.requestBytes` in all.
    public let arguments: [String]
    private let answer: @Sendable (Int, [UInt8]) async -> Void

    /// Made by engines.
    public init(command: String, arguments: [String], answer: @escaping @Sendable (Int, [UInt8]) async -> Void) {
        self.command = command
        self.arguments = arguments
        self.answer = answer
    }

    /// Prints `text` there and ends the command with `status` (0...255).
    ///
    /// At most `LabBoxLimits.answerBytes` are printed, the rest is cut.
    /// Only the first answer counts; if the program or the box is gone, nothing happens.
    public func respond(status: Int, _ text: String) async {
        await answer(min(max(status, 0), 255), Array(text.utf8.prefix(LabBoxLimits.answerBytes)))
    }
}
