import AtlasCore
import AtlasTestKit
import CloudEngines
import Foundation
import Synchronization

/// An index of Pinecone on loopback: checks every request as the service would, and keeps vectors in memory.
///
/// Source: Pinecone's API reference 2026-04, "Data plane", and "Database limits".
final class PineconeDouble: Sendable {
    static let key = "pc-double-key"

    struct Stored: Sendable {
        let values: [Double]
        let metadata: [String: String]
    }

    private struct State {
        var written: [String: [String: Stored]] = [:]
        /// What questions see; `nil` if it is what was written.
        var visible: [String: [String: Stored]]?
        var violations: [String] = []
        var calls: [String] = []
        var refusals: [(status: Int, headers: [(String, String)])] = []

        var seen: [String: [String: Stored]] { visible ?? written }
    }

    let url: String
    private let state: Box

    private final class Box: Sendable {
        let dimensions: Int
        let value = Mutex(State())

        init(_ dimensions: Int) { self.dimensions = dimensions }
    }

    private init(_ url: String, _ state: Box) {
        self.url = url
        self.state = state
    }

    var violations: [String] { state.value.withLock(\.violations) }
    /// Paths that were asked, in order.
    var calls: [String] { state.value.withLock(\.calls) }
    /// The namespaces that have vectors.
    var namespaces: [String: Int] { state.value.withLock { $0.written.mapValues(\.count) } }

    /// From now on questions see what is there now, until `settle`.
    func lag() { state.value.withLock { $0.visible = $0.written } }
    /// Questions see everything.
    func settle() { state.value.withLock { $0.visible = nil } }
    /// The next requests are answered like this.
    func refuse(_ statuses: [(Int, [(String, String)])]) {
        state.value.withLock { $0.refusals = statuses.map { (status: $0.0, headers: $0.1) } }
    }

    func index(
        _ embedder: String,
        clock: any WallClock = ManualClock(),
        _ pauses: Pauses = Pauses()
    ) throws
        -> PineconeIndex
    {
        PineconeIndex(
            try PineconeSettings(key: Self.key, address: url),
            embedder: embedder,
            clock: clock,
            retries: pauses.retries()
        )
    }

    static func run(dimensions: Int, _ body: (PineconeDouble) async throws -> Void) async throws {
        let state = Box(dimensions)
        try await HTTPDouble.run { question, exchange in
            let (status, headers, body) = state.value.withLock { value in
                answer(question, dimensions, &value)
            }
            try await exchange.reply(status, headers + [("content-type", "application/json")], body)
        } _: { http in
            try await body(PineconeDouble(http.url, state))
        }
    }

    private typealias Answer = (status: Int, headers: [(String, String)], body: String)

