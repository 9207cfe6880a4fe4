/// Writes SVG text; everything that comes from a source is escaped here.
struct SVGWriter {
    private(set) var bytes: [UInt8] = []

    mutating func raw(_ text: String) {
        bytes.append(contentsOf: text.utf8)
    }

    /// Text content or an attribute's value: markup escaped, control characters removed.
    mutating func text(_ text: String) {
        for byte in text.utf8 {
            switch byte {
            case UInt8(of: "<"): raw("&lt;")
            case UInt8(of: ">"): raw("&gt;")
            case UInt8(of: "&"): raw("&amp;")
            case UInt8(of: "\""): raw("&quot;")
            case UInt8(of: "'"): raw("&#39;")
            case 9, 10, 13: bytes.append(32)
            case 0..<32, 127: continue
            default: bytes.append(byte)
            }
        }
    }

    mutating func attribute(_ name: String, _ value: String) {
        raw(" ")
        raw(name)
        raw("=\"")
        text(value)
        raw("\"")
    }

    mutating func attribute(_ name: String, _ value: Double) {
        raw(" ")
        raw(name)
        raw("=\"")
        number(value)
        raw("\"")
    }

    /// At most two decimals, no exponent.
    mutating func number(_ value: Double) {
        guard value == value else { return raw("0") }
        let hundredths = Int((min(max(value, -1e7), 1e7) * 100).rounded())
        if hundredths < 0 { raw("-") }
        let size = hundredths.magnitude
        digits(size / 100)
        let rest = size % 100
        guard rest > 0 else { return }
        raw(".")
        bytes.append(48 + UInt8(rest / 10))
        if rest % 10 > 0 { bytes.append(48 + UInt8(rest % 10)) }
    }

    private mutating func digits(_ value: UInt) {
        if value >= 10 { digits(value / 10) }
        bytes.append(48 + UInt8(value % 10))
    }

    mutating func element(_ name: String, class className: String, _ attributes: [(String, Double)]) {
        raw("<\(name) class=\"\(className)\"")
        for (key, value) in attributes { attribute(key, value) }
        raw("/>")
    }

    mutating func rect(_ frame: Rect, class className: String, radius: Double = 0) {
        var attributes: [(String, Double)] = [
            ("x", frame.x), ("y", frame.y), ("width", frame.width), ("height", frame.height),
        ]
        if radius > 0 { attributes.append(("rx", radius)) }
        element("rect", class: className, attributes)
    }

    mutating func path(_ path: Path, class className: String) {
        raw("<path class=\"\(className)\" d=\"")
        bytes.append(contentsOf: path.bytes)
        raw("\"/>")
    }

    /// Lines of text in a box, centred or from its left side.
    mutating func label(_ label: Layout.Label, style: TextStyle, class className: String, isCentered: Bool = true) {
        guard !label.lines.isEmpty else { return }
        let height = Double(label.lines.count) * style.lineHeight
        let x = isCentered ? label.frame.center.x : label.frame.minX
        var y = label.frame.center.y - height / 2 + style.lineHeight / 2 + style.size * 0.36
        raw("<text class=\"\(className)\"")
        if isCentered { raw(" text-anchor=\"middle\"") }
        if label.lines.count == 1 {
            attribute("x", x)
            attribute("y", y)
            raw(">")
            text(label.lines[0])
        } else {
            raw(">")
            for line in label.lines {
                raw("<tspan")
                attribute("x", x)
                attribute("y", y)
                raw(">")
                text(line)
                raw("</tspan>")
                y += style.lineHeight
            }
        }
        raw("</text>")
    }
}

/// The data of a path.
struct Path {
    private var writer = SVGWriter()

    var bytes: [UInt8] { writer.bytes }
    var isEmpty: Bool { bytes.isEmpty }

    mutating func move(_ x: Double, _ y: Double) { command("M", [x, y]) }
    mutating func line(_ x: Double, _ y: Double) { command("L", [x, y]) }
    mutating func curve(_ a: Point, _ b: Point, _ end: Point) { command("C", [a.x, a.y, b.x, b.y, end.x, end.y]) }
    mutating func close() { writer.raw("Z") }

    /// An elliptic arc that is not the larger one.
    mutating func arc(_ rx: Double, _ ry: Double, clockwise: Bool, _ x: Double, _ y: Double) {
        writer.raw("A")
        writer.number(rx)
        writer.raw(" ")
        writer.number(ry)
        writer.raw(" 0 0 \(clockwise ? 1 : 0) ")
        writer.number(x)
        writer.raw(" ")
        writer.number(y)
    }

    mutating func polygon(_ points: [(Double, Double)]) {
        for (index, point) in points.enumerated() {
            if index == 0 { move(point.0, point.1) } else { line(point.0, point.1) }
        }
        close()
    }

    mutating func roundedRect(_ frame: Rect, radius: Double) {
        let round = min(radius, frame.width / 2, frame.height / 2)
        move(frame.minX + round, frame.minY)
        line(frame.maxX - round, frame.minY)
        arc(round, round, clockwise: true, frame.maxX, frame.minY + round)
        line(frame.maxX, frame.maxY - round)
        arc(round, round, clockwise: true, frame.maxX - round, frame.maxY)
        line(frame.minX + round, frame.maxY)
        arc(round, round, clockwise: true, frame.minX, frame.maxY - round)
        line(frame.minX, frame.minY + round)
        arc(round, round, clockwise: true, frame.minX + round, frame.minY)
        close()
    }

    mutating func ellipse(_ center: Point, _ rx: Double, _ ry: Double) {
        move(center.x - rx, center.y)
        arc(rx, ry, clockwise: true, center.x + rx, center.y)
        arc(rx, ry, clockwise: true, center.x - rx, center.y)
        close()
    }

    init() {}

    /// The whole of a curve, straight pieces as lines.
    init(_ curve: Curve) {
        guard let first = curve.points.first else { return }
        move(first.x, first.y)
        for piece in 0..<curve.pieces {
            let points = curve.points[(piece * 3)...(piece * 3 + 3)].map { $0 }
            let isUpright = points.allSatisfy { abs($0.x - points[0].x) < 0.01 }
            let isLevel = points.allSatisfy { abs($0.y - points[0].y) < 0.01 }
            if isUpright || isLevel {
                line(points[3].x, points[3].y)
            } else {
                self.curve(points[1], points[2], points[3])
            }
        }
    }

    private mutating func command(_ letter: String, _ numbers: [Double]) {
        writer.raw(letter)
        for (index, number) in numbers.enumerated() {
            if index > 0 { writer.raw(" ") }
            writer.number(number)
        }
    }
}
