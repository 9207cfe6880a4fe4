import CZlib
import NIOCore

/// Compression of whole answers.
enum Gzip {
    /// The fastest level: for JSON and HTML it costs a third of the default and saves nearly as much.
    static let fastest: Int32 = 1
    /// For files that are compressed once.
    static let best: Int32 = 9

    /// The bytes as a gzip member (RFC 1952); `nil` if that is not smaller.
    static func compress(_ bytes: UnsafeRawBufferPointer, level: Int32 = fastest) -> [UInt8]? {
        guard let base = bytes.baseAddress, bytes.count > 0, bytes.count < Int32.max else { return nil }
        var stream = z_stream()
        let windowWithGzipHeader: Int32 = 15 + 16
        let size = Int32(MemoryLayout<z_stream>.size)
        guard
            deflateInit2_(
                &stream,
                level,
                Z_DEFLATED,
                windowWithGzipHeader,
                8,
                Z_DEFAULT_STRATEGY,
                ZLIB_VERSION,
                size
            ) == Z_OK
        else { return nil }
        defer { deflateEnd(&stream) }
        // Room for one byte less than the input: if that is too little, compressing does not pay.
        let room = bytes.count - 1
        var isWhole = false
        let result = [UInt8](unsafeUninitializedCapacity: room) { output, count in
            stream.next_in = UnsafeMutablePointer(mutating: base.assumingMemoryBound(to: UInt8.self))
            stream.avail_in = UInt32(bytes.count)
            stream.next_out = output.baseAddress
            stream.avail_out = UInt32(room)
            isWhole = deflate(&stream, Z_FINISH) == Z_STREAM_END
            count = isWhole ? room - Int(stream.avail_out) : 0
        }
        return isWhole ? result : nil
    }

    /// A body as a gzip member; `nil` if that is not smaller.
    static func compress(_ body: Answer.Body) -> [UInt8]? {
        switch body {
        case .none: nil
        case .bytes(let bytes): compress(bytes)
        case .buffer(let buffer): buffer.withUnsafeReadableBytes { compress($0) }
        }
    }

    /// The same, on one of the system's threads instead of the event loop.
    static func compressAside(_ body: Answer.Body) async -> [UInt8]? {
        await withTaskExecutorPreference(globalConcurrentExecutor) { await compressConcurrently(body) }
    }

    @concurrent
    private static func compressConcurrently(_ body: Answer.Body) async -> [UInt8]? { compress(body) }

    /// The bytes as a gzip member; `nil` if that is not smaller.
    static func compress(_ bytes: [UInt8], level: Int32 = fastest) -> [UInt8]? {
        bytes.withUnsafeBytes { compress($0, level: level) }
    }
}