    private static func answer(_ question: HTTPDouble.Question, _ dimensions: Int, _ state: inout State) -> Answer {
        state.calls.append(question.path)
        if !state.refusals.isEmpty {
            let refusal = state.refusals.removeFirst()
            return (refusal.status, refusal.headers, "{\"code\":8,\"message\":\"not now, \(key)\",\"details\":[]}")
        }
        guard question.headers["api-key"] == key else {
            return (401, [], "{\"code\":16,\"message\":\"Invalid API Key\"}")
        }
        func require(_ holds: Bool, _ words: String) { if !holds { state.violations.append(words) } }
        require(question.headers["x-pinecone-api-version"] == "2026-04", "version")
        let object = question.object
        let namespace =
            object["namespace"] as? String ?? question.query.first { $0.name == "namespace" }?.value ?? ""
        switch (question.method, question.path) {
        case ("POST", "/vectors/upsert"):
            let vectors = object["vectors"] as? [[String: Any]] ?? []
            require((1...1_000).contains(vectors.count), "\(vectors.count) vectors of one upsert")
            require(question.body.count <= 2_000_000, "\(question.body.count) bytes of one upsert")
            for vector in vectors {
                let (id, values) = (vector["id"] as? String ?? "", vector["values"] as? [Double] ?? [])
                require((1...512).contains(id.utf8.count), "an id of \(id.utf8.count) bytes")
                require(values.count == dimensions && values.contains { $0 != 0 }, "values of \(id)")
                let metadata = vector["metadata"] as? [String: String] ?? [:]
                require(
                    metadata.reduce(0) { $0 + $1.key.utf8.count + $1.value.utf8.count } <= 40_960,
                    "metadata of \(id)"
                )
                state.written[namespace, default: [:]][id] = Stored(values: values, metadata: metadata)
            }
            return (200, [], "{\"upsertedCount\":\(vectors.count)}")
        case ("POST", "/vectors/delete"):
            guard state.written[namespace] != nil else {
                return (404, [], "{\"code\":5,\"message\":\"Namespace not found\"}")
            }
            if object["deleteAll"] as? Bool == true {
                state.written[namespace] = nil
            } else {
                let ids = object["ids"] as? [String] ?? []
                require((1...1_000).contains(ids.count), "\(ids.count) ids of one deletion")
                for id in ids { state.written[namespace]?[id] = nil }
            }
            return (200, [], "{}")
        case ("POST", "/query"): return query(object, state.seen[namespace] ?? [:], require)
        case ("GET", "/vectors/fetch"):
            let ids = question.query.filter { $0.name == "ids" }.map(\.value)
            require((1...100).contains(ids.count), "\(ids.count) ids of one fetch")
            let found = ids.compactMap { id in (state.seen[namespace]?[id]).map { (id, $0) } }
            return (
                200, [], text(["vectors": Dictionary(uniqueKeysWithValues: found.map { ($0.0, json($0.0, $0.1)) })])
            )
        case ("GET", "/vectors/list"): return list(question, state.seen[namespace] ?? [:])
        case ("POST", "/describe_index_stats"):
            let counts = state.seen.mapValues { ["vectorCount": $0.count] }
            return (200, [], text(["dimension": dimensions, "namespaces": counts]))
        default:
            require(false, "\(question.method) \(question.path)")
            return (404, [], "{}")
        }
    }

    private static func query(
        _ object: [String: Any],
        _ vectors: [String: Stored],
        _ require: (Bool, String) -> Void
    ) -> Answer {
        let (vector, limit) = (object["vector"] as? [Double] ?? [], object["topK"] as? Int ?? 0)
        require((1...10_000).contains(limit), "topK \(limit)")
        let filter = object["filter"] as? [String: Any] ?? [:]
        let hits = vectors.filter { matches($0.value.metadata, filter, require) }.map { id, stored in
            (id, zip(vector, stored.values).reduce(0) { $0 + $1.0 * $1.1 })
        }
        let best = hits.sorted { $0.1 > $1.1 }.prefix(limit).map { ["id": $0.0, "score": $0.1] as [String: Any] }
        return (200, [], text(["matches": best, "namespace": object["namespace"] ?? "", "usage": ["readUnits": 1]]))
    }

    private static func matches(
        _ metadata: [String: String],
        _ filter: [String: Any],
        _ require: (Bool, String) -> Void
    ) -> Bool {
        filter.allSatisfy { key, condition in
            if key == "$and" {
                return (condition as? [[String: Any]] ?? []).allSatisfy { matches(metadata, $0, require) }
            }
            let values = (condition as? [String: Any])?["$in"] as? [String]
            require(values?.isEmpty == false, "a filter of another kind")
            return metadata[key].map { values?.contains($0) == true } ?? false
        }
    }

    private static func list(_ question: HTTPDouble.Question, _ vectors: [String: Stored]) -> Answer {
        let limit = question.query.first { $0.name == "limit" }.flatMap { Int($0.value) } ?? 100
        let after = question.query.first { $0.name == "paginationToken" }?.value ?? ""
        let ids = vectors.keys.sorted().filter { $0 > after }
        let page = ids.prefix(min(limit, 100))
        var answer: [String: Any] = ["vectors": page.map { ["id": $0] }, "namespace": ""]
        if ids.count > page.count, let last = page.last { answer["pagination"] = ["next": last] }
        return (200, [], text(answer))
    }

    private static func json(_ id: String, _ stored: Stored) -> [String: Any] {
        ["id": id, "values": stored.values, "metadata": stored.metadata]
    }

    private static func text(_ object: [String: Any]) -> String {
        String(decoding: (try? JSONSerialization.data(withJSONObject: object)) ?? Data(), as: UTF8.self)
    }
}
