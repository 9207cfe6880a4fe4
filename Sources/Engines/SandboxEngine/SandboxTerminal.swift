import AtlasCore
import AtlasPorts
import CLabBox
import Synchronization

/// A terminal in a box of bubblewrap's.
final class SandboxTerminal: LabTerminal, BoxListener {
    private struct State {
        var unread: [[UInt8]] = []
        var reader: CheckedContinuation<[UInt8]?, Never>?
        var unacknowledged = 0
        var isOver = false
    }

    let opened = Promise<Result<BoxReply, AtlasError>>()
    private let id: UInt32
    private let link: BoxLink
    private let state = Mutex(State())
    private let exit = Promise<LabExit>()

    init(id: UInt32, link: BoxLink) {
        self.id = id
        self.link = link
    }

    func read() async -> [UInt8]? {
        await withTaskCancellationHandler {
            let bytes = await withCheckedContinuation { continuation in
                let (now, replaced) = state.withLock { state -> ([UInt8]??, CheckedContinuation<[UInt8]?, Never>?) in
                    if !state.unread.isEmpty { return (Self.takeSome(&state), nil) }
                    if state.isOver || Task.isCancelled { return (.some(nil), nil) }
                    let old = state.reader
                    state.reader = continuation
                    return (nil, old)
                }
                replaced?.resume(returning: nil)
                if let now { continuation.resume(returning: now) }
            }
            if let bytes { link.post(BoxFrame(BOX_CREDIT, id: id, UInt32(bytes.count).littleEndianBytes)) }
            return bytes
        } onCancel: {
            takeReader()?.resume(returning: nil)
        }
    }

    func write(_ bytes: [UInt8]) async throws {
        guard !bytes.isEmpty else { return }
        try state.withLock { state in
            guard !state.isOver else { throw AtlasError(.unavailable, "The terminal is closed.") }
            guard state.unacknowledged + bytes.count <= LabBoxLimits.inputBytes else {
                throw AtlasError(.tooMany, "The program does not read what is typed.", retryAfter: .seconds(1))
            }
            state.unacknowledged += bytes.count
        }
        await link.send(BoxFrame.pieces(BOX_INPUT, id: id, bytes))
    }

    func resize(_ size: LabTerminalSize) async { link.post(BoxFrame(BOX_RESIZE, id: id, size.bytes)) }

    func close() async { link.post(BoxFrame(BOX_CLOSE, id: id)) }

    func ended() async -> LabExit { await exit.value() }

    func take(_ frame: BoxFrame) throws -> Bool {
        switch Int(frame.kind) {
        case BOX_REPLY:
            let reply = try BoxReply(frame.payload)
            opened.resolve(.success(reply))
            return reply.errno == 0
        case BOX_OUTPUT:
            deliver(frame.payload)
        case BOX_TAKEN:
            var reader = BoxPayload(frame.payload)
            let count = Int(try reader.word())
            state.withLock { $0.unacknowledged = max(0, $0.unacknowledged - count) }
        case BOX_EXITED:
            var reader = BoxPayload(frame.payload)
            end(try LabExit(reading: &reader))
            return false
        default: break
        }
        return true
    }

    func boxEnded() {
        opened.resolve(.failure(boxIsGone()))
        end(.killed(9))
    }

    private func deliver(_ bytes: [UInt8]) {
        let delivery = state.withLock { state -> (CheckedContinuation<[UInt8]?, Never>, [UInt8])? in
            state.unread.append(bytes)
            guard let reader = state.reader, let some = Self.takeSome(&state) else { return nil }
            state.reader = nil
            return (reader, some)
        }
        if let (reader, some) = delivery { reader.resume(returning: some) }
    }

    private func end(_ how: LabExit) {
        let reader = state.withLock { state in
            state.isOver = true
            defer { state.reader = nil }
            return state.reader
        }
        reader?.resume(returning: nil)
        exit.resolve(how)
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
        defer { state.unread.removeFirst(count) }
        return count == 1 ? state.unread[0] : Array(state.unread[..<count].joined())
    }
}

extension LabTerminalSize {
    /// As the box reads it.
    var bytes: [UInt8] { UInt16(columns).littleEndianBytes + UInt16(rows).littleEndianBytes }
}
