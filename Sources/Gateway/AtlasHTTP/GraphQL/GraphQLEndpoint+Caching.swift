import AtlasCore
import Crypto
import GraphQL
import NIOHTTP1

/// What clients and caches on the way are told about keeping an answer.
extension GraphQLEndpoint {
    /// Makes the answer to a GET one that may be kept, if its response may be; 304 if the client has it already.
    ///
    /// Only a visitor's answer is `public`: an account's depends on what its role may see.
    /// Source: RFC 9111, "Cache-Control"; RFC 9110, "Vary", "ETag", "If-None-Match".
    static func addCaching(
        to answer: inout Answer,
        _ response: GraphQL.Response,
        _ request: IncomingRequest,
        _ caller: Caller
    ) {
        guard request.method == .GET, answer.status == .ok, let policy = response.cachePolicy,
            case .bytes(let bytes) = answer.body
        else { return }
        let isPublic = policy.scope == .everyone && caller.account == nil
        answer.headers = [
            ("cache-control", "\(isPublic ? "public" : "private"), max-age=\(policy.maxAgeSeconds)"),
            ("vary", "accept, authorization"),
        ]
        if let age = response.ageSeconds { answer.headers.append(("age", String(age))) }
        let tag = EntityTag(bytes)
        if let known = tag.known(to: request.headers) {
            answer.status = .notModified
            answer.body = .none
            answer.contentType = nil
            answer.headers.append(("etag", known))
            // A 304 has the headers that the whole answer would have had.
            answer.headers.append(("vary", "accept-encoding"))
            answer.isCompressible = false
        } else {
            answer.entityTag = tag
        }
    }
}

/// A strong validator of a body: 128 bits of its SHA-256, and another one for its compressed form.
struct EntityTag: Sendable {
    private let hash: String

    init(_ body: [UInt8]) {
        let digits: StaticString = "0123456789abcdef"
        var text: [UInt8] = []
        text.reserveCapacity(32)
        for byte in SHA256.hash(data: body).prefix(16) {
            text.append(digits.utf8Start[Int(byte >> 4)])
            text.append(digits.utf8Start[Int(byte & 15)])
        }
        hash = String(decoding: text, as: UTF8.self)
    }

    /// As a header says it, for the body as it is.
    var plain: String { "\"\(hash)\"" }
    /// As a header says it, for the body as a gzip member.
    var gzip: String { "\"\(hash)-gzip\"" }

    /// The tag of the form that the client has and may be answered with; `nil` if it has none.
    ///
    /// The weak comparison: `W/` makes no difference. `*` is whatever we have.
    func known(to headers: HTTPHeaders) -> String? {
        let tags = Self.list(headers["if-none-match"])
        if tags.contains(plain) || tags == ["*"] { return plain }
        return tags.contains(gzip) && AcceptEncoding.allowsGzip(headers) ? gzip : nil
    }

    /// The most tags that are read; a client that names more is given the whole answer.
    private static let limit = 100

    /// The tags of a header, without `W/`.
    ///
    /// A tag may contain a comma. What is no tag ends the list.
    private static func list(_ values: [String]) -> [String] {
        var tags: [String] = []
        for value in values {
            if value[...].trimmed == "*" { return values.count == 1 ? ["*"] : [] }
            var rest = value.utf8[...]
            while tags.count < limit {
                rest = rest.drop { $0 == 0x20 || $0 == 0x09 || $0 == UInt8(ascii: ",") }
                if rest.starts(with: "W/".utf8) { rest = rest.dropFirst(2) }
                guard rest.first == UInt8(ascii: "\""),
                    let end = rest.dropFirst().firstIndex(of: UInt8(ascii: "\""))
                else { break }
                tags.append(String(decoding: rest[...end], as: UTF8.self))
                rest = rest[rest.index(after: end)...]
            }
        }
        return tags
    }
}
