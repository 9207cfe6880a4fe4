import AtlasAPI
import AtlasCore
import AtlasPorts
import Logging
import Synchronization

/// A lab's terminal as its viewers see it: the newest output by offset, read from the box as fast as it is looked at.
///
/// Memory is bounded by the ring and the recording, whatever the programs print: while the fastest viewer has not seen what was
/// sent, nothing is read and the programs have to wait; while nobody looks, reading is slowed down.
final class LabScreen: Sendable {
    let run: String
    private let terminal: any LabTerminal
    private let clock: any WallClock
    private let typed: @Sendable () -> Void
    private let state: Mutex<State>

    /// - Parameter typed: Called when somebody types.
    init(
        run: String,
        terminal: any LabTerminal,
        size: LabScreenSize,
        clock: any WallClock,
        typed: @escaping @Sendable () -> Void
    ) {
        self.run = run
        self.terminal = terminal
        self.clock = clock
        self.typed = typed
        state = Mutex(State(recorder: Recorder(size: size, startedAt: clock.now())))
    }

    struct State {
        var ring = OutputRing()
        var viewers: [Int: Viewer] = [:]
        var nextViewer = 0
        var hasEnded = false
        var recorder: Recorder
        /// Waits for a viewer to catch up.
        var pump: CheckedContinuation<Void, Never>?
    }

    struct Viewer {
        var next: Int
        var seen: Int
        var waiting: CheckedContinuation<LabOutput?, Never>?
    }

    /// What the terminal has shown so far, for keeping.
    var recording: LabRecording { state.withLock { $0.recorder.recording } }

    /// Whether the shell is gone.
    var hasEnded: Bool { state.withLock(\.hasEnded) }

    // MARK: From the box

    /// Reads until the terminal has ended or the task is cancelled.
    func pump() async {
        var pace = Pace(bytesPerSecond: LabServiceLimits.unwatchedBytesPerSecond)
        while !Task.isCancelled {
            await room()
            guard let bytes = await terminal.read() else { break }
            let isWatched = take(bytes)
            if !isWatched { await pace.spend(bytes.count) }
        }
        end()
    }

    private func take(_ bytes: [UInt8]) -> Bool {
        let now = clock.now()
        return state.withLock { state in
            state.ring.append(bytes)
            state.recorder.append(bytes, at: now)
            for id in state.viewers.keys { Self.serve(id, &state) }
            return !state.viewers.isEmpty
        }
    }

