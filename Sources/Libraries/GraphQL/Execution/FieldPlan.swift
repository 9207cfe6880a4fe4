/// A field as errors name it.
final class FieldLabel: Sendable {
    let parentType: String
    let fieldName: String
    let responseKey: String
    let document: Document

    /// The fields of the document that were merged into this one.
    let nodes: [Int]

    init(parentType: String, fieldName: String, responseKey: String, document: Document, nodes: [Int]) {
        self.parentType = parentType
        self.fieldName = fieldName
        self.responseKey = responseKey
        self.document = document
        self.nodes = nodes
    }

    /// The most places that one error names.
    ///
    /// A field that is selected thousands of times may fail in every item of a list.
    private static let placeLimit = 100

    /// Where the merged fields stand in the document.
    var locations: [SourceLocation] {
        nodes.prefix(Self.placeLimit).map { document.location(document.fields[$0].start) }
    }

    /// The field with its type, for messages.
    var coordinate: String { "\(parentType).\(fieldName)" }
}

/// One field of a compiled operation, under one object type.
public final class FieldPlan: Sendable {
    let label: FieldLabel
    let definition: FieldDefinition
    @usableFromInline let value: ValuePosition

    /// The arguments when no variable occurs in them.
    let constantArguments: Arguments

    /// Index in `Execution.arguments` when variables occur, else -1.
    let argumentSlot: Int

    /// Index in `Execution.decisions` when a policy guards the field, else -1.
    let policySlot: Int

    /// What the field costs with everything in it that is in no list; 0 for a list, which costs by its items.
    let costOutsideLists: Int

    init(
        label: FieldLabel,
        definition: FieldDefinition,
        value: ValuePosition,
        constantArguments: Arguments,
        argumentSlot: Int,
        policySlot: Int
    ) {
        self.label = label
        self.definition = definition
        self.value = value
        self.constantArguments = constantArguments
        self.argumentSlot = argumentSlot
        self.policySlot = policySlot
        costOutsideLists = value.item == nil ? value.itemCost : 0
    }

    /// Whether this is no field but the step that leaves out what is delivered later.
    var isDeferral: Bool { label.nodes.isEmpty }
}

/// Which leaf a position holds, as far as writing it matters.
@usableFromInline
enum LeafKind: Sendable, Equatable {
    case none, int, float, string, boolean, id, enumeration, custom
}

/// A place in the response: a field's value or an element of a list, with its type and selection.
public final class ValuePosition: Sendable {
    let label: FieldLabel
    let isNullable: Bool
    let type: TypeDefinition

    /// The items of a list that is delivered whole.
    @usableFromInline let item: ValuePosition?

    /// How a list is delivered that is not.
    let stream: StreamPlan?
    @usableFromInline let leaf: LeafKind

    /// The selections of the object types that may stand here; empty for leaves.
    let selections: [any SelectionPlan]
    @usableFromInline let only: (any SelectionPlan)?
    @usableFromInline let onlySource: ObjectIdentifier?

    /// How a custom scalar is written when it is given as a `Value`.
    let serialize: ScalarCoding.Transform?

    /// What one value costs that is not a list: the field's weight, and what it has in it outside of further lists.
    @usableFromInline let itemCost: Int

    init(
        label: FieldLabel,
        isNullable: Bool,
        type: TypeDefinition,
        item: ValuePosition?,
        stream: StreamPlan? = nil,
        leaf: LeafKind,
        selections: [any SelectionPlan],
        serialize: ScalarCoding.Transform?,
        weight: Int
    ) {
        self.label = label
        self.isNullable = isNullable
        self.type = type
        self.item = item
        self.stream = stream
        self.leaf = leaf
        self.selections = selections
        self.serialize = serialize
        itemCost = item?.itemCost ?? CostModel.itemCost(weight, selections)
        only = selections.count == 1 ? selections.first : nil
        onlySource = only?.source
    }

    /// The items of a list, however it is delivered.
    var anyItem: ValuePosition? { item ?? stream?.item }

    /// The selection of the one object type bound to a Swift type, if exactly one may stand here.
    @usableFromInline
    func selection(for source: ObjectIdentifier) -> (any SelectionPlan)? {
        if onlySource == source { return only }
        guard selections.count > 1 else { return nil }
        var found: (any SelectionPlan)?
        for selection in selections where selection.source == source {
            if found != nil { return nil }
            found = selection
        }
        return found
    }

    /// The selection of the object type `name`, if it may stand here and is bound to the Swift type.
    func selection(for source: ObjectIdentifier, named name: String?) -> (any SelectionPlan)? {
        selections.first { $0.source == source && $0.typeName == name }
    }
}

/// The selected fields of one object type, compiled.
@usableFromInline
protocol SelectionPlan: AnyObject, Sendable {
    /// The Swift type the object type is bound to.
    var source: ObjectIdentifier { get }
    var typeName: String { get }
    var plans: [FieldPlan] { get }
    /// What the fields cost outside of lists.
    var costOutsideLists: Int { get }
}

/// The selected fields of one object type, with resolvers that take its Swift type.
@usableFromInline
final class TypedSelection<Source: Sendable>: SelectionPlan {
    @usableFromInline let source: ObjectIdentifier
    @usableFromInline let typeName: String
    let steps: [SelectionStep<Source>]
    @usableFromInline let costOutsideLists: Int

    /// What is delivered later; the last step leaves it out.
    let deferral: DeferralPlan?

    /// The same steps; going through these counts no references, which would cost more than the fields themselves.
    @usableFromInline let references: [Unmanaged<SelectionStep<Source>>]

    init(typeName: String, steps: [SelectionStep<Source>], deferral: DeferralPlan? = nil) {
        source = ObjectIdentifier(Source.self)
        self.typeName = typeName
        self.steps = steps
        costOutsideLists = steps.reduce(0) { Saturating.add($0, $1.plan.costOutsideLists) }
        self.deferral = deferral
        references = steps.map { Unmanaged.passUnretained($0) }
    }

    @usableFromInline var plans: [FieldPlan] {
        let own = steps.lazy.map(\.plan).filter { !$0.isDeferral }
        return own + (deferral?.groups.flatMap(\.selection.plans) ?? [])
    }

    /// Writes the object; `false` when a field that may not be null is.
    @inlinable
    func run(_ source: Source, _ output: inout ResponseOutput) -> Bool {
        for index in references.indices {
            guard references[index]._withUnsafeGuaranteedRef({ $0.write(source, &output) }) else { return false }
        }
        output.writer.raw(references.isEmpty ? "{}" : "}")
        return true
    }
}

/// One field of a selection.
@usableFromInline
final class SelectionStep<Source: Sendable>: Sendable {
    /// The separator, the quoted response key and the colon.
    @usableFromInline let key: PaddedText
    @usableFromInline let run: FieldRun<Source>
    @usableFromInline let plan: FieldPlan

    init(key: [UInt8], run: @escaping FieldRun<Source>, plan: FieldPlan) {
        self.key = PaddedText(key)
        self.run = run
        self.plan = plan
    }

    /// Writes the field with what stands before it.
    @inlinable
    func write(_ source: Source, _ output: inout ResponseOutput) -> Bool {
        output.writer.raw(key)
        let start = output.checkpoint
        let written = run(source, &output, plan)
        if written, output.marks == start.marks { return true }
        return output.close(start, plan, written)
    }
}

/// Resolves one field and writes its value; `false` when nothing valid can stand there.
public typealias FieldRun<Source> = @Sendable (Source, inout ResponseOutput, FieldPlan) -> Bool
