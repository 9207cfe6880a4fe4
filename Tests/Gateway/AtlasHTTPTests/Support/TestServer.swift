import AtlasCore
import AtlasGraphQL
import AtlasHTTP
import GraphQL
import Logging
import NIOConcurrencyHelpers
import NIOCore
import NIOPosix
import ServiceLifecycle

/// A whole server on a free port, for one test.
struct TestServer: Sendable {
    let port: Int
    let api: TestAPI
    let group: ServiceGroup
    let log: LogLines

    func stop() async { await group.triggerGracefulShutdown() }

    func connect(reads: Bool = true) async throws -> Wire { try await Wire.connect(port, reads: reads) }

    /// One request on a connection of its own.
    func request(
        _ method: String = "GET",
        _ target: String,
        _ headers: [String: String] = [:],
        body: [UInt8]? = nil
    ) async throws -> WireResponse {
        let wire = try await connect()
        defer { wire.close() }
        return try await wire.request(method, target, headers, body: body)
    }

    /// A GraphQL operation by POST.
    func graphQL(_ query: String, _ headers: [String: String] = [:]) async throws -> WireResponse {
        try await graphQL(body: #"{"query":\#(json(query))}"#, headers)
    }

    func graphQL(body: String, _ headers: [String: String] = [:]) async throws -> WireResponse {
        let all = ["content-type": "application/json"].merging(headers) { _, new in new }
        return try await request("POST", "/graphql", all, body: Array(body.utf8))
    }

    private func json(_ text: String) -> String {
        var writer = JSONWriter()
        writer.string(text)
        return String(decoding: writer.finish(), as: UTF8.self)
    }

    /// Starts a server, runs `test`, stops the server.
    static func run(
        configure: (inout ServerConfiguration) -> Void = { _ in },
        parts change: (inout ServerParts) -> Void = { _ in },
        _ test: (TestServer) async throws -> Void
    ) async throws {
        var configuration = ServerConfiguration(port: 0, webFolder: "/nonexistent")
        // Other tests may keep the machine busy for longer than a client should take.
        configuration.limits.headTime = .seconds(300)
        configuration.limits.idleTime = .seconds(300)
        configuration.limits.bodyTime = .seconds(300)
        configuration.limits.executionTime = .seconds(300)
        configuration.limits.socketInitialisationTime = .seconds(300)
        configuration.limits.socketHeartbeat = .seconds(300)
        configure(&configuration)
        let api = try TestAPI()
        let log = LogLines()
        var parts = ServerParts(
            graphQL: api,
            authenticate: { token in try TestAPI.account(token) },
            pages: TestPages(),
            logger: Logger(label: "test") { _ in LineLogHandler(lines: log) }
        )
        change(&parts)
        let (ports, found) = AsyncStream.makeStream(of: Int.self)
        let server = try AtlasServer(configuration: configuration, parts: parts) { _, port in
            found.yield(port)
            found.finish()
        }
        let group = ServiceGroup(services: [server], logger: Logger(label: "group") { _ in SwiftLogNoOpLogHandler() })
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask {
                defer { found.finish() }
                try await group.run()
            }
            guard let port = await ports.first(where: { _ in true }) else { return try await tasks.waitForAll() }
            do {
                try await test(TestServer(port: port, api: api, group: group, log: log))
            } catch {
                await group.triggerGracefulShutdown()
                throw error
            }
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
    }
}

/// What was logged, one line per event: message and metadata.
final class LogLines: Sendable {
    private let lines = NIOLockedValueBox<[String]>([])
    var all: [String] { lines.withLockedValue { $0 } }
    func add(_ line: String) { lines.withLockedValue { $0.append(line) } }
}

struct LineLogHandler: LogHandler {
    let lines: LogLines
    var metadata: Logger.Metadata = [:]
    var metadataProvider: Logger.MetadataProvider?
    var logLevel = Logger.Level.info

    init(lines: LogLines) { self.lines = lines }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let pairs = (event.metadata ?? [:]).sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        lines.add("\(event.level.rawValue) \(event.message) \(pairs.joined(separator: " "))")
    }
}
