/// Finds near vectors by walking a graph of neighbours, for more vectors than one wants to look at.
///
/// Source: Malkov and Yashunin, "Efficient and robust approximate nearest neighbor search using Hierarchical Navigable
/// Small World graphs", 2016 (algorithms 1, 2, 4 and 5). Similar is what has a great inner product; vectors should have
/// length 1. The same vectors in the same order make the same graph.
public struct GraphIndex: Sendable {
    /// How the graph is built and searched.
    public struct Parameters: Sendable, Equatable {
        /// Neighbours of a vector on each upper level, from 2 to 64; twice as many on the lowest.
        public var neighbours: Int
        /// How many candidates are kept while a vector is inserted.
        public var insertionBreadth: Int
        /// How many candidates are kept while searching, if not more hits are wanted.
        public var searchBreadth: Int

        /// The parameters; the defaults find 99 of 100 on vectors with structure.
        public init(neighbours: Int = 16, insertionBreadth: Int = 200, searchBreadth: Int = 64) {
            self.neighbours = min(max(neighbours, 2), 64)
            self.insertionBreadth = max(insertionBreadth, 1)
            self.searchBreadth = max(searchBreadth, 1)
        }
    }

    private static let highestLevel = 16

    private let parameters: Parameters
    private var rows: VectorRows
    private var present = RowSet()
    private var inserted = RowSet()
    /// The neighbours on the lowest level: for each row their number, then they themselves.
    private var lowest: VectorMemory<Int32>
    /// The neighbours on each upper level, from level 1 up.
    private var upper: [Int32: [[Int32]]] = [:]
    private var entry: Int32 = -1
    private var top = 0

    /// An index without vectors.
    public init(dimensions: Int, _ parameters: Parameters = Parameters()) {
        self.parameters = parameters
        rows = VectorRows(dimensions: dimensions)
        lowest = VectorMemory(capacity: 0, zero: 0)
    }

    /// Vectors in the index.
    public var count: Int { present.count }

    private var lowestLimit: Int { parameters.neighbours * 2 }
    private var lowestStride: Int { lowestLimit + 1 }

    /// Makes room for vectors, so that memory need not be moved while they come.
    public mutating func reserve(_ count: Int) {
        rows.reserve(count)
        growLowest(count)
    }

    /// Takes a vector out; it stays as a way to others.
    public mutating func remove(_ row: Int) { present.remove(row) }

    /// Adds a vector; a row that was used before is refused, for its place in the graph is that of its old vector.
    ///
    /// - Throws: `VectorProblem.row` for a row in use.
    public mutating func insert(_ row: Int, _ vector: [Float]) throws(VectorProblem) {
        guard !inserted.contains(row) else { throw .row(row) }
        let padded = try rows.padded(vector)
        try rows.set(row, padded: padded)
        growLowest(row + 1)
        if !isKnownUniquelyReferenced(&lowest) { lowest = lowest.copy(capacity: lowest.capacity, zero: 0) }
        present.insert(row)
        inserted.insert(row)
        let number = Int32(truncatingIfNeeded: row)
        let level = Self.level(row, parameters.neighbours)
        if level > 0 { upper[number] = Array(repeating: [], count: level) }
        guard entry >= 0 else {
            (entry, top) = (number, level)
            return
        }
        link(number, level, padded)
        if level > top { (entry, top) = (number, level) }
    }

    private mutating func link(_ number: Int32, _ level: Int, _ vector: [Float]) {
        var walk = GraphWalk.borrow(rows.count)
        vector.withUnsafeBufferPointer { vector in
            guard let query = vector.baseAddress else { return }
            var start = Hit(document: Int(entry), score: 0)
            rows.products(query, Int(entry)..<Int(entry) + 1, &start.score)
            var current = top
            while current > level {
                start = descend(query, start, current)
                current -= 1
            }
            var starts = [start]
            for current in stride(from: min(level, top), through: 0, by: -1) {
                starts = search(query, starts, current, parameters.insertionBreadth, &walk)
                let chosen = diverse(starts, parameters.neighbours)
                setNeighbours(number, current, chosen.map { Int32(truncatingIfNeeded: $0.document) })
                for hit in chosen { connect(Int32(truncatingIfNeeded: hit.document), to: number, hit.score, current) }
            }
        }
    }

    /// The nearest vectors that the walk comes by, best first.
    ///
    /// Those that were taken out or are not wanted count among the candidates: where many of them are near, fewer are
    /// found than there are.
    ///
    /// - Parameters:
    ///   - breadth: How many candidates are kept; more find more and take longer.
    ///   - isWanted: Which rows may be found.
    public func search(
        _ query: [Float],
        limit: Int,
        breadth: Int? = nil,
        where isWanted: (Int) -> Bool = { _ in true }
    ) throws(VectorProblem) -> [Hit] {
        let padded = try rows.padded(query)
        guard entry >= 0, limit > 0 else { return [] }
        var walk = GraphWalk.borrow(rows.count)
        let found = padded.withUnsafeBufferPointer { vector -> [Hit] in
            guard let query = vector.baseAddress else { return [] }
            var start = Hit(document: Int(entry), score: 0)
            rows.products(query, Int(entry)..<Int(entry) + 1, &start.score)
            for level in stride(from: top, to: 0, by: -1) { start = descend(query, start, level) }
            return search(query, [start], 0, max(breadth ?? parameters.searchBreadth, limit), &walk)
        }
        return Array(found.filter { present.contains($0.document) && isWanted($0.document) }.prefix(limit))
    }

    // MARK: Walking

