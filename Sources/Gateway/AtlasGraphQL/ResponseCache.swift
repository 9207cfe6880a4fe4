public import AtlasAPI
public import AtlasCore
public import AtlasPorts
import Crypto
import GraphQL
public import Logging
import Synchronization

/// Keeps the answers of queries for which the schema's `@cacheControl` allows it.
///
/// A key names everything an answer depends on, so nothing has to be searched and removed when something changes: the
/// schema, the document, operation and variables; the catalogue's revision, which a write changes at once in its own
/// process and elsewhere when the event `content` arrives; the caller's role, which decides about drafts and policy; and
/// for answers of scope PRIVATE the account and the generation of its changes. A generation ends with each mutation of
/// the account here and each event on its channel.
public final class ResponseCache: Sendable {
    /// Answers with more bytes of `data` are not kept.
    static let entryBytes = 1 << 20
    /// Queries of a lower static cost are executed each time: a hit would save them a few microseconds, and thousands of
    /// small answers would push out the large ones, which save milliseconds; measured in `benchmarks/README.md`.
    static let minimumCost = 20
    /// Accounts whose channel is listened to at the same time.
    ///
    /// Beyond, all are dropped, and listened to anew when they ask again.
    static let followedAccounts = 1_000
    /// How long a generation is remembered; longer than any answer lives.
    private static let generationLife = Duration.seconds(86_400)

    private enum Arrival: Sendable {
        case follow(UserID, AsyncStream<[UInt8]>)
        case dropAll
    }

    private let cache: any Cache
    private let pubSub: any PubSub
    private let content: any Content
    private let clock: any WallClock
    private let ids: any IDSource
    private let logger: Logger
    private let schemaHash: [UInt8]
    private let followed = Mutex<Set<UserID>>([])
    private let arrivals: AsyncStream<Arrival>
    private let arrive: AsyncStream<Arrival>.Continuation

    /// - Parameters:
    ///   - cache: Only for answers, so that a flood of queries pushes out nothing else.
    ///   - content: Its catalogue's revision is part of every key.
    public init(
        cache: any Cache,
        pubSub: any PubSub,
        content: any Content,
        clock: any WallClock,
        ids: any IDSource,
        logger: Logger
    ) {
        self.cache = cache
        self.pubSub = pubSub
        self.content = content
        self.clock = clock
        self.ids = ids
        self.logger = logger
        schemaHash = Array(SHA256.hash(data: Array(GraphQLAPI.schema.utf8)))
        (arrivals, arrive) = AsyncStream.makeStream(
            of: Arrival.self,
            bufferingPolicy: .bufferingOldest(Self.followedAccounts + 1)
        )
    }

    /// Listens to the channels of accounts whose answers are kept, until the task is cancelled.
    public func run() async {
        var iterator = arrivals.makeAsyncIterator()
        var isOver = false
        while !isOver {
            isOver = await withDiscardingTaskGroup { group in
                while let arrival = await iterator.next() {
                    guard case .follow(let user, let messages) = arrival else {
                        group.cancelAll()
                        return false
                    }
                    group.addTask { for await _ in messages { await self.forget(user) } }
                }
                group.cancelAll()
                return true
            }
        }
    }

    /// Forgets the answers that were kept for an account alone.
    func forget(_ user: UserID) async {
        do {
            _ = try await renewGeneration(user)
        } catch {
            logger.error("kept answers could not be forgotten", metadata: ["user": "\(user)", "error": "\(error)"])
        }
    }

    // MARK: Answers

    /// Under which key an answer to `request` is kept; `nil` if it is not.
    func key(_ request: GraphQL.Request, _ prepared: PreparedOperation, for caller: Caller) async -> String? {
        guard let policy = prepared.cachePolicy, prepared.cost >= Self.minimumCost else { return nil }
        do {
            var key = KeyHash()
            key.add(schemaHash)
            key.add(request.query)
            key.add(request.operationName ?? "")
            key.add(prepared.canonicalVariables)
            key.add(try await content.catalogue(as: caller).revision)
            key.add(caller.account?.role.rawValue ?? "visitor")
            if policy.scope == .caller {
                // Who a visitor is cannot be told.
                guard let user = caller.account?.user else { return nil }
                key.add(user.rawValue)
                key.add(try await generation(user))
            }
            return key.text
        } catch {
            logger.warning("the answer cache cannot be asked", metadata: ["error": "\(error)"])
            return nil
        }
    }

