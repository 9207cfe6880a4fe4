import NIOCore
import NIOHTTP1

/// Writes the head of a response as HTTP/1.1 text.
///
/// The headers that all responses share are copied as one block, which costs a tenth of encoding them one by one.
struct ResponseHead {
    private var buffer: ByteBuffer

    init(_ status: HTTPResponseStatus, room: Int, allocator: ByteBufferAllocator) {
        buffer = allocator.buffer(capacity: room + 1_024)
        switch status {
        case .ok: buffer.writeStaticString("HTTP/1.1 200 OK\r\n")
        default: buffer.writeString("HTTP/1.1 \(status.code) \(status.reasonPhrase)\r\n")
        }
    }

    mutating func block(_ bytes: [UInt8]) {
        buffer.writeBytes(bytes)
    }

    /// Adds a header.
    ///
    /// A value with a line break or another control character would end it early; it is left out.
    mutating func header(_ name: String, _ value: String) {
        guard !value.utf8.contains(where: { ($0 < 0x20 && $0 != 0x09) || $0 == 0x7F }) else { return }
        buffer.writeString(name)
        buffer.writeStaticString(": ")
        buffer.writeString(value)
        buffer.writeStaticString("\r\n")
    }

    mutating func header(_ name: StaticString, _ value: StaticString) {
        buffer.writeStaticString(name)
        buffer.writeStaticString(": ")
        buffer.writeStaticString(value)
        buffer.writeStaticString("\r\n")
    }

    mutating func contentLength(_ count: Int) {
        buffer.writeStaticString("content-length: ")
        buffer.writeString(String(count))
        buffer.writeStaticString("\r\n")
    }

    /// Ends the head and appends the body.
    consuming func finish(_ body: Answer.Body) -> ByteBuffer {
        var buffer = buffer
        buffer.writeStaticString("\r\n")
        switch body {
        case .none: break
        case .bytes(let bytes): buffer.writeBytes(bytes)
        case .buffer(let bytes): buffer.writeImmutableBuffer(bytes)
        }
        return buffer
    }
}
