/// An object type's fields bound to a Swift type, without naming that type.
protocol ObjectBinding: Sendable {
    var typeName: String { get }
    var source: ObjectIdentifier { get }
    var sourceName: String { get }
    var fieldNames: [String] { get }

    /// How a field is bound.
    func field(_ name: String) -> BoundField?

    /// Compiles a selection.
    func selection(_ typeName: String, _ drafts: [StepDraft]) -> any SelectionPlan
}

/// What the schema check needs to know of a bound field.
struct BoundField {
    let output: OutputType
    let isAsync: Bool
    let isLoaded: Bool
}

/// One step of a selection before its resolver is attached.
struct StepDraft {
    enum Kind {
        /// A field with its plan.
        case resolved(FieldPlan)
        /// `__typename`.
        case typeName(FieldPlan)
        /// `__schema` or `__type`.
        case introspection(FieldPlan, IntrospectionRoot)
        /// What is delivered later.
        case deferral(FieldPlan, DeferralPlan)
    }

    let responseKey: String
    let kind: Kind
}

/// An object type's fields bound to `Source`.
struct TypedBinding<Source: Sendable>: ObjectBinding {
    let typeName: String
    let fields: [String: TypedField<Source>]

    var source: ObjectIdentifier { ObjectIdentifier(Source.self) }
    var sourceName: String { "\(Source.self)" }
    var fieldNames: [String] { Array(fields.keys) }

    func field(_ name: String) -> BoundField? {
        fields[name].map { BoundField(output: $0.output, isAsync: $0.isAsync, isLoaded: $0.isLoaded) }
    }

    func adding(_ more: [String: TypedField<Source>]) -> TypedBinding {
        TypedBinding(typeName: typeName, fields: fields.merging(more) { $1 })
    }

    func selection(_ typeName: String, _ drafts: [StepDraft]) -> any SelectionPlan {
        let name = JSONText.quoted(typeName)
        let steps = drafts.enumerated().map { index, draft -> SelectionStep<Source> in
            let key = key(draft, isFirst: index == 0)
            let (plan, run) = resolver(draft, name)
            return SelectionStep<Source>(key: key, run: run, plan: plan)
        }
        var deferral: DeferralPlan?
        if case .deferral(_, let plan)? = drafts.last?.kind { deferral = plan }
        return TypedSelection<Source>(typeName: typeName, steps: steps, deferral: deferral)
    }

    /// What stands before a step's value; what is left for later leaves nothing but the bracket of an empty object.
    private func key(_ draft: StepDraft, isFirst: Bool) -> [UInt8] {
        if case .deferral = draft.kind { return isFirst ? [0x7B] : [] }
        return (isFirst ? [0x7B] : [0x2C]) + JSONText.quoted(draft.responseKey) + [0x3A]
    }

    private func resolver(_ draft: StepDraft, _ typeName: [UInt8]) -> (FieldPlan, FieldRun<Source>) {
        switch draft.kind {
        case .typeName(let plan):
            return (
                plan,
                { _, output, _ in
                    output.writer.raw(typeName)
                    return true
                }
            )
        case .introspection(let plan, let root):
            return (plan, { _, output, plan in root.write(to: &output, plan) })
        case .deferral(let plan, let deferral):
            let selections = deferral.groups.compactMap { $0.selection as? TypedSelection<Source> }
            return (
                plan,
                { source, output, _ in
                    let work = LaterWork.fields(deferral) { selections[$0].run(source, &$1) }
                    return output.leave(work, at: deferral.location)
                }
            )
        case .resolved(let plan):
            guard let field = fields[plan.definition.name] else {
                return (plan, { _, output, plan in output.fail("The field is not bound.", at: plan.value) })
            }
            let run = field.run
            guard plan.policySlot >= 0 else { return (plan, run) }
            return (
                plan,
                { source, output, plan in
                    if case .deny(let error) = output.execution.decisions[plan.policySlot] {
                        return output.deny(error, plan)
                    }
                    return run(source, &output, plan)
                }
            )
        }
    }
}

/// Constant JSON text.
enum JSONText {
    static func quoted(_ text: String) -> [UInt8] {
        var writer = JSONWriter(capacity: text.utf8.count + 2)
        writer.string(text)
        return writer.finish()
    }
}

extension ResponseOutput {
    /// Reports a field that the policy refuses.
    mutating func deny(_ error: GraphQLError, _ plan: FieldPlan) -> Bool {
        var error = error
        if error.locations.isEmpty { error.locations = plan.label.locations }
        error.path = []
        return record(error)
    }
}
