/// The points of a stroke, packed.
///
/// A point is two zigzag varints, the steps in x and y from the point before in quarters of a pixel, and a byte of
/// pressure. The first point steps from the origin of the stroke. About three bytes a point.
///
/// Source: Protocol Buffers, "Encoding", sections "Base 128 Varints" and "Signed Integers".
public struct BoardPoints: Sendable, Equatable {
    /// A point.
    public struct Point: Sendable, Equatable {
        /// To the right of the stroke's origin, in quarters of a pixel.
        public var x: Int32
        /// Below the stroke's origin, in quarters of a pixel.
        public var y: Int32
        /// 0 for a touch without pressure, 255 for the strongest.
        public var pressure: UInt8

        /// A point.
        public init(x: Int32, y: Int32, pressure: UInt8) {
            self.x = x
            self.y = y
            self.pressure = pressure
        }
    }

    /// How many.
    public private(set) var count = 0
    /// The packed form.
    public private(set) var bytes: [UInt8] = []
    private var last = (x: Int32(0), y: Int32(0))

    /// No points.
    public init() {}

    /// Packs points; their coordinates lie within `BoardLimits.extent`.
    public init(_ points: [Point]) {
        for point in points { append(point) }
    }

    /// Takes packed points from the front of `rest`.
    ///
    /// - Parameter limit: How many are taken; `nil` for all.
    /// - Returns: `nil` if the bytes end too early, or a point lies beyond `BoardLimits.extent` or there are more than
    ///   `BoardLimits.points`.
    static func taken(from rest: inout ArraySlice<UInt8>, count limit: Int? = nil) -> BoardPoints? {
        var points = BoardPoints()
        while limit.map({ points.count < $0 }) ?? !rest.isEmpty {
            guard points.count < BoardLimits.points, let x = step(&rest), let y = step(&rest),
                let pressure = rest.popFirst()
            else { return nil }
            let point = (x: Int(points.last.x) + Int(x), y: Int(points.last.y) + Int(y))
            guard range.contains(point.x), range.contains(point.y) else { return nil }
            points.append(Point(x: Int32(point.x), y: Int32(point.y), pressure: pressure))
        }
        return points
    }

    /// All points, from the start of the stroke.
    public var all: [Point] {
        var points: [Point] = []
        points.reserveCapacity(count)
        var rest = bytes[...]
        var (x, y) = (Int32(0), Int32(0))
        while let stepX = Self.step(&rest), let stepY = Self.step(&rest), let pressure = rest.popFirst() {
            x &+= stepX
            y &+= stepY
            points.append(Point(x: x, y: y, pressure: pressure))
        }
        return points
    }

    /// Adds a run whose first point steps from the origin.
    mutating func append(_ run: BoardPoints) {
        for point in run.all { append(point) }
    }

    private mutating func append(_ point: Point) {
        append(step: point.x &- last.x)
        append(step: point.y &- last.y)
        bytes.append(point.pressure)
        last = (point.x, point.y)
        count += 1
    }

    private mutating func append(step: Int32) {
        var rest = UInt32(bitPattern: (step << 1) ^ (step >> 31))
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(truncatingIfNeeded: rest))
    }

    static let range = -(BoardLimits.extent * 4)...(BoardLimits.extent * 4)

    /// The next varint, at most five bytes.
    private static func step<Bytes: Collection<UInt8>>(_ rest: inout Bytes) -> Int32? where Bytes.SubSequence == Bytes {
        var value: UInt32 = 0
        for shift in stride(from: UInt32(0), to: 35, by: 7) {
            guard let byte = rest.popFirst() else { return nil }
            value |= UInt32(byte & 0x7F) << shift
            if byte < 0x80 { return Int32(bitPattern: value >> 1) ^ -Int32(bitPattern: value & 1) }
        }
        return nil
    }

    /// Two strokes are equal if their packed forms are: the form is unique.
    public static func == (left: BoardPoints, right: BoardPoints) -> Bool {
        left.bytes == right.bytes
    }
}
