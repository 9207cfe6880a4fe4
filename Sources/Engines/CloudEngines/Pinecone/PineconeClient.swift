import AtlasCore
import Foundation

/// The requests to one index of Pinecone.
///
/// Source: Pinecone's API reference 2026-04, "Data plane", and "Database limits".
struct PineconeClient: Sendable {
    /// Vectors of one upsert, and ids of one deletion.
    static let batch = 1_000
    /// Bytes of one upsert; Pinecone's "2 MB" may be either kind.
    static let upsertBytes = 2_000_000
    /// Bytes of one answer.
    static let answerBytes = 8 << 20
    /// Ids of one page.
    static let page = 100
    /// Pages of one listing.
    static let pages = 20_000
    /// Bytes of the answer to one fetch, as far as it can be known before; the service's limit is 4 MB.
    static let fetchBytes = 3_000_000
    /// Bytes of the ids in one address.
    static let addressBytes = 4_096

    let version: String
    let client: CloudClient
    let retries: Retries

    struct Stored: Decodable {
        /// Values of other kinds than text are none of ours.
        let metadata: [String: Text]?

        struct Text: Decodable {
            let text: String?

            init(from decoder: any Decoder) throws {
                text = try? decoder.singleValueContainer().decode(String.self)
            }
        }

        func text(_ key: String) -> String? { metadata?[key]?.text }
    }

    struct Match: Decodable {
        let id: String
        let score: Double
    }

    struct Stats: Decodable {
        struct Namespace: Decodable { let vectorCount: Int? }

        let dimension: Int?
        let namespaces: [String: Namespace]?
    }

    func stats() async throws -> Stats { try await decoded(post("/describe_index_stats", [])) }

    /// - Parameter body: Of at most `upsertBytes`.
    func upsert(_ body: [UInt8]) async throws {
        _ = try await answer(CloudRequest(path: "/vectors/upsert", headers: headers, body: body))
    }

    func query(
        _ vector: [Float],
        _ limit: Int,
        _ filter: JSONText?,
        _ namespace: String
    ) async throws -> [Match] {
        struct Answer: Decodable { let matches: [Match]? }
        var fields: [(String, JSONText)] = [
            ("vector", .floats(vector)), ("topK", .number(limit)), ("includeValues", .boolean(false)),
            ("includeMetadata", .boolean(false)), ("namespace", .string(namespace)),
        ]
        if let filter { fields.append(("filter", filter)) }
        let answer: Answer = try await decoded(post("/query", fields))
        return answer.matches ?? []
    }

    func fetch(_ ids: [String], _ namespace: String) async throws -> [String: Stored] {
        struct Answer: Decodable { let vectors: [String: Stored]? }
        let query = [("namespace", namespace)] + ids.map { ("ids", $0) }
        let answer: Answer = try await decoded(
            CloudRequest(path: "/vectors/fetch", query: query.map { (name: $0.0, value: $0.1) }, headers: headers)
        )
        return answer.vectors ?? [:]
    }

    func delete(_ ids: [String], _ namespace: String) async throws {
        for start in stride(from: 0, to: ids.count, by: Self.batch) {
            let some = ids[start..<min(start + Self.batch, ids.count)]
            let list = JSONText.array(some.map(JSONText.string))
            _ = try await answer(
                post("/vectors/delete", [("ids", list), ("namespace", .string(namespace))]),
                isMissingAllowed: true
            )
        }
    }

    func deleteAll(_ namespace: String) async throws {
        _ = try await answer(
            post("/vectors/delete", [("deleteAll", .boolean(true)), ("namespace", .string(namespace))]),
            isMissingAllowed: true
        )
    }

