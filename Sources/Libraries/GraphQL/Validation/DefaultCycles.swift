/// Finds fields of input objects whose default needs itself, so that coercing it would not end.
///
/// A default needs the defaults of the fields that its literal leaves out. The search keeps its path in an array, so a
/// chain of defaults may be of any length. Source: GraphQL September 2025, 3.10, "InputObjectDefaultValueHasCycle".
struct DefaultCycles {
    /// A field with the input object that has it.
    struct Field {
        let owner: TypeDefinition
        let definition: InputValueDefinition

        var name: String { "\(owner.name).\(definition.name)" }
    }

    /// A field on the path, with the fields whose defaults its own needs and which of them is next.
    private struct Step {
        let field: Field
        let needs: [Field]
        var next = 0
    }

    /// How many needs are looked at; input objects made for it need one another with the square of their fields.
    private static let needLimit = 1_000_000

    /// How many cycles are reported, and how many fields all but the first may have together.
    private static let cycleLimit = 100
    private static let reportLimit = 10_000

    let schema: Schema
    private var isVisited: [Bool]

    /// Where on the path a default is, by its slot; -1 off the path.
    private var positions: [Int]
    private var looked = 0
    private var cycleCount = 0
    private var reported = 0

    init(schema: Schema) {
        self.schema = schema
        isVisited = Array(repeating: false, count: schema.defaults.count)
        positions = Array(repeating: -1, count: schema.defaults.count)
    }

    /// The cycles found from the fields of an input object on, each from the field that is met again; fields met before
    /// are left out.
    mutating func cycles(from type: TypeDefinition) -> [[Field]] {
        var found: [[Field]] = []
        var first: [Field] = []
        collect(.emptyObject, type, &first)
        for field in first where !isVisited[field.definition.defaultSlot] { search(field, &found) }
        return found
    }

    private mutating func search(_ start: Field, _ found: inout [[Field]]) {
        var path = [enter(start, at: 0)]
        while let last = path.indices.last {
            guard path[last].next < path[last].needs.count, looked < Self.needLimit else {
                positions[path[last].field.definition.defaultSlot] = -1
                path.removeLast()
                continue
            }
            let field = path[last].needs[path[last].next]
            path[last].next += 1
            looked += 1
            let slot = field.definition.defaultSlot
            if positions[slot] >= 0 {
                let length = path.count - positions[slot]
                guard cycleCount < Self.cycleLimit, cycleCount == 0 || reported + length <= Self.reportLimit else {
                    continue
                }
                if cycleCount > 0 { reported += length }
                cycleCount += 1
                found.append(path[positions[slot]...].map(\.field))
            } else if !isVisited[slot] {
                path.append(enter(field, at: path.count))
            }
        }
    }

    private mutating func enter(_ field: Field, at position: Int) -> Step {
        isVisited[field.definition.defaultSlot] = true
        positions[field.definition.defaultSlot] = position
        var needs: [Field] = []
        if let value = field.definition.defaultValue { collect(value, schema.named(field.definition.type), &needs) }
        return Step(field: field, needs: needs)
    }

    /// Adds the fields whose defaults a value needs.
    private func collect(_ value: Value, _ type: TypeDefinition, _ needs: inout [Field]) {
        switch value {
        case .list(let items): for item in items { collect(item, type, &needs) }
        case .object(let members):
            let given = Dictionary(members.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
            for field in type.inputFields {
                let target = schema.named(field.type)
                guard target.kind == .inputObject else { continue }
                if let value = given[field.name] {
                    collect(value, target, &needs)
                } else if field.defaultSlot >= 0 {
                    needs.append(Field(owner: type, definition: field))
                }
            }
        default: break
        }
    }
}