    /// Goes to the nearest neighbour as long as that is nearer.
    private func descend(_ query: UnsafePointer<Float>, _ start: Hit, _ level: Int) -> Hit {
        var best = start
        var hasMoved = true
        while hasMoved {
            hasMoved = false
            withNeighbours(Int32(truncatingIfNeeded: best.document), level) { neighbours in
                withUnsafeTemporaryAllocation(of: Float.self, capacity: max(neighbours.count, 1)) { products in
                    guard let out = products.baseAddress else { return }
                    rows.products(query, neighbours, out)
                    for (place, neighbour) in neighbours.enumerated() where out[place] > best.score {
                        best = Hit(document: Int(neighbour), score: out[place])
                        hasMoved = true
                    }
                }
            }
        }
        return best
    }

    /// The best of one level, best first.
    private func search(
        _ query: UnsafePointer<Float>,
        _ starts: [Hit],
        _ level: Int,
        _ breadth: Int,
        _ walk: inout GraphWalk
    ) -> [Hit] {
        walk.begin()
        var open = OpenHits()
        var best = BestHits(breadth)
        for hit in starts {
            _ = walk.visit(hit.document)
            open.push(hit)
            best.take(hit)
        }
        withUnsafeTemporaryAllocation(of: Int32.self, capacity: lowestStride) { fresh in
            withUnsafeTemporaryAllocation(of: Float.self, capacity: lowestStride) { products in
                guard let out = products.baseAddress else { return }
                while let nearest = open.pop(), nearest.score >= best.bar {
                    var count = 0
                    withNeighbours(Int32(truncatingIfNeeded: nearest.document), level) { neighbours in
                        for neighbour in neighbours where walk.visit(Int(neighbour)) {
                            fresh[count] = neighbour
                            count += 1
                        }
                    }
                    rows.products(query, UnsafeBufferPointer(rebasing: fresh[..<count]), out)
                    for place in 0..<count where out[place] > best.bar {
                        let hit = Hit(document: Int(fresh[place]), score: out[place])
                        open.push(hit)
                        best.take(hit)
                    }
                }
            }
        }
        return best.sorted()
    }

    /// Neighbours that are nearer to the vector than to each other, so that they lead into different directions.
    private func diverse(_ candidates: [Hit], _ limit: Int) -> [Hit] {
        guard candidates.count > limit else { return candidates }
        var chosen: [Hit] = []
        var numbers: [Int32] = []
        withUnsafeTemporaryAllocation(of: Float.self, capacity: max(limit, 1)) { products in
            guard let out = products.baseAddress else { return }
            for candidate in candidates {
                guard chosen.count < limit else { return }
                numbers.withUnsafeBufferPointer { rows.products(rows.row(candidate.document), $0, out) }
                guard !(0..<numbers.count).contains(where: { out[$0] > candidate.score }) else { continue }
                chosen.append(candidate)
                numbers.append(Int32(truncatingIfNeeded: candidate.document))
            }
        }
        return chosen
    }

    // MARK: Links

    private mutating func connect(_ row: Int32, to other: Int32, _ score: Float, _ level: Int) {
        let limit = level == 0 ? lowestLimit : parameters.neighbours
        var neighbours = withNeighbours(row, level) { Array($0) }
        guard neighbours.count >= limit else {
            neighbours.append(other)
            return setNeighbours(row, level, neighbours)
        }
        var hits: [Hit] = []
        withUnsafeTemporaryAllocation(of: Float.self, capacity: neighbours.count) { products in
            guard let out = products.baseAddress else { return }
            neighbours.withUnsafeBufferPointer { rows.products(rows.row(Int(row)), $0, out) }
            hits = neighbours.enumerated().map { Hit(document: Int($0.element), score: out[$0.offset]) }
        }
        hits.append(Hit(document: Int(other), score: score))
        hits.sort(by: Hit.isBetter)
        setNeighbours(row, level, diverse(hits, limit).map { Int32(truncatingIfNeeded: $0.document) })
    }

    private func withNeighbours<Result>(
        _ row: Int32,
        _ level: Int,
        _ body: (UnsafeBufferPointer<Int32>) -> Result
    ) -> Result {
        if level == 0 {
            let start = lowest.pointer + Int(row) * lowestStride
            return body(UnsafeBufferPointer(start: start + 1, count: Int(start.pointee)))
        }
        guard let levels = upper[row], levels.count >= level else {
            return body(UnsafeBufferPointer(start: nil, count: 0))
        }
        return levels[level - 1].withUnsafeBufferPointer(body)
    }

    private mutating func setNeighbours(_ row: Int32, _ level: Int, _ neighbours: [Int32]) {
        guard level == 0 else {
            upper[row]?[level - 1] = neighbours
            return
        }
        let start = lowest.pointer + Int(row) * lowestStride
        let kept = neighbours.prefix(lowestLimit)
        start.pointee = Int32(kept.count)
        for (place, neighbour) in kept.enumerated() { start[place + 1] = neighbour }
    }

    private mutating func growLowest(_ count: Int) {
        let needed = min(count, VectorLimits.rows) * lowestStride
        guard needed > lowest.capacity else { return }
        lowest = lowest.copy(capacity: max(needed, lowest.capacity * 3 / 2), zero: 0)
    }

    /// How high a row reaches: each level holds about one in `neighbours` of the one below.
    private static func level(_ row: Int, _ neighbours: Int) -> Int {
        var bits = UInt64(truncatingIfNeeded: row) &+ 0x9E37_79B9_7F4A_7C15
        bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
        bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
        bits ^= bits >> 31
        let uniform = (Double(bits >> 11) + 0.5) / 9_007_199_254_740_992
        return min(Int(-Logarithm.natural(uniform) / Logarithm.natural(Double(neighbours))), highestLevel)
    }
}
