package import AtlasCore
public import AtlasPorts
import Synchronization

/// Vectors in an index of Pinecone.
///
/// Each embedder has a namespace of its own, so that spaces never mix, and a record in one more namespace says whose the index
/// is. Pinecone answers from what it knew a moment ago. What this process wrote in the last `settling` is therefore kept here
/// too: `digests` knows it, and what was removed or cleared is not found. A vector that was just set may still be missing
/// among the nearest, and `count` may lag; other processes see changes when Pinecone shows them.
public final class PineconeIndex: VectorIndex {
    /// How long what was written may not be visible.
    package static let settling = Duration.seconds(300)
    /// Changes that are kept for that time.
    private static let recentLimit = 20_000
    /// Hits of one question at most, Pinecone's limit.
    private static let hits = 10_000
    private static let ownerID = "owner"
    private static let digestKey = "digest"
    private static let tagPrefix = "tag_"

    private struct Owner: Equatable {
        let embedder: String
        let dimensions: Int
    }

    private struct Change {
        /// `nil` for a removal.
        let digest: String?
        let until: Timestamp
    }

    private struct State {
        var embedder: String
        /// Read once; this process knows what it changes itself.
        var owner: Owner?
        var recent: [String: Change] = [:]
        /// Until then nothing that is older than the last `clear` is taken for there.
        var clearedUntil: Timestamp?
    }

    private let settings: PineconeSettings
    private let client: PineconeClient
    private let clock: any WallClock
    private let known: Mutex<State>

    /// - Parameter embedder: The id of the embedder whose vectors are going to be stored and asked for.
    public convenience init(_ settings: PineconeSettings, embedder: String) {
        self.init(settings, embedder: embedder, clock: SystemClock(), retries: Retries())
    }

    /// As the other, with a test's own time.
    package init(_ settings: PineconeSettings, embedder: String, clock: any WallClock, retries: Retries) {
        self.settings = settings
        self.clock = clock
        let client = CloudClient(
            settings.endpoint,
            CloudClient.Credential(name: "api-key", secret: settings.key),
            settings.timeouts
        )
        self.client = PineconeClient(version: settings.version, client: client, retries: retries)
        known = Mutex(State(embedder: embedder))
    }

    /// Sets vectors in portions of at most 1,000 and 2 MB.
    public func upsert(_ vectors: [StoredVector]) async throws {
        let owner = try await requireOwner()
        let namespace = namespace(owner.embedder)
        // Looked at before anything is sent.
        let entries = try vectors.map { vector in
            (vector, Self.entry(vector, try VectorRules.unit(vector, dimensions: owner.dimensions)))
        }
        let end = Array("],\"namespace\":".utf8) + JSONText.string(namespace).bytes + Array("}".utf8)
        var (body, portion) = (Self.start, [StoredVector]())
        for (vector, entry) in entries {
            let isFull = portion.count == PineconeClient.batch
            if isFull || (!portion.isEmpty && body.count + entry.count + 1 + end.count > PineconeClient.upsertBytes) {
                try await client.upsert(body + end)
                remember(portion.map { ($0.id, $0.digest) })
                (body, portion) = (Self.start, [])
            }
            if !portion.isEmpty { body.append(UInt8(ascii: ",")) }
            body += entry
            portion.append(vector)
        }
        guard !portion.isEmpty else { return }
        try await client.upsert(body + end)
        remember(portion.map { ($0.id, $0.digest) })
    }

    /// Takes vectors out.
    public func remove(_ ids: [String]) async throws {
        guard !ids.isEmpty, let owner = try await owner() else { return }
        try await client.delete(ids, namespace(owner.embedder))
        remember(ids.map { ($0, nil) })
    }

    /// The nearest by what Pinecone knows, without what was removed here.
    public func nearest(
        _ vector: [Float],
        limit: Int,
        where filter: [String: Set<String>]
    ) async throws -> [VectorMatch] {
        try VectorRules.check(limit: limit)
        guard let owner = try await usableOwner() else { return [] }
        let unit = try VectorRules.unit(vector, dimensions: owner.dimensions)
        guard !filter.values.contains(where: \.isEmpty) else { return [] }
        let (recent, isCleared) = recent()
        let removed = recent.values.count { $0.digest == nil }
        let wanted = isCleared ? Self.hits : min(limit + removed, Self.hits)
        let matches = try await client.query(unit, wanted, Self.filter(filter), namespace(owner.embedder))
        let visible = matches.filter { match in
            guard match.score.isFinite else { return false }
            if let change = recent[match.id] { return change.digest != nil }
            return !isCleared
        }
        return VectorRules.ranked(
            visible.map { VectorMatch(id: $0.id, similarity: Float(min(max($0.score, -1), 1))) },
            limit: limit
        )
    }

    /// Lists the ids page by page and fetches what belongs to them.
    public func digests() async throws -> [String: String] {
        guard let owner = try await owner() else { return [:] }
        let (recent, isCleared) = recent()
        var digests: [String: String] = [:]
        if !isCleared {
            let namespace = namespace(owner.embedder)
            for ids in Self.portions(try await client.list(namespace), owner.dimensions) {
                for (id, stored) in try await client.fetch(ids, namespace) {
                    digests[id] = stored.text(Self.digestKey) ?? ""
                }
            }
        }
        for (id, change) in recent { digests[id] = change.digest }
        return digests
    }

