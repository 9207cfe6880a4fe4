// Sorting in the browser: Swift's own makes a copy of its algorithm, 3 KB, for each type of element. A stable order is
// one order whatever the algorithm, so these come to the same as Swift's.

extension Array {
    mutating func sort(by precedes: (Element, Element) -> Bool) {
        self = sorted(by: precedes)
    }

    func sorted(by precedes: (Element, Element) -> Bool) -> [Element] {
        var result: [Element] = []
        for position in stableOrder(count, { precedes(self[$0], self[$1]) }) { result.append(self[position]) }
        return result
    }
}

extension [Int] {
    func sorted() -> [Int] {
        sorted { $0 < $1 }
    }
}

/// The positions 0..<count in ascending order, equal ones as they are; a merge sort from short runs to long ones.
@inline(never)
private func stableOrder(_ count: Int, _ precedes: (Int, Int) -> Bool) -> [Int] {
    var order = Array(0..<count)
    var length = 1
    while length < count {
        var merged: [Int] = []
        var start = 0
        while start < count {
            var left = start
            var right = Swift.min(start + length, count)
            let middle = right
            let end = Swift.min(middle + length, count)
            while left < middle || right < end {
                if left < middle, right == end || !precedes(order[right], order[left]) {
                    merged.append(order[left])
                    left += 1
                } else {
                    merged.append(order[right])
                    right += 1
                }
            }
            start = end
        }
        order = merged
        length *= 2
    }
    return order
}
