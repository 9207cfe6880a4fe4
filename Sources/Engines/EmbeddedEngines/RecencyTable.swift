/// Values by key, in the order of their last use; every operation takes constant time.
struct RecencyTable<Value> {
    private struct Node {
        let key: String
        var value: Value
        var older: Int?
        var newer: Int?
    }

    private var positions: [String: Int] = [:]
    private var nodes: [Node?] = []
    private var free: [Int] = []
    private var oldest: Int?
    private var newest: Int?

    /// The value, which is now the one used last.
    mutating func use(_ key: String) -> Value? {
        guard let position = positions[key], let node = nodes[position] else { return nil }
        if newest != position {
            unlink(position)
            link(position)
        }
        return node.value
    }

    /// Changes a value that is there, without counting as a use.
    mutating func replace(_ key: String, with value: Value) {
        if let position = positions[key] { nodes[position]?.value = value }
    }

    /// Adds a value under a key that is not there, as the one used last.
    mutating func insert(_ value: Value, for key: String) {
        let node = Node(key: key, value: value)
        let position = free.popLast() ?? nodes.count
        if position == nodes.count { nodes.append(node) } else { nodes[position] = node }
        positions[key] = position
        link(position)
    }

    /// Takes a value out.
    mutating func remove(_ key: String) -> Value? {
        guard let position = positions.removeValue(forKey: key) else { return nil }
        unlink(position)
        let value = nodes[position]?.value
        nodes[position] = nil
        free.append(position)
        return value
    }

    /// The key that was not used for the longest time.
    var oldestKey: String? { oldest.flatMap { nodes[$0]?.key } }

    private mutating func link(_ position: Int) {
        nodes[position]?.older = newest
        nodes[position]?.newer = nil
        if let newest { nodes[newest]?.newer = position } else { oldest = position }
        newest = position
    }

    private mutating func unlink(_ position: Int) {
        let (older, newer) = (nodes[position]?.older, nodes[position]?.newer)
        if let older { nodes[older]?.newer = newer } else { oldest = newer }
        if let newer { nodes[newer]?.older = older } else { newest = older }
    }
}
