/// The resolvers of one type's fields.
///
/// A field that only reads its object, or computes without waiting, runs without a task; use `asyncField` only for
/// what must be awaited, and `loadedField` for what a `DataLoader` fetches in batches.
public struct TypeResolvers<Source: Sendable, Context: Sendable> {
    var bound: [String: TypedField<Source>] = [:]

    /// Binds a field that reads its object.
    @inlinable
    public mutating func field<V: OutputValue>(
        _ name: String,
        _ get: @escaping @Sendable (Source) throws -> V
    ) {
        add(name, V.outputType, isAsync: false) { source, output, plan in
            do {
                return try get(source).write(to: &output, at: plan.value)
            } catch {
                return output.fail(error, plan)
            }
        }
    }

    /// Binds a field that uses its arguments or the context.
    @inlinable
    public mutating func field<V: OutputValue>(
        _ name: String,
        _ get: @escaping @Sendable (Source, Arguments, Context) throws -> V
    ) {
        add(name, V.outputType, isAsync: false) { source, output, plan in
            do {
                let arguments = try output.arguments(plan)
                return try get(source, arguments, output.context(as: Context.self)).write(to: &output, at: plan.value)
            } catch {
                return output.fail(error, plan)
            }
        }
    }

    /// Binds a field that waits.
    ///
    /// Fields of one selection that wait do so at the same time, except in mutations.
    @inlinable
    public mutating func asyncField<V: OutputValue>(
        _ name: String,
        _ get: @escaping @Sendable (Source, Arguments, Context) async throws -> V
    ) {
        add(name, V.outputType, isAsync: true) { source, output, plan in
            let arguments: Arguments
            do {
                arguments = try output.arguments(plan)
            } catch {
                return output.fail(error, plan)
            }
            let context = output.context(as: Context.self)
            return output.postpone(
                .resolve { execution in
                    let result: Result<V, any Error>
                    do {
                        result = .success(try await get(source, arguments, context))
                    } catch {
                        result = .failure(error)
                    }
                    return Self.segment(result, plan, execution)
                },
                plan
            )
        }
    }

    /// Binds a field whose value a loader fetches by key, in one batch with all other fields that ask at that step.
    ///
    /// - Parameters:
    ///   - loader: The loader, which lives as long as the request.
    ///   - key: The key to load. `nil` gives null without asking the loader.
    @inlinable
    public mutating func loadedField<Key, Loaded: OutputValue>(
        _ name: String,
        from loader: @escaping @Sendable (Context) -> DataLoader<Key, Loaded>,
        key: @escaping @Sendable (Source) throws -> Key?
    ) {
        add(name, .optional(Loaded.outputType), isAsync: true, isLoaded: true) { source, output, plan in
            do {
                guard let key = try key(source) else { return output.null(at: plan.value) }
                let loader = loader(output.context(as: Context.self))
                loader.enqueue(key)
                return output.postpone(
                    .load(loader) { DataLoader<Key, Loaded>.fill(&$0, loader.result(key), plan) },
                    plan
                )
            } catch {
                return output.fail(error, plan)
            }
        }
    }

    /// Completes a value that was awaited.
    @inlinable
    static func segment<V: OutputValue>(
        _ result: Result<V, any Error>,
        _ plan: FieldPlan,
        _ execution: Execution
    ) -> Segment {
        var output = ResponseOutput(execution: execution)
        let written =
            switch result {
            case .success(let value): value.write(to: &output, at: plan.value)
            case .failure(let error): output.fail(error, plan)
            }
        return output.finish(written: written)
    }

    @usableFromInline
    mutating func add(
        _ name: String,
        _ output: OutputType,
        isAsync: Bool,
        isLoaded: Bool = false,
        _ run: @escaping FieldRun<Source>
    ) {
        bound[name] = TypedField(output: output, isAsync: isAsync, isLoaded: isLoaded, run: run)
    }
}

/// One field as it is bound.
struct TypedField<Source: Sendable>: Sendable {
    let output: OutputType
    let isAsync: Bool
    /// Whether a loader gives the value, which may always be missing.
    let isLoaded: Bool
    let run: FieldRun<Source>
}
