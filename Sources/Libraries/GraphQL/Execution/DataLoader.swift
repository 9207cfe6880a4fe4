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
    enum Entry: Sendable {
        case asked
        case answered(Result<Loaded?, any Error>)
    }

    /// Fetches and settles a batch.
    ///
    /// - Returns: How many waiting resolvers went on.
    @usableFromInline typealias Answer = @Sendable (DataLoader, [Key]) async -> Int

    /// A resolver that waits, with the execution in which it counts as waiting.
    @usableFromInline
    struct Waiter: Sendable {
        let continuation: CheckedContinuation<Bool, Never>
        let tracker: LoadTracker?
    }

    @usableFromInline
    struct State {
        @usableFromInline var entries: [Key: Entry] = [:]
        /// Keys asked for and not yet sent, in order.
        @usableFromInline var queue: [Key] = []
        /// The resolvers that wait, by key.
        @usableFromInline var waiting: [Key: [Waiter]] = [:]
        /// The last key of each queue that was sent and is not answered.
        @usableFromInline var sent: [Key] = []

        @inlinable init() {}

        @inlinable
        func result(_ key: Key) -> Result<Loaded?, any Error>? {
            guard case .answered(let result)? = entries[key] else { return nil }
            return result
        }
    }

    /// Made where the types are known, so that what it does for each key is compiled for them.
    private let answer: Answer
    private let maxBatchSize: Int
    @usableFromInline let state: Mutex<State>

    /// Creates a loader.
    ///
    /// What `fetch` throws is the failure of every key of its batch.
    ///
    /// - Parameter maxBatchSize: The most keys of one call.
    @inlinable
    public convenience init(maxBatchSize: Int = 1_000, fetch: @escaping Fetch) {
        self.init(maxBatchSize, State()) { loader, batch in
            do {
                let values = try await fetch(batch)
                return loader.settle(batch) { .success(values[$0]) }
            } catch {
                return loader.settle(batch) { _ in .failure(error) }
            }
        }
    }

    /// Creates a loader that can fail key by key.
    @inlinable
    public convenience init(maxBatchSize: Int = 1_000, fetchResults: @escaping FetchResults) {
        self.init(maxBatchSize, State()) { loader, batch in
            do {
                let results = try await fetchResults(batch)
                return loader.settle(batch) { key in
                    switch results[key] {
                    case .success(let value)?: .success(value)
                    case .failure(let error)?: .failure(error)
                    case nil: .success(nil)
                    }
                }
            } catch {
                return loader.settle(batch) { _ in .failure(error) }
            }
        }
    }

    @usableFromInline
    init(_ maxBatchSize: Int, _ state: consuming sending State, answer: @escaping Answer) {
        self.maxBatchSize = max(1, maxBatchSize)
        self.answer = answer
        self.state = Mutex(state)
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
            } else if await waitForOther(key, tracker) {
                tracker.endWaiting(1)
            }
        }
    }

    /// Waits until a key that is queued or on its way is answered.
    ///
    /// - Returns: Whether it was answered already.
    private func waitForOther(_ key: Key, _ tracker: LoadTracker? = nil) async -> Bool {
        await withCheckedContinuation { continuation in
            let isAnswered = state.withLock { state in
                guard case .asked? = state.entries[key] else { return true }
                state.waiting[key, default: []].append(Waiter(continuation: continuation, tracker: tracker))
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
            if let last = state.queue.last { state.sent.append(last) }
            return state.queue
        }
        guard !queue.isEmpty else { return 0 }
        var resumed = 0
        var start = 0
        while start < queue.count {
            let batch = Array(queue[start..<min(queue.count, start + maxBatchSize)])
            start += batch.count
            resumed += await answer(self, batch)
        }
        return max(1, resumed)
    }

    @usableFromInline
    func dispatchAll() async {
        _ = await dispatch()
        while let key = state.withLock({ $0.sent.first }) { _ = await waitForOther(key) }
    }

    @inlinable
    func settle(_ batch: [Key], _ result: (Key) -> Result<Loaded?, any Error>) -> Int {
        let answers = batch.map { Entry.answered(result($0)) }
        let waiting = state.withLock { state in
            var waiting: [Waiter] = []
            if let last = batch.last { state.sent.removeAll { $0 == last } }
            for (key, answer) in zip(batch, answers) {
                state.entries[key] = answer
                if !state.waiting.isEmpty, let more = state.waiting.removeValue(forKey: key) { waiting += more }
            }
            return waiting
        }
        return waiting.isEmpty ? 0 : Self.resume(waiting)
    }

    @usableFromInline
    static func resume(_ waiting: [Waiter]) -> Int {
        let current = LoadTracker.current
        current?.endWaiting(waiting.count { $0.tracker === current })
        for waiter in waiting {
            if waiter.tracker !== current { waiter.tracker?.endWaiting(1) }
            waiter.continuation.resume(returning: false)
        }
        return waiting.count
    }
}
