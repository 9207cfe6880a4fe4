import Foundation
import NIOCore
import NIOHTTP1

/// A request to the API.
struct APIRequest: Sendable {
    var method: HTTPMethod
    /// From `/api` on, of names that need no escaping.
    var path: String
    /// In order; names may come more than once.
    var query: [(name: String, value: String)] = []
    var body: JSON?
    var contentType = "application/json"
    /// How long one try may take.
    var timeLimit = Duration.seconds(30)

    /// What is asked, as the request line has it.
    func target(_ basePath: String) -> String {
        guard !query.isEmpty else { return basePath + path }
        let words = query.map { "\(Self.escaped($0.name))=\(Self.escaped($0.value))" }
        return basePath + path + "?" + words.joined(separator: "&")
    }

    /// Whether doing it twice is the same as once.
    var isRepeatable: Bool { method != .POST }

    /// All but the unreserved characters of RFC 3986 as `%XX`.
    static func escaped(_ text: String) -> String {
        let plain = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~".utf8)
        let digits = Array("0123456789ABCDEF".utf8)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count)
        for byte in text.utf8 {
            if plain.contains(byte) {
                bytes.append(byte)
            } else {
                bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    static func get(_ path: String, _ query: [(name: String, value: String)] = []) -> APIRequest {
        APIRequest(method: .GET, path: path, query: query)
    }

    static func create(_ path: String, _ body: JSON) -> APIRequest {
        APIRequest(method: .POST, path: path, query: [("fieldManager", APILimits.fieldManager)], body: body)
    }

    /// Makes the object or brings it to what `body` says, whatever it was: "server-side apply".
    static func apply(_ path: String, _ body: JSON) -> APIRequest {
        APIRequest(
            method: .PATCH,
            path: path,
            query: [("fieldManager", APILimits.fieldManager), ("force", "true")],
            body: body,
            contentType: "application/apply-patch+yaml"
        )
    }

    /// Changes the members that `body` has.
    static func merge(_ path: String, _ body: JSON) -> APIRequest {
        APIRequest(
            method: .PATCH,
            path: path,
            query: [("fieldManager", APILimits.fieldManager)],
            body: body,
            contentType: "application/merge-patch+json"
        )
    }

    static func delete(
        _ path: String,
        _ query: [(name: String, value: String)] = [],
        options: JSON = ["apiVersion": "v1", "kind": "DeleteOptions"]
    ) -> APIRequest {
        APIRequest(method: .DELETE, path: path, query: query, body: options)
    }
}

/// Limits of what goes to and comes from the API.
enum APILimits {
    /// Who changes objects, as their `managedFields` name it.
    static let fieldManager = "atlas-labs"
    /// Bytes of an answer.
    static let answerBytes = 16 << 20
    /// Bytes of one event of a watch.
    static let eventBytes = 4 << 20
    /// Bytes of an answer that is an error.
    static let errorBytes = 64 << 10
    /// Tries of one request.
    static let attempts = 5
    /// The longest wait between two tries.
    static let longestPause = Duration.seconds(10)
    /// Objects on a page.
    static let page = 500
    /// Pages of a list.
    static let pages = 40
    /// How long a watch may last; then the next one begins.
    static let watchSeconds = 240
    /// Bytes of one frame of a command's streams.
    static let frameBytes = 1 << 20
    /// Bytes sent in one frame.
    static let sentBytes = 32 << 10
}
