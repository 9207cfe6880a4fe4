/// Runs an operation whose response is delivered in parts: first what is not deferred, then the rest as it is complete.
///
/// Work that was deferred begins when the client has been told of it. Everything runs in child tasks of the caller, so
/// it ends with the caller's task, or when a delivery finds nobody any more.
struct PartRun {
    let prepared: PreparedOperation
    let execution: Execution

    /// - Parameter deliver: Takes the parts in order; nothing more is made before it returns, nor after `false`.
    func run(_ deliver: (Response) async -> Bool) async {
        var graph = DeliveryGraph()
        let first = await first(&graph)
        guard await deliver(first), first.hasNext else { return }
        let events = Mailbox<PartDrain.Event>()
        var drain = PartDrain(execution: execution, events: events)
        await withDiscardingTaskGroup { tasks in
            while graph.openCount > 0, !Task.isCancelled {
                drain.start(graph.takeWork(), graph)
                drain.launch(in: &tasks)
                var payload = Payload()
                for (work, result) in drain.takeComplete() { graph.complete(work, result, &payload) }
                if !payload.isEmpty {
                    guard await deliver(response(payload, hasNext: graph.openCount > 0)) else { break }
                } else if graph.hasWork {
                    continue
                } else if drain.running > 0 {
                    for event in await events.take() { drain.take(event) }
                } else {
                    break
                }
            }
            tasks.cancelAll()
        }
    }

    private func response(_ payload: Payload, hasNext: Bool) -> Response {
        var writer = JSONWriter(capacity: 4_096)
        writer.byte(0x7B)
        writer.payload(payload, isFirst: true, hasNext: hasNext)
        return Response(
            body: writer.finish(),
            hasErrors: payload.incremental.contains { !$0.errors.isEmpty }
                || payload.completed.contains { !$0.errors.isEmpty },
            isRequestError: false,
            operationKind: prepared.plan.kind,
            cost: prepared.cost,
            hasNext: hasNext
        )
    }

    // MARK: The first part

    /// What is written of the first part's data.
    private struct FirstData {
        var text: [UInt8] = []
        var isValid = true
        var errors: [GraphQLError] = []
        var later: [LaterPart] = []
    }

    private func first(_ graph: inout DeliveryGraph) async -> Response {
        let run = AsyncRun(prepared: prepared, execution: execution)
        let data = await LoadTracker.$current.withValue(run.tracker) {
            prepared.plan.kind == .mutation ? await inOrder(run) : await together(run)
        }
        if Task.isCancelled { return AsyncRun.cancelled(prepared) }
        var writer = JSONWriter(capacity: data.text.count + 512)
        writer.raw(ResponseText.data)
        if data.isValid { writer.raw(data.text) } else { writer.null() }
        var payload = Payload()
        if data.isValid { graph.add(data.later, owners: [], &payload) }
        return writer.response(prepared, data.errors, payload, hasNext: graph.openCount > 0)
    }

    private func together(_ run: AsyncRun) async -> FirstData {
        var data = FirstData()
        add(await run.fill(run.startAll()), to: &data)
        return data
    }

    /// Runs the root fields one after another, each to its end.
    private func inOrder(_ run: AsyncRun) async -> FirstData {
        var data = FirstData()
        for index in prepared.plan.root.steps.indices where data.isValid && !Task.isCancelled {
            add(await run.fill(run.start(index)), to: &data)
        }
        data.text += Array((prepared.plan.root.steps.isEmpty ? "{}" : "}").utf8)
        return data
    }

    private func add(_ nodes: [SegmentNode], to data: inout FirstData) {
        var assembly = Assembly(nodes, maxErrors: execution.maxErrors - data.errors.count)
        var writer = JSONWriter(capacity: 4_096)
        data.isValid = assembly.write(to: &writer)
        data.text += writer.bytes
        data.errors += assembly.errors
        data.later += assembly.later
    }
}

extension JSONWriter {
    /// Ends a first response whose data is written.
    fileprivate mutating func response(
        _ prepared: PreparedOperation,
        _ errors: [GraphQLError],
        _ payload: Payload,
        hasNext: Bool
    ) -> Response {
        if !errors.isEmpty {
            raw(ResponseText.errors)
            self.errors(errors)
        }
        if hasNext { self.payload(payload, isFirst: false, hasNext: true) } else { byte(0x7D) }
        return Response(
            body: bytes,
            hasErrors: !errors.isEmpty,
            isRequestError: false,
            operationKind: prepared.plan.kind,
            cost: prepared.cost,
            hasNext: hasNext
        )
    }
}
