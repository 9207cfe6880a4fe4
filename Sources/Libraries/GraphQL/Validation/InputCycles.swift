/// Finds input objects that contain themselves through non-null fields, which no value can satisfy.
///
/// The search keeps its path in an array, so a chain of types may be of any length.
struct InputCycles {
    struct Cycle {
        let type: String
        let fields: [(type: String, field: String)]
    }

    /// A type on the path, with the fields still to follow.
    private struct Step {
        let type: TypeDefinition
        var next = 0
    }

    /// How many fields all reported cycles together may have; schemas made of nothing else would grow the report with
    /// the square of their length.
    private static let reportLimit = 100_000

    private var visited = Set<Int>()
    private var reported = 0

    /// The cycles found from a type on; types met before are left out.
    mutating func cycles(from type: TypeDefinition, _ schema: Schema) -> [Cycle] {
        guard visited.insert(type.index).inserted else { return [] }
        var found: [Cycle] = []
        var steps = [Step(type: type)]
        var path: [(type: String, field: String)] = []
        var depths = [type.index: 0]
        while let last = steps.indices.last {
            let type = steps[last].type
            guard steps[last].next < type.inputFields.count else {
                depths[type.index] = nil
                steps.removeLast()
                if !path.isEmpty { path.removeLast() }
                continue
            }
            let field = type.inputFields[steps[last].next]
            steps[last].next += 1
            guard field.type.isNonNull, field.type.unwrapped.isBare else { continue }
            let target = schema.named(field.type)
            guard target.kind == .inputObject else { continue }
            if let depth = depths[target.index] {
                let fields = path[depth...] + [(type.name, field.name)]
                guard reported == 0 || reported + fields.count <= Self.reportLimit else { continue }
                reported += fields.count
                found.append(Cycle(type: target.name, fields: Array(fields)))
            } else if visited.insert(target.index).inserted {
                depths[target.index] = steps.count
                path.append((type.name, field.name))
                steps.append(Step(type: target))
            }
        }
        return found
    }
}
