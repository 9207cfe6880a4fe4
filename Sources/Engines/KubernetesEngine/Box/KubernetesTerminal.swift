import AtlasCore
import AtlasPorts
import Synchronization

/// A terminal in a pod.
final class KubernetesTerminal: LabTerminal {
    private struct State {
        var unread: [[UInt8]] = []
        var unreadBytes = 0
        var reader: CheckedContinuation<[UInt8]?, Never>?
        /// The pump, while there is more unread than shall be.
        var pump: CheckedContinuation<Void, Never>?
        var unwritten = 0
        var process: Int?
        var isOver = false
        var work: Task<Void, Never>?
    }

    let number: Int
    private let box: KubernetesBox
    private let opened = Promise<Result<ExecWriter, any Error>>()
    private let exit = Promise<LabExit>()
    private let state = Mutex(State())

    /// The line with which the shell's number comes.
    private static let firstLineBytes = 1_024
    /// How long a shell that was hung up may take to end.
    private static let hangUpTime = Duration.seconds(5)

    init(number: Int, box: KubernetesBox) {
        self.number = number
        self.box = box
    }

    /// Starts the shell.
    ///
    /// - Throws: What the cluster says, or that it takes too long.
    func open(_ size: LabTerminalSize) async throws {
        let mark = randomMark()
        let request = ExecRequest(
            namespace: box.place.namespace,
            pod: box.place.pod,
            container: Names.container,
            words: BoxScripts.words(BoxScripts.shell, [mark, String(size.columns), String(size.rows)]),
            hasInput: true,
            hasTerminal: true
        )
        let work = Task { [client = box.client] in
            do {
                let end = try await client.exec(request) { reader, writer in
                    try await writer.resize(columns: size.columns, rows: size.rows)
                    return try await self.pump(&reader, writer, mark)
                }
                self.finish(end)
            } catch {
                self.opened.resolve(.failure(error))
                self.finish(.failed("\(error)"))
            }
        }
        state.withLock { $0.work = work }
        guard let result = await opened.value(within: boxPatience) else {
            work.cancel()
            throw boxIsSlow()
        }
        _ = try result.get()
    }

    func read() async -> [UInt8]? {
        await withTaskCancellationHandler {
            let bytes = await withCheckedContinuation { continuation in
                let (now, replaced) = state.withLock { state -> ([UInt8]??, CheckedContinuation<[UInt8]?, Never>?) in
                    if let some = Self.takeSome(&state) { return (some, nil) }
                    if state.isOver || Task.isCancelled { return (.some(nil), nil) }
                    let old = state.reader
                    state.reader = continuation
                    return (nil, old)
                }
                replaced?.resume(returning: nil)
                if let now { continuation.resume(returning: now) }
            }
            wakePump()
            return bytes
        } onCancel: {
            takeReader()?.resume(returning: nil)
        }
    }

    func write(_ bytes: [UInt8]) async throws {
        guard !bytes.isEmpty else { return }
        guard case .success(let writer)? = opened.current else { throw closed() }
        try state.withLock { state in
            guard !state.isOver else { throw closed() }
            guard state.unwritten + bytes.count <= LabBoxLimits.inputBytes else {
                throw AtlasError(.tooMany, "The program does not read what is typed.", retryAfter: .seconds(1))
            }
            state.unwritten += bytes.count
        }
        defer { state.withLock { $0.unwritten -= bytes.count } }
        do { try await writer.input(bytes) } catch { throw closed() }
    }

    func resize(_ size: LabTerminalSize) async {
        guard case .success(let writer)? = opened.current, exit.current == nil else { return }
        // If it fails, the connection is gone and with it the terminal, which its reader hears.
        try? await writer.resize(columns: size.columns, rows: size.rows)
    }

    func close() async {
        guard exit.current == nil else { return }
        if let process = state.withLock({ $0.process }) { await box.kill(process, signal: "HUP") }
        // The shell may have more to say than anybody reads by now.
        state.withLock { state in
            state.isOver = true
            (state.unread, state.unreadBytes) = ([], 0)
        }
        wakePump()
        if await exit.value(within: Self.hangUpTime) == nil {
            if let process = state.withLock({ $0.process }) { await box.kill(process, signal: "KILL") }
            state.withLock { $0.work }?.cancel()
            finish(.exited(128 + 9))
        }
    }

    func ended() async -> LabExit { await exit.value() }

    /// Whether nothing is taken from the connection, because too much of what came is unread.
    var isHeldBack: Bool { state.withLock { $0.pump != nil } }

    /// The box is gone.
    func boxEnded() {
        state.withLock { $0.work }?.cancel()
        opened.resolve(.failure(boxIsGone()))
        finish(.exited(128 + 9))
    }

