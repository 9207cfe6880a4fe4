import Dispatch
import NIOConcurrencyHelpers

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Writes lines to a file descriptor from a thread of its own, many at a time.
///
/// Who logs only appends to a buffer. When the buffer is full, because the other end does not read, lines are dropped
/// and counted, and the count is written as soon as there is room: a full disk must not stop the server.
public final class LogWriter: Sendable {
    private struct State {
        var lines: [UInt8] = []
        var dropped = 0
        var isScheduled = false
    }

    /// Writes to standard error.
    public static let standardError = LogWriter(descriptor: STDERR_FILENO)

    private let descriptor: Int32
    private let capacity: Int
    private let queue = DispatchQueue(label: "atlas.log")
    private let state = NIOLockedValueBox(State())

    /// Lines are collected for this long before they are written.
    private static let pause = DispatchTimeInterval.milliseconds(5)

    /// - Parameter capacity: Bytes that may wait; what does not fit is dropped.
    public init(descriptor: Int32, capacity: Int = 4 * 1_024 * 1_024) {
        self.descriptor = descriptor
        self.capacity = capacity
    }

    /// Adds a line, which ends in a line break.
    public func write(_ line: [UInt8]) {
        let isFirst = state.withLockedValue { state in
            guard state.lines.count + line.count <= capacity else {
                state.dropped += 1
                return false
            }
            state.lines += line
            defer { state.isScheduled = true }
            return !state.isScheduled
        }
        if isFirst { queue.asyncAfter(deadline: .now() + Self.pause) { self.drain() } }
    }

    /// How many lines were dropped since the last that was written.
    public var dropped: Int { state.withLockedValue { $0.dropped } }

    /// Returns when everything logged so far is written.
    public func flush() {
        queue.sync { drain() }
    }

    /// Runs on the queue only, so that lines stay in order.
    private func drain() {
        let (lines, dropped) = state.withLockedValue { state in
            defer { state = State() }
            return (state.lines, state.dropped)
        }
        writeAll(lines)
        guard dropped > 0 else { return }
        writeAll(Array("{\"level\":\"warning\",\"message\":\"log lines were dropped\",\"count\":\(dropped)}\n".utf8))
    }

    private func writeAll(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { buffer in
            var rest = buffer[...]
            while !rest.isEmpty {
                let count = systemWrite(descriptor, UnsafeRawBufferPointer(rebasing: rest))
                if count < 0, errno == EINTR { continue }
                // Nobody can be told that the log cannot be written.
                guard count > 0 else { return }
                rest = rest.dropFirst(count)
            }
        }
    }
}

private func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
    write(descriptor, bytes.baseAddress, bytes.count)
}
