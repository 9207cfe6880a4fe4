import NIOHTTP1

/// Which of the headers that every request is asked for it has, found in one pass.
///
/// Most requests lack most of them, and asking for each by its name compares that with the names of all headers.
struct HeaderSet: OptionSet, Sendable {
    let rawValue: UInt16

    static let accept = HeaderSet(rawValue: 1 << 0)
    static let authorization = HeaderSet(rawValue: 1 << 1)
    static let contentLength = HeaderSet(rawValue: 1 << 2)
    static let cookie = HeaderSet(rawValue: 1 << 3)
    static let expect = HeaderSet(rawValue: 1 << 4)
    static let host = HeaderSet(rawValue: 1 << 5)
    /// There are several, which no request may have.
    static let hosts = HeaderSet(rawValue: 1 << 6)
    static let requestID = HeaderSet(rawValue: 1 << 7)
    static let transferEncoding = HeaderSet(rawValue: 1 << 8)
    static let upgrade = HeaderSet(rawValue: 1 << 9)

    init(rawValue: UInt16) { self.rawValue = rawValue }

    init(_ headers: HTTPHeaders) {
        self = []
        for (name, _) in headers {
            switch name.utf8.count {
            case 4 where Self.isEqual(name, "host"): insert(contains(.host) ? .hosts : .host)
            case 6 where Self.isEqual(name, "accept"): insert(.accept)
            case 6 where Self.isEqual(name, "cookie"): insert(.cookie)
            case 6 where Self.isEqual(name, "expect"): insert(.expect)
            case 7 where Self.isEqual(name, "upgrade"): insert(.upgrade)
            case 12 where Self.isEqual(name, "x-request-id"): insert(.requestID)
            case 13 where Self.isEqual(name, "authorization"): insert(.authorization)
            case 14 where Self.isEqual(name, "content-length"): insert(.contentLength)
            case 17 where Self.isEqual(name, "transfer-encoding"): insert(.transferEncoding)
            default: break
            }
        }
    }

    /// Whether a name, whose letters may be capitals, is a known one of the same length.
    private static func isEqual(_ name: String, _ known: StaticString) -> Bool {
        var index = 0
        for byte in name.utf8 {
            // In a header's name only letters have this bit besides what has no other case.
            guard byte | 0x20 == known.utf8Start[index] else { return false }
            index &+= 1
        }
        return true
    }
}
