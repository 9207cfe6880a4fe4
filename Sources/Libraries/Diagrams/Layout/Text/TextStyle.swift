/// How a text is set: the font, and the room that it takes.
struct TextStyle: Sendable {
    let size: Double
    let lineHeight: Double
    let isSemiBold: Bool

    static let node = TextStyle(size: 14, lineHeight: 19, isSemiBold: true)
    static let edge = TextStyle(size: 12, lineHeight: 16, isSemiBold: false)
    static let group = TextStyle(size: 12, lineHeight: 16, isSemiBold: true)
    static let message = TextStyle(size: 13, lineHeight: 17, isSemiBold: false)
    static let note = TextStyle(size: 12, lineHeight: 16, isSemiBold: false)
    static let member = TextStyle(size: 12.5, lineHeight: 18, isSemiBold: false)
    static let event = TextStyle(size: 13, lineHeight: 17, isSemiBold: false)
    static let tab = TextStyle(size: 11, lineHeight: 15, isSemiBold: true)

    /// The width of a line in pixels.
    func width(of text: String) -> Double {
        var sum: UInt32 = 0
        for scalar in text.unicodeScalars { sum &+= advance(of: scalar) }
        return Double(sum) * size / 1000
    }

    /// The width of a scalar in thousandths of the font size.
    func advance(of scalar: Unicode.Scalar) -> UInt32 {
        let value = scalar.value
        let table = isSemiBold ? FontMetrics.semiBold : FontMetrics.regular
        if value >= FontMetrics.firstScalar, Int(value - FontMetrics.firstScalar) < table.count {
            return UInt32(table[Int(value - FontMetrics.firstScalar)])
        }
        if scalar.isFullWidth { return 1050 }
        switch value {
        case 0..<0x20, 0x0300..<0x0370, 0x200B..<0x2010, 0x2060..<0x2070, 0xFE00..<0xFE10: return 0
        case 0x2010...0x2013, 0x2018...0x201F, 0x2002, 0x2005...0x200A: return 520
        case 0x2014, 0x2003, 0x2190..<0x2200: return 1020
        case 0x0400..<0x0500: return 720
        default: return 680
        }
    }

    /// Sets text in lines of about the same width.
    ///
    /// Lines break at spaces, between full-width characters, behind `-`, `/`, `_`, `.` in long words, and inside a word
    /// only when it is wider than a line.
    func lines(of text: String, maxWidth: Double) -> [String] {
        var result: [String] = []
        for paragraph in text.split(at: 10) {
            result += balanced(paragraph.trimmed, maxWidth: maxWidth)
        }
        return result
    }

    /// The size of text in lines.
    func size(of lines: [String]) -> Size {
        var width = 0.0
        for line in lines { width = max(width, self.width(of: line)) }
        return Size(width: width.rounded(.up), height: Double(lines.count) * lineHeight)
    }

    private func balanced(_ text: String, maxWidth: Double) -> [String] {
        let total = width(of: text)
        if total <= maxWidth { return [text] }
        let pieces = self.pieces(of: text, maxWidth: maxWidth)
        let greedy = fill(pieces, maxWidth: maxWidth)
        var low = total / Double(max(1, greedy.count))
        var high = maxWidth
        for _ in 0..<8 where high - low > 2 {
            let middle = (low + high) / 2
            if fill(pieces, maxWidth: middle).count <= greedy.count { high = middle } else { low = middle }
        }
        return fill(pieces, maxWidth: high)
    }

    private struct Piece {
        var text: [UInt8] = []
        var width = 0.0
        var spaceBefore = false
    }

    /// The smallest parts between which a line may break.
    private func pieces(of text: String, maxWidth: Double) -> [Piece] {
        var result: [Piece] = []
        var piece = Piece()
        var sawSpace = false
        func finish() {
            if !piece.text.isEmpty { result.append(piece) }
            piece = Piece(spaceBefore: sawSpace && !result.isEmpty)
            sawSpace = false
        }
        for scalar in text.unicodeScalars {
            if scalar == " " {
                if !piece.text.isEmpty { finish() }
                sawSpace = true
                piece.spaceBefore = !result.isEmpty
                continue
            }
            let width = Double(advance(of: scalar)) * size / 1000
            if piece.width > 0, piece.width + width > maxWidth || scalar.isFullWidth { finish() }
            if sawSpace {
                piece.spaceBefore = !result.isEmpty
                sawSpace = false
            }
            piece.text.append(contentsOf: scalar.utf8)
            piece.width += width
            let isBreak = scalar == "-" || scalar == "/" || scalar == "_" || scalar == "."
            if scalar.isFullWidth || isBreak && piece.width > maxWidth / 2 { finish() }
        }
        finish()
        return result
    }

    private func fill(_ pieces: [Piece], maxWidth: Double) -> [String] {
        let space = width(of: " ")
        var lines: [[UInt8]] = []
        var line: [UInt8] = []
        var used = 0.0
        for piece in pieces {
            let gap = piece.spaceBefore ? space : 0
            if !line.isEmpty, used + gap + piece.width > maxWidth {
                lines.append(line)
                line = piece.text
                used = piece.width
            } else {
                if !line.isEmpty, piece.spaceBefore { line.append(32) }
                line += piece.text
                used += (line.count == piece.text.count ? 0 : gap) + piece.width
            }
        }
        lines.append(line)
        return lines.map { String(bytes: $0) }
    }
}

extension Unicode.Scalar {
    /// Whether the character fills a square, as Chinese, Japanese, Korean and emoji do.
    var isFullWidth: Bool {
        switch value {
        case 0x1100..<0x1160, 0x2E80..<0xA4D0, 0xAC00..<0xD7A4, 0xF900..<0xFB00, 0xFE30..<0xFE70, 0xFF00..<0xFF61,
            0xFFE0..<0xFFE7, 0x1F000..<0x1FC00, 0x20000..<0x3FFFE:
            true
        default: false
        }
    }
}
