internal import Diagrams

extension BoardField {
    /// Whether a text field may hold this text.
    func admits(_ text: String) -> Bool {
        let size = text.utf8.count
        return switch self {
        case .z: FractionalIndex.isValid(text)
        case .parent, .from, .to, .author: (1...BoardLimits.idBytes).contains(size) && text.utf8.allSatisfy(\.isPlain)
        case .kind: NodeKind(rawValue: text) != nil
        case .label, .alt: size <= BoardLimits.labelBytes
        case .mode: EdgeRecord.Mode(rawValue: text) != nil
        case .text: size <= BoardLimits.textBytes
        case .colour: BoardColour(rawValue: text) != nil
        case .ref: Self.isReference(text)
        case .pos, .size, .angle, .width, .font, .pts: false
        }
    }

    /// What such a text must be, in words.
    var demand: String {
        switch self {
        case .z: "a fractional index: 1 to \(BoardLimits.indexBytes) letters and digits, the last one not 0"
        case .kind: "one of \(NodeKind.allCases.map(\.rawValue).joined(separator: ", "))"
        case .label, .alt: "text of at most \(BoardLimits.labelBytes) bytes"
        case .mode: "sync or async"
        case .text: "text of at most \(BoardLimits.textBytes) bytes"
        case .colour: "one of \(BoardColour.allCases.map(\.rawValue).joined(separator: ", "))"
        case .ref: "“blob:” and a key, or a path on this server"
        default: "1 to \(BoardLimits.idBytes) letters, digits, “-” and “_”"
        }
    }

    /// `blob:KEY`, or a path from the root of this server without empty or dotted parts; so nothing loads from elsewhere.
    private static func isReference(_ text: String) -> Bool {
        if text.hasPrefix("blob:") {
            let key = text.dropFirst(5).utf8
            return (1...128).contains(key.count) && key.allSatisfy(\.isPlain)
        }
        guard text.hasPrefix("/"), text.utf8.count <= 256 else { return false }
        return text.utf8.dropFirst().split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).allSatisfy {
            !$0.isEmpty && $0.first != UInt8(ascii: ".") && $0.allSatisfy { $0.isPlain || $0 == UInt8(ascii: ".") }
        }
    }
}

/// Places in the stack between any two places: digits in base 62 after an imagined point, compared as bytes.
public enum FractionalIndex {
    private static let digits = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".utf8)

    static func isValid(_ text: String) -> Bool {
        (1...BoardLimits.indexBytes).contains(text.utf8.count) && text.utf8.last != digits.first
            && text.utf8.allSatisfy { $0.isPlain && $0 != UInt8(ascii: "-") && $0 != UInt8(ascii: "_") }
    }

    /// Places above `place` in rising order; `nil` is below all places.
    ///
    /// The first digit that can be raised is raised, so that places stay short however often this is asked.
    ///
    /// - Parameter count: At most 238,328.
    public static func above(_ place: String?, count: Int) -> [String] {
        var base: [UInt8] = []
        for byte in place?.utf8 ?? "U".utf8 {
            guard let digit = digits.firstIndex(of: byte), digit + 1 < digits.count else {
                base.append(byte)
                continue
            }
            base.append(digits[digit + 1])
            break
        }
        let kept = base.prefix(BoardLimits.indexBytes - 4)
        return (0..<count).map { number in
            let places = [number / 3_844 % 62, number / 62 % 62, number % 62].map { digits[$0] }
            return String(decoding: kept + places + [UInt8(ascii: "V")], as: UTF8.self)
        }
    }
}
