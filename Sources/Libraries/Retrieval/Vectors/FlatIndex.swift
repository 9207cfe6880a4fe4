import CVectors

/// Finds the vectors with the greatest inner product by looking at all of them.
///
/// For vectors of length 1 that is the cosine of the angle between them. Nothing is missed; a thousand vectors of 3,072
/// dimensions take about 0.15 ms, a hundred thousand as long as reading them from memory.
public struct FlatIndex: Sendable {
    /// Rows whose products are computed at once; they fit the innermost cache.
    private static let block = 512

    /// How many candidates of the coarse search are looked at exactly, for each hit wanted.
    private static let candidatesPerHit = 8

    private var rows: VectorRows
    private var present = RowSet()
    private var coarse: CoarseRows?

    /// - Parameters:
    ///   - dimensions: Of every vector, at most `VectorLimits.dimensions`.
    ///   - keepsBytes: Whether a copy in one byte per dimension is kept, for `searchCoarsely`.
    public init(dimensions: Int, keepsBytes: Bool = false) {
        rows = VectorRows(dimensions: dimensions)
        if keepsBytes { coarse = CoarseRows(dimensions: rows.dimensions) }
    }

    /// Dimensions of every vector.
    public var dimensions: Int { rows.dimensions }
    /// Vectors in the index.
    public var count: Int { present.count }

    /// Makes room for vectors, so that memory need not be moved while they come.
    public mutating func reserve(_ count: Int) {
        rows.reserve(count)
        coarse?.reserve(count)
    }

    /// Sets the vector of a row.
    public mutating func set(_ row: Int, _ vector: [Float]) throws(VectorProblem) {
        let padded = try rows.padded(vector)
        try rows.set(row, padded: padded)
        coarse?.set(row, padded)
        present.insert(row)
    }

    /// Takes a vector out, if it is there.
    public mutating func remove(_ row: Int) { present.remove(row) }

    /// The vector of a row, if it is there.
    public func vector(_ row: Int) -> [Float]? {
        guard present.contains(row) else { return nil }
        return Array(UnsafeBufferPointer(start: rows.row(row), count: dimensions))
    }

    /// The nearest vectors, best first.
    ///
    /// - Parameter isWanted: Which rows may be found.
    public func search(
        _ query: [Float],
        limit: Int,
        where isWanted: (Int) -> Bool = { _ in true }
    ) throws(VectorProblem) -> [Hit] {
        let query = try rows.padded(query)
        var best = BestHits(limit)
        let isFull = present.count == rows.count
        withUnsafeTemporaryAllocation(of: Float.self, capacity: Self.block) { products in
            guard let out = products.baseAddress else { return }
            var start = 0
            while start < rows.count {
                let end = min(start + Self.block, rows.count)
                query.withUnsafeBufferPointer { query in
                    if let base = query.baseAddress { rows.products(base, start..<end, out) }
                }
                for row in start..<end where out[row - start] > best.bar {
                    if isFull || present.contains(row), isWanted(row) {
                        best.take(Hit(document: row, score: out[row - start]))
                    }
                }
                start = end
            }
        }
        return best.sorted()
    }

    /// The inner product with every row's vector, by row; 0 for rows without one.
    ///
    /// They are the scores of `search`, to the last bit.
    public func products(_ query: [Float]) throws(VectorProblem) -> [Float] {
        let padded = try rows.padded(query)
        var products = [Float](repeating: 0, count: rows.count)
        padded.withUnsafeBufferPointer { query in
            products.withUnsafeMutableBufferPointer { products in
                guard let base = query.baseAddress, let out = products.baseAddress else { return }
                // The blocks of `search`: the last row of an odd block is summed in another order.
                for start in stride(from: 0, to: rows.count, by: Self.block) {
                    rows.products(base, start..<min(start + Self.block, rows.count), out + start)
                }
            }
        }
        if present.count < rows.count {
            for row in products.indices where !present.contains(row) { products[row] = 0 }
        }
        return products
    }

