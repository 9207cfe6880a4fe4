/// What starts an item of a list: `-`, `*` or `1.`.
struct ListMarker {
    /// The number of the first item; `nil` in an unordered list.
    let number: Int?
    /// Columns before the marker.
    let indent: Int
    /// Columns up to the item's text.
    let width: Int

    private static let digitLimit = 6

    init?(_ line: MarkdownLine) {
        let text = line.trimmed
        indent = line.indent
        let digits = text.prefix { $0.isASCIIDigit }
        if let first = text.first, digits.isEmpty {
            guard first == UInt8(ascii: "-") || first == UInt8(ascii: "*"), text.dropFirst().first == .space else {
                return nil
            }
            number = nil
            width = indent + 2
        } else {
            guard (1...Self.digitLimit).contains(digits.count),
                text.dropFirst(digits.count).starts(with: [UInt8(ascii: "."), .space])
            else { return nil }
            number = Int(String(decoding: digits, as: UTF8.self))
            width = indent + digits.count + 2
        }
    }

    /// The lines of each item of the list that starts with `lines`, without their indentation, and the lines after it.
    func items(_ lines: ArraySlice<MarkdownLine>) -> (items: [[MarkdownLine]], rest: ArraySlice<MarkdownLine>) {
        var rest = lines
        var items: [[MarkdownLine]] = []
        while let line = rest.first, let marker = ListMarker(line), continues(with: marker) {
            var item = [line.dropping(marker.indent).droppingMarker(marker.width - marker.indent)]
            rest.removeFirst()
            while let next = rest.first {
                if next.isBlank {
                    // A blank line belongs to the item if an indented line follows.
                    let after = rest.drop { $0.isBlank }
                    guard let text = after.first, text.indent > marker.indent else { break }
                } else if next.indent <= marker.indent {
                    break
                }
                item.append(next.dropping(marker.width))
                rest.removeFirst()
            }
            items.append(item)
            let after = rest.drop { $0.isBlank }
            if let next = after.first, let following = ListMarker(next), continues(with: following) { rest = after }
        }
        return (items, rest)
    }

    private func continues(with other: ListMarker) -> Bool {
        (number == nil) == (other.number == nil) && other.indent <= indent + 1
    }
}

extension MarkdownLine {
    fileprivate func droppingMarker(_ width: Int) -> MarkdownLine {
        MarkdownLine(number: number, bytes: bytes.dropFirst(width))
    }
}
