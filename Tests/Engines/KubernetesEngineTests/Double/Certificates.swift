import Foundation
import Synchronization

/// Authorities and certificates made for this run of the tests, with Debian's `openssl`.
struct Certificates: Sendable {
    /// The authority of the cluster.
    let authority: [UInt8]
    /// Another one, which has signed nothing of the cluster's.
    let stranger: [UInt8]
    let server: [UInt8]
    let serverKey: [UInt8]
    let client: [UInt8]
    let clientKey: [UInt8]

    /// Made once.
    static func made() async throws -> Certificates { try await making.value }

    private static let making = Task { try make() }

    struct Failure: Error {
        let text: String
    }

    private static func make() throws -> Certificates {
        let folder = FileManager.default.temporaryDirectory.appending(path: "atlas-certificates-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        func path(_ name: String) -> String { folder.appending(path: name).path }
        func bytes(_ name: String) throws -> [UInt8] { [UInt8](try Data(contentsOf: folder.appending(path: name))) }
        let key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
        for name in ["authority", "stranger"] {
            try openssl(
                ["req", "-x509", "-days", "2", "-subj", "/CN=\(name)", "-out", path("\(name).pem")] + key
                    + ["-keyout", path("\(name).key")]
            )
        }
        let names = path("names")
        try Data("subjectAltName=IP:127.0.0.1,DNS:kubernetes.default.svc".utf8).write(to: URL(filePath: names))
        for name in ["server", "client"] {
            try openssl(
                ["req", "-subj", "/CN=\(name)", "-out", path("\(name).csr")] + key + ["-keyout", path("\(name).key")]
            )
            try openssl(
                ["x509", "-req", "-days", "2", "-in", path("\(name).csr"), "-CA", path("authority.pem"), "-CAkey"]
                    + [path("authority.key"), "-CAcreateserial", "-out", path("\(name).pem")]
                    + (name == "server" ? ["-extfile", names] : [])
            )
        }
        return Certificates(
            authority: try bytes("authority.pem"),
            stranger: try bytes("stranger.pem"),
            server: try bytes("server.pem"),
            serverKey: try bytes("server.key"),
            client: try bytes("client.pem"),
            clientKey: try bytes("client.key")
        )
    }

    private static func openssl(_ arguments: [String]) throws {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/openssl")
        process.arguments = arguments
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Failure(text: "openssl \(arguments.joined(separator: " "))") }
    }
}
