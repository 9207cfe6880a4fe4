/// The static cost of an operation: what it may cost at most, judged before anything runs.
///
/// A composite field costs its `@cost(weight:)` or 1, a leaf its weight or 0. A list multiplies what is selected in it
/// by its size: the greatest slicing argument, else the assumed size. The fields of introspection are free.
/// Source: IBM GraphQL Cost Directives specification.
struct CostModel {
    let assumedListSize: Int

    /// The cost, if no variable slices a list.
    func constant(_ root: any SelectionPlan) -> Int? {
        var run = Run(assumedListSize: assumedListSize, arguments: nil)
        let cost = run.cost(root, sized: nil)
        return run.needsVariables ? nil : cost
    }

    /// The cost for the arguments of a request.
    func cost(_ root: any SelectionPlan, _ arguments: [Result<Arguments, GraphQLError>]) -> Int {
        var run = Run(assumedListSize: assumedListSize, arguments: arguments)
        return run.cost(root, sized: nil)
    }

    /// The most that one item of a list is counted with.
    ///
    /// Sums of real items stay far from the greatest number.
    private static let itemCostLimit = 1 << 30

    /// What one value of a position costs outside of lists in it, of several types the dearest.
    static func itemCost(_ weight: Int, _ selections: [any SelectionPlan]) -> Int {
        let inside = selections.map(\.costOutsideLists).max() ?? 0
        return min(max(0, Saturating.add(weight, inside)), itemCostLimit)
    }

    /// What a field of this type costs before its children; introspection is free.
    static func weight(_ definition: FieldDefinition, _ type: TypeDefinition) -> Int {
        guard !type.name.hasPrefix("__") else { return 0 }
        guard let text = definition.directive("cost")?.arguments["weight"] else { return type.isComposite ? 1 : 0 }
        switch text {
        case .int(let number): return Int(clamping: number)
        case .double(let number): return Int(exactly: number.rounded(.up)) ?? Int.max / 2
        case .string(let text): return Double(text).flatMap { Int(exactly: $0.rounded(.up)) } ?? 1
        default: return 1
        }
    }

    /// A size that a connection gives to lists inside it.
    private struct SizedFields {
        let names: [String]
        let size: Int
    }

    private struct Run {
        let assumedListSize: Int
        let arguments: [Result<Arguments, GraphQLError>]?
        var needsVariables = false
        private var known: [ObjectIdentifier: Int] = [:]

        init(assumedListSize: Int, arguments: [Result<Arguments, GraphQLError>]?) {
            self.assumedListSize = assumedListSize
            self.arguments = arguments
        }

        mutating func cost(_ selection: any SelectionPlan, sized: SizedFields?) -> Int {
            if sized == nil, let cost = known[ObjectIdentifier(selection)] { return cost }
            var sum = 0
            for plan in selection.plans { sum = Saturating.add(sum, cost(plan, sized: sized)) }
            if sized == nil { known[ObjectIdentifier(selection)] = sum }
            return sum
        }

        private mutating func cost(_ plan: FieldPlan, sized: SizedFields?) -> Int {
            guard !plan.label.fieldName.hasPrefix("__") else { return 0 }
            var position = plan.value
            var isList = false
            while let item = position.anyItem {
                position = item
                isList = true
            }
            let listSize = plan.definition.directive("listSize")
            let size = size(plan, listSize?.arguments)
            let names = listSize?.arguments.strings("sizedFields") ?? []
            let inner = names.isEmpty ? nil : SizedFields(names: names, size: size)
            var children = 0
            for selection in position.selections { children = max(children, cost(selection, sized: inner)) }
            let weight = CostModel.weight(plan.definition, position.type)
            let factor = !isList ? 1 : sized.flatMap { $0.names.contains(plan.definition.name) ? $0.size : nil } ?? size
            return Saturating.add(
                Saturating.multiply(factor, Saturating.add(children, isList ? weight : 0)),
                isList ? 0 : weight
            )
        }

        private mutating func size(_ plan: FieldPlan, _ listSize: Arguments?) -> Int {
            let declared = listSize?.strings("slicingArguments") ?? []
            let slicing = declared.isEmpty ? ["first", "last", "limit"] : declared
            let assumed = listSize?.optionalInt("assumedSize") ?? assumedListSize
            guard plan.definition.arguments.contains(where: { slicing.contains($0.name) }) else { return assumed }
            var given = plan.constantArguments
            if plan.argumentSlot >= 0 {
                guard let arguments else {
                    needsVariables = true
                    return assumed
                }
                guard case .success(let coerced) = arguments[plan.argumentSlot] else { return 0 }
                given = coerced
            }
            return slicing.compactMap { given.optionalInt($0) }.max().map { max(0, $0) } ?? assumed
        }
    }
}

/// Sums and products that stay at the greatest number instead of overflowing.
enum Saturating {
    static func add(_ left: Int, _ right: Int) -> Int {
        let (sum, overflow) = left.addingReportingOverflow(right)
        return overflow ? Int.max : sum
    }

    static func multiply(_ left: Int, _ right: Int) -> Int {
        let (product, overflow) = left.multipliedReportingOverflow(by: right)
        return overflow ? Int.max : product
    }
}
