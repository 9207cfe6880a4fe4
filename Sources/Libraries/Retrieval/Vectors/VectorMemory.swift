import CVectors

/// Numbers in one piece of memory that begins at a page and may lie on large pages.
///
/// Shared by copies of an index until one of them changes: whoever writes makes sure first that nobody else sees it.
final class VectorMemory<Element: BitwiseCopyable & Sendable>: @unchecked Sendable {
    /// From this size on, the system is asked for large pages.
    private static var largeBytes: Int { 4 << 20 }
    private static var alignment: Int { 2 << 20 }

    let capacity: Int
    let pointer: UnsafeMutablePointer<Element>

    init(capacity: Int, zero: Element) {
        let bytes = max(capacity, 1) * MemoryLayout<Element>.stride
        let isLarge = bytes >= Self.largeBytes
        let raw = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: isLarge ? Self.alignment : 64)
        if isLarge { vectors_want_large_pages(raw, bytes) }
        self.capacity = capacity
        pointer = raw.bindMemory(to: Element.self, capacity: max(capacity, 1))
        pointer.initialize(repeating: zero, count: capacity)
    }

    deinit { UnsafeMutableRawPointer(pointer).deallocate() }

    /// A copy with room for more.
    func copy(capacity: Int, zero: Element) -> VectorMemory {
        let copy = VectorMemory(capacity: capacity, zero: zero)
        copy.pointer.update(from: pointer, count: min(capacity, self.capacity))
        return copy
    }
}

/// A vector that does not fit an index.
public enum VectorProblem: Error, Sendable, Equatable {
    /// It has another number of dimensions than the index.
    case dimensions(expected: Int, found: Int)
    /// A component is infinite or not a number.
    case notFinite(at: Int)
    /// The row's number is negative or beyond `VectorLimits.rows`.
    case row(Int)
}

/// How large an index may become.
public enum VectorLimits {
    /// Rows of one index.
    public static let rows = 10_000_000
    /// Dimensions of one vector.
    public static let dimensions = 20_000
}
