/// What one synchronous stretch of execution has written: JSON text, errors, and holes for values still awaited.
///
/// Steps of paths are noted from the leaf outwards while the stretch unwinds, and only around errors and holes, so a
/// field that goes well pays nothing for them.
public struct ResponseOutput: ~Copyable {
    /// The text written.
    @usableFromInline var writer: JSONWriter

    /// Grows with every error and every hole, so that a caller sees that something happened inside.
    @usableFromInline var marks = 0

    /// What the items of lists cost.
    @usableFromInline var listCost = 0

    @usableFromInline let execution: Execution
    var errors: [GraphQLError] = [] { didSet { tally.errors = errors.count } }
    var holes: [Hole] = [] { didSet { tally.holes = holes.count } }
    var scopes: [NullScope] = [] { didSet { tally.scopes = scopes.count } }
    var steps: [PathStep] = [] { didSet { tally.steps = steps.count } }

    /// How many of them there are; beside them, for every field asks before it is known whether anything is reported.
    @usableFromInline var tally = Tally()

    @usableFromInline
    init(execution: Execution, capacity: Int = 2_048) {
        self.execution = execution
        writer = JSONWriter(capacity: capacity)
    }

    /// How much was reported.
    @usableFromInline
    struct Tally {
        @usableFromInline var errors = 0
        @usableFromInline var holes = 0
        @usableFromInline var scopes = 0
        @usableFromInline var steps = 0

        @usableFromInline init() {}
    }

    /// A point to which the output can return.
    @usableFromInline
    struct Checkpoint {
        @usableFromInline let length: Int
        @usableFromInline let marks: Int
        @usableFromInline let tally: Tally

        @inlinable
        init(length: Int, marks: Int, tally: Tally) {
            self.length = length
            self.marks = marks
            self.tally = tally
        }

        var errors: Int { tally.errors }
        var holes: Int { tally.holes }
        var scopes: Int { tally.scopes }
        var steps: Int { tally.steps }
    }

    @inlinable var checkpoint: Checkpoint { Checkpoint(length: writer.count, marks: marks, tally: tally) }

    /// Ends a list element in which something was reported.
    ///
    /// See `close(_:_:_:_:)`.
    @usableFromInline
    mutating func close(_ start: Checkpoint, _ plan: FieldPlan, _ written: Bool) -> Bool {
        // A step that is no field has no place in a path, and what is wrong with it concerns the object.
        guard !plan.isDeferral else { return written }
        return close(start, .key(plan.label.responseKey), plan.value, written)
    }

    /// Ends a value in which something was reported: notes its step, and puts null in place of a value that failed.
    ///
    /// - Returns: `false` when the value failed and may not be null either.
    @usableFromInline
    mutating func close(
        _ start: Checkpoint,
        _ step: PathElement,
        _ position: ValuePosition,
        _ written: Bool
    ) -> Bool {
        steps.append(
            PathStep(element: step, errors: start.errors..<errors.count, holes: start.holes..<holes.count)
        )
        guard !written else {
            if position.isNullable, holes.count > start.holes {
                scopes.append(
                    NullScope(start: start.length, end: writer.count, holes: start.holes..<holes.count)
                )
            }
            return true
        }
        writer.truncate(to: start.length)
        forgetHoles(since: start)
        guard position.isNullable else { return false }
        writer.null()
        return true
    }

    /// Drops the holes of a value that failed, and their part in the steps around them.
    private mutating func forgetHoles(since start: Checkpoint) {
        guard holes.count > start.holes else { return }
        holes.removeSubrange(start.holes...)
        scopes.removeSubrange(start.scopes...)
        for index in start.steps..<steps.count { steps[index].holes = start.holes..<start.holes }
    }

    /// Writes `null`, or reports that the schema does not allow it here.
    @usableFromInline
    mutating func null(at position: ValuePosition) -> Bool {
        if position.isNullable {
            writer.null()
            return true
        }
        return fail(
            "Cannot return null for non-nullable field \(position.label.coordinate).",
            at: position
        )
    }

    /// Reports what a resolver threw.
    @usableFromInline
    mutating func fail(_ error: any Error, _ plan: FieldPlan) -> Bool {
        var mapped = execution.errorMapper(error)
        if mapped.locations.isEmpty { mapped.locations = plan.label.locations }
        mapped.path = []
        return record(mapped)
    }

    /// Reports a value that does not fit the schema.
    mutating func fail(_ message: String, at position: ValuePosition) -> Bool {
        record(GraphQLError(message, locations: position.label.locations).coded(execution.resultErrorCode))
    }

    /// Reports an error whose path is empty so far.
    mutating func record(_ error: GraphQLError) -> Bool {
        marks &+= 1
        if errors.count < execution.maxErrors { errors.append(error) }
        return false
    }

    @usableFromInline
    mutating func tooLarge(_ number: Int64, at position: ValuePosition) -> Bool {
        fail("Int cannot represent non 32-bit signed integer value: \(number)", at: position)
    }

    @usableFromInline
    mutating func notAList(at position: ValuePosition) -> Bool {
        fail("The value of field \"\(position.label.coordinate)\" is a list, its type is not.", at: position)
    }

    @usableFromInline
    mutating func unresolvedType(_ name: String, at position: ValuePosition) -> Bool {
        let abstract = position.type.name
        let message =
            switch execution.schema.type(name)?.kind {
            case .object: "Runtime Object type \"\(name)\" is not a possible type for \"\(abstract)\"."
            case .some: "Abstract type \"\(abstract)\" was resolved to a non-object type \"\(name)\"."
            case .none:
                "Abstract type \"\(abstract)\" was resolved to a type \"\(name)\" that does not exist inside the schema."
            }
        return fail(message, at: position)
    }

    /// The arguments of a field, or what is wrong with them.
    @usableFromInline
    func arguments(_ plan: FieldPlan) throws(GraphQLError) -> Arguments {
        guard plan.argumentSlot >= 0 else { return plan.constantArguments }
        return try execution.arguments[plan.argumentSlot].get()
    }

    /// The caller's context.
    @inlinable
    func context<Context: Sendable>(as type: Context.Type) -> Context {
        unsafeDowncast(execution.context, to: ContextBox<Context>.self).value
    }

    /// Leaves a hole that `work` fills later.
    @usableFromInline
    mutating func postpone(_ work: HoleWork, _ plan: FieldPlan?) -> Bool {
        marks &+= 1
        holes.append(Hole(offset: writer.count, plan: plan, work: work))
        return true
    }

    /// Ends the stretch.
    @usableFromInline
    consuming func finish(written: Bool) -> Segment {
        let (errors, holes, scopes, steps) = (errors, holes, scopes, steps)
        return Segment(
            bytes: writer.finish(),
            errors: errors,
            holes: holes,
            scopes: scopes,
            steps: steps,
            failed: !written,
            listCost: listCost
        )
    }
}

/// A value whose failure can be contained: where it stands and which holes it has.
struct NullScope: Sendable {
    let start: Int
    let end: Int
    let holes: Range<Int>
}

/// One step of the paths of some errors and holes.
struct PathStep: Sendable {
    let element: PathElement
    let errors: Range<Int>
    var holes: Range<Int>
}

extension [PathStep] {
    /// The path of an error in its stretch, from the root to the leaf.
    func path(error: Int) -> [PathElement] { reversed().filter { $0.errors.contains(error) }.map(\.element) }

    /// The path of a hole in its stretch, from the root to the leaf.
    func path(hole: Int) -> [PathElement] { reversed().filter { $0.holes.contains(hole) }.map(\.element) }
}
