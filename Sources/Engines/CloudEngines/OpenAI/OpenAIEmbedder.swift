public import AtlasPorts
import Foundation
import Synchronization

/// Vectors from OpenAI.
public final class OpenAIEmbedder: Embedder {
    /// Bytes of an answer beside its vectors, for each of them.
    private static let overheadBytes = 512

    private let settings: OpenAISettings
    private let client: CloudClient
    private let retries: Retries
    private let counted = Mutex(EmbeddingUsage())
    private let report: @Sendable (EmbeddingUsage) -> Void

    /// Model and dimensions, as in `text-embedding-3-large/3072`.
    public var id: String { "\(settings.model)/\(settings.dimensions)" }
    /// Of every vector.
    public var dimensions: Int { settings.dimensions }
    /// Where texts go.
    public var note: String? { "Texts and questions are sent to OpenAI to be compared by meaning." }
    /// What was counted since the start.
    public var usage: EmbeddingUsage { counted.withLock { $0 } }

    /// What the service has counted.
    public var paidTokens: Int? { usage.tokens }

    /// - Parameter report: Told what each request has cost, on whatever thread.
    public convenience init(
        _ settings: OpenAISettings,
        report: @escaping @Sendable (EmbeddingUsage) -> Void = { _ in }
    ) {
        self.init(settings, retries: Retries(), report: report)
    }

    /// As the other, with pauses of a test's own.
    package init(
        _ settings: OpenAISettings,
        retries: Retries,
        report: @escaping @Sendable (EmbeddingUsage) -> Void = { _ in }
    ) {
        self.settings = settings
        self.retries = retries
        self.report = report
        client = CloudClient(
            settings.endpoint,
            CloudClient.Credential(name: "authorization", prefix: "Bearer ", secret: settings.key),
            settings.timeouts
        )
    }

    /// Asks in as few requests as the limits allow, one after the other.
    public func embed(_ texts: [String]) async throws -> [[Float]] {
        guard texts.count <= EmbedderLimits.texts else {
            throw ModelProblem.refused(status: 413, "more than \(EmbedderLimits.texts) texts")
        }
        var vectors: [[Float]] = []
        for portion in EmbeddingBatches(texts, bytes: EmbedderLimits.textBytes, .likely).portions {
            do {
                vectors += try await ask(portion.texts)
            } catch ModelProblem.refused(status: 400, _) {
                // The guess may have been wrong for a text of rare words; with a token for each byte it cannot be.
                for smaller in EmbeddingBatches(portion.texts, bytes: EmbedderLimits.textBytes, .certain).portions {
                    vectors += try await ask(smaller.texts)
                }
            }
        }
        return vectors
    }

    private func ask(_ texts: [String]) async throws -> [[Float]] {
        let request = CloudRequest(path: "/v1/embeddings", body: body(texts))
        let limit = (dimensions * 16 / 3 + Self.overheadBytes) * (texts.count + 1)
        var tries = 0
        while true {
            let refusal: Refusal
            do {
                let answer = try await client.send(request, limit: limit)
                if answer.status == 200 { return try read(answer.body, texts.count) }
                refusal = Refusal(answer, retries, hide: client.hideKey)
            } catch let failure as CloudFailure {
                refusal = Refusal(failure)
            }
            tries += 1
            guard refusal.mayRetry, let pause = retries.wait(afterTries: tries, advice: refusal.advice) else {
                throw refusal.problem
            }
            try await retries.pause(pause)
        }
    }

    private func body(_ texts: [String]) -> [UInt8] {
        var fields: [(String, JSONText)] = [
            ("model", .string(settings.model)), ("input", .array(texts.map(JSONText.string))),
            ("encoding_format", .string("base64")),
        ]
        // Older models refuse the field.
        if settings.model.hasPrefix("text-embedding-3") { fields.append(("dimensions", .number(dimensions))) }
        return JSONText.object(fields).bytes
    }

    private struct Answer: Decodable {
        struct Vector: Decodable {
            let index: Int
            let embedding: String
        }

        struct Usage: Decodable {
            let tokens: Int

            private enum CodingKeys: String, CodingKey { case tokens = "total_tokens" }
        }

        let data: [Vector]
        let usage: Usage?
    }

    private func read(_ body: [UInt8], _ count: Int) throws(ModelProblem) -> [[Float]] {
        guard let answer = try? JSONDecoder().decode(Answer.self, from: Data(body)) else {
            throw .malformed("the vectors cannot be read")
        }
        account(answer.usage?.tokens ?? 0)
        var vectors = [[Float]](repeating: [], count: count)
        for vector in answer.data {
            guard vectors.indices.contains(vector.index), vectors[vector.index].isEmpty else {
                throw .malformed("a vector without its text")
            }
            vectors[vector.index] = try Self.floats(vector.embedding, dimensions)
        }
        guard !vectors.contains(where: \.isEmpty) else { throw .malformed("a text without its vector") }
        return vectors
    }

    private func account(_ tokens: Int) {
        let usage = EmbeddingUsage(requests: 1, tokens: max(tokens, 0))
        counted.withLock { counted in
            counted.requests &+= 1
            let (sum, overflow) = counted.tokens.addingReportingOverflow(usage.tokens)
            counted.tokens = overflow ? .max : sum
        }
        report(usage)
    }

    /// Little-endian numbers in base 64, made length 1.
    private static func floats(_ text: String, _ dimensions: Int) throws(ModelProblem) -> [Float] {
        guard let data = Data(base64Encoded: text), data.count == dimensions * 4 else {
            throw .malformed("a vector that has not \(dimensions) dimensions")
        }
        let vector = data.withUnsafeBytes { bytes in
            (0..<dimensions).map { place in
                Float(bitPattern: UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: place * 4, as: UInt32.self)))
            }
        }
        let length = vector.reduce(Double(0)) { $0 + Double($1) * Double($1) }.squareRoot()
        guard length.isFinite, length > 0 else { throw .malformed("a vector without a direction") }
        return vector.map { Float(Double($0) / length) }
    }
}
