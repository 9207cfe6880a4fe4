/// The text of one block: emphasis, code and links.
///
/// One pass finds which marks belong together, a second one writes. An opening mark whose partner is missing is text.
struct MarkdownInline {
    private let bytes: [UInt8]
    private let line: Int

    init(_ text: ArraySlice<UInt8>, line: Int) {
        bytes = Array(text)
        self.line = line
    }

    func write(to writer: inout MarkdownWriter) {
        var position = 0
        for (start, mark) in findMarks().sorted(by: { $0.key < $1.key }) {
            writer.write(bytes[position..<start])
            position = start + 1
            switch mark {
            case .escaped: break
            case .code(let length, let end):
                writer.tag("<code>")
                writer.write(codeText(start + length, end))
                writer.tag("</code>")
                position = end + length
            case .tag(let markup, let length):
                writer.tag(markup)
                position = start + length
            case .linkStart(let address):
                writer.tag("<a href=\"")
                writer.attribute(bytes[address])
                writer.tag(bytes[address].starts(with: "https:".utf8) ? "\" rel=\"noopener\">" : "\">")
            case .linkEnd(let length):
                writer.tag("</a>")
                position = start + length
            case .refused(let address):
                writer.refusedLinks.append((line, String(decoding: bytes[address], as: UTF8.self)))
                position = start
            }
        }
        writer.write(bytes[position...])
    }

    private enum Mark {
        case escaped
        case code(length: Int, end: Int)
        case tag(StaticString, length: Int)
        case linkStart(address: Range<Int>)
        case linkEnd(length: Int)
        case refused(address: Range<Int>)
    }

    private func findMarks() -> [Int: Mark] {
        var marks: [Int: Mark] = [:]
        var codeRuns = runs()
        var emphasis = Emphasis()
        var bracket: Int?
        var position = 0
        while position < bytes.count {
            let byte = bytes[position]
            switch byte {
            case UInt8(ascii: "\\"):
                if position + 1 < bytes.count, bytes[position + 1].isASCIIPunctuation {
                    marks[position] = .escaped
                    position += 1
                }
                position += 1
            case UInt8(ascii: "`"):
                let length = runLength(at: position)
                if let end = codeRuns[length]?.first(after: position) {
                    marks[position] = .code(length: length, end: end)
                    position = end + length
                } else {
                    position += length
                }
            case UInt8(ascii: "["):
                bracket = position
                emphasis.barrier = position
                position += 1
            case UInt8(ascii: "]"):
                if let start = bracket, let address = self.address(after: position) {
                    if WebAddress.isSafeLink(bytes[address]) {
                        marks[start] = .linkStart(address: address)
                        marks[position] = .linkEnd(length: address.upperBound + 1 - position)
                        emphasis.forget(after: start)
                        position = address.upperBound
                    } else {
                        marks[start] = .refused(address: address)
                    }
                }
                bracket = nil
                emphasis.barrier = -1
                position += 1
            case UInt8(ascii: "*"), UInt8(ascii: "_"):
                let length = min(runLength(at: position), 3)
                emphasis.meet(byte, length, at: position, in: bytes) { marks[$0] = .tag($1, length: $2) }
                position += length
            default:
                position += 1
            }
        }
        return marks
    }

    /// Where runs of backticks start, by their length, the last first.
    private func runs() -> [Int: BacktickRuns] {
        var found: [Int: BacktickRuns] = [:]
        var position = 0
        while position < bytes.count {
            guard bytes[position] == UInt8(ascii: "`") else {
                position += 1
                continue
            }
            let length = runLength(at: position)
            found[length, default: BacktickRuns()].starts.append(position)
            position += length
        }
        return found.mapValues { BacktickRuns(starts: $0.starts.reversed()) }
    }

    private struct BacktickRuns {
        var starts: [Int] = []

        /// The first start after `position`; those up to it are forgotten.
        mutating func first(after position: Int) -> Int? {
            while let next = starts.last, next <= position { starts.removeLast() }
            return starts.popLast()
        }
    }

    private func runLength(at start: Int) -> Int {
        let byte = bytes[start]
        var end = start
        while end < bytes.count, bytes[end] == byte { end += 1 }
        return end - start
    }

    private func codeText(_ start: Int, _ end: Int) -> ArraySlice<UInt8> {
        let text = bytes[start..<end]
        guard text.count > 2, text.first == .space, text.last == .space else { return text }
        return text.dropFirst().dropLast()
    }

    /// The address in `(address)` right after the bracket at `position`.
    private func address(after position: Int) -> Range<Int>? {
        let start = position + 2
        guard start < bytes.count, bytes[position + 1] == UInt8(ascii: "(") else { return nil }
        var end = start
        while end < bytes.count, end - start <= WebAddress.byteLimit {
            switch bytes[end] {
            case UInt8(ascii: ")"): return end > start ? start..<end : nil
            case .space, UInt8(ascii: "("), UInt8(ascii: "<"), UInt8(ascii: "["): return nil
            default: end += 1
            }
        }
        return nil
    }
}

/// The emphasis that is open: at most one of each strength, so that nothing is searched.
private struct Emphasis {
    /// The bracket that may become a link; emphasis does not cross its ends.
    var barrier = -1
    /// Marks that wait for their partner; further ones are text.
    private static let openLimit = 8
    private var open: [(byte: UInt8, length: Int, position: Int)] = []

    /// What was opened in a link's text does not go on after it.
    mutating func forget(after position: Int) {
        open.removeAll { $0.position > position }
    }

    mutating func meet(
        _ byte: UInt8,
        _ length: Int,
        at position: Int,
        in bytes: [UInt8],
        mark: (Int, StaticString, Int) -> Void
    ) {
        let before = position > 0 ? bytes[position - 1] : .space
        let after = position + length < bytes.count ? bytes[position + length] : .space
        let isWordBefore = before != .space && !before.isASCIIPunctuation
        let isWordAfter = after != .space && !after.isASCIIPunctuation
        // An underscore inside a word belongs to the word.
        if byte == UInt8(ascii: "_"), isWordBefore, isWordAfter { return }
        let partner = open.lastIndex { $0.byte == byte && $0.length == length && $0.position > barrier }
        if before != .space, let index = partner {
            let start = open[index].position
            mark(start, Self.opening(length), length)
            mark(position, Self.closing(length), length)
            // What was opened inside and not closed stays text.
            open.removeSubrange(index...)
        } else if after != .space, partner == nil, open.count < Self.openLimit {
            open.append((byte, length, position))
        }
    }

    private static func opening(_ length: Int) -> StaticString {
        length == 1 ? "<em>" : length == 2 ? "<strong>" : "<strong><em>"
    }

    private static func closing(_ length: Int) -> StaticString {
        length == 1 ? "</em>" : length == 2 ? "</strong>" : "</em></strong>"
    }
}