    /// The answer kept under a key.
    func answer(_ key: String, _ prepared: PreparedOperation) async -> GraphQL.Response? {
        do {
            guard let bytes = try await cache.get([key]).first ?? nil, let entry = KeptAnswer(bytes) else { return nil }
            let age = (clock.now() - entry.madeAt).components.seconds
            return Response(kept: entry.data, of: prepared, ageSeconds: Int(clamping: max(0, age)))
        } catch {
            logger.warning("the answer cache cannot be asked", metadata: ["error": "\(error)"])
            return nil
        }
    }

    /// Keeps an answer, unless it lists errors or is large.
    func keep(_ response: GraphQL.Response, under key: String) async {
        guard let policy = response.cachePolicy, let data = response.data, data.count <= Self.entryBytes else { return }
        do {
            let bytes = KeptAnswer(madeAt: clock.now(), data: data).bytes
            try await cache.set(key, bytes, timeToLive: .seconds(policy.maxAgeSeconds))
        } catch {
            logger.warning("an answer could not be kept", metadata: ["error": "\(error)"])
        }
    }

    // MARK: Generations

    /// The generation of an account's answers.
    private func generation(_ user: UserID) async throws -> String {
        guard followed.withLock({ $0.contains(user) }) else { return try await follow(user) }
        guard let bytes = try await cache.get([Self.generationKey(user)]).first ?? nil else {
            return try await renewGeneration(user)
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Begins to listen to an account's channel, and a new generation: what happened before was not heard.
    private func follow(_ user: UserID) async throws -> String {
        let messages = try await pubSub.subscribe(to: "progress:\(user)")
        followed.withLock { followed in
            if followed.count >= Self.followedAccounts {
                followed.removeAll()
                arrive.yield(.dropAll)
            }
            guard !followed.contains(user) else { return }
            if case .enqueued = arrive.yield(.follow(user, messages)) { followed.insert(user) }
        }
        return try await renewGeneration(user)
    }

    /// Unique, so that a forgotten one never comes back.
    private func renewGeneration(_ user: UserID) async throws -> String {
        let generation = ids.next()
        try await cache.set(
            Self.generationKey(user),
            Array(generation.utf8),
            timeToLive: Self.generationLife
        )
        return generation
    }

    private static func generationKey(_ user: UserID) -> String { "generation:progress:\(user)" }
}

/// What the cache holds: when the answer was made (milliseconds since 1970, eight bytes, the highest first), then `data`.
private struct KeptAnswer {
    let madeAt: Timestamp
    let data: ArraySlice<UInt8>

    init(madeAt: Timestamp, data: ArraySlice<UInt8>) {
        self.madeAt = madeAt
        self.data = data
    }

    init?(_ bytes: [UInt8]) {
        guard bytes.count > 8 else { return nil }
        madeAt = Timestamp(milliseconds: Int64(bitPattern: bytes.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }))
        data = bytes[8...]
    }

    var bytes: [UInt8] {
        let time = UInt64(bitPattern: madeAt.milliseconds)
        return (0..<8).map { UInt8(truncatingIfNeeded: time >> UInt64(56 - 8 * $0)) } + data
    }
}

/// The SHA-256 of several parts, each with its length before it.
private struct KeyHash {
    private var hash = SHA256()

    mutating func add(_ bytes: [UInt8]) {
        withUnsafeBytes(of: UInt64(bytes.count).littleEndian) { hash.update(bufferPointer: $0) }
        bytes.withUnsafeBytes { hash.update(bufferPointer: $0) }
    }

    mutating func add(_ text: String) {
        var text = text
        text.withUTF8 { bytes in
            withUnsafeBytes(of: UInt64(bytes.count).littleEndian) { hash.update(bufferPointer: $0) }
            hash.update(bufferPointer: UnsafeRawBufferPointer(bytes))
        }
    }

    /// In hexadecimal digits.
    var text: String {
        let digits: StaticString = "0123456789abcdef"
        var text: [UInt8] = []
        text.reserveCapacity(64)
        for byte in hash.finalize() {
            text.append(digits.utf8Start[Int(byte >> 4)])
            text.append(digits.utf8Start[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }
}
