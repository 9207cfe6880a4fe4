import Foundation
import NIOCore
import NIOHTTP1

/// Something that happened to an object that is watched.
enum WatchEvent<Object: Decodable & Sendable>: Sendable {
    /// It was made or changed, or it is there.
    case present(Object, version: String)
    /// It was removed; its last state.
    case gone(Object, version: String)
    /// Nothing happened up to this version.
    case bookmark(version: String)
}

extension APIClient {
    private struct Envelope: Decodable {
        let type: String
    }

    private struct Enveloped<Object: Decodable>: Decodable {
        let object: Object
    }

    /// Follows what happens to objects after `version`; returns when the server ends the watch, which it does every few minutes.
    ///
    /// - Parameters:
    ///   - labels: A label selector; empty for none.
    ///   - fields: A field selector; empty for none.
    ///   - take: Gets each event; the watch ends when it says false.
    /// - Throws: `APIError`; `isGone` if `version` is too old: list anew.
    func watch<Object: Decodable & Sendable>(
        _ path: String,
        labels: String = "",
        fields: String = "",
        from version: String,
        of type: Object.Type = Object.self,
        _ take: @escaping @Sendable (WatchEvent<Object>) async -> Bool
    ) async throws {
        var query = [
            (name: "watch", value: "true"), (name: "allowWatchBookmarks", value: "true"),
            (name: "resourceVersion", value: version),
            (name: "timeoutSeconds", value: String(APILimits.watchSeconds)),
        ]
        if !labels.isEmpty { query.append((name: "labelSelector", value: labels)) }
        if !fields.isEmpty { query.append((name: "fieldSelector", value: fields)) }
        let request = APIRequest.get(path, query)
        let token = try await tokens.token()
        let limit = Duration.seconds(APILimits.watchSeconds + 30)
        try await within(limit, else: APIError.connection("a watch did not end")) {
            try await exchange(request, token: token) { _, parts in
                var lines = LineSplitter(limit: APILimits.eventBytes)
                while let part = try await parts.next(isolation: #isolation) {
                    if case .end = part { return }
                    guard case .body(let buffer) = part else { continue }
                    for line in try lines.take(buffer.readableBytesView) {
                        guard await take(try Self.event(line)) else { return }
                    }
                }
                throw APIError.connection("the connection ended within a watch")
            }
        }
    }

    /// Reads a line of a watch.
    ///
    /// - Throws: `APIError`: what the server says is wrong, or that the line is none.
    static func event<Object: Decodable & Sendable>(_ line: [UInt8]) throws -> WatchEvent<Object> {
        let data = Data(line)
        let decoder = JSONDecoder()
        do {
            switch try decoder.decode(Envelope.self, from: data).type {
            case "ERROR":
                let status = try decoder.decode(Enveloped<APIStatus>.self, from: data).object
                throw APIError(
                    status: status.code ?? 500,
                    reason: status.reason ?? "",
                    message: status.message ?? "the watch broke"
                )
            case "BOOKMARK":
                return .bookmark(version: try version(data))
            case "DELETED":
                return .gone(try decoder.decode(Enveloped<Object>.self, from: data).object, version: try version(data))
            case "ADDED", "MODIFIED":
                return .present(
                    try decoder.decode(Enveloped<Object>.self, from: data).object,
                    version: try version(data)
                )
            case let other:
                throw APIError(status: 502, reason: "", message: "an event of type \(other)")
            }
        } catch let error as APIError {
            throw error
        } catch {
            throw APIError(status: 502, reason: "", message: "a line of a watch that is no event: \(error)")
        }
    }

    private static func version(_ data: Data) throws -> String {
        try JSONDecoder().decode(Enveloped<AnyObjectMeta>.self, from: data).object.metadata.resourceVersion ?? ""
    }
}

/// Cuts a stream of bytes into lines.
struct LineSplitter {
    private var rest: [UInt8] = []
    let limit: Int

    init(limit: Int) {
        self.limit = limit
    }

    /// The lines that are complete with `bytes`, without their ends; empty ones are left out.
    ///
    /// - Throws: `APIError` if a line is over the limit.
    mutating func take(_ bytes: some Collection<UInt8>) throws -> [[UInt8]] {
        var lines: [[UInt8]] = []
        var bytes = bytes[...]
        while let end = bytes.firstIndex(of: UInt8(ascii: "\n")) {
            rest += bytes[..<end]
            bytes = bytes[bytes.index(after: end)...]
            try check()
            if rest.last == UInt8(ascii: "\r") { rest.removeLast() }
            if !rest.isEmpty { lines.append(rest) }
            rest = []
        }
        rest += bytes
        try check()
        return lines
    }

    private func check() throws {
        guard rest.count <= limit else {
            throw APIError(status: 502, reason: "", message: "a line over \(limit) bytes")
        }
    }
}
