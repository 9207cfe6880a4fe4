import CVectors

/// Vectors of one length, numbered from 0, in one piece of memory.
///
/// Dimensions are padded with zeros to whole SIMD registers, which changes no inner product.
struct VectorRows: Sendable {
    let dimensions: Int
    /// Floats from one row to the next.
    let stride: Int
    private(set) var memory: VectorMemory<Float>
    /// Rows up to the greatest number in use.
    private(set) var count = 0

    init(dimensions: Int) {
        self.dimensions = min(max(dimensions, 1), VectorLimits.dimensions)
        stride = (self.dimensions + 15) / 16 * 16
        memory = VectorMemory(capacity: 0, zero: 0)
    }

    func padded(_ vector: [Float]) throws(VectorProblem) -> [Float] {
        guard vector.count == dimensions else {
            throw .dimensions(expected: dimensions, found: vector.count)
        }
        if let place = vector.firstIndex(where: { !$0.isFinite }) { throw .notFinite(at: place) }
        return vector + Array(repeating: 0, count: stride - dimensions)
    }

    /// - Parameter vector: Padded.
    mutating func set(_ row: Int, padded vector: [Float]) throws(VectorProblem) {
        guard (0..<VectorLimits.rows).contains(row) else { throw .row(row) }
        let needed = (row + 1) * stride
        if needed > memory.capacity {
            memory = memory.copy(capacity: max(needed, memory.capacity * 3 / 2), zero: 0)
        } else if !isKnownUniquelyReferenced(&memory) {
            memory = memory.copy(capacity: memory.capacity, zero: 0)
        }
        count = max(count, row + 1)
        vector.withUnsafeBufferPointer { vector in
            guard let base = vector.baseAddress else { return }
            (memory.pointer + row * stride).update(from: base, count: stride)
        }
    }

    /// Makes room for rows that are going to be set.
    mutating func reserve(_ rows: Int) {
        let needed = min(max(rows, 0), VectorLimits.rows) * stride
        if needed > memory.capacity { memory = memory.copy(capacity: needed, zero: 0) }
    }

    func row(_ row: Int) -> UnsafePointer<Float> { UnsafePointer(memory.pointer + row * stride) }

    /// The inner products of a padded query with rows that follow one another.
    func products(_ query: UnsafePointer<Float>, _ rows: Range<Int>, _ products: UnsafeMutablePointer<Float>) {
        vectors_dot_rows(query, row(rows.lowerBound), rows.count, stride, products)
    }

    /// The inner products of a padded query with some rows.
    func products(
        _ query: UnsafePointer<Float>,
        _ rows: UnsafeBufferPointer<Int32>,
        _ products: UnsafeMutablePointer<Float>
    ) {
        guard let base = rows.baseAddress else { return }
        vectors_dot_some(query, memory.pointer, base, rows.count, stride, products)
    }
}

/// Which rows there are, one bit each.
struct RowSet: Sendable {
    private var words: [UInt64] = []
    private(set) var count = 0

    func contains(_ row: Int) -> Bool {
        let word = row >> 6
        return row >= 0 && word < words.count && words[word] >> UInt64(row & 63) & 1 == 1
    }

    /// - Parameter row: Not negative, and below `VectorLimits.rows`.
    mutating func insert(_ row: Int) {
        while words.count <= row >> 6 { words.append(0) }
        guard !contains(row) else { return }
        words[row >> 6] |= 1 << UInt64(row & 63)
        count += 1
    }

    mutating func remove(_ row: Int) {
        guard contains(row) else { return }
        words[row >> 6] &= ~(1 << UInt64(row & 63))
        count -= 1
    }
}
