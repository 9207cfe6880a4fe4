/// The streams behind the fields of a subscription root.
public struct SubscriptionResolvers<Context: Sendable> {
    var streams: [String: StreamBinding] = [:]
    var bound: [String: TypedField<Void>] = [:]

    /// Binds a field to a stream; every element is one event whose value the field has.
    ///
    /// The stream is iterated by the subscription's consumer and abandoned, hence cancelled, when that stops.
    public mutating func field<Events: AsyncSequence & Sendable>(
        _ name: String,
        _ events: @escaping @Sendable (Arguments, Context) async throws -> Events
    ) where Events.Element: OutputValue {
        bound[name] = TypedField(output: Events.Element.outputType, isAsync: false, isLoaded: false) {
            _,
            output,
            plan in
            output.fail("Subscription fields are answered by their stream.", at: plan.value)
        }
        streams[name] = StreamBinding { arguments, execution, plan, emit in
            let context = unsafeDowncast(execution.context, to: ContextBox<Context>.self).value
            for try await event in try await events(arguments, context) {
                var output = ResponseOutput(execution: execution)
                let written = event.write(to: &output, at: plan.value)
                guard await emit(output.finish(written: written)) else { return }
            }
        }
    }
}

/// A subscription field's stream, without its element type.
struct StreamBinding: Sendable {
    /// Iterates the stream and hands over the completed value of each event until `emit` answers `false`.
    let run:
        @Sendable (
            _ arguments: Arguments, _ execution: Execution, _ plan: FieldPlan,
            _ emit: @Sendable (Segment) async -> Bool
        ) async throws -> Void
}
