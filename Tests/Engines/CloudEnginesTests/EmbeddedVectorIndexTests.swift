import AtlasCore
import AtlasPorts
import AtlasTestKit
import EmbeddedEngines
import Foundation
import Logging
import Synchronization
import Testing

/// Keeps what was logged.
private struct Log: LogHandler {
    final class Lines: Sendable {
        private let lines = Mutex<[String]>([])

        var all: [String] { lines.withLock { $0 } }

        func add(_ line: String) { lines.withLock { $0.append(line) } }
    }

    let lines: Lines
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.trace

    init(_ lines: Lines) { self.lines = lines }

    subscript(metadataKey key: String) -> Logger.MetadataValue? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) { lines.add("\(event.level): \(event.message)") }
}

/// What the file of the embedded index promises.
@Suite(.timeLimit(.minutes(3))) struct EmbeddedVectorIndexTests {
    private static let space = "test/8"

    private func open(_ path: String, _ lines: Log.Lines = Log.Lines()) -> EmbeddedVectorIndex {
        EmbeddedVectorIndex(path: path, embedder: Self.space, logger: Logger(label: "test") { _ in Log(lines) })
    }

    /// A file with three vectors, of which the last was stored alone.
    private func makeFile(_ path: String) async throws -> [UInt8] {
        let index = open(path)
        try await index.clear(for: Self.space, dimensions: 8)
        try await index.upsert([StoredVector("a", [1, 0], ["k": "v"]), StoredVector("b", [0, 1])])
        try await index.upsert([StoredVector("c", [1, 1])])
        await index.close()
        return [UInt8](try Data(contentsOf: URL(filePath: path)))
    }

    @Test func `a change that a crash cut off is taken away, and nothing before it`() async throws {
        try await withTemporaryFolder { folder in
            let path = folder + "/vectors"
            let whole = try await makeFile(path)
            let index = open(path)
            try await index.remove(["c"])
            await index.close()
            let longer = [UInt8](try Data(contentsOf: URL(filePath: path)))
            #expect(Array(longer.prefix(whole.count)) == whole)
            for end in whole.count..<longer.count {
                try Data(longer[..<end]).write(to: URL(filePath: path))
                let index = open(path)
                #expect(try await index.digests().keys.sorted() == ["a", "b", "c"])
                // What is written then is whole.
                try await index.upsert([StoredVector("d", [1, 2])])
                await index.close()
                let again = open(path)
                #expect(try await again.digests().keys.sorted() == ["a", "b", "c", "d"])
                await again.close()
            }
        }
    }

    @Test func `a file that is damaged anywhere is never trusted beyond the damage`() async throws {
        try await withTemporaryFolder { folder in
            let path = folder + "/vectors"
            let whole = try await makeFile(path)
            var generator = SmallGenerator(6)
            for _ in 0..<300 {
                var wrong = whole
                let place = Int.random(in: wrong.indices, using: &generator)
                wrong[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
                try Data(wrong).write(to: URL(filePath: path))
                let lines = Log.Lines()
                let index = open(path, lines)
                let state = try await index.state()
                if state.embedder == nil {
                    #expect(lines.all == ["error: The vector index is damaged and is made anew."])
                    #expect(FileManager.default.fileExists(atPath: path + ".damaged"))
                    try await index.clear(for: Self.space, dimensions: 8)
                    try await index.upsert([StoredVector("new", [1])])
                    #expect(try await index.digests() == ["new": "1"])
                } else {
                    // Only the last change can look as if a crash had cut it off.
                    #expect(try await index.digests().keys.sorted() == ["a", "b"])
                }
                await index.close()
            }
        }
    }

    @Test func `any bytes are a damaged file`() async throws {
        try await withTemporaryFolder { folder in
            let path = folder + "/vectors"
            var generator = SmallGenerator(7)
            for length in [0, 1, 8, 20, 100, 5_000] {
                let bytes = (0..<length).map { _ in UInt8.random(in: 0...255, using: &generator) }
                try Data(bytes).write(to: URL(filePath: path))
                let index = open(path)
                #expect(try await index.state().embedder == nil)
                await index.close()
            }
        }
    }

    @Test func `a file that is mostly past is written anew, and holds the same`() async throws {
        try await withTemporaryFolder { folder in
            let path = folder + "/vectors"
            let index = open(path)
            try await index.clear(for: Self.space, dimensions: 8)
            var generator = SmallGenerator(8)
            for round in 0..<60 {
                try await index.upsert(
                    (0..<200).map { number in
                        StoredVector(id: "v\(number)", vector: .random(8, &generator), digest: "\(round)")
                    }
                )
            }
            let size = try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? 0
            #expect(size < 3 << 20)
            let query = [Float].random(8, &generator)
            let before = try await index.nearest(query, limit: 20, where: [:])
            await index.close()
            let again = open(path)
            #expect(try await again.nearest(query, limit: 20, where: [:]) == before)
            #expect(try await again.digests().count == 200)
            await again.close()
        }
    }

    @Test func `one at a time has the file`() async throws {
        try await withTemporaryFolder { folder in
            let path = folder + "/vectors"
            _ = try await makeFile(path)
            let first = open(path)
            #expect(try await first.state().count == 3)
            let second = open(path)
            let error = await #expect(throws: AtlasError.self) { _ = try await second.state() }
            #expect(error?.code == .unavailable)
            await first.close()
            #expect(try await second.state().count == 3)
            await second.close()
            let closed = await #expect(throws: AtlasError.self) { _ = try await second.state() }
            #expect(closed?.code == .unavailable)
        }
    }

    @Test func `one at a time has the place where there is no file yet`() async throws {
        try await withTemporaryFolder { folder in
            let path = folder + "/vectors"
            let (first, second) = (open(path), open(path))
            #expect(try await first.state().embedder == nil)
            let error = await #expect(throws: AtlasError.self) {
                try await second.clear(for: Self.space, dimensions: 8)
            }
            #expect(error?.code == .unavailable)
            try await first.clear(for: Self.space, dimensions: 8)
            try await first.upsert([StoredVector("a", [1])])
            await first.close()
            #expect(try await second.digests() == ["a": "1"])
            try await second.upsert([StoredVector("b", [1])])
            await second.close()
        }
    }

    @Test func `an index that another began where there was no folder before is read`() async throws {
        try await withTemporaryFolder { folder in
            let path = folder + "/later/vectors"
            let early = open(path)
            #expect(try await early.state().embedder == nil)
            try FileManager.default.createDirectory(atPath: folder + "/later", withIntermediateDirectories: false)
            _ = try await makeFile(path)
            #expect(try await early.state().count == 3)
            await early.close()
        }
    }

    @Test func `where there is no folder the index says that it is away`() async throws {
        let index = open("/nonexistent/vectors")
        let error = await #expect(throws: AtlasError.self) { try await index.clear(for: Self.space, dimensions: 8) }
        #expect(error?.code == .unavailable)
        await index.close()
    }

    @Test func `many may ask and change at once`() async throws {
        try await withTemporaryFolder { folder in
            let index = open(folder + "/vectors")
            try await index.clear(for: Self.space, dimensions: 8)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for writer in 0..<8 {
                    group.addTask {
                        for number in 0..<20 {
                            try await index.upsert([StoredVector("\(writer)-\(number)", [1, Float(number)])])
                            _ = try await index.nearest([1].padded, limit: 5, where: [:])
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(try await index.state().count == 160)
            await index.close()
        }
    }
}
