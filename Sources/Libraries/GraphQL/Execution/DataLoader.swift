public import Synchronization

/// Collects keys and fetches them in batches, for one request.
///
/// Fields bound with `TypeResolvers.loadedField` ask together, once per step of the query. `load` in an async
/// resolver joins the batch that leaves when every running resolver of the request waits for a loader; outside an
/// execution it leaves at once. Values are kept as long as the loader, so make one per request, in its context.
public final class DataLoader<Key: Hashable & Sendable, Loaded: Sendable>: Sendable {
    /// Fetches values; keys without a value are absent.
    public typealias Fetch = @Sendable ([Key]) async throws -> [Key: Loaded]

    /// Fetches values or failures, key by key; keys without a value are absent.
    public typealias FetchResults = @Sendable ([Key]) async throws -> [Key: Result<Loaded, any Error>]

    @usableFromInline
    enum Entry {
        case asked
        case answered(Result<Loaded?, any Error>)
    }

    @usableFromInline
    struct State {
        @usableFromInline var entries: [Key: Entry] = [:]
        /// Keys asked for and not yet sent, in order.
        @usableFromInline var queue: [Key] = []
        /// The resolvers that wait, by key.
        var waiting: [Key: [CheckedContinuation<Bool, Never>]] = [:]

        @inlinable
        func result(_ key: Key) -> Result<Loaded?, any Error>? {
            guard case .answered(let result)? = entries[key] else { return nil }
            return result
        }
    }

    private let fetch: FetchResults
    private let maxBatchSize: Int
    @usableFromInline let state = Mutex(State())

    /// Creates a loader.
    ///
    /// What `fetch` throws is the failure of every key of its batch.
    ///
    /// - Parameter maxBatchSize: The most keys of one call.
    public init(maxBatchSize: Int = 1_000, fetch: @escaping Fetch) {
        self.maxBatchSize = max(1, maxBatchSize)
        self.fetch = { keys in try await fetch(keys).mapValues { .success($0) } }
    }

    /// Creates a loader that can fail key by key.
    public init(maxBatchSize: Int = 1_000, fetchResults: @escaping FetchResults) {
        self.maxBatchSize = max(1, maxBatchSize)
        fetch = fetchResults
    }

    /// The value of a key, or `nil` when there is none.
    public func load(_ key: Key) async throws -> Loaded? {
        try await load([key])[0]
    }

    /// The values of some keys, in their order.
    public func load(_ keys: [Key]) async throws -> [Loaded?] {
        for key in keys { enqueue(key) }
        if let tracker = LoadTracker.current {
            await wait(keys, tracker)
        }
        while let key = keys.first(where: { result($0) == nil }) {
            enqueue(key)
            if await dispatch() == 0 { _ = await waitForOther(key) }
        }
        return try keys.map { try result($0)?.get() }
    }

    /// Stores a value that is known already, unless the key has one.
    public func prime(_ key: Key, _ value: Loaded) {
        state.withLock { if $0.entries[key] == nil { $0.entries[key] = .answered(.success(value)) } }
    }

    /// Forgets the value of a key, so that it is fetched again.
    public func clear(_ key: Key) {
        state.withLock { if $0.result(key) != nil { $0.entries[key] = nil } }
    }

    /// Forgets every value.
    public func clearAll() {
        state.withLock { state in
            state.entries = state.entries.filter { entry in
                guard case .asked = entry.value else { return false }
                return true
            }
        }
    }

    @inlinable
    func enqueue(_ key: Key) {
        state.withLock { state in
            guard state.entries[key] == nil else { return }
            state.entries[key] = .asked
            state.queue.append(key)
        }
    }

    /// Writes the value of a key that was dispatched.
    @inlinable
    static func fill(
        _ output: inout ResponseOutput,
        _ result: Result<Loaded?, any Error>?,
        _ plan: FieldPlan
    ) -> Bool where Loaded: OutputValue {
        switch result {
        case .success(let value?)?: value.write(to: &output, at: plan.value)
        case .success(nil)?, nil: output.null(at: plan.value)
        case .failure(let error)?: output.fail(error, plan)
        }
    }

    /// What is known of a key.
    @inlinable
    func result(_ key: Key) -> Result<Loaded?, any Error>? {
        state.withLock { $0.result(key) }
    }

    /// Waits with the other resolvers of the execution until the keys are answered.
    private func wait(_ keys: [Key], _ tracker: LoadTracker) async {
        for key in keys where result(key) == nil {
            if tracker.beginWaiting(for: self) {
                await tracker.dispatch()
            } else if await waitForOther(key) {
                tracker.endWaiting(1)
            }
        }
    }

    /// Waits until a key that is queued or on its way is answered.
    ///
    /// - Returns: Whether it was answered already.
    private func waitForOther(_ key: Key) async -> Bool {
        await withCheckedContinuation { continuation in
            let isAnswered = state.withLock { state in
                guard case .asked? = state.entries[key] else { return true }
                state.waiting[key, default: []].append(continuation)
                return false
            }
            if isAnswered { continuation.resume(returning: true) }
        }
    }
}

extension DataLoader: BatchLoader {
    @usableFromInline
    func dispatch() async -> Int {
        let queue = state.withLock { state in
            defer { state.queue.removeAll() }
            return state.queue
        }
        guard !queue.isEmpty else { return 0 }
        var resumed = 0
        var start = 0
        while start < queue.count {
            let batch = Array(queue[start..<min(queue.count, start + maxBatchSize)])
            start += batch.count
            var results: [Key: Result<Loaded, any Error>]
            do {
                results = try await fetch(batch)
            } catch {
                results = Dictionary(batch.map { ($0, .failure(error)) }, uniquingKeysWith: { first, _ in first })
            }
            resumed += settle(batch, results)
        }
        return max(1, resumed)
    }

    private func settle(_ batch: [Key], _ results: [Key: Result<Loaded, any Error>]) -> Int {
        let waiting = state.withLock { state in
            var waiting: [CheckedContinuation<Bool, Never>] = []
            for key in batch {
                state.entries[key] = .answered(results[key].map { $0.map { $0 } } ?? .success(nil))
                waiting += state.waiting.removeValue(forKey: key) ?? []
            }
            return waiting
        }
        LoadTracker.current?.endWaiting(waiting.count)
        for continuation in waiting { continuation.resume(returning: false) }
        return waiting.count
    }
}
