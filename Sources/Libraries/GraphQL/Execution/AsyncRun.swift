/// Runs an operation some of whose resolvers wait.
struct AsyncRun {
    let prepared: PreparedOperation
    let execution: Execution

    private let tracker = LoadTracker()

    init(prepared: PreparedOperation, execution: Execution) {
        self.prepared = prepared
        self.execution = execution
    }

    func response() async -> Response {
        await LoadTracker.$current.withValue(tracker) {
            prepared.plan.kind == .mutation ? await runInOrder() : await runTogether()
        }
    }

    private func runTogether() async -> Response {
        let root = await fill(startAll())
        var writer = JSONWriter(capacity: 4_096)
        var assembly = Assembly(root)
        writer.raw(ResponseText.data)
        let written = assembly.write(to: &writer)
        return writer.response(prepared, written: written, errors: limited(assembly.errors))
    }

    private func startAll() -> Segment {
        var output = ResponseOutput(execution: execution, capacity: 4_096)
        let written = prepared.plan.root.run((), &output)
        return output.finish(written: written)
    }

    /// Runs the root fields one after another, each to its end.
    private func runInOrder() async -> Response {
        var text: [UInt8] = []
        var errors: [GraphQLError] = []
        var written = true
        for index in prepared.plan.root.steps.indices {
            let nodes = await fill(start(index))
            var assembly = Assembly(nodes)
            var writer = JSONWriter(capacity: 1_024)
            written = assembly.write(to: &writer)
            text += writer.finish()
            errors += assembly.errors
            guard written else { break }
        }
        var writer = JSONWriter(capacity: text.count + 64)
        writer.raw(ResponseText.data)
        writer.raw(text)
        writer.raw(prepared.plan.root.steps.isEmpty ? "{}" : "}")
        return writer.response(prepared, written: written, errors: limited(errors))
    }

    private func start(_ index: Int) -> Segment {
        var output = ResponseOutput(execution: execution)
        let written = prepared.plan.root.steps[index].write((), &output)
        return output.finish(written: written)
    }

    private func fill(_ root: Segment) async -> [SegmentNode] {
        var drain = Drain(root, execution: execution, tracker: tracker)
        await drain.run()
        return drain.nodes
    }

    private func limited(_ errors: [GraphQLError]) -> [GraphQLError] {
        Array(errors.prefix(execution.maxErrors))
    }
}
