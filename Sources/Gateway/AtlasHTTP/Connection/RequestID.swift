import NIOHTTP1

/// Ids of requests that come from outside.
enum RequestID {
    /// The client's `x-request-id`, if it is one, and 8 to 64 characters that are safe in logs and headers.
    static func accepted(_ headers: HTTPHeaders) -> String? {
        guard let id = headers.first(name: "x-request-id"), (8...64).contains(id.utf8.count) else { return nil }
        return id.utf8.allSatisfy(isSafe) ? id : nil
    }

    private static func isSafe(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
            true
        default: false
        }
    }
}