    private func closed() -> AtlasError { AtlasError(.unavailable, "The terminal is closed.") }

    // MARK: Output

    private func pump(_ reader: inout ExecReader, _ writer: ExecWriter, _ mark: String) async throws -> ExecEnd {
        var first: [UInt8]? = []
        while true {
            switch try await reader.next() {
            case .ended(let end):
                if case .failed(let reason) = end {
                    opened.resolve(.failure(KubernetesBox.failure(reason, "open a terminal")))
                } else {
                    let said = String(decoding: first ?? [], as: UTF8.self)
                    opened.resolve(
                        .failure(KubernetesBox.failure("the shell did not start: \(said)", "open a terminal"))
                    )
                }
                return end
            case .errors: continue
            case .output(var bytes):
                if var line = first {
                    line += bytes
                    guard let end = line.firstIndex(of: UInt8(ascii: "\n")) else {
                        guard line.count <= Self.firstLineBytes else { throw boxIsSlow() }
                        first = line
                        continue
                    }
                    begin(String(decoding: line[..<end], as: UTF8.self), mark, writer)
                    first = nil
                    bytes = Array(line[(end + 1)...])
                }
                if !bytes.isEmpty { await deliver(bytes) }
            }
        }
    }

    private func begin(_ line: String, _ mark: String, _ writer: ExecWriter) {
        let words = line.split(whereSeparator: \.isWhitespace)
        if words.count == 3, words[0] == mark, let process = Int(words[2]), process > 1 {
            state.withLock { $0.process = process }
        }
        opened.resolve(.success(writer))
    }

    /// Hands output over, and waits while there is much that nobody has read: then the connection fills, and the program waits.
    private func deliver(_ bytes: [UInt8]) async {
        let delivery = state.withLock { state -> (CheckedContinuation<[UInt8]?, Never>, [UInt8])? in
            guard !state.isOver else { return nil }
            var rest = bytes[...]
            while !rest.isEmpty {
                state.unread.append(Array(rest.prefix(LabBoxLimits.frameBytes)))
                rest = rest.dropFirst(LabBoxLimits.frameBytes)
            }
            state.unreadBytes += bytes.count
            guard let reader = state.reader, let some = Self.takeSome(&state) else { return nil }
            state.reader = nil
            return (reader, some)
        }
        if let (reader, some) = delivery { reader.resume(returning: some) }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let waits = state.withLock { state in
                    guard state.unreadBytes >= LabBoxLimits.outputBytes, !state.isOver, !Task.isCancelled else {
                        return false
                    }
                    state.pump = continuation
                    return true
                }
                if !waits { continuation.resume() }
            }
        } onCancel: {
            takePump()?.resume()
        }
    }

    private func wakePump() {
        let pump = state.withLock { state -> CheckedContinuation<Void, Never>? in
            guard state.unreadBytes < LabBoxLimits.outputBytes || state.isOver else { return nil }
            defer { state.pump = nil }
            return state.pump
        }
        pump?.resume()
    }

    private func takePump() -> CheckedContinuation<Void, Never>? {
        state.withLock { state in
            defer { state.pump = nil }
            return state.pump
        }
    }

    private func finish(_ end: ExecEnd) {
        let how: LabExit
        switch end {
        case .exited(let status) where (129...159).contains(status): how = .killed(status - 128)
        case .exited(let status): how = .exited(min(max(status, 0), 255))
        // The line was lost, as if it had been hung up.
        case .failed: how = .killed(1)
        }
        let isLost = if case .failed = end { true } else { false }
        let (reader, process) = state.withLock { state in
            state.isOver = true
            defer { state.reader = nil }
            return (state.reader, state.process)
        }
        reader?.resume(returning: nil)
        wakePump()
        // First: who hears of the end may open another one.
        box.forget(self)
        exit.resolve(how)
        guard isLost, let process, !box.isOver else { return }
        // The shell is still there, and nobody can reach it any more.
        Task { await box.kill(process, signal: "HUP") }
    }

    private func takeReader() -> CheckedContinuation<[UInt8]?, Never>? {
        state.withLock { state in
            defer { state.reader = nil }
            return state.reader
        }
    }

    /// The oldest pieces that make up at most a frame.
    private static func takeSome(_ state: inout State) -> [UInt8]? {
        var count = 0
        var bytes = 0
        while count < state.unread.count, count == 0 || bytes + state.unread[count].count <= LabBoxLimits.frameBytes {
            bytes += state.unread[count].count
            count += 1
        }
        guard count > 0 else { return nil }
        defer {
            state.unread.removeFirst(count)
            state.unreadBytes -= bytes
        }
        return count == 1 ? state.unread[0] : Array(state.unread[..<count].joined())
    }
}
