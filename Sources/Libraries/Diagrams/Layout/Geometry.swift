/// A place in a picture; x grows to the right, y downwards, in CSS pixels.
public struct Point: Sendable, Equatable {
    /// To the right.
    public var x: Double
    /// Downwards.
    public var y: Double

    /// Makes a point.
    public init(x: Double, y: Double) {
        self.x = x
        self.y = y
    }
}

/// Width and height in CSS pixels.
public struct Size: Sendable, Equatable {
    /// To the right.
    public var width: Double
    /// Downwards.
    public var height: Double

    /// Makes a size.
    public init(width: Double, height: Double) {
        self.width = width
        self.height = height
    }
}

/// An upright rectangle.
public struct Rect: Sendable, Equatable {
    /// The left side.
    public var x: Double
    /// The upper side.
    public var y: Double
    /// To the right.
    public var width: Double
    /// Downwards.
    public var height: Double

    /// Makes a rectangle from its upper left corner.
    public init(x: Double, y: Double, width: Double, height: Double) {
        self.x = x
        self.y = y
        self.width = width
        self.height = height
    }

    /// Makes a rectangle around a point.
    public init(center: Point, size: Size) {
        self.init(
            x: center.x - size.width / 2,
            y: center.y - size.height / 2,
            width: size.width,
            height: size.height
        )
    }

    /// The left side.
    public var minX: Double { x }
    /// The right side.
    public var maxX: Double { x + width }
    /// The upper side.
    public var minY: Double { y }
    /// The lower side.
    public var maxY: Double { y + height }
    /// The middle.
    public var center: Point { Point(x: x + width / 2, y: y + height / 2) }
    /// Width and height.
    public var size: Size { Size(width: width, height: height) }

    /// Whether the two share more than a border.
    public func overlaps(_ other: Rect) -> Bool {
        minX < other.maxX && other.minX < maxX && minY < other.maxY && other.minY < maxY
    }

    /// Whether a point is inside or on the border.
    public func contains(_ point: Point) -> Bool {
        point.x >= minX && point.x <= maxX && point.y >= minY && point.y <= maxY
    }

    /// Whether another rectangle is inside or on the border.
    public func contains(_ other: Rect) -> Bool {
        other.minX >= minX && other.maxX <= maxX && other.minY >= minY && other.maxY <= maxY
    }

    /// The rectangle made smaller on every side, or larger by a negative amount.
    public func inset(by amount: Double) -> Rect {
        Rect(x: x + amount, y: y + amount, width: width - 2 * amount, height: height - 2 * amount)
    }

    /// The smallest rectangle around both.
    public func union(_ other: Rect) -> Rect {
        let left = min(minX, other.minX)
        let top = min(minY, other.minY)
        return Rect(
            x: left,
            y: top,
            width: max(maxX, other.maxX) - left,
            height: max(maxY, other.maxY) - top
        )
    }

    func moved(by offset: Point) -> Rect {
        Rect(x: x + offset.x, y: y + offset.y, width: width, height: height)
    }
}

extension Point {
    func moved(by offset: Point) -> Point {
        Point(x: x + offset.x, y: y + offset.y)
    }
}

/// A smooth line: a first point, then three points for each piece, of which two are handles and one is the end.
public struct Curve: Sendable, Equatable {
    /// `1 + 3 × pieces` points of cubic Bézier pieces; empty for no line.
    public var points: [Point]

    /// Makes a curve.
    public init(points: [Point]) {
        self.points = points
    }

    init(from start: Point) {
        points = [start]
    }

    /// Adds a straight piece; nothing when it would have no length.
    mutating func line(to end: Point) {
        guard let start = points.last, start != end else { return }
        points.append(Point(x: start.x + (end.x - start.x) / 3, y: start.y + (end.y - start.y) / 3))
        points.append(Point(x: end.x - (end.x - start.x) / 3, y: end.y - (end.y - start.y) / 3))
        points.append(end)
    }

    mutating func curve(_ first: Point, _ second: Point, to end: Point) {
        points.append(first)
        points.append(second)
        points.append(end)
    }

    /// How many pieces there are.
    public var pieces: Int { max(0, (points.count - 1) / 3) }

    /// The curve as a chain of short straight lines, `steps` for each piece.
    public func polyline(steps: Int = 12) -> [Point] {
        guard let first = points.first else { return [] }
        var result = [first]
        for piece in 0..<pieces {
            let base = piece * 3
            for step in 1...max(1, steps) {
                result.append(point(piece: base, at: Double(step) / Double(max(1, steps))))
            }
        }
        return result
    }

    /// A point on the piece that starts at index `base`, `position` in 0...1.
    func point(piece base: Int, at position: Double) -> Point {
        let rest = 1 - position
        let weights = (
            rest * rest * rest, 3 * rest * rest * position, 3 * rest * position * position,
            position * position * position
        )
        let (a, b, c, d) = (points[base], points[base + 1], points[base + 2], points[base + 3])
        return Point(
            x: weights.0 * a.x + weights.1 * b.x + weights.2 * c.x + weights.3 * d.x,
            y: weights.0 * a.y + weights.1 * b.y + weights.2 * c.y + weights.3 * d.y
        )
    }

    /// The curve in the other direction.
    var reversed: Curve {
        Curve(points: points.reversed())
    }

    func mapped(_ change: (Point) -> Point) -> Curve {
        var copy = self
        for index in copy.points.indices { copy.points[index] = change(copy.points[index]) }
        return copy
    }
}