    /// As `search`, but looks at one byte per dimension first, and exactly only at the best of them.
    ///
    /// It reads a quarter of the memory. Misses of the first look are possible and rare.
    public func searchCoarsely(
        _ query: [Float],
        limit: Int,
        where isWanted: (Int) -> Bool = { _ in true }
    ) throws(VectorProblem) -> [Hit] {
        guard let coarse else { return try search(query, limit: limit, where: isWanted) }
        let padded = try rows.padded(query)
        let candidates = coarse.search(padded, limit: max(limit, 0) * Self.candidatesPerHit) { row in
            present.contains(row) && isWanted(row)
        }
        let numbers = candidates.map { Int32(truncatingIfNeeded: $0.document) }
        var best = BestHits(limit)
        withUnsafeTemporaryAllocation(of: Float.self, capacity: max(numbers.count, 1)) { products in
            guard let out = products.baseAddress else { return }
            padded.withUnsafeBufferPointer { query in
                numbers.withUnsafeBufferPointer { numbers in
                    if let base = query.baseAddress { rows.products(base, numbers, out) }
                }
            }
            for (place, row) in numbers.enumerated() { best.take(Hit(document: Int(row), score: out[place])) }
        }
        return best.sorted()
    }
}

/// Vectors with one byte per dimension, each with its own scale.
struct CoarseRows: Sendable {
    private static let block = 512

    private let stride: Int
    private var memory: VectorMemory<UInt8>
    private var scales: [Float] = []

    init(dimensions: Int) {
        stride = (dimensions + 63) / 64 * 64
        memory = VectorMemory(capacity: 0, zero: 128)
    }

    mutating func reserve(_ rows: Int) {
        let needed = min(max(rows, 0), VectorLimits.rows) * stride
        if needed > memory.capacity { memory = memory.copy(capacity: needed, zero: 128) }
        scales.reserveCapacity(rows)
    }

    mutating func set(_ row: Int, _ vector: [Float]) {
        let needed = (row + 1) * stride
        if needed > memory.capacity {
            memory = memory.copy(capacity: max(needed, memory.capacity * 3 / 2), zero: 128)
        } else if !isKnownUniquelyReferenced(&memory) {
            memory = memory.copy(capacity: memory.capacity, zero: 128)
        }
        while scales.count <= row { scales.append(0) }
        let scale = Self.scale(vector)
        scales[row] = scale
        let out = memory.pointer + row * stride
        for (place, value) in vector.prefix(stride).enumerated() {
            out[place] = UInt8(truncatingIfNeeded: Self.steps(value, scale) + 128)
        }
    }

    func search(_ query: [Float], limit: Int, where isWanted: (Int) -> Bool) -> [Hit] {
        let scale = Self.scale(query)
        var steps = [Int8](repeating: 0, count: stride)
        for (place, value) in query.prefix(stride).enumerated() {
            steps[place] = Int8(truncatingIfNeeded: Self.steps(value, scale))
        }
        var best = BestHits(limit)
        withUnsafeTemporaryAllocation(of: Int32.self, capacity: Self.block) { products in
            guard let out = products.baseAddress else { return }
            var start = 0
            while start < scales.count {
                let end = min(start + Self.block, scales.count)
                vectors_dot_bytes(steps, memory.pointer + start * stride, end - start, stride, out)
                for row in start..<end {
                    let score = Float(out[row - start]) * scales[row]
                    if score > best.bar, isWanted(row) { best.take(Hit(document: row, score: score)) }
                }
                start = end
            }
        }
        return best.sorted()
    }

    private static func scale(_ vector: [Float]) -> Float {
        let largest = vector.reduce(0) { max($0, abs($1)) }
        return largest > 0 ? largest / 127 : 1
    }

    private static func steps(_ value: Float, _ scale: Float) -> Int32 {
        Int32(max(-127, min(127, (value / scale).rounded())))
    }
}
