/// Reads the answer to a request for a WebSocket.
///
/// Kept apart from the connection, so that it is tested without one.
struct UpgradeReader {
    /// What is known by now.
    enum Outcome: Sendable {
        case incomplete
        /// The WebSocket is open; what came after the answer belongs to it.
        case upgraded(version: ExecVersion?, rest: [UInt8])
        case refused(APIError)
    }

    private var bytes: [UInt8] = []
    /// Of an answer that is no upgrade.
    private var refusal: (status: Int, headers: [String: String], start: Int)?

    /// Bytes of status line and headers.
    private static let headBytes = 32 << 10

    /// Takes what came.
    ///
    /// - Parameter isEnd: Nothing more comes.
    mutating func take(_ new: some Sequence<UInt8>, isEnd: Bool = false) -> Outcome {
        bytes += new
        if refusal == nil {
            guard let end = headEnd() else {
                guard !isEnd, bytes.count <= Self.headBytes else {
                    return .refused(.connection("the connection ended without an answer"))
                }
                return .incomplete
            }
            let lines = String(decoding: bytes[..<end], as: UTF8.self).split(separator: "\r\n").map(String.init)
            let words = (lines.first ?? "").split(separator: " ")
            guard words.count >= 2, words[0].hasPrefix("HTTP/1."), let status = Int(words[1]) else {
                return .refused(APIError(status: 502, reason: "", message: "an answer that is not HTTP"))
            }
            let headers = Self.headers(lines.dropFirst())
            if status == 101, headers["upgrade"]?.lowercased() == "websocket" {
                let version = headers["sec-websocket-protocol"].flatMap { ExecVersion(rawValue: $0) }
                return .upgraded(version: version, rest: Array(bytes[(end + 4)...]))
            }
            refusal = (status, headers, end + 4)
        }
        return refused(isEnd: isEnd)
    }

    private func refused(isEnd: Bool) -> Outcome {
        guard let refusal else { return .incomplete }
        let body = bytes[refusal.start...]
        let isWhole =
            isEnd || body.count >= APILimits.errorBytes
            || refusal.headers["content-length"].flatMap { Int($0) }.map { body.count >= $0 }
                ?? body.suffix(5).elementsEqual("0\r\n\r\n".utf8)
        guard isWhole else { return .incomplete }
        // A Status object; what encloses it, if it came in chunks, is left out.
        let first = body.firstIndex(of: UInt8(ascii: "{")) ?? body.startIndex
        let last = body.lastIndex(of: UInt8(ascii: "}")).map { $0 + 1 } ?? body.endIndex
        let text = first < last ? Array(body[first..<last].prefix(APILimits.errorBytes)) : []
        return .refused(
            APIError(status: refusal.status, body: text, retryAfter: refusal.headers["retry-after"])
        )
    }

    private func headEnd() -> Int? {
        guard bytes.count >= 4 else { return nil }
        return (0...(bytes.count - 4)).first {
            bytes[$0] == 13 && bytes[$0 + 1] == 10 && bytes[$0 + 2] == 13 && bytes[$0 + 3] == 10
        }
    }

    private static func headers(_ lines: ArraySlice<String>) -> [String: String] {
        var headers: [String: String] = [:]
        for line in lines {
            guard let colon = line.firstIndex(of: ":") else { continue }
            let value = line[line.index(after: colon)...].drop { $0 == " " || $0 == "\t" }
            headers[line[..<colon].lowercased()] = String(value)
        }
        return headers
    }
}
