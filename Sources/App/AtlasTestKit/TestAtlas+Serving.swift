public import AtlasAPI
import AtlasApp
public import AtlasPorts

extension TestAtlas {
    /// Runs `body` with a complete Atlas that listens on a free port of 127.0.0.1, as it does in production, with the
    /// repository's catalogue imported; stops and removes everything afterwards.
    ///
    /// - Parameter settings: By key, as in `atlas.json`; they replace those of the test.
    public static func serve(
        _ settings: [String: String] = [:],
        labRuntime: (any LabRuntime)? = nil,
        tutor: (any Tutor)? = nil,
        _ body: @escaping @Sendable (_ port: Int) async throws -> Void
    ) async throws {
        try await withDatabaseURL(.sqlite) { url, folder in
            let own = [
                "data.folder": folder, "database.url": url, "http.port": "0", "log.level": "critical",
                "catalogue.folder": repositoryRoot + "/catalogue", "web.folder": folder,
                "lab.runtime": "none",
            ]
            let sources = try await SettingSources(
                arguments: own.merging(settings) { $1 },
                file: folder + "/none.json",
                environment: [:]
            )
            let atlas = try await Atlas.assemble(AtlasConfiguration(sources), labRuntime: labRuntime, tutor: tutor)
            let (ports, found) = AsyncStream.makeStream(of: Int.self)
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                tasks.addTask {
                    defer { found.finish() }
                    try await atlas.serve(untilSignal: false) { _, port in found.yield(port) }
                }
                if let port = await ports.first(where: { _ in true }) {
                    tasks.addTask { try await body(port) }
                }
                // The first to end is `body`, or a server that cannot serve.
                do {
                    try await tasks.next()
                } catch {
                    tasks.cancelAll()
                    throw error
                }
                tasks.cancelAll()
                while let result = await tasks.nextResult() {
                    if case .failure(let error) = result, !(error is CancellationError) { throw error }
                }
            }
        }
    }
}
