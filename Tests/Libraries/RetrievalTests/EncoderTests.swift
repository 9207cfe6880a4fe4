import Foundation
import Retrieval
import Testing

@Suite struct EncoderTests {
    private func pieces() throws -> WordPieces {
        let vocabulary = [
            "[PAD]", "[UNK]", "[CLS]", "[SEP]", "the", "que", "##ue", "##s", "cafe", "!", "a", "##b", "東", "q", "'",
        ]
        return try #require(WordPieces(vocabulary: vocabulary) { $0.decomposedStringWithCanonicalMapping })
    }

    @Test(
        arguments: [
            ("The queues", [2, 4, 5, 6, 7, 3]), ("Café!", [2, 8, 9, 3]), ("ab'q", [2, 10, 11, 14, 13, 3]),
            ("東 xyz", [2, 12, 1, 3]), ("", [2, 3]), ("a\u{0}\u{200B}b \u{7}", [2, 10, 11, 3]),
            (String(repeating: "a", count: 101), [2, 1, 3]),
        ] as [(String, [Int32])]
    )
    func `a text is cut into pieces`(text: String, numbers: [Int32]) throws {
        #expect(try pieces().pieces(text, limit: 256) == numbers)
    }

    @Test func `what is too long is cut off before its end`() throws {
        let text = Array(repeating: "the", count: 1_000).joined(separator: " ")
        let numbers = try pieces().pieces(text, limit: 16)
        #expect(numbers.count == 16)
        #expect(numbers.first == 2 && numbers.last == 3)
        #expect(WordPieces(vocabulary: ["a"]) { $0 } == nil)
    }

    /// A model of the right shape with made-up numbers: what goes in is reflected in what comes out.
    @Test func `texts become directions, the same ones each time`() throws {
        var random = Seeded(3)
        var tensors: [String: [Float]] = [:]
        func made(_ name: String) -> [Float]? {
            if let known = tensors[name] { return known }
            let count =
                switch name {
                case "embeddings.word_embeddings.weight": 15 * 384
                case "embeddings.position_embeddings.weight": 512 * 384
                case "embeddings.token_type_embeddings.weight": 2 * 384
                case _ where name.hasSuffix("intermediate.dense.weight"): 384 * 1_536
                case _ where name.hasSuffix("intermediate.dense.bias"): 1_536
                case _ where name.hasSuffix("attention.output.dense.weight"): 384 * 384
                case _ where name.hasSuffix("output.dense.weight"): 1_536 * 384
                case _ where name.contains("attention.self") && name.hasSuffix("weight"): 384 * 384
                default: 384
                }
            let numbers = (0..<count).map { _ in random.normal() * 0.1 }
            tensors[name] = numbers
            return numbers
        }
        let encoder = try SentenceEncoder(try pieces()) { made($0) }
        let vectors = ["the queues", "the queues", "a cafe", ""].map { encoder.encode($0) }
        #expect(vectors[0] == vectors[1])
        #expect(vectors[0] != vectors[2])
        for vector in vectors {
            #expect(vector.count == SentenceEncoder.dimensions)
            #expect(abs(vector.reduce(0) { $0 + $1 * $1 } - 1) < 1e-4)
        }
        let missing = "encoder.layer.3.output.dense.bias"
        #expect(throws: SentenceEncoder.Problem.tensor(missing, expected: 384, found: nil)) {
            try SentenceEncoder(try pieces()) { $0 == missing ? nil : made($0) }
        }
    }
}