    /// Waits while even the fastest viewer has not seen what was sent.
    private func room() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isFree = state.withLock { state in
                    guard !Task.isCancelled, !state.hasRoom else { return true }
                    state.pump = continuation
                    return false
                }
                if isFree { continuation.resume() }
            }
        } onCancel: {
            wakePump(always: true)
        }
    }

    private func wakePump(always: Bool = false) {
        let pump = state.withLock { state -> CheckedContinuation<Void, Never>? in
            guard always || state.hasRoom else { return nil }
            defer { state.pump = nil }
            return state.pump
        }
        pump?.resume()
    }

    /// Nothing comes any more; viewers get what is left, then `nil`.
    func end() {
        state.withLock { state in
            state.hasEnded = true
            for id in state.viewers.keys { Self.serve(id, &state) }
        }
        wakePump(always: true)
    }

    // MARK: To the viewers

    /// A new viewer.
    func view(size: LabScreenSize, from: Int?) async throws -> any LabTerminalView {
        await terminal.resize(LabTerminalSize(columns: size.columns, rows: size.rows))
        return try state.withLock { state in
            guard !state.hasEnded else { throw Self.ended }
            guard state.viewers.count < LabTerminalLimits.viewers else {
                throw AtlasError(.tooMany, "This terminal is open in too many places; close some of them.")
            }
            let wanted = from.flatMap { $0 <= state.ring.head ? $0 : nil } ?? state.ring.start
            let offset = max(wanted, state.ring.start)
            let id = state.nextViewer
            state.nextViewer += 1
            state.viewers[id] = Viewer(next: offset, seen: offset)
            return ScreenView(
                screen: self,
                id: id,
                offset: offset,
                missed: max(0, offset - (from ?? offset)),
                head: state.ring.head
            )
        }
    }

    static let ended = AtlasError(.conflict, "This terminal has ended.")

    fileprivate func next(_ id: Int) async -> LabOutput? {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                state.withLock { state in
                    guard !Task.isCancelled, state.viewers[id] != nil else {
                        return continuation.resume(returning: nil)
                    }
                    state.viewers[id]?.waiting?.resume(returning: nil)
                    state.viewers[id]?.waiting = continuation
                    Self.serve(id, &state)
                }
            }
        } onCancel: {
            state.withLock { state in
                state.viewers[id]?.waiting?.resume(returning: nil)
                state.viewers[id]?.waiting = nil
            }
        }
    }

    fileprivate func seen(_ id: Int, _ offset: Int) {
        state.withLock { state in
            guard var viewer = state.viewers[id], offset > viewer.seen else { return }
            viewer.seen = min(offset, viewer.next)
            state.viewers[id] = viewer
            Self.serve(id, &state)
        }
        wakePump()
    }

    fileprivate func leave(_ id: Int) {
        state.withLock { state in
            state.viewers.removeValue(forKey: id)?.waiting?.resume(returning: nil)
        }
        wakePump()
    }

    fileprivate func write(_ bytes: [UInt8]) async throws {
        guard bytes.count <= LabTerminalLimits.inputBytes else {
            throw AtlasError(
                .invalid,
                "At most \(LabTerminalLimits.inputBytes) bytes are typed at once.",
                field: "data"
            )
        }
        guard !state.withLock(\.hasEnded) else { throw Self.ended }
        typed()
        try await terminal.write(bytes)
    }

    fileprivate func resize(_ size: LabScreenSize) async {
        await terminal.resize(LabTerminalSize(columns: size.columns, rows: size.rows))
    }

    /// Gives a waiting viewer its next piece, if there is one and it has seen enough.
    private static func serve(_ id: Int, _ state: inout State) {
        guard var viewer = state.viewers[id], let waiting = viewer.waiting else { return }
        if viewer.next < state.ring.start {
            viewer.next = state.ring.start
            viewer.seen = max(viewer.seen, viewer.next)
        }
        let left = LabTerminalLimits.unseenBytes - (viewer.next - viewer.seen)
        let count = min(state.ring.head - viewer.next, left, LabTerminalLimits.pieceBytes)
        if count > 0 {
            let output = LabOutput(offset: viewer.next, bytes: state.ring.bytes(from: viewer.next, count: count))
            viewer.next += count
            viewer.waiting = nil
            waiting.resume(returning: output)
        } else if state.hasEnded, viewer.next == state.ring.head {
            viewer.waiting = nil
            waiting.resume(returning: nil)
        }
        state.viewers[id] = viewer
    }
}

extension LabScreen.State {
    /// Whether more may be read from the box.
    fileprivate var hasRoom: Bool {
        hasEnded || viewers.isEmpty
            || viewers.values.contains { ring.head - $0.seen < LabTerminalLimits.unseenBytes }
    }
}

/// A viewer's handle.
private struct ScreenView: LabTerminalView {
    let screen: LabScreen
    let id: Int
    let offset: Int
    let missed: Int
    let head: Int

    var run: String { screen.run }

    func next() async -> LabOutput? { await screen.next(id) }
    func seen(_ offset: Int) { screen.seen(id, offset) }
    func write(_ bytes: [UInt8]) async throws { try await screen.write(bytes) }
    func resize(_ size: LabScreenSize) async throws { await screen.resize(size) }
    func leave() { screen.leave(id) }
}

/// The newest bytes of an output.
struct OutputRing {
    private var buffer = [UInt8](repeating: 0, count: LabTerminalLimits.keptBytes)
    /// The offset after the newest byte.
    private(set) var head = 0

    /// The offset of the oldest byte that is kept.
    var start: Int { max(0, head - buffer.count) }

    mutating func append(_ bytes: [UInt8]) {
        let dropped = max(0, bytes.count - buffer.count)
        head += dropped
        for byte in bytes.dropFirst(dropped) {
            buffer[head % buffer.count] = byte
            head += 1
        }
    }

    /// Bytes that are kept.
    func bytes(from offset: Int, count: Int) -> [UInt8] {
        let first = offset % buffer.count
        let straight = min(count, buffer.count - first)
        return Array(buffer[first..<first + straight]) + buffer[0..<count - straight]
    }
}

/// Slows a reader down to a rate.
private struct Pace {
    let bytesPerSecond: Int
    private var spent = 0
    private var since = ContinuousClock.now

    init(bytesPerSecond: Int) { self.bytesPerSecond = bytesPerSecond }

    /// Counts bytes, and waits if they came too fast.
    mutating func spend(_ count: Int) async {
        let now = ContinuousClock.now
        if now - since > .seconds(1) { (spent, since) = (0, now) }
        spent += count
        guard spent > bytesPerSecond else { return }
        try? await Task.sleep(until: since + .seconds(1))
    }
}
