import AtlasCore
import AtlasPorts
import AtlasTestKit
import CloudEngines
import Foundation
import Synchronization
import Testing

/// An embeddings API on loopback: checks requests as the service would; a text's vector is made of its bytes.
private final class OpenAIDouble: Sendable {
    static let key = "sk-openai-double"
    static let dimensions = 8

    /// What is answered in place of vectors.
    struct Reply: Sendable {
        var status = 200
        var headers: [(String, String)] = []
        var body = ""
    }

    let url: String
    private let state: Box

    private final class Box: Sendable {
        let inputs = Mutex<[[String]]>([])
        let violations = Mutex<[String]>([])
        let replies: Mutex<[Reply]>

        init(_ replies: [Reply]) { self.replies = Mutex(replies) }
    }

    var inputs: [[String]] { state.inputs.withLock { $0 } }
    var violations: [String] { state.violations.withLock { $0 } }

    private init(_ url: String, _ state: Box) {
        self.url = url
        self.state = state
    }

    /// - Parameter replies: Given first, one for each request.
    static func run(_ replies: [Reply] = [], _ body: (OpenAIDouble) async throws -> Void) async throws {
        let state = Box(replies)
        try await HTTPDouble.run { question, exchange in
            let object = question.object
            let inputs = object["input"] as? [String] ?? []
            state.inputs.withLock { $0.append(inputs) }
            state.violations.withLock { $0 += Self.violations(question, inputs) }
            let reply = state.replies.withLock { $0.isEmpty ? nil : $0.removeFirst() }
            if let reply { return try await exchange.reply(reply.status, reply.headers, reply.body) }
            try await exchange.reply(200, [("content-type", "application/json")], Self.answer(inputs))
        } _: { http in
            try await body(OpenAIDouble(http.url, state))
        }
    }

    private static func violations(_ question: HTTPDouble.Question, _ inputs: [String]) -> [String] {
        let object = question.object
        let checks: [(Bool, String)] = [
            (question.method == "POST" && question.path == "/v1/embeddings", "path"),
            (question.headers["authorization"] == "Bearer \(key)", "key"),
            (question.headers["content-type"] == "application/json", "content type"),
            (object["model"] as? String == "text-embedding-3-large", "model"),
            (object["dimensions"] as? Int == dimensions, "dimensions"),
            (object["encoding_format"] as? String == "base64", "format"),
            (Set(object.keys).subtracting(["model", "input", "dimensions", "encoding_format"]).isEmpty, "fields"),
            ((1...2_048).contains(inputs.count), "number of texts"),
            (!inputs.contains(where: \.isEmpty), "an empty text"),
            (inputs.allSatisfy { $0.utf8.count / 4 <= 8_192 }, "a text of too many tokens"),
            (inputs.reduce(0) { $0 + $1.utf8.count / 4 } <= 300_000, "too many tokens"),
        ]
        return checks.filter { !$0.0 }.map(\.1)
    }

    /// In the wrong order, as the service may.
    static func answer(_ inputs: [String]) -> String {
        let vectors = inputs.enumerated().reversed().map { index, text in
            "{\"object\":\"embedding\",\"index\":\(index),\"embedding\":\"\(base64(vector(text).map { $0 * 3 }))\"}"
        }
        let usage = "{\"prompt_tokens\":\(inputs.count),\"total_tokens\":\(inputs.count)}"
        return "{\"object\":\"list\",\"data\":[\(vectors.joined(separator: ","))],\"model\":\"m\",\"usage\":\(usage)}"
    }

    static func vector(_ text: String) -> [Float] {
        var vector = [Float](repeating: 0, count: dimensions)
        vector[text.utf8.reduce(0) { $0 + Int($1) } % dimensions] = 1
        return vector
    }

    static func base64(_ vector: [Float]) -> String {
        var data = Data()
        for number in vector { withUnsafeBytes(of: number.bitPattern.littleEndian) { data.append(contentsOf: $0) } }
        return data.base64EncodedString()
    }

    func embedder(_ pauses: Pauses = Pauses()) throws -> OpenAIEmbedder {
        let settings = try OpenAISettings(key: Self.key, dimensions: Self.dimensions, address: url)
        return OpenAIEmbedder(settings, retries: pauses.retries())
    }
}

