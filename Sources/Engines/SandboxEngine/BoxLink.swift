import AtlasCore
import CLabBox
import Dispatch
import Foundation

/// The socket to a box's first process.
///
/// All state belongs to `queue`, a serial one; the socket never blocks. What the box sends is always read: the box itself
/// waits where nobody asks for more.
final class BoxLink: @unchecked Sendable {
    /// Bytes that wait to be sent before `send` makes its caller wait.
    private static let waitingBytes = 1 << 20

    private let queue: DispatchQueue
    private let socket: Int32
    private var reading: (any DispatchSourceRead)?
    private var writing: (any DispatchSourceWrite)?
    private var reader = BoxFrameReader()
    private var unsent: [UInt8] = []
    private var unsentStart = 0
    private var sources = 0
    private var blocked: [CheckedContinuation<Void, Never>] = []
    private var onFrame: (@Sendable (BoxFrame) -> Void)?
    private var onEnd: (@Sendable ((any Error)?) -> Void)?
    private var chunk = [UInt8](repeating: 0, count: 64 * 1_024)

    /// Takes the socket over.
    ///
    /// Nothing is read before `start`.
    init(socket: Int32, name: String) {
        self.socket = socket
        queue = DispatchQueue(label: "atlas.box.\(name)")
    }

    /// Begins to read.
    ///
    /// - Parameters:
    ///   - onFrame: Called in order, on the link's queue; must not wait.
    ///   - onEnd: Called once, after the last frame, with the error if the box sent nonsense.
    func start(
        onFrame: @escaping @Sendable (BoxFrame) -> Void,
        onEnd: @escaping @Sendable ((any Error)?) -> Void
    ) {
        queue.async { [self] in
            self.onFrame = onFrame
            self.onEnd = onEnd
            let reading = DispatchSource.makeReadSource(fileDescriptor: socket, queue: queue)
            reading.setEventHandler { [self] in readAvailable() }
            reading.setCancelHandler { [self] in sourceIsGone() }
            self.reading = reading
            sources += 1
            reading.resume()
        }
    }

    /// Sends frames in order; waits while too much is unsent.
    ///
    /// After the end nothing is sent.
    func send(_ frames: [BoxFrame]) async {
        for frame in frames {
            await withCheckedContinuation { continuation in
                queue.async { [self] in
                    append(frame)
                    if unsent.count - unsentStart > Self.waitingBytes, onEnd != nil {
                        blocked.append(continuation)
                    } else {
                        continuation.resume()
                    }
                }
            }
        }
    }

    /// Sends a short frame without waiting.
    func post(_ frame: BoxFrame) {
        queue.async { [self] in append(frame) }
    }

    /// Ends the connection, and so the box.
    func close() {
        queue.async { [self] in end(nil) }
    }

    private func append(_ frame: BoxFrame) {
        guard onEnd != nil else { return }
        unsent += frame.bytes
        if writing == nil { writeAvailable() }
    }

    private func writeAvailable() {
        while unsentStart < unsent.count {
            let sent = unsent.withUnsafeBytes { bytes in
                Glibc.send(
                    socket,
                    bytes.baseAddress?.advanced(by: unsentStart),
                    bytes.count - unsentStart,
                    Int32(MSG_NOSIGNAL)
                )
            }
            if sent < 0, errno == EINTR { continue }
            guard sent >= 0 || errno == EAGAIN || errno == EWOULDBLOCK else { return end(nil) }
            guard sent > 0 else { break }
            unsentStart += sent
        }
        if unsentStart == unsent.count || unsentStart > Self.waitingBytes {
            unsent.removeFirst(unsentStart)
            unsentStart = 0
        }
        if unsent.isEmpty {
            writing?.cancel()
            writing = nil
        } else if writing == nil {
            let source = DispatchSource.makeWriteSource(fileDescriptor: socket, queue: queue)
            source.setEventHandler { [self] in writeAvailable() }
            source.setCancelHandler { [self] in sourceIsGone() }
            writing = source
            sources += 1
            source.resume()
        }
        if unsent.count - unsentStart <= Self.waitingBytes { unblock() }
    }

    private func unblock() {
        let waiting = blocked
        blocked = []
        for continuation in waiting { continuation.resume() }
    }

    private func readAvailable() {
        guard let onFrame else { return }
        let count = recv(socket, &chunk, chunk.count, 0)
        if count < 0, errno == EINTR || errno == EAGAIN || errno == EWOULDBLOCK { return }
        guard count > 0 else { return end(nil) }
        do {
            for frame in try reader.take(chunk[..<count]) { onFrame(frame) }
        } catch { end(error) }
    }

    private func end(_ error: (any Error)?) {
        guard let onEnd else { return }
        self.onEnd = nil
        onFrame = nil
        unsent = []
        unsentStart = 0
        unblock()
        shutdown(socket, Int32(SHUT_RDWR))
        writing?.cancel()
        writing = nil
        reading?.cancel()
        reading = nil
        onEnd(error)
    }

    /// The descriptor may be closed only when no source looks at it any more.
    private func sourceIsGone() {
        sources -= 1
        if sources == 0, onEnd == nil { Glibc.close(socket) }
    }
}
