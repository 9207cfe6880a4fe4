import NIOCore
import NIOHTTP1

/// A whole request, as the code that answers it sees it.
struct IncomingRequest: Sendable {
    let method: HTTPMethod
    /// The target before its `?`, still percent-encoded.
    let path: Substring
    /// The target after its `?`.
    let query: Substring?
    let headers: HTTPHeaders
    /// Which of the usual headers there are.
    let known: HeaderSet
    let body: ByteBuffer
    /// For logs and error messages; also sent back.
    let id: String
    /// What limits count the client under: its IPv4 address or IPv6 network, not a trusted proxy's.
    let address: String
    /// Whether the client's own connection is encrypted.
    let isSecure: Bool

    /// The only value of a header; `nil` if there is none, or if there are several.
    func single(_ name: String) -> String? {
        let values = headers[name]
        return values.count == 1 ? values.first : nil
    }
}

extension HTTPRequestHead {
    /// The target before and after its `?`; a target in absolute form loses scheme and authority.
    var target: (path: Substring, query: Substring?) {
        var rest = uri[...]
        if !rest.utf8.starts(with: "/".utf8), let scheme = rest.firstRange(of: "://") {
            rest = rest[scheme.upperBound...]
            rest = rest.firstIndex(of: "/").map { rest[$0...] } ?? "/"
        }
        guard let mark = rest.utf8.firstIndex(of: UInt8(ascii: "?")) else { return (rest, nil) }
        return (rest[..<mark], rest[rest.utf8.index(after: mark)...])
    }
}