    /// The ids of a namespace, page by page.
    func list(_ namespace: String) async throws -> [String] {
        struct Answer: Decodable {
            struct Vector: Decodable { let id: String }
            struct Pagination: Decodable { let next: String? }

            let vectors: [Vector]?
            let pagination: Pagination?
        }
        var ids: [String] = []
        var token: String?
        for _ in 0..<Self.pages {
            var query: [(name: String, value: String)] = [("namespace", namespace), ("limit", String(Self.page))]
            if let token { query.append(("paginationToken", token)) }
            let request = CloudRequest(path: "/vectors/list", query: query, headers: headers)
            guard let body = try await answer(request, isMissingAllowed: true) else { return ids }
            let answer: Answer = try read(body)
            ids += (answer.vectors ?? []).map(\.id)
            guard let next = answer.pagination?.next, !next.isEmpty, next != token else { return ids }
            token = next
        }
        throw AtlasError(.unavailable, "The vector index is too large to be listed.")
    }

    // MARK: Asking

    private var headers: [(name: String, value: String)] {
        [("x-pinecone-api-version", version), ("accept", "application/json")]
    }

    private func post(_ path: String, _ fields: [(String, JSONText)]) -> CloudRequest {
        CloudRequest(path: path, headers: headers, body: JSONText.object(fields).bytes)
    }

    private func decoded<Value: Decodable>(_ request: CloudRequest) async throws -> Value {
        try read(try await answer(request) ?? [])
    }

    private func read<Value: Decodable>(_ body: [UInt8]) throws(AtlasError) -> Value {
        do {
            return try JSONDecoder().decode(Value.self, from: Data(body))
        } catch {
            throw AtlasError(.unavailable, "The vector index gave an answer that cannot be read.", detail: "\(error)")
        }
    }

    /// The answer's body; `nil` for 404 where that is allowed: a namespace is made by its first vector.
    private func answer(_ request: CloudRequest, isMissingAllowed: Bool = false) async throws -> [UInt8]? {
        var tries = 0
        while true {
            let failed: Failed
            do {
                let answer = try await client.send(request, limit: Self.answerBytes)
                if (200..<300).contains(answer.status) { return answer.body }
                if answer.status == 404, isMissingAllowed { return nil }
                failed = self.failed(answer)
            } catch let failure as CloudFailure {
                failed = Self.failed(failure)
            }
            tries += 1
            guard failed.mayRetry, let pause = retries.wait(afterTries: tries, advice: failed.advice) else {
                throw failed.error
            }
            try await retries.pause(pause)
        }
    }

    private struct Failed {
        let error: AtlasError
        let mayRetry: Bool
        let advice: Duration?
    }

    private static func failed(_ failure: CloudFailure) -> Failed {
        let error = AtlasError(
            .unavailable,
            "The vector index does not answer just now.",
            detail: "Pinecone: \(failure)"
        )
        if case .tooLarge = failure { return Failed(error: error, mayRetry: false, advice: nil) }
        return Failed(error: error, mayRetry: true, advice: nil)
    }

    private func failed(_ answer: CloudAnswer) -> Failed {
        let advice = retries.advice(answer.head)
        let mayRetry = Retries.isWorthwhile(answer.head)
        return Failed(error: error(answer, advice), mayRetry: mayRetry, advice: advice)
    }

    private func error(_ answer: CloudAnswer, _ advice: Duration?) -> AtlasError {
        struct Body: Decodable {
            struct Inner: Decodable { let message: String? }

            let message: String?
            let error: Inner?
        }
        let body = try? JSONDecoder().decode(Body.self, from: Data(answer.body))
        let words = Refusal.words(client.hideKey(in: body?.message ?? body?.error?.message ?? ""))
        let detail = "Pinecone \(answer.status): \(words)"
        switch answer.status {
        case 401, 403:
            return AtlasError(.unavailable, "The vector index refuses the key it was given.", detail: detail)
        case 429:
            return AtlasError(.unavailable, "The vector index is busy.", detail: detail, retryAfter: advice)
        case 402, 408, 500...:
            return AtlasError(
                .unavailable,
                "The vector index does not answer just now.",
                detail: detail,
                retryAfter: advice
            )
        default: return AtlasError(.internalError, "Something went wrong on our side.", detail: detail)
        }
    }
}
