import Retrieval
import Testing

@Suite struct VectorTests {
    private func naive(_ vectors: [Int: [Float]], _ query: [Float], _ limit: Int) -> [Hit] {
        vectors.map { row, vector in
            Hit(document: row, score: zip(vector, query).reduce(0) { $0 + $1.0 * $1.1 })
        }
        .sorted { $0.score != $1.score ? $0.score > $1.score : $0.document < $1.document }
        .prefix(limit).map { $0 }
    }

    @Test(arguments: [1, 3, 15, 16, 17, 33, 64, 100, 384])
    func `nothing is missed`(dimensions: Int) throws {
        var random = Seeded(UInt64(dimensions))
        var index = FlatIndex(dimensions: dimensions, keepsBytes: true)
        var kept: [Int: [Float]] = [:]
        for row in 0..<700 {
            let vector = random.direction(dimensions)
            try index.set(row, vector)
            kept[row] = vector
        }
        for row in stride(from: 0, to: 700, by: 5) {
            index.remove(row)
            kept[row] = nil
        }
        let copy = index
        try index.set(3, random.direction(dimensions))
        #expect(copy.vector(3) == kept[3])
        kept[3] = index.vector(3)
        #expect(index.count == kept.count)
        #expect(index.vector(5) == nil)
        for _ in 0..<5 {
            let query = random.direction(dimensions)
            let expected = naive(kept, query, 10)
            let found = try index.search(query, limit: 10)
            for (one, other) in zip(found, expected) { #expect(abs(one.score - other.score) < 1e-4) }
            #expect(found.count == expected.count)
            let coarse = try index.searchCoarsely(query, limit: 10)
            #expect(Set(coarse.map(\.document)).intersection(found.map(\.document)).count >= (dimensions < 3 ? 0 : 9))
            #expect(try index.search(query, limit: 5) { $0 % 2 == 0 }.allSatisfy { $0.document % 2 == 0 })
        }
    }

    @Test func `a vector that does not fit is refused and named`() throws {
        var index = FlatIndex(dimensions: 3)
        #expect(throws: VectorProblem.dimensions(expected: 3, found: 2)) { try index.set(0, [1, 2]) }
        #expect(throws: VectorProblem.notFinite(at: 1)) { try index.set(0, [1, .nan, 2]) }
        #expect(throws: VectorProblem.row(-1)) { try index.set(-1, [1, 2, 3]) }
        #expect(throws: VectorProblem.row(VectorLimits.rows)) { try index.set(VectorLimits.rows, [1, 2, 3]) }
        #expect(throws: VectorProblem.dimensions(expected: 3, found: 0)) { try index.search([], limit: 1) }
        #expect(try index.search([1, 2, 3], limit: 1).isEmpty)
        var graph = GraphIndex(dimensions: 3)
        #expect(try graph.search([1, 2, 3], limit: 1).isEmpty)
        try graph.insert(0, [1, 0, 0])
        #expect(throws: VectorProblem.row(0)) { try graph.insert(0, [0, 1, 0]) }
    }

    @Test func `marks of an index that grew come back to its walks`() {
        let pool = WalkMarksPool()
        for round in 1...3 * WalkMarksPool.limit { pool.give(pool.take(round * 1_000)) }
        let many = (0..<WalkMarksPool.limit).map { _ in pool.take(100_000) }
        for marks in many { pool.give(marks) }
        for rows in [1_000_000, 100_000, 2_000_000] {
            let first = pool.take(rows)
            pool.give(first)
            let second = pool.take(rows)
            pool.give(second)
            #expect(first === second)
        }
    }

    @Test func `the graph finds almost all where vectors have structure`() throws {
        var random = Seeded(11)
        let centres = (0..<40).map { _ in random.direction(48) }
        var flat = FlatIndex(dimensions: 48)
        var graph = GraphIndex(dimensions: 48)
        for row in 0..<2_000 {
            let vector = random.direction(48, around: centres[random.below(40)])
            try flat.set(row, vector)
            try graph.insert(row, vector)
        }
        for row in stride(from: 0, to: 2_000, by: 7) {
            flat.remove(row)
            graph.remove(row)
        }
        var found = 0
        for _ in 0..<50 {
            let query = random.direction(48, around: centres[random.below(40)])
            let near = try graph.search(query, limit: 10)
            #expect(near.allSatisfy { $0.document % 7 != 0 })
            found += Set(near.map(\.document)).intersection(try flat.search(query, limit: 10).map(\.document)).count
        }
        #expect(found >= 490)
        #expect(graph.count == flat.count)
    }
}
