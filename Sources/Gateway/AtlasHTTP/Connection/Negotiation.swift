import NIOHTTP1

/// One element of an `Accept` or `Accept-Encoding` header.
///
/// Source: RFC 9110, "Content Negotiation Field Features".
struct AcceptedValue {
    /// In lower case, without parameters.
    let value: String
    /// The other parameters, in lower case, as `charset=utf-8`.
    let parameters: [String]
    /// From 0 (refused) to 1,000.
    let weight: Int

    /// The elements of a header, at most `limit` of them.
    static func list(_ headers: HTTPHeaders, _ name: String, limit: Int = 32) -> [AcceptedValue] {
        headers[name].lazy.flatMap { $0.split(separator: ",") }.prefix(limit).compactMap { AcceptedValue($0) }
    }

    private init?(_ text: Substring) {
        let parts = text.split(separator: ";").map { $0.trimmed.lowercased() }
        guard let first = parts.first, !first.isEmpty else { return nil }
        value = first
        var weight = 1_000
        var parameters: [String] = []
        for part in parts.dropFirst() {
            if part.hasPrefix("q=") { weight = Self.weight(part.dropFirst(2)) } else { parameters.append(part) }
        }
        self.weight = weight
        self.parameters = parameters
    }

    private static func weight(_ text: Substring) -> Int {
        guard let number = Double(text), number >= 0 else { return 0 }
        return Int(min(number, 1) * 1_000)
    }
}

/// Whether a compressed answer is welcome.
enum AcceptEncoding {
    static func allowsGzip(_ headers: HTTPHeaders) -> Bool {
        let accepted = AcceptedValue.list(headers, "accept-encoding")
        let gzip = accepted.first { $0.value == "gzip" || $0.value == "x-gzip" } ?? accepted.first { $0.value == "*" }
        return (gzip?.weight ?? 0) > 0
    }
}

/// A `Content-Type`, taken apart.
struct MediaType {
    /// In lower case.
    let essence: String
    /// In lower case, without quotes: none, one, or however many a client names.
    let charsets: [String]

    init(_ text: String) {
        let parts = text.split(separator: ";").map { $0.trimmed.lowercased() }
        essence = parts.first ?? ""
        charsets = parts.dropFirst().filter { $0.hasPrefix("charset=") }
            .map { $0.dropFirst("charset=".count).filter { $0 != "\"" } }
    }
}

extension Substring {
    /// Without blanks and tabs at both ends.
    var trimmed: Substring {
        let isBlank: (UInt8) -> Bool = { $0 == 0x20 || $0 == 0x09 }
        guard let first = utf8.firstIndex(where: { !isBlank($0) }), let last = utf8.lastIndex(where: { !isBlank($0) })
        else { return self[endIndex...] }
        return self[first...last]
    }
}
