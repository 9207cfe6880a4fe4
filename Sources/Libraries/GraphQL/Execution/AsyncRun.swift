/// Runs an operation some of whose resolvers wait.
struct AsyncRun {
    let prepared: PreparedOperation
    let execution: Execution

    let tracker = LoadTracker()

    init(prepared: PreparedOperation, execution: Execution) {
        self.prepared = prepared
        self.execution = execution
    }

    func response() async -> Response {
        await LoadTracker.$current.withValue(tracker) {
            prepared.plan.kind == .mutation ? await runInOrder() : await runTogether()
        }
    }

    private func runTogether() async -> Response { await finish(startAll()) }

    /// Fills the holes of a response's data and ends it.
    func finish(_ data: Segment) async -> Response {
        let root = await fill(data)
        if Task.isCancelled { return Self.cancelled(prepared) }
        var writer = JSONWriter(capacity: 4_096)
        var assembly = Assembly(root, maxErrors: execution.maxErrors)
        writer.raw(ResponseText.data)
        let written = assembly.write(to: &writer)
        return writer.response(prepared, written: written, errors: assembly.errors, listCost: root.listCost)
    }

    func startAll() -> Segment {
        var output = ResponseOutput(execution: execution, capacity: 4_096)
        let written = prepared.plan.root.run((), &output)
        return output.finish(written: written)
    }

    /// Runs the root fields one after another, each to its end.
    private func runInOrder() async -> Response {
        var text: [UInt8] = []
        var errors: [GraphQLError] = []
        var listCost = 0
        var written = true
        for index in prepared.plan.root.steps.indices {
            let nodes = await fill(start(index))
            var assembly = Assembly(nodes, maxErrors: execution.maxErrors)
            var writer = JSONWriter(capacity: 1_024)
            written = assembly.write(to: &writer)
            text += writer.finish()
            errors += assembly.errors
            listCost += nodes.listCost
            if Task.isCancelled { return Self.cancelled(prepared) }
            guard written else { break }
        }
        var writer = JSONWriter(capacity: text.count + 64)
        writer.raw(ResponseText.data)
        writer.raw(text)
        writer.raw(prepared.plan.root.steps.isEmpty ? "{}" : "}")
        return writer.response(
            prepared,
            written: written,
            errors: Array(errors.prefix(execution.maxErrors)),
            listCost: listCost
        )
    }

    func start(_ index: Int) -> Segment {
        var output = ResponseOutput(execution: execution)
        let written = prepared.plan.root.steps[index].write((), &output)
        return output.finish(written: written)
    }

    func fill(_ root: Segment) async -> [SegmentNode] {
        var drain = Drain(root, execution: execution, tracker: tracker)
        await drain.run()
        return drain.nodes
    }

    /// The response when nobody waits for one any more.
    static func cancelled(_ prepared: PreparedOperation) -> Response {
        let error = GraphQLError("The request was cancelled.", code: "CANCELLED")
        return Response(refusing: [error], kind: prepared.plan.kind, cost: prepared.cost)
    }
}
