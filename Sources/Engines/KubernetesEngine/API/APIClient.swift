import Foundation
import NIOCore
import NIOHTTP1

/// Asks a cluster's API.
///
/// Each request has a connection of its own: labs ask seldom, and a connection that was kept could be dead without a sign.
struct APIClient: Sendable {
    let connector: APIConnector
    let tokens: TokenSource
    /// Waits between two tries.
    let pause: @Sendable (Duration) async throws -> Void

    /// - Throws: `APIError` if a certificate or key cannot be read.
    init(
        _ access: ClusterAccess,
        pause: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
    ) throws {
        connector = try APIConnector(access)
        tokens = TokenSource(access.credential)
        self.pause = pause
    }

    /// Sends a request and decodes the answer.
    ///
    /// - Throws: `APIError`.
    func send<Answer: Decodable>(_ request: APIRequest, as type: Answer.Type = Answer.self) async throws -> Answer {
        let bytes = try await send(request)
        do {
            return try JSONDecoder().decode(Answer.self, from: Data(bytes))
        } catch {
            throw APIError(status: 502, reason: "", message: "an answer that is not \(Answer.self): \(error)")
        }
    }

    /// Sends a request; tries again when the server asks for that, or when nothing can have happened yet.
    ///
    /// - Throws: `APIError`, or `CancellationError`.
    @discardableResult
    func send(_ request: APIRequest) async throws -> [UInt8] {
        var isRefused = false
        var attempt = 1
        while true {
            do {
                return try await once(request, token: try await tokens.token(isRefused: isRefused))
            } catch let error as APIError {
                guard attempt < APILimits.attempts, let wait = Self.pause(after: error, attempt, request, isRefused)
                else {
                    throw error
                }
                isRefused = error.status == 401
                attempt += 1
                if wait > .zero { try await pause(wait) }
            }
        }
    }

    /// How long to wait before another try; `nil` if there shall be none.
    static func pause(after error: APIError, _ attempt: Int, _ request: APIRequest, _ wasRefused: Bool) -> Duration? {
        let backoff = Duration.milliseconds(250 << min(attempt, 5))
        switch error.status {
        // The token may have been replaced a moment ago.
        case 401: return wasRefused ? nil : .zero
        case 429, 503: return min(error.retryAfter ?? backoff, APILimits.longestPause)
        case 0: return error.isUnsent || request.isRepeatable ? backoff : nil
        case 500, 502, 504: return request.method == .GET ? backoff : nil
        default: return nil
        }
    }

    private func once(_ request: APIRequest, token: String?) async throws -> [UInt8] {
        try await within(request.timeLimit, else: APIError.connection("no answer within \(request.timeLimit)")) {
            try await exchange(request, token: token) { _, parts in
                var bytes: [UInt8] = []
                while let part = try await parts.next(isolation: #isolation) {
                    if case .end = part { return bytes }
                    guard case .body(let buffer) = part else { continue }
                    bytes += buffer.readableBytesView
                    guard bytes.count <= APILimits.answerBytes else {
                        throw APIError(
                            status: 502,
                            reason: "",
                            message: "an answer over \(APILimits.answerBytes) bytes"
                        )
                    }
                }
                throw APIError.connection("the connection ended within the answer")
            }
        }
    }

    /// Sends a request once and has a good answer read; a bad one is thrown.
    func exchange<Result: Sendable>(
        _ request: APIRequest,
        token: String?,
        _ read:
            @escaping @Sendable (
                HTTPResponseHead,
                inout NIOAsyncChannelInboundStream<HTTPClientResponsePart>.AsyncIterator
            ) async throws -> Result
    ) async throws -> Result {
        let channel = try await connector.exchange()
        let (head, body) = try parts(request, token: token)
        do {
            return try await channel.use { inbound, outbound in
                do {
                    try await outbound.write(.head(head))
                    if let body { try await outbound.write(.body(.byteBuffer(body))) }
                } catch let error as ChannelError {
                    // The connection ended first, and what came of the request is not all of it.
                    throw APIError.connection(APIConnector.text(error), isUnsent: true)
                }
                // With the body's last byte the server has the whole request: it may have answered and closed by now.
                do { try await outbound.write(.end(nil)) } catch is ChannelError {}
                var iterator = inbound.makeAsyncIterator()
                while let part = try await iterator.next(isolation: #isolation) {
                    guard case .head(let head) = part, head.status.code >= 200 else { continue }
                    guard head.status.code < 300 else { throw try await Self.refusal(head, &iterator) }
                    return try await read(head, &iterator)
                }
                throw APIError.connection("the connection ended without an answer")
            }
        } catch let error as APIError {
            throw error
        } catch let error as CancellationError {
            throw error
        } catch {
            throw APIError.connection(APIConnector.text(error))
        }
    }

    private func parts(_ request: APIRequest, token: String?) throws -> (HTTPRequestHead, ByteBuffer?) {
        var headers = connector.headers(token)
        headers.add(name: "accept", value: "application/json")
        headers.add(name: "connection", value: "close")
        var body: ByteBuffer?
        if let json = request.body {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            let data = try encoder.encode(json)
            headers.add(name: "content-type", value: request.contentType)
            headers.add(name: "content-length", value: String(data.count))
            body = ByteBuffer(bytes: data)
        }
        let target = request.target(connector.access.basePath)
        return (HTTPRequestHead(version: .http1_1, method: request.method, uri: target, headers: headers), body)
    }

    /// The error that an answer tells.
    static func refusal(
        _ head: HTTPResponseHead,
        _ iterator: inout NIOAsyncChannelInboundStream<HTTPClientResponsePart>.AsyncIterator
    ) async throws -> APIError {
        var body: [UInt8] = []
        while body.count < APILimits.errorBytes, let part = try await iterator.next(isolation: #isolation) {
            if case .body(let buffer) = part { body += buffer.readableBytesView }
            if case .end = part { break }
        }
        return APIError(
            status: Int(head.status.code),
            body: body,
            retryAfter: head.headers.first(name: "retry-after")
        )
    }

    /// All objects of a list, page by page, and the version from which to watch on.
    ///
    /// - Throws: `APIError`; also if there are more than `APILimits.pages` pages.
    func list<Item: Decodable & Sendable>(
        _ path: String,
        labels: String,
        of type: Item.Type = Item.self
    ) async throws -> (items: [Item], version: String) {
        var items: [Item] = []
        var next = ""
        for _ in 0..<APILimits.pages {
            var query = [(name: "labelSelector", value: labels), (name: "limit", value: String(APILimits.page))]
            if !next.isEmpty { query.append((name: "continue", value: next)) }
            let page = try await send(.get(path, query), as: ResourceList<Item>.self)
            items += page.items ?? []
            next = page.metadata.continue ?? ""
            if next.isEmpty { return (items, page.metadata.resourceVersion ?? "") }
        }
        throw APIError(status: 502, reason: "", message: "\(path) has more than \(APILimits.pages) pages")
    }
}
