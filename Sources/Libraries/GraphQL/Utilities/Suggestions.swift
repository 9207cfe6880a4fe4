/// Finds names similar to a misspelt one.
enum Suggestions {
    /// Names longer than this are not compared.
    private static let lengthLimit = 64

    /// The most names that are compared with.
    private static let optionLimit = 2_000

    /// Similar names, the most similar first.
    static func names(for input: String, among options: [String]) -> [String] {
        guard input.utf8.count <= lengthLimit else { return [] }
        let wanted = Array(input.utf16)
        let wantedLower = Array(input.lowercased().utf16)
        let threshold = Int(Double(wanted.count) * 0.4) + 1
        var found: [(name: String, distance: Int)] = []
        var seen = Set<String>()
        for option in options.prefix(optionLimit) where seen.insert(option).inserted {
            let distance = distance(wanted, wantedLower, option, threshold)
            if let distance { found.append((option, distance)) }
        }
        return found.sorted { left, right in
            left.distance != right.distance
                ? left.distance < right.distance : NaturalOrder.precedes(left.name, right.name)
        }.map(\.name)
    }

    /// ` Did you mean …?` for at most five names, or nothing.
    static func question(_ names: [String], _ kind: String? = nil) -> String {
        guard !names.isEmpty else { return "" }
        let quoted = names.prefix(5).map { "\"\($0)\"" }
        let lead = kind.map { "\($0) " } ?? ""
        return " Did you mean \(lead)\(alternatives(quoted))?"
    }

    /// `A`, `A or B`, `A, B, or C`.
    static func alternatives(_ items: [String]) -> String {
        switch items.count {
        case 0: ""
        case 1: items[0]
        case 2: "\(items[0]) or \(items[1])"
        default: items.dropLast().joined(separator: ", ") + ", or " + (items.last ?? "")
        }
    }

    private static func distance(_ wanted: [UInt16], _ wantedLower: [UInt16], _ option: String, _ limit: Int) -> Int? {
        let candidate = Array(option.utf16)
        if candidate == wanted { return 0 }
        let candidateLower = Array(option.lowercased().utf16)
        if candidateLower == wantedLower { return 1 }
        guard abs(candidateLower.count - wantedLower.count) <= limit else { return nil }
        return editDistance(candidateLower, wantedLower, limit)
    }

    /// How many letters must be inserted, removed, replaced or swapped with their neighbour; `nil` beyond the limit.
    private static func editDistance(_ left: [UInt16], _ right: [UInt16], _ limit: Int) -> Int? {
        var beforePrevious = [Int](repeating: 0, count: right.count + 1)
        var previous = Array(0...right.count)
        var current = previous
        for row in 1..<left.count + 1 {
            current[0] = row
            var smallest = row
            for column in 1..<right.count + 1 {
                let cost = left[row - 1] == right[column - 1] ? 0 : 1
                var best = min(previous[column] + 1, current[column - 1] + 1, previous[column - 1] + cost)
                if row > 1, column > 1, left[row - 1] == right[column - 2], left[row - 2] == right[column - 1] {
                    best = min(best, beforePrevious[column - 2] + 1)
                }
                smallest = min(smallest, best)
                current[column] = best
            }
            if smallest > limit { return nil }
            (beforePrevious, previous, current) = (previous, current, beforePrevious)
        }
        return previous[right.count] <= limit ? previous[right.count] : nil
    }
}

/// The order in which numbers inside names count by value.
enum NaturalOrder {
    static func precedes(_ left: String, _ right: String) -> Bool { compare(Array(left.utf8), Array(right.utf8)) < 0 }

    private static func compare(_ left: [UInt8], _ right: [UInt8]) -> Int {
        var (leftIndex, rightIndex) = (0, 0)
        while leftIndex < left.count, rightIndex < right.count {
            let (leftUnit, rightUnit) = (left[leftIndex], right[rightIndex])
            if Lexer.isDigit(leftUnit), Lexer.isDigit(rightUnit) {
                let (leftNumber, rightNumber) = (number(left, &leftIndex), number(right, &rightIndex))
                if leftNumber.count != rightNumber.count { return leftNumber.count - rightNumber.count }
                if leftNumber != rightNumber { return leftNumber.lexicographicallyPrecedes(rightNumber) ? -1 : 1 }
            } else {
                if leftUnit != rightUnit { return Int(leftUnit) - Int(rightUnit) }
                leftIndex += 1
                rightIndex += 1
            }
        }
        return left.count - right.count
    }

    /// The digits of the number at `index`; none for zero, which a leading zero is by itself.
    private static func number(_ bytes: [UInt8], _ index: inout Int) -> ArraySlice<UInt8> {
        let start = index
        if bytes[start] == 0x30 {
            index += 1
            return []
        }
        while index < bytes.count, Lexer.isDigit(bytes[index]) { index += 1 }
        return bytes[start..<index]
    }
}
