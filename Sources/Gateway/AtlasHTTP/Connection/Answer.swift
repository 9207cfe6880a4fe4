import NIOCore
import NIOHTTP1

/// A response whose body is whole.
struct Answer: Sendable {
    var status: HTTPResponseStatus
    /// Further headers.
    ///
    /// Those that every response has are added when it is written.
    var headers: [(name: String, value: String)] = []
    var contentType: String?
    var body: Body = .none
    /// Whether the body may be sent compressed.
    var isCompressible = false
    /// How the body is compressed already; what is not compressed yet may be when it is written.
    var packing = Packing.notYet
    /// Names this body for caches; each of its compressed forms has another name.
    var entityTag: EntityTag?
    /// For the log.
    var user: String?

    enum Packing: Sendable {
        case notYet
        /// Compressing does not pay.
        case plain
        case gzip
    }

    enum Body: Sendable {
        case none
        case bytes([UInt8])
        case buffer(ByteBuffer)

        var count: Int {
            switch self {
            case .none: 0
            case .bytes(let bytes): bytes.count
            case .buffer(let buffer): buffer.readableBytes
            }
        }
    }

    init(_ status: HTTPResponseStatus) {
        self.status = status
    }

    /// A plain text for people, its last character a new line.
    static func text(_ status: HTTPResponseStatus, _ text: String) -> Answer {
        var answer = Answer(status)
        answer.contentType = "text/plain; charset=utf-8"
        answer.body = .bytes(Array((text + "\n").utf8))
        return answer
    }

    /// JSON text.
    static func json(_ status: HTTPResponseStatus, _ bytes: [UInt8]) -> Answer {
        var answer = Answer(status)
        answer.contentType = "application/json; charset=utf-8"
        answer.body = .bytes(bytes)
        answer.isCompressible = true
        return answer
    }
}