    /// Deletes the namespaces of the old and the new owner, and writes down the new one.
    public func clear(for embedder: String, dimensions: Int) async throws {
        try VectorRules.check(dimensions: dimensions)
        let stats = try await client.stats()
        guard (stats.dimension ?? dimensions) == dimensions else {
            throw AtlasError(
                .invalid,
                "The index at Pinecone has \(stats.dimension ?? 0) dimensions, and \(embedder) makes \(dimensions)."
            )
        }
        if let old = try await owner(), old.embedder != embedder { try await client.deleteAll(namespace(old.embedder)) }
        try await client.deleteAll(namespace(embedder))
        let tags = ["embedder": embedder, "dimensions": String(dimensions)]
        let values = [1] + [Float](repeating: 0, count: dimensions - 1)
        let record = Self.entry(Self.ownerID, values, tags.map { ($0.key, $0.value) })
        let place = JSONText.string(settings.namespace).bytes
        try await client.upsert(Self.start + record + Array("],\"namespace\":".utf8) + place + Array("}".utf8))
        known.withLock { known in
            known.embedder = embedder
            known.owner = Owner(embedder: embedder, dimensions: dimensions)
            known.recent = [:]
            known.clearedUntil = clock.now() + Self.settling
        }
    }

    /// What Pinecone says; its count may lag.
    public func state() async throws -> VectorIndexState {
        guard let owner = try await owner() else { return VectorIndexState(embedder: nil, dimensions: 0, count: 0) }
        let stats = try await client.stats()
        let count = stats.namespaces?[namespace(owner.embedder)]?.vectorCount ?? 0
        return VectorIndexState(embedder: owner.embedder, dimensions: owner.dimensions, count: max(count, 0))
    }

    /// Nothing is kept back.
    public func close() async {}

    // MARK: Whose it is

    private func owner() async throws -> Owner? {
        if let owner = known.withLock(\.owner) { return owner }
        let stored = try await client.fetch([Self.ownerID], settings.namespace)[Self.ownerID]
        let found = stored.flatMap { stored -> Owner? in
            guard let embedder = stored.text("embedder"),
                let dimensions = stored.text("dimensions").flatMap({ Int($0) }),
                (1...VectorIndexLimits.dimensions).contains(dimensions)
            else { return nil }
            return Owner(embedder: embedder, dimensions: dimensions)
        }
        return known.withLock { known in
            // Somebody may have cleared it meanwhile. An index without an owner is looked at again.
            if let owner = known.owner { return owner }
            known.owner = found
            return found
        }
    }

    private func requireOwner() async throws -> Owner {
        let owner = try await owner()
        try VectorRules.check(owner: owner?.embedder, embedder: known.withLock(\.embedder))
        guard let owner else { throw AtlasError(.conflict, "The index has to be cleared first.") }
        return owner
    }

    private func usableOwner() async throws -> Owner? {
        try await owner() == nil ? nil : try await requireOwner()
    }

    /// Readable, and different for different embedders.
    private func namespace(_ embedder: String) -> String {
        let readable = embedder.unicodeScalars.prefix(64).map { scalar in
            scalar.isASCII && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)) ? Character(scalar) : "-"
        }
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in embedder.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        return "\(settings.namespace)-\(String(readable))-\(String(hash, radix: 16))"
    }

    // MARK: What was just written

    private func remember(_ changes: [(id: String, digest: String?)]) {
        let until = clock.now() + Self.settling
        known.withLock { known in
            for (id, digest) in changes { known.recent[id] = Change(digest: digest, until: until) }
            guard known.recent.count > Self.recentLimit else { return }
            let kept = known.recent.sorted { $0.value.until > $1.value.until }.prefix(Self.recentLimit)
            known.recent = Dictionary(uniqueKeysWithValues: kept.map { ($0.key, $0.value) })
        }
    }

    private func recent() -> (changes: [String: Change], isCleared: Bool) {
        let now = clock.now()
        return known.withLock { known in
            known.recent = known.recent.filter { $0.value.until > now }
            if let until = known.clearedUntil, until <= now { known.clearedUntil = nil }
            return (known.recent, known.clearedUntil != nil)
        }
    }

    // MARK: JSON

    private static let start = Array("{\"vectors\":[".utf8)

    private static func entry(_ vector: StoredVector, _ unit: [Float]) -> [UInt8] {
        let tags = vector.tags.sorted { $0.key < $1.key }.map { (tagPrefix + $0.key, $0.value) }
        return entry(vector.id, unit, [(digestKey, vector.digest)] + tags)
    }

    private static func entry(_ id: String, _ values: [Float], _ metadata: [(String, String)]) -> [UInt8] {
        let fields = metadata.map { ($0.0, JSONText.string($0.1)) }
        return JSONText.object([("id", .string(id)), ("values", .floats(values)), ("metadata", .object(fields))]).bytes
    }

    private static func filter(_ filter: [String: Set<String>]) -> JSONText? {
        let parts = filter.sorted { $0.key < $1.key }.map { key, values in
            let list = JSONText.array(values.sorted().map(JSONText.string))
            return JSONText.object([(tagPrefix + key, .object([("$in", list)]))])
        }
        return parts.count < 2 ? parts.first : .object([("$and", .array(parts))])
    }

    /// As many ids as one fetch can answer and one address can hold.
    private static func portions(_ ids: [String], _ dimensions: Int) -> [[String]] {
        let each = dimensions * 16 + VectorIndexLimits.tagBytes + VectorIndexLimits.idBytes
        let most = max(1, min(PineconeClient.page, PineconeClient.fetchBytes / each))
        var portions: [[String]] = []
        var (portion, bytes) = ([String](), 0)
        for id in ids {
            let size = CloudEndpoint.encoded(id).utf8.count + 5
            if portion.count == most || (bytes + size > PineconeClient.addressBytes && !portion.isEmpty) {
                portions.append(portion)
                (portion, bytes) = ([], 0)
            }
            portion.append(id)
            bytes += size
        }
        return portion.isEmpty ? portions : portions + [portion]
    }
}
