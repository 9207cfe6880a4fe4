import NIOCore
import SocketIO

/// Writes WebSocket frames as a server sends them: whole messages, unmasked.
///
/// Source: RFC 6455, "Base Framing Protocol".
enum WebSocketFrames {
    /// All messages of a unit, one behind the other.
    static func encode(_ message: EngineMessage) -> ByteBuffer {
        let frames = message.attachments.count + 1
        var buffer = ByteBufferAllocator().buffer(capacity: message.count + frames * 10)
        if let text = message.text {
            writeHead(&buffer, 0x81, count: text.count + 1)
            buffer.writeInteger(UInt8(ascii: "4"))
            buffer.writeBytes(text)
        }
        for attachment in message.attachments {
            writeHead(&buffer, 0x82, count: attachment.count)
            buffer.writeBytes(attachment)
        }
        return buffer
    }

    /// A text frame.
    static func text(_ text: [UInt8]) -> ByteBuffer {
        var buffer = ByteBufferAllocator().buffer(capacity: text.count + 10)
        writeHead(&buffer, 0x81, count: text.count)
        buffer.writeBytes(text)
        return buffer
    }

    /// A pong frame.
    static func pong(_ bytes: [UInt8]) -> ByteBuffer {
        var buffer = ByteBufferAllocator().buffer(capacity: bytes.count + 2)
        writeHead(&buffer, 0x8A, count: bytes.count)
        buffer.writeBytes(bytes)
        return buffer
    }

    /// A closing frame.
    static func close(_ code: UInt16?) -> ByteBuffer {
        var buffer = ByteBufferAllocator().buffer(capacity: 4)
        writeHead(&buffer, 0x88, count: code == nil ? 0 : 2)
        if let code { buffer.writeInteger(code) }
        return buffer
    }

    private static func writeHead(_ buffer: inout ByteBuffer, _ first: UInt8, count: Int) {
        buffer.writeInteger(first)
        if count < 126 {
            buffer.writeInteger(UInt8(truncatingIfNeeded: count))
        } else if count <= 0xFFFF {
            buffer.writeInteger(UInt8(126))
            buffer.writeInteger(UInt16(truncatingIfNeeded: count))
        } else {
            buffer.writeInteger(UInt8(127))
            buffer.writeInteger(UInt64(count))
        }
    }
}
