/// Whether the parts of a response are a well-formed sequence and, put together, the whole response.
struct PartsCheck {
    /// What is wrong, or `nil`.
    private(set) var problem: String?

    private var data = Value.null
    private var paths: [String: [Value]] = [:]
    private var completed: Set<String> = []
    private var hasErrors = false

    init(_ texts: [[UInt8]], _ whole: Response) {
        for (index, text) in texts.enumerated() where problem == nil {
            guard let part = try? JSON.parse(text, maxDepth: 1_000) else {
                problem = "A part is no JSON."
                return
            }
            add(part, isFirst: index == 0, isLast: index == texts.count - 1)
        }
        guard problem == nil else { return }
        if paths.count != completed.count { problem = "Not everything that was announced is complete." }
        guard !hasErrors, !whole.hasErrors else {
            if hasErrors != whole.hasErrors { problem = "Only one way of delivering has errors." }
            return
        }
        guard let expected = try? JSON.parse(whole.body, maxDepth: 1_000) else { return }
        if Self.sorted(expected["data"] ?? .null) != Self.sorted(data) { problem = "The parts are not the whole." }
    }

    private mutating func add(_ part: Value, isFirst: Bool, isLast: Bool) {
        let hasNext = part["hasNext"] == .bool(true)
        if hasNext == isLast { problem = "hasNext is wrong." }
        if isFirst { data = part["data"] ?? .null }
        if part["errors"] != nil { hasErrors = true }
        for pending in part["pending"].items {
            guard let id = pending["id"]?.text, paths[id] == nil else { return problem = "An id is announced twice." }
            paths[id] = pending["path"].items
        }
        for increment in part["incremental"].items {
            guard let id = increment["id"]?.text, let path = paths[id], !completed.contains(id) else {
                return problem = "Data comes for what is not announced, or complete."
            }
            if increment["errors"] != nil { hasErrors = true }
            guard Self.merge(increment, into: &data, (path + increment["subPath"].items)[...]) else {
                return problem = "Data comes for a place that does not exist, or has it."
            }
        }
        for done in part["completed"].items {
            guard let id = done["id"]?.text, paths[id] != nil, completed.insert(id).inserted else {
                return problem = "What is not announced, or complete, is completed."
            }
            if done["errors"] != nil { hasErrors = true }
        }
    }

    /// Adds data at a path; `false` if there is no such place or a field is there already.
    private static func merge(_ increment: Value, into target: inout Value, _ path: ArraySlice<Value>) -> Bool {
        switch (path.first, target) {
        case (.string(let key)?, .object(var members)):
            guard let index = members.firstIndex(where: { $0.name == key }) else { return false }
            defer { target = .object(members) }
            return merge(increment, into: &members[index].value, path.dropFirst())
        case (.int(let index)?, .list(var items)):
            guard let index = Int(exactly: index), items.indices.contains(index) else { return false }
            defer { target = .list(items) }
            return merge(increment, into: &items[index], path.dropFirst())
        case (nil, .object(let members)):
            guard case .object(let more)? = increment["data"] else { return false }
            target = .object(members + more)
            return Set(members.map(\.name)).isDisjoint(with: more.map(\.name))
        case (nil, .list(let items)):
            guard increment["items"] != nil else { return false }
            target = .list(items + increment["items"].items)
            return true
        default: return false
        }
    }

    /// A value with the members of its objects in the order of their names.
    private static func sorted(_ value: Value) -> Value {
        switch value {
        case .object(let members):
            .object(
                members.map { Value.Member(name: $0.name, value: sorted($0.value)) }.sorted { $0.name < $1.name }
            )
        case .list(let items): .list(items.map(sorted))
        default: value
        }
    }
}

extension Value? {
    fileprivate var items: [Value] {
        if case .list(let items)? = self { items } else { [] }
    }
}
