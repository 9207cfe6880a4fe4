/// What `work` gives; `nil` if it takes longer than `limit`, or if the caller is cancelled: `work` is cancelled then, and this
/// returns when it has ended.
func within<Result: Sendable>(_ limit: Duration, _ work: @escaping @Sendable () async -> Result) async -> Result? {
    await withTaskGroup(of: Result?.self) { group in
        group.addTask { await work() }
        group.addTask {
            try? await Task.sleep(for: limit)
            return nil
        }
        let first = await group.next() ?? nil
        group.cancelAll()
        return first
    }
}
