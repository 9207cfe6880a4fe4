import NIOCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// The system's socket of a connection, for sending past the connection's pipeline.
///
/// For the small frames of a broadcast the pipeline costs more than the system call below it. Only what the system takes
/// at once is sent here. The rest is the pipeline's, which knows how to wait for room; until it has nothing left,
/// nothing may be sent here, or it would overtake.
///
/// To be used on the connection's event loop, by the only handler of its pipeline.
struct DirectSocket {
    private let channel: any Channel
    private let handle: NIOBSDSocket.Handle

    #if canImport(Glibc)
    /// A connection that is broken gives an error, not a signal.
    private static let flags = Int32(truncatingIfNeeded: MSG_NOSIGNAL)
    #else
    /// The channel has told the socket not to send a signal.
    private static let flags: Int32 = 0
    #endif

    /// `nil` for a channel that is no socket, or whose socket is closed.
    init?(_ context: ChannelHandlerContext) {
        let operations = context.pipeline.syncOperations
        // It throws for a closed socket, of which the handler is told by other means.
        let found = try? operations.withUnsafeTransportIfAvailable { (handle: NIOBSDSocket.Handle) in handle }
        guard let handle = found else { return nil }
        channel = context.channel
        self.handle = handle
    }

    /// Sends the beginning of `bytes`; calls nobody back.
    ///
    /// - Returns: How many bytes the system took; 0 also if the connection is broken, as the pipeline will find out.
    func send(_ bytes: ByteBuffer) -> Int {
        // The handle may be another's as soon as the channel has closed it. That happens on this loop, and the channel
        // is inactive before.
        guard channel.isActive else { return 0 }
        return bytes.withUnsafeReadableBytes { view in
            guard let start = view.baseAddress else { return 0 }
            #if canImport(Glibc)
            return max(0, Glibc.send(handle, start, view.count, Self.flags))
            #else
            return max(0, Darwin.send(handle, start, view.count, Self.flags))
            #endif
        }
    }
}
