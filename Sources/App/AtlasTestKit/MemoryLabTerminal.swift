import AtlasCore
public import AtlasPorts
import Synchronization

/// A terminal that echoes what is typed, and shows what a test prints.
///
/// As a real one, it makes `print` wait while `LabBoxLimits.outputBytes` are unread.
public final class MemoryLabTerminal: LabTerminal {
    private struct State {
        var output: [UInt8] = []
        var hasEnded = false
        var size: LabTerminalSize
        var reader: CheckedContinuation<Void, Never>?
        var writers: [CheckedContinuation<Void, Never>] = []
        var ending: [CheckedContinuation<LabExit, Never>] = []
    }

    private let state: Mutex<State>

    init(_ size: LabTerminalSize) {
        state = Mutex(State(size: size))
    }

    /// The size it was given last.
    public var size: LabTerminalSize { state.withLock(\.size) }

    /// Bytes that nobody has read.
    public var unread: Int { state.withLock { $0.output.count } }

    /// Shows `bytes`; waits while too much is unread.
    ///
    /// - Returns: False if the terminal has ended.
    @discardableResult
    public func print(_ bytes: [UInt8]) async -> Bool {
        while true {
            let (isDone, isAlive) = state.withLock { state in
                guard !state.hasEnded else { return (true, false) }
                guard state.output.count < LabBoxLimits.outputBytes else { return (false, true) }
                state.output += bytes
                state.reader?.resume()
                state.reader = nil
                return (true, true)
            }
            if isDone { return isAlive }
            await withCheckedContinuation { continuation in
                let isFree = state.withLock { state in
                    guard !state.hasEnded, state.output.count >= LabBoxLimits.outputBytes else { return true }
                    state.writers.append(continuation)
                    return false
                }
                if isFree { continuation.resume() }
            }
        }
    }

    /// Ends the shell.
    public func end() {
        let (waiting, ending) = state.withLock { state in
            state.hasEnded = true
            let waiting = state.writers + [state.reader].compactMap(\.self)
            defer { (state.reader, state.writers, state.ending) = (nil, [], []) }
            return (waiting, state.ending)
        }
        for continuation in waiting { continuation.resume() }
        for continuation in ending { continuation.resume(returning: .killed(9)) }
    }

    // MARK: LabTerminal

    /// The next bytes.
    public func read() async -> [UInt8]? {
        while true {
            if let bytes = taken() { return bytes }
            let isOver = state.withLock { $0.hasEnded && $0.output.isEmpty } || Task.isCancelled
            if isOver { return nil }
            await withTaskCancellationHandler {
                await withCheckedContinuation { continuation in
                    let isReady = state.withLock { state in
                        guard state.output.isEmpty, !state.hasEnded, !Task.isCancelled else { return true }
                        state.reader = continuation
                        return false
                    }
                    if isReady { continuation.resume() }
                }
            } onCancel: {
                state.withLock { state in
                    state.reader?.resume()
                    state.reader = nil
                }
            }
        }
    }

    private func taken() -> [UInt8]? {
        let (bytes, writers) = state.withLock { state in
            let bytes = Array(state.output.prefix(LabBoxLimits.frameBytes))
            state.output.removeFirst(bytes.count)
            defer { state.writers = [] }
            return (bytes, state.writers)
        }
        for writer in writers { writer.resume() }
        return bytes.isEmpty ? nil : bytes
    }

    /// Echoes.
    public func write(_ bytes: [UInt8]) async throws {
        guard await print(bytes) else { throw AtlasError(.unavailable, "The shell is gone.") }
    }

    /// Notes the size.
    public func resize(_ size: LabTerminalSize) async {
        state.withLock { $0.size = size }
    }

    /// Ends it.
    public func close() async { end() }

    /// Waits for the end.
    public func ended() async -> LabExit {
        await withCheckedContinuation { continuation in
            let isOver = state.withLock { state in
                if !state.hasEnded { state.ending.append(continuation) }
                return state.hasEnded
            }
            if isOver { continuation.resume(returning: .killed(9)) }
        }
    }
}
