import AtlasCore
import AtlasPorts
import Synchronization
import Logging

/// What a program in the box did.
struct Execution: Sendable {
    var end = ExecEnd.failed("")
    var output: [UInt8] = []
    var errors: [UInt8] = []
    var outputIsCut = false
    var errorsAreCut = false

    /// The first of its complaints, for logs and messages.
    var complaint: String {
        let text = String(decoding: errors.prefix(400), as: UTF8.self)
        guard case .failed(let reason) = end else { return text }
        return text.isEmpty ? reason : "\(reason): \(text)"
    }
}

/// How a program is run, and how much of what it prints is kept.
struct ExecutionPlan: Sendable {
    var words: [String]
    var input: [UInt8] = []
    var outputBytes = LabBoxLimits.commandOutputBytes
    var errorBytes = 16 << 10
    var timeLimit = boxPatience
    /// Gets the first line of its errors, which then does not count as one.
    var onFirstLine: (@Sendable (String) -> Void)?

    /// Runs a script with its words.
    init(_ script: String, _ words: [String] = [], input: [UInt8] = []) {
        self.words = BoxScripts.words(script, words)
        self.input = input
    }
}

extension KubernetesBox {
    /// Runs a program and reads what it prints.
    ///
    /// If the time is over or the task is cancelled, the connection ends; the program perhaps not.
    /// - Throws: `AtlasError` if it cannot be run.
    func execute(_ plan: ExecutionPlan, _ doing: String) async throws -> Execution {
        try requireRunning()
        let request = ExecRequest(
            namespace: place.namespace,
            pod: place.pod,
            container: Names.container,
            words: plan.words,
            hasInput: !plan.input.isEmpty
        )
        do {
            let execution = try await within(plan.timeLimit, else: boxIsSlow()) { [client] in
                try await client.exec(request) { reader, writer in
                    // At the same time: a program may print before it has read everything.
                    async let _ = Self.send(plan.input, writer)
                    return try await Self.collect(&reader, plan)
                }
            }
            if case .failed = execution.end, isOver { throw boxIsGone() }
            return execution
        } catch {
            throw problem(error, doing)
        }
    }

    private static func send(_ input: [UInt8], _ writer: ExecWriter) async throws {
        guard !input.isEmpty else { return }
        try await writer.input(input)
        try await writer.closeInput()
    }

    private static func collect(_ reader: inout ExecReader, _ plan: ExecutionPlan) async throws -> Execution {
        var execution = Execution()
        var first = plan.onFirstLine.map { _ in LineSplitter(limit: firstLineBytes) }
        var take = plan.onFirstLine
        while true {
            switch try await reader.next() {
            case .ended(let end):
                execution.end = end
                return execution
            case .output(let bytes):
                let room = max(0, plan.outputBytes - execution.output.count)
                execution.output += bytes.prefix(room)
                if bytes.count > room { execution.outputIsCut = true }
            case .errors(var bytes):
                if let onLine = take {
                    guard let end = bytes.firstIndex(of: UInt8(ascii: "\n")) else {
                        _ = try first?.take(bytes)
                        continue
                    }
                    let lines = try first?.take(bytes[...end]) ?? []
                    onLine(String(decoding: lines.first ?? [], as: UTF8.self))
                    (take, first) = (nil, nil)
                    bytes = Array(bytes[(end + 1)...])
                }
                let room = max(0, plan.errorBytes - execution.errors.count)
                execution.errors += bytes.prefix(room)
                if bytes.count > room { execution.errorsAreCut = true }
            }
        }
    }

    private static var firstLineBytes: Int { 1_024 }

    /// Sends a signal to the group of a process that was run here.
    func kill(_ process: Int, signal: String) async {
        var plan = ExecutionPlan(BoxScripts.kill, [signal, String(process)])
        plan.timeLimit = .seconds(20)
        do {
            _ = try await execute(plan, "end a program")
        } catch {
            logger.debug("a program was not ended", metadata: ["box": "\(id)", "error": "\(error)"])
        }
    }

    /// What a program that was not started, or did not end by itself, means to a learner.
    static func failure(_ reason: String, _ doing: String) -> AtlasError {
        let detail = "\(doing): \(reason)"
        let usedUp = ["resource temporarily unavailable", "cannot fork", "pids limit", "cannot allocate memory"]
        if usedUp.contains(where: { reason.lowercased().contains($0) }) {
            return AtlasError(
                .tooMany,
                "Cannot \(doing): the lab has too many processes or no memory left.",
                detail: detail
            )
        }
        return AtlasError(.unavailable, "Cannot \(doing): the connection to the lab was lost.", detail: detail)
    }
}

