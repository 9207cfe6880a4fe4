extension FlowchartParser {
    struct Link {
        var arrow: Arrow
        var label: String?
    }

    /// An arrow with its label; `nil` when none starts here.
    mutating func parseLink() throws(Diagnostic) -> Link? {
        let offset = scanner.position
        let tail = takeTail()
        guard let stroke = strokeStart() else {
            scanner.position = offset
            return nil
        }
        if let arrow = takeWholeArrow(stroke, tail: tail) {
            return Link(arrow: arrow, label: try parseBarLabel())
        }
        guard scanner.take(stroke == .dotted ? "-." : stroke == .thick ? "==" : "--") else {
            scanner.position = offset
            return nil
        }
        return try parseLabelInArrow(stroke, tail: tail, at: offset)
    }

    /// `<`, `x` or `o` in front of a stroke.
    private mutating func takeTail() -> Arrow.Head {
        let next = scanner.peek(1)
        guard next == UInt8(of: "-") || next == UInt8(of: "=") else { return .none }
        guard let head = Arrow.Head(flowchartSign: scanner.current, opening: true) else { return .none }
        scanner.position += 1
        return head
    }

    private func strokeStart() -> Arrow.Line? {
        if scanner.isNext("--") { return .solid }
        if scanner.isNext("-.") || scanner.isNext(".-") || scanner.isNext("..") { return .dotted }
        if scanner.isNext("==") { return .thick }
        if scanner.isNext("~~~") { return .invisible }
        return nil
    }

    /// `-->`, `---`, `-.->`, `==>`, `~~~` in any length.
    private mutating func takeWholeArrow(_ stroke: Arrow.Line, tail: Arrow.Head) -> Arrow? {
        let start = scanner.position
        if stroke == .dotted { return takeDotted(tail: tail) }
        let sign = scanner.current
        while scanner.current == sign { scanner.position += 1 }
        let count = scanner.position - start
        if stroke == .invisible {
            return Arrow(line: stroke, head: .none, length: bounded(count - 2))
        }
        if let head = Arrow.Head(flowchartSign: scanner.current, opening: false) {
            scanner.position += 1
            return Arrow(line: stroke, tail: tail, head: head, length: bounded(count - 1))
        }
        if count >= 3 { return Arrow(line: stroke, tail: tail, head: .none, length: bounded(count - 2)) }
        scanner.position = start
        return nil
    }

    private mutating func takeDotted(tail: Arrow.Head) -> Arrow? {
        let start = scanner.position
        _ = scanner.take(UInt8(of: "-"))
        let firstDot = scanner.position
        while scanner.current == UInt8(of: ".") { scanner.position += 1 }
        let dots = scanner.position - firstDot
        guard dots > 0, scanner.take(UInt8(of: "-")) else {
            scanner.position = start
            return nil
        }
        let head = Arrow.Head(flowchartSign: scanner.current, opening: false)
        if head != nil { scanner.position += 1 }
        return Arrow(line: .dotted, tail: tail, head: head ?? .none, length: bounded(dots))
    }

    private func bounded(_ length: Int) -> Int {
        min(max(length, 1), Limits.arrowLength)
    }

    /// `|label|` behind an arrow.
    private mutating func parseBarLabel() throws(Diagnostic) -> String? {
        let beforeSpaces = scanner.position
        scanner.skipSpaces()
        guard scanner.current == UInt8(of: "|") else {
            scanner.position = beforeSpaces
            return nil
        }
        let offset = scanner.position
        scanner.position += 1
        let lineEnd = scanner.lineEnd(from: offset)
        guard scanner.bytes[scanner.position..<lineEnd].contains(where: { $0 == UInt8(of: "|") || $0 == 34 }) else {
            throw scanner.error(
                "the label of the arrow is not closed",
                at: offset,
                expected: ["|"],
                hint: "write -->|label|"
            )
        }
        let text = try parseLabel(closing: "|", opening: "|", at: offset)
        return text.trimmed.isEmpty ? nil : text
    }

    /// `-- label -->`: the label and the rest of the arrow.
    private mutating func parseLabelInArrow(
        _ stroke: Arrow.Line,
        tail: Arrow.Head,
        at offset: Int
    ) throws(Diagnostic) -> Link {
        scanner.skipSpaces()
        var text: String
        if scanner.current == 34 {
            text = try parseQuoted()
            scanner.skipSpaces()
        } else {
            let start = scanner.position
            while !scanner.isAtEnd, !scanner.current.isNewline, !isArrowEnd(stroke) { scanner.position += 1 }
            text = try label(Array(scanner.bytes[start..<scanner.position]).trimmed, at: start)
        }
        let sign = stroke == .dotted ? ".->" : stroke == .thick ? "==>" : "-->"
        guard isArrowEnd(stroke), let arrow = takeArrowEnd(stroke, tail: tail) else {
            scanner.position = offset
            throw scanner.error(
                "this arrow has no end in its line",
                at: offset,
                expected: ["“\(sign)”"],
                hint: "write A -- label --> B or A -->|label| B"
            )
        }
        text = text.trimmed
        return Link(arrow: arrow, label: text.isEmpty ? nil : text)
    }

    private func isArrowEnd(_ stroke: Arrow.Line) -> Bool {
        switch stroke {
        case .dotted: return scanner.isNext(".-") || scanner.isNext("..")
        case .thick: return scanner.isNext("==")
        case .solid, .invisible: return scanner.isNext("--")
        }
    }

    private mutating func takeArrowEnd(_ stroke: Arrow.Line, tail: Arrow.Head) -> Arrow? {
        if stroke == .dotted { return takeDotted(tail: tail) }
        return takeWholeArrow(stroke, tail: tail)
    }
}

extension Arrow.Head {
    /// `>`, `x` or `o` at the end, `<`, `x` or `o` at the start.
    fileprivate init?(flowchartSign byte: UInt8, opening: Bool) {
        switch Unicode.Scalar(byte) {
        case "<" where opening: self = .arrow
        case ">" where !opening: self = .arrow
        case "x": self = .cross
        case "o": self = .circle
        default: return nil
        }
    }
}
