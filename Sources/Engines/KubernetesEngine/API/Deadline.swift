/// Runs `body` for at most `limit`; then it is cancelled, and `late` is thrown.
func within<Value: Sendable>(
    _ limit: Duration,
    else late: @autoclosure @escaping @Sendable () -> any Error,
    _ body: @escaping @Sendable () async throws -> Value
) async throws -> Value {
    try await withThrowingTaskGroup(of: Value.self) { group in
        group.addTask { try await body() }
        group.addTask {
            try await Task.sleep(for: limit)
            throw late()
        }
        defer { group.cancelAll() }
        guard let first = try await group.next() else { throw late() }
        return first
    }
}