@Suite(.timeLimit(.minutes(2))) struct OpenAITests {
    @Test func `vectors come in the order of the texts, of length 1, and are counted`() async throws {
        try await OpenAIDouble.run { double in
            let embedder = try double.embedder()
            #expect(embedder.id == "text-embedding-3-large/8")
            let texts = ["a", "b", "", "c"]
            let vectors = try await embedder.embed(texts)
            #expect(vectors == ["a", "b", " ", "c"].map(OpenAIDouble.vector))
            #expect(double.inputs == [["a", "b", " ", "c"]])
            #expect(double.violations == [])
            _ = try await embedder.embed(["d"])
            #expect(embedder.usage == EmbeddingUsage(requests: 2, tokens: 5))
            #expect(try await embedder.embed([]) == [])
            #expect(double.inputs.count == 2)
        }
    }

    @Test func `many and long texts go in several requests that keep the limits`() async throws {
        try await OpenAIDouble.run { double in
            let long = String(repeating: "lease ", count: 6_000)
            let texts = Array(repeating: long, count: 60) + Array(repeating: "short", count: 1_900)
            let vectors = try await double.embedder().embed(texts)
            #expect(vectors.count == texts.count)
            #expect(double.inputs.count > 1)
            #expect(double.violations == [])
            await #expect(throws: ModelProblem.refused(status: 413, "more than 2048 texts")) {
                try await double.embedder().embed(Array(repeating: "x", count: 2_049))
            }
        }
    }

    @Test func `a text that has more tokens than was guessed is cut and sent again`() async throws {
        let words = "This model's maximum context length is 8192 tokens"
        let refused = OpenAIDouble.Reply(status: 400, body: "{\"error\":{\"message\":\"\(words)\"}}")
        try await OpenAIDouble.run([refused]) { double in
            let vectors = try await double.embedder().embed([String(repeating: "xq", count: 10_000)])
            #expect(vectors.count == 1)
            #expect(double.inputs.last?.first?.utf8.count == EmbeddingBatches.inputTokens)
        }
    }

    @Test(arguments: [
        (401, "{\"error\":{\"message\":\"Incorrect API key provided: sk-o\"}}", ModelProblem.unauthorized, 1),
        (429, "{\"error\":{\"code\":\"insufficient_quota\"}}", .spent, 1),
        (429, "{}", .rateLimited(retryAfter: .seconds(2)), 3), (500, "not JSON", .failed(status: 500), 3),
        (200, "{\"data\":[]}", .malformed("a text without its vector"), 1),
        (200, "[", .malformed("the vectors cannot be read"), 1),
        (
            200, "{\"data\":[{\"index\":4,\"embedding\":\"AAAA\"}]}",
            .malformed("a vector without its text"), 1
        ),
        (
            200, "{\"data\":[{\"index\":0,\"embedding\":\"AAAA\"}]}",
            .malformed("a vector that has not 8 dimensions"), 1
        ),
    ])
    func `what goes wrong is told`(_ status: Int, _ body: String, _ problem: ModelProblem, _ tries: Int) async throws {
        let reply = OpenAIDouble.Reply(status: status, headers: [("retry-after", "2")], body: body)
        try await OpenAIDouble.run(Array(repeating: reply, count: 3)) { double in
            await #expect(throws: problem) { try await double.embedder().embed(["a"]) }
            #expect(double.inputs.count == tries)
        }
    }

    @Test func `a vector without a direction is none`() async throws {
        let zero = OpenAIDouble.base64(Array(repeating: 0, count: 8))
        let infinite = OpenAIDouble.base64([.infinity] + Array(repeating: 0, count: 7))
        let replies = [zero, infinite].map {
            OpenAIDouble.Reply(
                body: "{\"data\":[{\"index\":0,\"embedding\":\"\($0)\"}],\"usage\":{\"total_tokens\":1}}"
            )
        }
        try await OpenAIDouble.run(replies) { double in
            for _ in replies {
                await #expect(throws: ModelProblem.malformed("a vector without a direction")) {
                    try await double.embedder().embed(["a"])
                }
            }
        }
    }

    @Test func `a failure that passes is waited for`() async throws {
        let pauses = Pauses()
        try await OpenAIDouble.run([.init(status: 503), .init(status: 500, headers: [("retry-after", "4")])]) {
            double in
            let vectors = try await double.embedder(pauses).embed(["a"])
            #expect(vectors.count == 1)
            #expect(pauses.all == [.milliseconds(500), .seconds(4)])
        }
    }

    @Test(arguments: [EmbeddingBatches.Measure.likely, .certain])
    func `no portion exceeds what the service takes`(_ measure: EmbeddingBatches.Measure) {
        var generator = SmallGenerator(4)
        let alphabet = ["a", "Z", " ", "7", "é", "漢", "🙂", "\n"]
        for _ in 0..<50 {
            let texts = (0..<Int.random(in: 0...300, using: &generator)).map { _ in
                let word = alphabet.randomElement(using: &generator) ?? "a"
                return String(repeating: word, count: Int.random(in: 0...12_000, using: &generator))
            }
            let portions = EmbeddingBatches(texts, bytes: EmbedderLimits.textBytes, measure).portions
            #expect(portions.flatMap { Array($0.range) } == Array(texts.indices))
            for portion in portions {
                #expect(portion.texts.count == portion.range.count && portion.texts.count <= 2_048)
                #expect(portion.texts.allSatisfy { !$0.isEmpty && $0.utf8.count <= EmbedderLimits.textBytes })
                guard measure == .certain else { continue }
                #expect(portion.texts.allSatisfy { $0.utf8.count <= 8_192 })
                #expect(portion.texts.reduce(0) { $0 + $1.utf8.count } <= 300_000)
            }
        }
    }
}
