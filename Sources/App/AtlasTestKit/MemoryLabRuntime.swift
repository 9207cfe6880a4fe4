import AtlasCore
public import AtlasPorts
import Synchronization

/// Boxes without processes, for tests of what is built on `LabRuntime`: homes are values, terminals echo, and programs are
/// closures of the test.
public final class MemoryLabRuntime: LabRuntime {
    /// What a program in a box does.
    public typealias Program = @Sendable (MemoryLabBox, LabCommand) async throws -> LabCommandResult

    private struct State {
        var boxes: [String: MemoryLabBox] = [:]
        var specs: [LabBoxSpec] = []
        var programs: [String: Program] = [:]
        var missing: Set<String> = []
        var beforeStart: (@Sendable (LabBoxSpec) async throws -> Void)?
        var unavailable: String?
    }

    private let places: Int
    private let state = Mutex(State())

    /// - Parameter places: Boxes at once, at most.
    public init(places: Int = 100) {
        self.places = places
    }

    // MARK: What the test decides

    /// Says what the program of that path does; without it, it ends with status 0 at once.
    public func set(_ path: String, _ program: @escaping Program) {
        state.withLock { $0.programs[path] = program }
    }

    /// Says which programs boxes do not have.
    public func setMissing(_ programs: Set<String>) {
        state.withLock { $0.missing = programs }
    }

    /// Says why no box can run; `nil` if they can.
    public func setUnavailable(_ reason: String?) {
        state.withLock { $0.unavailable = reason }
    }

    /// Called before each start, which waits for it, or fails with it.
    public func beforeStart(_ hook: (@Sendable (LabBoxSpec) async throws -> Void)?) {
        state.withLock { $0.beforeStart = hook }
    }

    /// Boxes that run, by id.
    public var boxes: [MemoryLabBox] { state.withLock { $0.boxes.values.sorted { $0.id < $1.id } } }

    /// What was ever started, in order.
    public var specs: [LabBoxSpec] { state.withLock(\.specs) }

    // MARK: LabRuntime

    /// Everything is there.
    public func capabilities() async -> LabCapabilities {
        LabCapabilities(runtime: "memory", unavailable: state.withLock(\.unavailable), places: places)
    }

    /// Those that the test said.
    public func missing(_ programs: [String]) async -> [LabMissingProgram] {
        let missing = state.withLock(\.missing)
        return programs.filter(missing.contains).map {
            LabMissingProgram(program: $0, remedy: "apt-get install \($0)")
        }
    }

    /// Starts a box.
    public func start(_ spec: LabBoxSpec) async throws -> any LabBox {
        try await state.withLock(\.beforeStart)?(spec)
        if let missing = await missing(spec.needs).first {
            throw AtlasError(.unavailable, "There is no \(missing.program) here.")
        }
        return try state.withLock { state in
            guard state.boxes.count < places else { throw AtlasError(.tooMany, "All places are taken.") }
            guard state.boxes[spec.id] == nil else { throw AtlasError(.invalid, "There is a box \(spec.id).") }
            let box = MemoryLabBox(spec, runtime: self)
            state.boxes[spec.id] = box
            state.specs.append(spec)
            return box
        }
    }

    /// None are ever left.
    public func removeLeftovers() async throws -> Int { 0 }

    fileprivate func program(_ path: String) -> Program? { state.withLock { $0.programs[path] } }
    fileprivate func remove(_ id: String) { state.withLock { $0.boxes[id] = nil } }
}

/// A box without processes.
public final class MemoryLabBox: LabBox {
    private struct State {
        var home: LabFiles
        var changes: UInt64 = 1
        var end: LabBoxEnd?
        var waiting: [CheckedContinuation<LabBoxEnd, Never>] = []
        var terminals: [MemoryLabTerminal] = []
        var usage = LabBoxUsage(
            processorTime: .zero,
            memoryBytes: 8 << 20,
            memoryLimitBytes: 256 << 20,
            processes: 3,
            diskBytes: 4_096,
            killedForMemory: 0
        )
    }

    /// What it was started with.
    public let spec: LabBoxSpec
    /// What programs in the box ask.
    public let requests: AsyncStream<LabRequest>
    private let asking: AsyncStream<LabRequest>.Continuation
    private let runtime: MemoryLabRuntime
    private let state: Mutex<State>

