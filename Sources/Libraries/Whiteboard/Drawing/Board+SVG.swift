extension Board {
    /// The board as a picture of its own: no script, no reference to anything outside.
    ///
    /// - Parameter title: For those who do not see the picture.
    public func svg(title: String) -> String {
        var drawing = BoardDrawing(self)
        return drawing.render(title: title)
    }
}

/// One picture of a board in the making.
private struct BoardDrawing {
    private let board: Board
    private var text = ""
    private static let margin = 40.0
    private static let style = """
        text{font-family:Inter,system-ui,sans-serif;font-size:14px;fill:#1b2230}\
        .edge{fill:none;stroke:#5b6678;stroke-width:1.5}.async{stroke-dasharray:6 5}\
        .node{fill:#fff;stroke:#5b6678;stroke-width:1.5}.group{fill:#f3f5f9}.kind{font-size:11px;fill:#5b6678}\
        .stroke{fill:none;stroke-linecap:round;stroke-linejoin:round}.image{fill:#eef1f6;stroke:#9aa5b8}
        """

    init(_ board: Board) {
        self.board = board
    }

    mutating func render(title: String) -> String {
        let stack = board.stack
        let frame = bounds(stack)
        text += "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" width=\"\(number(frame.width))\""
        text += " height=\"\(number(frame.height))\" viewBox=\"\(number(frame.x)) \(number(frame.y))"
        text += " \(number(frame.width)) \(number(frame.height))\"><title>\(escaped(title))</title>"
        text += "<style>\(Self.style)</style><defs><marker id=\"head\" viewBox=\"0 0 8 8\" refX=\"8\" refY=\"4\""
        text +=
            " markerWidth=\"8\" markerHeight=\"8\" orient=\"auto\"><path d=\"M0 0L8 4L0 8Z\" fill=\"#5b6678\"/></marker></defs>"
        let groups = Set(stack.compactMap { $0.record.text(.parent) })
        for item in stack { draw(item, isGroup: groups.contains(item.id)) }
        text += "</svg>\n"
        return text
    }

    private mutating func draw(_ item: BoardWelcome.Item, isGroup: Bool) {
        let record = item.record
        guard record.shape != .edge else { return edge(record) }
        let frame = Frame(record)
        let middle = "\(number(frame.x + frame.width / 2)) \(number(frame.y + frame.height / 2))"
        let turn = record.number(.angle) ?? 0
        text += turn == 0 ? "<g>" : "<g transform=\"rotate(\(number(turn)) \(middle))\">"
        let colour = BoardColour(rawValue: record.text(.colour) ?? "") ?? .ink
        switch record.shape {
        case .node:
            rect(frame, isGroup ? "node group" : "node", colour == .ink ? nil : "stroke:\(colour.line)")
            let kind = record.text(.kind) ?? ""
            if isGroup {
                lines(record.text(.label) ?? "", in: frame, top: frame.y + 18)
            } else {
                lines(record.text(.label) ?? "", in: frame, top: nil)
                if kind != "unknown" { label(kind, x: frame.x + 8, y: frame.y + 14, "kind") }
            }
        case .note:
            rect(frame, "note", "fill:\(colour.paper)")
            lines(record.text(.text) ?? "", in: frame, top: nil)
        case .text:
            let size = record.number(.font) ?? 16
            for (index, line) in (record.text(.text) ?? "").split(separator: "\n", omittingEmptySubsequences: false)
                .enumerated()
            {
                let y = frame.y + size * (1 + 1.3 * Double(index))
                text += "<text x=\"\(number(frame.x))\" y=\"\(number(y))\" style=\"font-size:\(number(size))px;"
                text += "fill:\(colour.line)\">\(escaped(String(line)))</text>"
            }
        case .image:
            rect(frame, "image", nil)
            lines(record.text(.alt) ?? "image", in: frame, top: nil)
        case .freehand: stroke(record, frame, colour)
        case .edge: break
        }
        text += "</g>"
    }

    private mutating func stroke(_ record: BoardRecord, _ frame: Frame, _ colour: BoardColour) {
        let pos = record.pair(.pos) ?? (0, 0)
        let points = record.points.all.map { (pos.x + Double($0.x) / 4, pos.y + Double($0.y) / 4) }
        guard let first = points.first else { return }
        text +=
            "<path class=\"stroke\" style=\"stroke:\(colour.line);stroke-width:\(number(record.number(.width) ?? 3))\" d=\""
        text += "M\(number(first.0)) \(number(first.1))"
        for point in points.count == 1 ? points[...] : points.dropFirst() {
            text += "L\(number(point.0)) \(number(point.1))"
        }
        text += "\"/>"
    }

    private mutating func edge(_ record: BoardRecord) {
        guard let from = record.text(.from).flatMap({ board.records[$0] }), from.shape != .edge,
            let to = record.text(.to).flatMap({ board.records[$0] }), to.shape != .edge
        else { return }
        let (tail, head) = (Frame(from), Frame(to))
        let (start, end) = (tail.border(towards: head.middle), head.border(towards: tail.middle))
        let name = record.text(.mode) == "async" ? "edge async" : "edge"
        text += "<path class=\"\(name)\" marker-end=\"url(#head)\" d=\"M\(number(start.x)) \(number(start.y))"
        text += "L\(number(end.x)) \(number(end.y))\"/>"
        guard let label = record.text(.label), !label.isEmpty else { return }
        self.label(label, x: (start.x + end.x) / 2 + 4, y: (start.y + end.y) / 2 - 4, "kind")
    }

    private mutating func rect(_ frame: Frame, _ name: String, _ style: String?) {
        text +=
            "<rect class=\"\(name)\" x=\"\(number(frame.x))\" y=\"\(number(frame.y))\" width=\"\(number(frame.width))\""
        text += " height=\"\(number(frame.height))\" rx=\"8\""
        if let style { text += " style=\"\(style)\"" }
        text += "/>"
    }

