/// Numbers names in the order of their first insertion.
///
/// Names are compared byte by byte, as Mermaid does, not by Unicode equivalence.
struct NameTable: Sendable {
    private(set) var names: [String] = []
    private var positions: [Key: Int] = [:]

    /// Hashes its bytes at once, which is several times faster than one by one.
    private struct Key: Hashable {
        let bytes: [UInt8]

        init(_ name: String) {
            bytes = Array(name.utf8)
        }

        func hash(into hasher: inout Hasher) {
            bytes.withUnsafeBytes { hasher.combine(bytes: $0) }
        }
    }

    /// The position of a name, 0 for the first one.
    subscript(name: String) -> Int? {
        positions[Key(name)]
    }

    /// Adds a name unless it is there; its position either way.
    @discardableResult
    mutating func insert(_ name: String) -> Int {
        let key = Key(name)
        if let position = positions[key] { return position }
        positions[key] = names.count
        names.append(name)
        return names.count - 1
    }

    func contains(_ name: String) -> Bool {
        self[name] != nil
    }

    /// Up to three names that differ from `name` by few letters, the nearest first.
    func nearest(to name: String) -> [String] {
        let wanted = Array(name.utf8.prefix(Limits.comparedNameBytes))
        var found: [(distance: Int, name: String)] = []
        for candidate in names.prefix(Limits.comparedNames) {
            let bytes = Array(candidate.utf8.prefix(Limits.comparedNameBytes))
            let distance = editDistance(wanted, bytes)
            if distance <= max(1, (wanted.count + 1) / 3) { found.append((distance, candidate)) }
        }
        found.sort { $0.distance < $1.distance }
        return found.prefix(3).map { $0.name }
    }
}

/// How many letters must change to turn `left` into `right`, case aside.
func editDistance(_ left: [UInt8], _ right: [UInt8]) -> Int {
    var previous = Array(0...right.count)
    for (row, leftByte) in left.enumerated() {
        var current = [row + 1]
        for (column, rightByte) in right.enumerated() {
            let change = previous[column] + (leftByte.lowercase == rightByte.lowercase ? 0 : 1)
            current.append(min(change, previous[column + 1] + 1, current[column] + 1))
        }
        previous = current
    }
    return previous[right.count]
}
