/// JSON that is being written.
indirect enum JSONText: Sendable {
    case string(String)
    case number(Int)
    case boolean(Bool)
    case floats([Float])
    case array([JSONText])
    case object([(String, JSONText)])
    /// JSON already.
    case raw(String)

    var bytes: [UInt8] {
        var bytes: [UInt8] = []
        write(&bytes)
        return bytes
    }

    private func write(_ out: inout [UInt8]) {
        switch self {
        case .string(let text): Self.write(text, &out)
        case .number(let number): out += Array(String(number).utf8)
        case .boolean(let flag): out += Array((flag ? "true" : "false").utf8)
        case .floats(let numbers): Self.list(numbers, "[", "]", &out) { $1 += Array("\($0)".utf8) }
        case .array(let values): Self.list(values, "[", "]", &out) { $0.write(&$1) }
        case .object(let fields):
            Self.list(fields, "{", "}", &out) { field, out in
                Self.write(field.0, &out)
                out.append(UInt8(ascii: ":"))
                field.1.write(&out)
            }
        case .raw(let text): out += Array(text.utf8)
        }
    }

    private static func list<Element>(
        _ elements: [Element],
        _ open: Unicode.Scalar,
        _ close: Unicode.Scalar,
        _ out: inout [UInt8],
        _ write: (Element, inout [UInt8]) -> Void
    ) {
        out.append(UInt8(ascii: open))
        for (index, element) in elements.enumerated() {
            if index > 0 { out.append(UInt8(ascii: ",")) }
            write(element, &out)
        }
        out.append(UInt8(ascii: close))
    }

    private static func write(_ text: String, _ out: inout [UInt8]) {
        let digits = Array("0123456789abcdef".utf8)
        out.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                out.append(UInt8(ascii: "\\"))
                out.append(byte)
            case 0..<0x20:
                out += Array("\\u00".utf8)
                out.append(digits[Int(byte >> 4)])
                out.append(digits[Int(byte & 15)])
            default: out.append(byte)
            }
        }
        out.append(UInt8(ascii: "\""))
    }
}