/// A command on its way.
final class CommandRun: Sendable {
    private struct State {
        var firstLine: String?
        var isTimedOut = false
        var isCancelled = false
    }

    private let command: LabCommand
    private let box: KubernetesBox
    private let mark: String
    private let state = Mutex(State())

    init(_ command: LabCommand, in box: KubernetesBox) {
        self.command = command
        self.box = box
        mark = randomMark()
    }

    func result() async throws -> LabCommandResult {
        let begin = ContinuousClock.now
        let limit = min(max(command.timeLimit, .zero), LabBoxLimits.commandTime)
        let watch = Task {
            try await Task.sleep(for: limit)
            state.withLock { $0.isTimedOut = true }
            await kill()
        }
        defer { watch.cancel() }
        // Not cancelled with this task: the program has to be killed first, and its number may still be on its way.
        let work = Task { try await box.execute(plan(limit), "run “\(command.words.first ?? "")”") }
        let execution: Execution
        do {
            execution = try await withTaskCancellationHandler {
                try await work.value
            } onCancel: {
                state.withLock { $0.isCancelled = true }
                Task {
                    await kill()
                    try await Task.sleep(for: Self.killTime)
                    work.cancel()
                }
            }
        } catch {
            // Here the connection has ended, but not the program.
            await Task { await kill() }.value
            throw error
        }
        try Task.checkCancellation()
        return try await finish(execution, begin.duration(to: .now))
    }

    /// How long a program that was killed may take to be gone.
    private static let killTime = Duration.seconds(10)

    private func finish(_ execution: Execution, _ duration: Duration) async throws -> LabCommandResult {
        let (firstLine, isTimedOut) = state.withLock { ($0.firstLine, $0.isTimedOut) }
        if let error = refusal(firstLine) { throw error }
        let exit: LabExit
        switch execution.end {
        case _ where isTimedOut: exit = .timedOut
        // A signal is told as 128 and its number, as every shell does.
        case .exited(let status) where (129...159).contains(status): exit = .killed(status - 128)
        case .exited(let status): exit = .exited(min(max(status, 0), 255))
        case .failed(let reason):
            await kill()
            throw KubernetesBox.failure(reason, "run “\(command.words.first ?? "")”")
        }
        return LabCommandResult(
            exit: exit,
            output: execution.output,
            errors: execution.errors,
            outputIsCut: execution.outputIsCut,
            errorsAreCut: execution.errorsAreCut,
            duration: duration
        )
    }

    private func plan(_ limit: Duration) -> ExecutionPlan {
        let program = command.words.first ?? ""
        let variables = command.environment.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        var plan = ExecutionPlan(
            BoxScripts.run,
            [mark, command.directory, String(command.input.count), program] + variables + command.words,
            input: command.input
        )
        plan.outputBytes = min(max(command.outputBytes, 0), LabBoxLimits.commandOutputBytes)
        plan.errorBytes = plan.outputBytes
        plan.timeLimit = limit + boxPatience
        plan.onFirstLine = { [self] line in
            let isUnwanted = state.withLock { state in
                state.firstLine = line
                return state.isTimedOut || state.isCancelled
            }
            // Its time was over before it had begun.
            if isUnwanted { Task { await kill() } }
        }
        return plan
    }

    private func words() -> [Substring] {
        let line = state.withLock { $0.firstLine } ?? ""
        let words = line.split(separator: " ")
        return words.first.map(String.init) == mark ? Array(words.dropFirst()) : []
    }

    /// Kills the program and its group, if it was started.
    private func kill() async {
        let words = words()
        guard words.count == 2, words[0] == "started", let process = Int(words[1]), process > 1 else { return }
        await box.kill(process, signal: "KILL")
    }

    /// Why it was not started.
    private func refusal(_ line: String?) -> AtlasError? {
        let name = command.words.first ?? ""
        switch words().first {
        case "directory":
            return AtlasError(.invalid, "The directory “\(command.directory)” is not there.", detail: line)
        case "missing": return AtlasError(.invalid, "There is no program “\(name)” in the box.", detail: line)
        case "forbidden": return AtlasError(.invalid, "“\(name)” cannot be run; is it executable?", detail: line)
        default: return nil
        }
    }
}

/// A word that nobody in the box can guess.
func randomMark() -> String {
    var generator = SystemRandomNumberGenerator()
    return (0..<2).map { _ in String(generator.next() as UInt64, radix: 36) }.joined()
}
