import AtlasCore
import Foundation

/// A Redis server of a test's own: loopback, nothing on disk, gone with the test.
public final class TestRedis: @unchecked Sendable {
    /// Whether this machine has `redis-server`; the test script installs it.
    public static let isInstalled = FileManager.default.isExecutableFile(atPath: program)

    private static let program = "/usr/bin/redis-server"

    /// Where it listens.
    public let url: String
    private let port: Int
    private let folder: String
    private var process: Process?

    private init(port: Int, folder: String) {
        self.port = port
        self.folder = folder
        url = "redis://127.0.0.1:\(port)"
    }

    /// Runs `body` with a server, and stops it afterwards.
    public static func run(_ body: @Sendable (TestRedis) async throws -> Void) async throws {
        try await withTemporaryFolder { folder in
            // Below the range from which the system takes ports for outgoing connections.
            for port in (20_000..<32_000).shuffled().prefix(20) {
                let server = TestRedis(port: port, folder: folder)
                guard try server.start() else { continue }
                defer { server.stop() }
                return try await body(server)
            }
            throw AtlasError(.unavailable, "redis-server found no free port.")
        }
    }

    /// Starts the server, and returns when it listens; false if the port is taken.
    ///
    /// Blocks the calling thread for some ten milliseconds.
    public func start() throws -> Bool {
        let (output, process) = (Pipe(), Process())
        process.executableURL = URL(filePath: Self.program)
        process.arguments = [
            "--port", String(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", folder,
        ]
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        self.process = process
        var said = ""
        while true {
            let bytes = output.fileHandleForReading.availableData
            if bytes.isEmpty { break }
            said += String(decoding: bytes, as: UTF8.self)
            if said.contains("Ready to accept connections") { return true }
        }
        process.waitUntilExit()
        return false
    }

    /// Kills it, as a machine that loses power would.
    public func stop() {
        guard let process, process.isRunning else { return }
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    /// Halts it with its connections open, as a network that swallows packets would; `false` lets it go on.
    public func halt(_ isHalted: Bool) {
        if let process { kill(process.processIdentifier, isHalted ? SIGSTOP : SIGCONT) }
    }

    /// What `redis-cli` prints for a command.
    public func ask(_ command: String...) throws -> String {
        let (output, client) = (Pipe(), Process())
        client.executableURL = URL(filePath: "/usr/bin/redis-cli")
        client.arguments = ["-p", String(port)] + command
        client.standardOutput = output
        try client.run()
        let bytes = try output.fileHandleForReading.readToEnd() ?? Data()
        client.waitUntilExit()
        return String(decoding: bytes, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    }
}
