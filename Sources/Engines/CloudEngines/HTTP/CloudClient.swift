import AsyncHTTPClient
import Dispatch
import NIOCore
import NIOHTTP1

/// Asks one service, whose key is in no request and no error.
///
/// No proxies, no redirects, certificates verified, HTTP/1.1: a cancelled request is a closed connection.
final class CloudClient: Sendable {
    /// A header that every request has.
    struct Credential: Sendable {
        let name: String
        /// As in `Bearer `.
        var prefix = ""
        let secret: Secret
    }

    /// Connections to the service that are kept.
    private static let connections = 16

    private let endpoint: CloudEndpoint
    private let credential: Credential
    private let timeouts: CloudTimeouts
    private let client: HTTPClient

    init(_ endpoint: CloudEndpoint, _ credential: Credential, _ timeouts: CloudTimeouts) {
        self.endpoint = endpoint
        self.credential = credential
        self.timeouts = timeouts
        var configuration = HTTPClient.Configuration()
        configuration.redirectConfiguration = .disallow
        configuration.proxy = nil
        configuration.decompression = .disabled
        configuration.httpVersion = .http1Only
        configuration.timeout.connect = TimeAmount(timeouts.connect)
        configuration.timeout.read = TimeAmount(timeouts.idle)
        configuration.timeout.write = TimeAmount(timeouts.idle)
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = Self.connections
        // Whether to try again is decided by who asks.
        configuration.connectionPool.retryConnectionEstablishment = false
        client = HTTPClient(eventLoopGroup: HTTPClient.defaultEventLoopGroup, configuration: configuration)
    }

    // A client that is not shut down ends the process.
    deinit { client.shutdown(queue: DispatchQueue(label: "atlas.cloud.close")) { _ in } }

    /// Asks, and takes the whole answer.
    ///
    /// - Parameter limit: Bytes of the answer.
    /// - Throws: `CloudFailure`, or `CancellationError`.
    func send(_ request: CloudRequest, limit: Int) async throws -> CloudAnswer {
        try await stream(request) { head, body in
            CloudAnswer(head: head, body: try await body.all(limit: limit))
        }
    }

    /// Asks, and lets `read` take the answer as it comes; what it leaves is not fetched, and the connection is closed.
    ///
    /// - Throws: `CloudFailure`, `CancellationError`, or what `read` throws.
    func stream<Result: Sendable>(
        _ request: CloudRequest,
        _ read: @escaping @Sendable (CloudHead, CloudBody) async throws -> Result
    ) async throws -> Result {
        var outgoing = HTTPClientRequest(url: endpoint.url(request.path, request.query))
        outgoing.method = request.body == nil ? .GET : .POST
        for (name, value) in request.headers { outgoing.headers.add(name: name, value: value) }
        outgoing.headers.add(name: credential.name, value: credential.prefix + credential.secret.text)
        if let body = request.body {
            outgoing.headers.add(name: "content-type", value: request.contentType)
            outgoing.body = .bytes(ByteBuffer(bytes: body))
        }
        let deadline = NIODeadline.now() + TimeAmount(timeouts.total)
        return try await within(timeouts.total) { [client, outgoing] in
            let response: HTTPClientResponse
            do {
                response = try await client.execute(outgoing, deadline: deadline)
            } catch {
                throw CloudFailure.of(error, hasBegun: false)
            }
            return try await read(CloudHead(response), CloudBody(response.body))
        }
    }

    /// A service's own words, which might quote the key.
    func hideKey(in text: String) -> String { credential.secret.hide(in: text) }

    private enum Outcome<Result: Sendable>: Sendable {
        case done(Result)
        case late
    }

    private func within<Result: Sendable>(
        _ limit: Duration,
        _ work: @escaping @Sendable () async throws -> Result
    ) async throws -> Result {
        try await withThrowingTaskGroup(of: Outcome<Result>.self) { group in
            defer { group.cancelAll() }
            group.addTask { .done(try await work()) }
            group.addTask {
                try await Task.sleep(for: limit)
                return .late
            }
            guard case .done(let result)? = try await group.next() else { throw CloudFailure.timedOut }
            return result
        }
    }
}

/// What is asked.
struct CloudRequest: Sendable {
    /// Begins with `/`.
    let path: String
    var query: [(name: String, value: String)] = []
    /// Without the key.
    var headers: [(name: String, value: String)] = []
    var contentType = "application/json"
    /// A request with a body is a POST.
    var body: [UInt8]?
}

/// How an answer begins.
struct CloudHead: Sendable {
    let status: Int
    private let headers: HTTPHeaders

    fileprivate init(_ response: HTTPClientResponse) {
        status = Int(response.status.code)
        headers = response.headers
    }

    /// The first header of that name, in any case.
    func header(_ name: String) -> String? { headers.first(name: name) }
}

/// An answer, read to its end.
struct CloudAnswer: Sendable {
    let head: CloudHead
    let body: [UInt8]

    var status: Int { head.status }
}

/// An answer that is still coming; it can be read once.
struct CloudBody: Sendable {
    private let body: HTTPClientResponse.Body

    fileprivate init(_ body: HTTPClientResponse.Body) { self.body = body }

    /// Hands over the bytes as they come, until the end or until `take` wants no more.
    ///
    /// - Throws: `CloudFailure`, `CancellationError`, or what `take` throws.
    func read(_ take: ([UInt8]) throws -> Bool) async throws {
        var iterator = body.makeAsyncIterator()
        while true {
            let buffer: ByteBuffer?
            do {
                buffer = try await iterator.next()
            } catch {
                throw CloudFailure.of(error, hasBegun: true)
            }
            guard let buffer, try take(Array(buffer.readableBytesView)) else { return }
        }
    }

    /// All of it.
    func all(limit: Int) async throws -> [UInt8] {
        var bytes: [UInt8] = []
        try await read { next in
            guard next.count <= limit - bytes.count else { throw CloudFailure.tooLarge(limit: limit) }
            bytes += next
            return true
        }
        return bytes
    }
}
