/// The streams behind the fields of a subscription root.
public struct SubscriptionResolvers<Context: Sendable> {
    var streams: [String: StreamBinding] = [:]
    var bound: [String: TypedField<Void>] = [:]

    /// Binds a field to a stream; every element is one event, and the value of the field in that event's response.
    ///
    /// The stream is iterated in the task of `Engine.subscribe` and abandoned when that task is cancelled.
    public mutating func field<Events: AsyncSequence>(
        _ name: String,
        _ events: @escaping @Sendable (Arguments, Context) async throws -> Events
    ) where Events: SendableMetatype, Events.AsyncIterator: SendableMetatype, Events.Element: OutputValue {
        bound[name] = TypedField(output: Events.Element.outputType, isAsync: false, isLoaded: false) {
            _,
            output,
            plan in
            output.fail("Subscription fields are answered by their stream.", at: plan.value)
        }
        streams[name] = StreamBinding { arguments, execution, plan, emit in
            let context = unsafeDowncast(execution.context, to: ContextBox<Context>.self).value
            for try await event in try await events(arguments, context) {
                guard await emit({ event.write(to: &$0, at: plan.value) }) else { return }
            }
        }
    }
}

/// A subscription field's stream, without its element type.
struct StreamBinding: Sendable {
    /// Writes one event's value.
    typealias Event = @Sendable (inout ResponseOutput) -> Bool

    /// Iterates the stream and hands over each event until `emit` answers `false`.
    let run:
        @Sendable (
            _ arguments: Arguments, _ execution: Execution, _ plan: FieldPlan, _ emit: (@escaping Event) async -> Bool
        ) async throws -> Void
}