    fileprivate init(_ spec: LabBoxSpec, runtime: MemoryLabRuntime) {
        self.spec = spec
        self.runtime = runtime
        (requests, asking) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(LabBoxLimits.requests))
        state = Mutex(State(home: spec.home))
    }

    /// The id.
    public var id: String { spec.id }

    // MARK: What the test does

    /// The home as it is.
    public var home: LabFiles { state.withLock(\.home) }

    /// The terminals that were opened.
    public var terminals: [MemoryLabTerminal] { state.withLock(\.terminals) }

    /// Changes the home, as a program in the box would.
    public func change(_ edit: (inout LabFiles) throws -> Void) throws {
        try state.withLock { state in
            try edit(&state.home)
            state.changes += 1
        }
    }

    /// Says what it uses.
    public func setUsage(_ edit: (inout LabBoxUsage) -> Void) {
        state.withLock { edit(&$0.usage) }
    }

    /// Ends the box as a crash would.
    public func crash(_ end: LabBoxEnd) { finish(end) }

    /// Types a command that Atlas answers, and waits for its answer.
    public func ask(_ command: String, _ arguments: [String] = []) async -> (status: Int, text: String) {
        await withCheckedContinuation { continuation in
            let once = Mutex(false)
            asking.yield(
                LabRequest(command: command, arguments: arguments) { status, bytes in
                    let isFirst = once.withLock { isGiven in
                        defer { isGiven = true }
                        return !isGiven
                    }
                    if isFirst { continuation.resume(returning: (status, String(decoding: bytes, as: UTF8.self))) }
                }
            )
        }
    }

    // MARK: LabBox

    /// A terminal that echoes.
    public func openTerminal(_ size: LabTerminalSize) async throws -> any LabTerminal {
        try requireAlive()
        let terminal = MemoryLabTerminal(size)
        state.withLock { $0.terminals.append(terminal) }
        return terminal
    }

    /// Runs the test's program.
    public func run(_ command: LabCommand) async throws -> LabCommandResult {
        try requireAlive()
        guard let program = runtime.program(command.words.first ?? "") else {
            return LabCommandResult(exit: .exited(0), output: [])
        }
        return try await program(self, command)
    }

    /// What the test said.
    public func usage() async throws -> LabBoxUsage {
        try requireAlive()
        return state.withLock(\.usage)
    }

    /// The home, if it has changed.
    public func snapshot(since mark: LabSnapshot.Mark?) async throws -> LabSnapshot? {
        try requireAlive()
        return state.withLock { state in
            guard mark?.value != state.changes else { return nil }
            return LabSnapshot(
                files: state.home,
                mark: LabSnapshot.Mark(value: state.changes),
                omissions: [],
                omittedCount: 0
            )
        }
    }

    /// One file.
    public func read(_ path: String) async throws -> LabFile? {
        try requireAlive()
        return home[path]
    }

    /// Lays files over the home.
    public func lay(_ files: LabFiles) async throws {
        try requireAlive()
        do {
            try change { try $0.lay(files) }
        } catch let error as AtlasError {
            throw AtlasError(.conflict, error.message)
        }
    }

    /// Removes a file.
    public func remove(_ path: String) async throws -> Bool {
        try requireAlive()
        let isThere = home[path] != nil
        if isThere { try change { $0.remove(path) } }
        return isThere
    }

    /// Ends it.
    public func stop() async { finish(.stopped) }

    /// Waits for its end.
    public func ended() async -> LabBoxEnd {
        await withCheckedContinuation { continuation in
            let end = state.withLock { state -> LabBoxEnd? in
                if state.end == nil { state.waiting.append(continuation) }
                return state.end
            }
            if let end { continuation.resume(returning: end) }
        }
    }

    private func requireAlive() throws {
        guard state.withLock({ $0.end == nil }) else { throw AtlasError(.unavailable, "The box has ended.") }
    }

    private func finish(_ end: LabBoxEnd) {
        let (waiting, terminals) = state.withLock { state in
            guard state.end == nil else { return ([CheckedContinuation<LabBoxEnd, Never>](), [MemoryLabTerminal]()) }
            state.end = end
            defer { state.waiting = [] }
            return (state.waiting, state.terminals)
        }
        for terminal in terminals { terminal.end() }
        asking.finish()
        runtime.remove(id)
        for continuation in waiting { continuation.resume(returning: end) }
    }
}

extension LabCommandResult {
    /// What a program of a test did.
    public init(exit: LabExit, output: [UInt8], errors: String = "", outputIsCut: Bool = false) {
        self.init(
            exit: exit,
            output: output,
            errors: Array(errors.utf8),
            outputIsCut: outputIsCut,
            errorsAreCut: false,
            duration: .zero
        )
    }
}
