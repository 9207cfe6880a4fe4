import AtlasCore
import AtlasPorts
import AtlasTestKit
import CloudEngines
import EmbeddedEngines
import Testing

/// What `VectorIndex` promises, of every engine.
@Suite(.timeLimit(.minutes(3))) struct VectorIndexConformance {
    private static let space = "test/8"

    private func run(_ subject: VectorSubject, _ body: @Sendable (any VectorIndex) async throws -> Void) async throws {
        try await subject.run { make in
            let index = try make(Self.space)
            try await index.clear(for: Self.space, dimensions: VectorSubject.dimensions)
            try await body(index)
            await index.close()
        }
    }

    @Test(arguments: VectorSubject.all)
    func `the nearest come first, with their cosine`(_ subject: VectorSubject) async throws {
        try await run(subject) { index in
            try await index.upsert([
                StoredVector("east", [10, 0]), StoredVector("north", [0, 0.1]), StoredVector("west", [-3, 0]),
                StoredVector("north-east", [2, 2]),
            ])
            let matches = try await index.nearest([5, 1].padded, limit: 3, where: [:])
            #expect(matches.map(\.id) == ["east", "north-east", "north"])
            for (match, expected) in zip(matches, [0.98058, 0.83205, 0.19612]) {
                #expect(abs(Double(match.similarity) - expected) < 1e-4)
            }
            let all = try await index.nearest([5, 1].padded, limit: VectorIndexLimits.matches, where: [:])
            #expect(all.map(\.id) == ["east", "north-east", "north", "west"])
            #expect(try await index.state() == VectorIndexState(embedder: Self.space, dimensions: 8, count: 4))
        }
    }

    @Test(arguments: VectorSubject.all)
    func `equals are ordered by id`(_ subject: VectorSubject) async throws {
        try await run(subject) { index in
            try await index.upsert(["d", "b", "a", "c"].map { StoredVector($0, [1, 1]) })
            #expect(try await index.nearest([1, 0].padded, limit: 3, where: [:]).map(\.id) == ["a", "b", "c"])
        }
    }

    @Test(arguments: VectorSubject.all)
    func `a filter takes those that have each of its tags`(_ subject: VectorSubject) async throws {
        try await run(subject) { index in
            try await index.upsert([
                StoredVector("a", [1, 0], ["kind": "node", "item": "e1"]),
                StoredVector("b", [0.9, 0.1], ["kind": "edge", "item": "e1"]),
                StoredVector("c", [0.8, 0.2], ["kind": "node", "item": "e2 \"quoted\" \\ ü"]),
                StoredVector("d", [0.7, 0.3]),
            ])
            let ask = { (filter: [String: Set<String>]) in
                try await index.nearest([1, 0].padded, limit: 10, where: filter).map(\.id)
            }
            #expect(try await ask(["kind": ["node"]]) == ["a", "c"])
            #expect(try await ask(["kind": ["node", "edge"]]) == ["a", "b", "c"])
            #expect(try await ask(["kind": ["node"], "item": ["e1", "e3"]]) == ["a"])
            #expect(try await ask(["item": ["e2 \"quoted\" \\ ü"]]) == ["c"])
            #expect(try await ask(["kind": []]) == [])
            #expect(try await ask(["other": ["x"]]) == [])
            #expect(try await ask([:]) == ["a", "b", "c", "d"])
        }
    }

    @Test(arguments: VectorSubject.all)
    func `vectors are replaced and taken out by id`(_ subject: VectorSubject) async throws {
        try await run(subject) { index in
            try await index.upsert([StoredVector("a", [1, 0]), StoredVector("b", [0, 1])])
            try await index.upsert([StoredVector("a", [0, -1], ["k": "v"], digest: "2"), StoredVector("c", [1, 1])])
            #expect(try await index.digests() == ["a": "2", "b": "1", "c": "1"])
            #expect(try await index.nearest([1, 0].padded, limit: 1, where: [:]).map(\.id) == ["c"])
            #expect(try await index.nearest([0, -1].padded, limit: 1, where: ["k": ["v"]]).map(\.id) == ["a"])
            try await index.remove(["c", "unknown"])
            try await index.remove([])
            #expect(try await index.digests() == ["a": "2", "b": "1"])
            #expect(try await index.nearest([1, 1].padded, limit: 9, where: [:]).map(\.id) == ["b", "a"])
            // Of two of the same name in one call, the last one counts.
            try await index.upsert([StoredVector("d", [1, 0]), StoredVector("d", [1, 0], digest: "3")])
            #expect(try await index.digests()["d"] == "3")
        }
    }

    @Test(arguments: VectorSubject.all)
    func `what does not fit is refused`(_ subject: VectorSubject) async throws {
        try await run(subject) { index in
            try await index.upsert([StoredVector("kept", [1])])
            let wrong = [
                StoredVector(id: "x", vector: [1, 2], digest: "1"), StoredVector("x", [.nan]),
                StoredVector("x", [.infinity]), StoredVector("x", [0]), StoredVector("", [1]),
                StoredVector(String(repeating: "i", count: 513), [1]),
                StoredVector("x", [1], ["k": String(repeating: "t", count: 9_000)]),
            ]
            for vector in wrong {
                let error = await #expect(throws: AtlasError.self) { try await index.upsert([vector]) }
                #expect(error?.code == .invalid)
            }
            for (vector, limit) in [([Float](), 1), ([0].padded, 1), ([1].padded, 0), ([1].padded, 1_001)] {
                let error = await #expect(throws: AtlasError.self) {
                    _ = try await index.nearest(vector, limit: limit, where: [:])
                }
                #expect(error?.code == .invalid)
            }
            #expect(try await index.digests() == ["kept": "1"])
        }
    }

    @Test(arguments: VectorSubject.all)
    func `an index has an owner, and others are refused until they clear it`(_ subject: VectorSubject) async throws {
        try await subject.run { make in
            let index = try make("one/8")
            #expect(try await index.state() == VectorIndexState(embedder: nil, dimensions: 0, count: 0))
            #expect(try await index.digests() == [:])
            #expect(try await index.nearest([1].padded, limit: 1, where: [:]) == [])
            try await index.remove(["a"])
            let early = await #expect(throws: AtlasError.self) { try await index.upsert([StoredVector("a", [1])]) }
            #expect(early?.code == .conflict)
            try await index.clear(for: "one/8", dimensions: 8)
            try await index.upsert([StoredVector("a", [1])])
            await index.close()

            let other = try make("two/8")
            #expect(try await other.state().embedder == "one/8")
            let asked = await #expect(throws: AtlasError.self) {
                _ = try await other.nearest([1].padded, limit: 1, where: [:])
            }
            #expect(asked?.code == .conflict)
            let written = await #expect(throws: AtlasError.self) { try await other.upsert([StoredVector("b", [1])]) }
            #expect(written?.code == .conflict)
            try await other.clear(for: "two/8", dimensions: 8)
            #expect(try await other.digests() == [:])
            #expect(try await other.nearest([1].padded, limit: 1, where: [:]) == [])
            try await other.upsert([StoredVector("b", [1])])
            #expect(try await other.nearest([1].padded, limit: 9, where: [:]).map(\.id) == ["b"])
            await other.close()
        }
    }

    @Test(arguments: VectorSubject.all)
    func `what was stored is there after a new start`(_ subject: VectorSubject) async throws {
        try await subject.run { make in
            let first = try make(Self.space)
            try await first.clear(for: Self.space, dimensions: 8)
            try await first.upsert([StoredVector("a", [1, 0], ["k": "ü"], digest: "7"), StoredVector("b", [0, 1])])
            try await first.remove(["b"])
            await first.close()
            let second = try make(Self.space)
            #expect(try await second.digests() == ["a": "7"])
            #expect(try await second.nearest([1, 0].padded, limit: 9, where: ["k": ["ü"]]).map(\.id) == ["a"])
            #expect(try await second.state() == VectorIndexState(embedder: Self.space, dimensions: 8, count: 1))
            await second.close()
        }
    }

    @Test(arguments: VectorSubject.all)
    func `of many changed at random, those are found that a list would give`(_ subject: VectorSubject) async throws {
        try await run(subject) { index in
            var generator = SmallGenerator(5)
            var list: [String: [Float]] = [:]
            for round in 0..<12 {
                var changes: [String: [Float]] = [:]
                for _ in 0..<40 {
                    let id = "v\(Int.random(in: 0..<150, using: &generator))"
                    changes[id] = .random(VectorSubject.dimensions, &generator)
                }
                try await index.upsert(changes.map { StoredVector(id: $0, vector: $1, digest: "\(round)") })
                list.merge(changes) { $1 }
                let gone = (0..<8).map { _ in "v\(Int.random(in: 0..<150, using: &generator))" }
                try await index.remove(gone)
                for id in gone { list[id] = nil }
                if let embedded = index as? EmbeddedVectorIndex { try await Self.waitForGraph(embedded) }
                try await check(subject, index, list, &generator)
            }
            #expect(try await Set(index.digests().keys) == Set(list.keys))
            #expect(try await index.state().count == list.count)
        }
    }

    /// All but pgvector, whose graph gives fewer until the server has cleaned up after what was replaced.
    @Test(arguments: VectorSubject.all.filter { $0 != .pgvector })
    func `as many are found as there are, near one that was replaced again and again`(
        _ subject: VectorSubject
    ) async throws {
        try await run(subject) { index in
            var generator = SmallGenerator(9)
            var list: [String: [Float]] = [:]
            for number in 0..<30 { list["v\(number)"] = .random(VectorSubject.dimensions, &generator) }
            try await index.upsert(list.map { StoredVector(id: $0, vector: $1, digest: "1") })
            for round in 1...150 {
                let moved = [1, Float(round) / 10_000].padded
                list["moving"] = moved
                try await index.upsert([StoredVector(id: "moving", vector: moved, digest: "\(round)")])
                if let embedded = index as? EmbeddedVectorIndex { try await Self.waitForGraph(embedded) }
            }
            let query = [1].padded
            let all = list.map { id, vector in
                VectorMatch(id: id, similarity: zip(query, vector.unit).reduce(0) { $0 + $1.0 * $1.1 })
            }
            let found = try await index.nearest(query, limit: 10, where: [:])
            #expect(found.map(\.id) == VectorRules.ranked(all, limit: 10).map(\.id))
        }
    }

    /// The graph grows between calls, so each call lets it.
    private static func waitForGraph(_ index: EmbeddedVectorIndex) async throws {
        while try await !index.hasWholeGraph() {}
    }

    private func check(
        _ subject: VectorSubject,
        _ index: any VectorIndex,
        _ list: [String: [Float]],
        _ generator: inout SmallGenerator
    ) async throws {
        let query = [Float].random(VectorSubject.dimensions, &generator).unit
        let all = list.map { id, vector in
            VectorMatch(id: id, similarity: zip(query, vector.unit).reduce(0) { $0 + $1.0 * $1.1 })
        }
        let expected = VectorRules.ranked(all, limit: 10)
        let found = try await index.nearest(query, limit: 10, where: [:])
        #expect(found.count == min(10, list.count))
        for match in found {
            #expect(abs(match.similarity - (all.first { $0.id == match.id }?.similarity ?? -2)) < 1e-4)
        }
        // A graph may miss one; with so few vectors it hardly ever does.
        let missed = Set(expected.map(\.id)).subtracting(found.map(\.id)).count
        #expect(missed <= (subject == .graph || subject == .pgvector ? 2 : 0))
    }
}