    private mutating func label(_ words: String, x: Double, y: Double, _ name: String) {
        text += "<text class=\"\(name)\" x=\"\(number(x))\" y=\"\(number(y))\">\(escaped(words))</text>"
    }

    /// Text in lines that fit the frame, in its middle or from `top` on.
    private mutating func lines(_ words: String, in frame: Frame, top: Double?) {
        // A letter of 14 pixels is 7.4 wide on average; a board's text need not be set more finely.
        let letters = max(4, Int((frame.width - 16) / 7.4))
        var lines: [String] = []
        for paragraph in words.split(separator: "\n", omittingEmptySubsequences: false) {
            var (line, length) = ("", 0)
            for word in paragraph.split(separator: " ") {
                let added = word.count + (line.isEmpty ? 0 : 1)
                if !line.isEmpty, length + added > letters {
                    lines.append(line)
                    (line, length) = ("", 0)
                }
                line += line.isEmpty ? String(word) : " \(word)"
                length += added
            }
            lines.append(line)
        }
        let height = 19.0
        let first = top ?? frame.y + frame.height / 2 - height * Double(lines.count - 1) / 2 + 5
        text += "<text text-anchor=\"middle\">"
        for (index, line) in lines.enumerated() {
            text += "<tspan x=\"\(number(frame.x + frame.width / 2))\" y=\"\(number(first + height * Double(index)))\">"
            text += "\(escaped(line))</tspan>"
        }
        text += "</text>"
    }

    private func bounds(_ stack: [BoardWelcome.Item]) -> Frame {
        let frames = stack.filter { $0.record.shape != .edge }.map { Frame($0.record) }
        guard let first = frames.first else { return Frame(x: 0, y: 0, width: 320, height: 200) }
        var (left, top, right, foot) = (first.x, first.y, first.x + first.width, first.y + first.height)
        for frame in frames {
            (left, top) = (min(left, frame.x), min(top, frame.y))
            (right, foot) = (max(right, frame.x + frame.width), max(foot, frame.y + frame.height))
        }
        let margin = Self.margin
        return Frame(
            x: left - margin,
            y: top - margin,
            width: right - left + 2 * margin,
            height: foot - top + 2 * margin
        )
    }

    /// At most two decimals, which quarters and their halves need.
    private func number(_ value: Double) -> String {
        let hundredths = Int((value * 100).rounded())
        let size = hundredths.magnitude
        let fraction = size % 100
        let digits = fraction == 0 ? "" : fraction < 10 ? ".0\(fraction)" : ".\(fraction)"
        return "\(hundredths < 0 ? "-" : "")\(size / 100)\(digits)"
    }

    private func escaped(_ words: String) -> String {
        var result = ""
        for scalar in words.unicodeScalars {
            switch scalar {
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "&": result += "&amp;"
            case "\"": result += "&quot;"
            case "\t", "\n", "\r": result += " "
            // What XML 1.0 does not allow at all.
            case "\u{0}"..."\u{1F}", "\u{7F}", "\u{FFFE}", "\u{FFFF}": continue
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}

/// Where a record is.
private struct Frame {
    var x: Double
    var y: Double
    var width: Double
    var height: Double

    init(x: Double, y: Double, width: Double, height: Double) {
        (self.x, self.y, self.width, self.height) = (x, y, width, height)
    }

    init(_ record: BoardRecord) {
        (x, y) = record.pair(.pos) ?? (0, 0)
        (width, height) = record.pair(.size) ?? (0, 0)
        if record.shape == .text, width == 0 {
            let lines = (record.text(.text) ?? "").split(separator: "\n", omittingEmptySubsequences: false)
            let size = record.number(.font) ?? 16
            width = Double(lines.map(\.count).max() ?? 0) * size * 0.6
            height = Double(lines.count) * size * 1.3
        }
        guard record.shape == .freehand else { return }
        let points = record.points.all
        let (xs, ys) = (points.map { Double($0.x) / 4 }, points.map { Double($0.y) / 4 })
        let (left, top) = (xs.min() ?? 0, ys.min() ?? 0)
        (width, height) = ((xs.max() ?? 0) - left, (ys.max() ?? 0) - top)
        (x, y) = (x + left, y + top)
    }

    var middle: (x: Double, y: Double) { (x + width / 2, y + height / 2) }

    /// Where the line from the middle to a point leaves the frame; the middle itself for a point inside.
    func border(towards point: (x: Double, y: Double)) -> (x: Double, y: Double) {
        let (dx, dy) = (point.x - middle.x, point.y - middle.y)
        let share = max(width > 0 ? abs(dx) / (width / 2) : .infinity, height > 0 ? abs(dy) / (height / 2) : .infinity)
        guard share > 1, share.isFinite else { return middle }
        return (middle.x + dx / share, middle.y + dy / share)
    }
}

extension BoardColour {
    /// For lines and letters.
    fileprivate var line: String {
        switch self {
        case .ink: "#1b2230"
        case .grey: "#6b7689"
        case .red: "#c4314b"
        case .orange: "#c25e00"
        case .yellow: "#9a7400"
        case .green: "#1f7a4d"
        case .blue: "#1f62c4"
        case .violet: "#6d48c9"
        }
    }

    /// For sheets behind dark letters.
    fileprivate var paper: String {
        switch self {
        case .ink, .yellow: "#fff2b3"
        case .grey: "#e8ebf0"
        case .red: "#ffd9de"
        case .orange: "#ffe2c4"
        case .green: "#d3f2e0"
        case .blue: "#d6e6ff"
        case .violet: "#e6dcff"
        }
    }
}
