import AtlasCore
import AtlasPorts
import AtlasTestKit
import CloudEngines
import Testing

/// What only a service far away has.
@Suite(.timeLimit(.minutes(3))) struct PineconeTests {
    private static let space = "test/8"

    private func run(
        dimensions: Int = 8,
        _ pauses: Pauses = Pauses(),
        _ body: (PineconeDouble, PineconeIndex, ManualClock) async throws -> Void
    ) async throws {
        try await PineconeDouble.run(dimensions: dimensions) { double in
            let clock = ManualClock()
            let index = try double.index(Self.space, clock: clock, pauses)
            try await index.clear(for: Self.space, dimensions: dimensions)
            try await body(double, index, clock)
            #expect(double.violations == [])
        }
    }

    @Test func `large vectors go in portions that the service takes, and their digests come back page by page`()
        async throws
    {
        try await run(dimensions: 1_024) { double, index, clock in
            var generator = SmallGenerator(9)
            let vectors = (0..<450).map { number in
                StoredVector(id: "diagram/ü/\(number)", vector: .random(1_024, &generator), digest: "d\(number)")
            }
            try await index.upsert(vectors)
            #expect(double.calls.count { $0 == "/vectors/upsert" } > 3)
            clock.advance(by: .seconds(3_600))
            #expect(try await index.digests().count == 450)
            #expect(double.calls.count { $0 == "/vectors/list" } == 5)
            #expect(try await index.nearest(vectors[7].vector, limit: 1, where: [:]).map(\.id) == ["diagram/ü/7"])
        }
    }

    @Test func `small vectors go a thousand at a time`() async throws {
        try await run { double, index, _ in
            var generator = SmallGenerator(10)
            try await index.upsert(
                (0..<2_500).map { StoredVector(id: "\($0)", vector: .random(8, &generator), digest: "1") }
            )
            #expect(double.calls.count { $0 == "/vectors/upsert" } == 4)
            try await index.remove((0..<2_500).map(String.init))
            #expect(double.calls.count { $0 == "/vectors/delete" } == 4)
        }
    }

    @Test func `what was just removed is not found, whatever the service still sees`() async throws {
        try await run { double, index, clock in
            try await index.upsert([StoredVector("a", [1, 0]), StoredVector("b", [1, 1])])
            clock.advance(by: PineconeIndex.settling)
            double.lag()
            try await index.remove(["a"])
            try await index.upsert([StoredVector("b", [1, 1], digest: "2"), StoredVector("c", [0, 1])])
            #expect(try await index.nearest([1, 0].padded, limit: 1, where: [:]).map(\.id) == ["b"])
            // So that nothing is embedded twice.
            #expect(try await index.digests() == ["b": "2", "c": "1"])
            double.settle()
            clock.advance(by: PineconeIndex.settling)
            #expect(try await index.digests() == ["b": "2", "c": "1"])
            #expect(try await index.nearest([0, 1].padded, limit: 1, where: [:]).map(\.id) == ["c"])
        }
    }

    @Test func `what was cleared is not found, whatever the service still sees`() async throws {
        try await run { double, index, clock in
            try await index.upsert([StoredVector("a", [1, 0])])
            double.lag()
            try await index.clear(for: Self.space, dimensions: 8)
            #expect(try await index.nearest([1, 0].padded, limit: 1, where: [:]) == [])
            #expect(try await index.digests() == [:])
            try await index.upsert([StoredVector("b", [1, 1])])
            #expect(try await index.digests() == ["b": "1"])
            double.settle()
            #expect(try await index.nearest([1, 0].padded, limit: 9, where: [:]).map(\.id) == ["b"])
            clock.advance(by: PineconeIndex.settling)
            #expect(try await index.digests() == ["b": "1"])
        }
    }

    @Test func `every embedder has a namespace of its own`() async throws {
        try await run { double, index, _ in
            try await index.upsert([StoredVector("a", [1, 0])])
            try await index.clear(for: "text-embedding-3-large/8", dimensions: 8)
            try await index.upsert([StoredVector("b", [1, 0])])
            let names = double.namespaces.filter { $0.value > 0 }.keys.sorted()
            #expect(names.count == 2 && names.first == "atlas")
            #expect(names.last?.hasPrefix("atlas-text-embedding-3-large-8-") == true)
        }
    }

    @Test func `an index of other dimensions is refused`() async throws {
        try await run { _, index, _ in
            let error = await #expect(throws: AtlasError.self) { try await index.clear(for: "x/16", dimensions: 16) }
            #expect(error?.code == .invalid)
        }
    }

    @Test func `a service that is busy is asked again as it says`() async throws {
        let pauses = Pauses()
        try await run(pauses) { double, index, _ in
            double.refuse([(429, [("retry-after", "3")]), (503, [])])
            try await index.upsert([StoredVector("a", [1, 0])])
            #expect(pauses.all == [.seconds(3), .seconds(1)])
            #expect(try await index.digests() == ["a": "1"])
        }
    }

    @Test(arguments: [
        (401, AtlasError.Code.unavailable, 1), (403, .unavailable, 1), (400, .internalError, 1), (429, .unavailable, 3),
        (500, .unavailable, 3), (402, .unavailable, 1),
    ])
    func `errors of the service are errors of ours`(_ status: Int, _ code: AtlasError.Code, _ tries: Int) async throws {
        try await run { double, index, _ in
            double.refuse(Array(repeating: (status, []), count: 3))
            let before = double.calls.count
            let error = await #expect(throws: AtlasError.self) {
                _ = try await index.nearest([1, 0].padded, limit: 1, where: [:])
            }
            #expect(error?.code == code)
            #expect(error?.detail?.contains("Pinecone \(status): not now, (hidden)") == true)
            #expect(double.calls.count == before + tries)
            double.refuse([])
        }
    }

    @Test func `a wrong key is refused, and shown nowhere`() async throws {
        try await PineconeDouble.run(dimensions: 8) { double in
            let index = PineconeIndex(try PineconeSettings(key: "wrong-key", address: double.url), embedder: "x")
            let error = await #expect(throws: AtlasError.self) { _ = try await index.state() }
            #expect(error?.code == .unavailable)
            #expect(error?.description.contains("wrong-key") == false)
        }
    }
}
