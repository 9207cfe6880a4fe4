extension Engine {
    /// Follows a subscription until its source ends, `deliver` answers `false`, or the surrounding task is cancelled.
    ///
    /// A query or mutation is executed and its response delivered, in parts as by `executeInParts`, so that a transport
    /// need not tell them apart. Nothing is buffered: the source is asked for the next event when `deliver` has returned.
    ///
    /// - Parameter deliver: Takes one response per event, in order.
    /// - Returns: The response that refuses the request, or `nil` once the source was followed.
    public func subscribe(
        _ request: Request,
        context: Context,
        deliver: (Response) async -> Bool
    ) async -> Response? {
        do {
            let prepared = try core.prepare(request, trace(context), inParts: true)
            return await subscribe(prepared, context: context, deliver: deliver)
        } catch {
            return Response(refusing: error)
        }
    }

    /// Follows what was prepared by this engine with `inParts`.
    public func subscribe(
        _ prepared: PreparedOperation,
        context: Context,
        deliver: (Response) async -> Bool
    ) async -> Response? {
        guard prepared.kind != .subscription else { return await follow(prepared, context, deliver) }
        var refusal: Response?
        await run(prepared, context) { response in
            guard response.isRequestError else { return await deliver(response) }
            refusal = response
            return false
        }
        return refusal
    }

    private func follow(
        _ prepared: PreparedOperation,
        _ context: Context,
        _ deliver: (Response) async -> Bool
    ) async -> Response? {
        let execution = execution(prepared, context)
        guard let step = prepared.plan.root.steps.first, let stream = core.streams[step.plan.definition.name] else {
            return Response(refusing: [GraphQLError("The subscription has no source.")], kind: .subscription)
        }
        if step.plan.policySlot >= 0, case .deny(var error) = execution.decisions[step.plan.policySlot] {
            error.locations = step.plan.label.locations
            return Response(refusing: [error], kind: .subscription)
        }
        var hasStarted = false
        do {
            let arguments = try step.plan.arguments(execution)
            try await stream.run(arguments, execution, step.plan) { event in
                hasStarted = true
                guard !Task.isCancelled else { return false }
                let execution = self.execution(prepared, context)
                return await deliver(AsyncRun(prepared: prepared, execution: execution).response(to: event, step))
            }
            return nil
        } catch {
            var mapped = errorMapper(error)
            if mapped.locations.isEmpty { mapped.locations = step.plan.label.locations }
            let response = Response(refusing: [mapped], kind: .subscription, cost: prepared.cost)
            guard hasStarted else { return response }
            if !Task.isCancelled { _ = await deliver(response) }
            return nil
        }
    }
}

extension FieldPlan {
    /// The field's arguments in an execution.
    func arguments(_ execution: Execution) throws(GraphQLError) -> Arguments {
        argumentSlot < 0 ? constantArguments : try execution.arguments[argumentSlot].get()
    }
}

extension AsyncRun {
    /// The response to one event of a subscription.
    func response(to event: StreamBinding.Event, _ step: SelectionStep<Void>) async -> Response {
        await LoadTracker.$current.withValue(tracker) {
            await finish(start(event, step))
        }
    }

    private func start(_ event: StreamBinding.Event, _ step: SelectionStep<Void>) -> Segment {
        var output = ResponseOutput(execution: execution)
        output.writer.raw(step.key)
        let start = output.checkpoint
        var written = event(&output)
        if !written || output.marks != start.marks { written = output.close(start, step.plan, written) }
        output.writer.byte(0x7D)
        return output.finish(written: written)
    }
}
