/// Transforms `inputs` on all cores, in their order, away from the caller's executor.
///
/// Reading files is long work for an event loop.
func concurrentMap<Input: Sendable, Output: Sendable>(
    _ inputs: [Input],
    _ transform: @escaping @Sendable (Input) -> Output
) async -> [Output] {
    /// Tasks at once; more would only take turns.
    let width = 8
    let count = min(width, inputs.count)
    guard count > 0 else { return [] }
    return await withTaskGroup(of: (start: Int, outputs: [Output]).self) { group in
        for start in 0..<count {
            group.addTask(executorPreference: globalConcurrentExecutor) {
                (start, stride(from: start, to: inputs.count, by: count).map { transform(inputs[$0]) })
            }
        }
        var slices: [Int: [Output]] = [:]
        for await slice in group { slices[slice.start] = slice.outputs }
        return inputs.indices.compactMap { slices[$0 % count]?[$0 / count] }
    }
}
