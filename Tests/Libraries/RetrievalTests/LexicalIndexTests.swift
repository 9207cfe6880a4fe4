import Foundation
import Retrieval
import Testing

@Suite struct LexicalIndexTests {
    private let texts = [
        "A queue forms when requests arrive faster than they leave", "A cache keeps what was asked for before",
        "Queues and caches, caches and queues", "", "The leader of a quorum decides",
    ]

    private func index(_ texts: [String]) -> LexicalIndex {
        var index = LexicalIndex()
        for (number, text) in texts.enumerated() { index.insert(number, text) }
        return index
    }

    @Test func `what has the words is found, the best first`() {
        let index = index(texts)
        #expect(index.search("caching queues", limit: 10).map(\.document) == [2, 1, 0])
        #expect(index.search("Quorums", limit: 10).map(\.document) == [4])
        #expect(index.search("caches queue", limit: 1).map(\.document) == [2])
        #expect(index.search("caches", limit: 10) { $0 != 2 }.map(\.document) == [1])
        #expect(index.search("the of and", limit: 10).isEmpty)
        #expect(index.search("", limit: 10).isEmpty)
        #expect(index.search("caches", limit: 0).isEmpty)
        #expect(LexicalIndex().search("caches", limit: 10).isEmpty)
    }

    @Test func `the ceiling is above every score`() {
        let index = index(texts)
        for question in ["caches queues", "leader decides", "unknown cache"] {
            let best = index.search(question, limit: 1).first?.score ?? 0
            #expect(best <= index.ceiling(of: question))
        }
    }

    /// An index that was changed again and again gives what one gives that was filled with the result.
    @Test(arguments: 0..<20)
    func `changes leave no trace`(seed: Int) {
        var random = Seeded(UInt64(seed))
        let words = ["queue", "cache", "leader", "shard", "replica", "quorum", "retry", "timeout"]
        var changed = LexicalIndex()
        var expected: [Int: String] = [:]
        for _ in 0..<200 {
            let number = random.below(30)
            if random.below(4) == 0 {
                changed.remove(number)
                expected[number] = nil
            } else {
                let text = (0..<random.below(12)).map { _ in words[random.below(words.count)] }.joined(separator: " ")
                changed.insert(number, text)
                expected[number] = text
            }
        }
        var fresh = LexicalIndex()
        for (number, text) in expected.sorted(by: { $0.key > $1.key }) { fresh.insert(number, text) }
        #expect((changed.count, changed.wordCount) == (fresh.count, fresh.wordCount))
        for question in ["queue", "cache leader", "quorum quorum retry", words.joined(separator: " ")] {
            #expect(changed.search(question, limit: 50) == fresh.search(question, limit: 50))
        }
    }

    @Test func `rankings are fused`() {
        let words = [Hit(document: 1, score: 10), Hit(document: 2, score: 5)]
        let near = [Hit(document: 3, score: 0.9), Hit(document: 2, score: 0.8), Hit(document: 1, score: 0.1)]
        #expect(Fusion.weighted(lexical: words, similar: near, limit: 3).map(\.document) == [2, 3, 1])
        #expect(Fusion.weighted(lexical: [], similar: near, limit: 2).map(\.document) == [3, 2])
        #expect(Fusion.weighted(lexical: words, similar: [], limit: 2).map(\.document) == [1, 2])
        #expect(Fusion.weighted(lexical: [], similar: [], limit: 2).isEmpty)
        #expect(Fusion.reciprocalRanks([words, near], limit: 3).map(\.document) == [1, 2, 3])
    }

    /// With many equals: similarities are those of few directions, and words are found in every third document.
    @Test(arguments: [0, 1, 10, 100, 700])
    func `similarities of all documents fuse as their sorted hits do`(limit: Int) throws {
        var random = Seeded(21)
        let directions = (0..<300).map { _ in random.direction(24) }
        var index = FlatIndex(dimensions: 24)
        for row in 0..<1_100 { try index.set(row, directions[random.below(300)]) }
        let lexical = Hit.best(200, of: (0..<1_100).map { $0 % 3 == 0 ? Float(random.below(40)) / 7 : 0 })
        for _ in 0..<10 {
            let query = random.direction(24)
            let similar = try index.search(query, limit: 1_100)
            let products = try index.products(query)
            #expect(Hit.best(limit, of: products) == Array(similar.prefix(limit)))
            for words in [lexical, []] {
                let expected = Fusion.weighted(lexical: words, similar: similar, limit: limit)
                #expect(Fusion.weighted(lexical: words, similarities: products, limit: limit) == expected)
            }
        }
        #expect(Fusion.weighted(lexical: [], similarities: [], limit: limit).isEmpty)
        let first = Hit(document: 0, score: 1 - Fusion.lexicalWeight)
        #expect(Fusion.weighted(lexical: [], similarities: [1, 1], limit: 1) == [first])
        index.remove(4)
        let products = try index.products(directions[0])
        #expect(products.count == 1_100)
        #expect(products[4] == 0)
    }

    @Test func `quality is what the definitions say`() throws {
        let quality = try #require(RetrievalQuality([5, 1, 9, 2], [1: 1, 2: 1, 7: 1, 9: 0]))
        #expect(abs(quality.gain10 - (1 / log2(3) + 1 / log2(5)) / (1 + 1 / log2(3) + 1 / log2(4))) < 1e-12)
        #expect(abs(quality.averagePrecision - (1.0 / 2 + 2.0 / 4) / 3) < 1e-12)
        #expect(abs(quality.recall10 - 2.0 / 3) < 1e-12)
        #expect(quality.hit5 == 1)
        #expect(RetrievalQuality([1], [2: 0]) == nil)
        #expect(RetrievalQuality.mean([]).gain10 == 0)
    }
}

/// Numbers that look random and are the same each time.
struct Seeded {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

    mutating func next() -> UInt64 {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return state
    }

    mutating func below(_ bound: Int) -> Int { Int(next() >> 33) % bound }

    /// Roughly normal.
    mutating func normal() -> Float {
        (0..<4).reduce(Float(0)) { sum, _ in sum + Float(next() >> 40) / 16_777_216 - 0.5 }
    }

    /// A direction around one of some centres.
    mutating func direction(_ dimensions: Int, around centre: [Float]? = nil) -> [Float] {
        let vector = (0..<dimensions).map { place in (centre?[place] ?? 0) + normal() * (centre == nil ? 1 : 0.6) }
        let length = vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
        return vector.map { $0 / max(length, 1e-6) }
    }
}
