/// Numbers as text the way JavaScript writes them, which is how the reference implementation reports values.
enum NumberText {
    /// The shortest text that reads back as `value`: `1`, `0.5`, `1e+21`, `1e-7`.
    static func shortest(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Infinity" : "Infinity" }
        if value == 0 { return "0" }
        let (digits, exponent) = decimal(value.magnitude)
        return (value < 0 ? "-" : "") + layout(digits, exponent)
    }

    /// Significant digits without trailing zeros, and where the decimal point stands after the first `exponent` digits.
    private static func decimal(_ value: Double) -> (digits: [UInt8], exponent: Int) {
        var digits: [UInt8] = []
        var exponent = 0
        var pointSeen = false
        var scale = 0
        var scaleSign = 1
        var inScale = false
        for byte in value.description.utf8 {
            switch byte {
            case 0x2E: pointSeen = true
            case 0x65, 0x45: inScale = true
            case 0x2D: scaleSign = -1
            case 0x2B: scaleSign = 1
            default:
                if inScale {
                    scale = scale * 10 + Int(byte - 0x30)
                } else {
                    digits.append(byte)
                    if !pointSeen { exponent += 1 }
                }
            }
        }
        exponent += scale * scaleSign
        while digits.count > 1, digits.last == 0x30 { digits.removeLast() }
        while digits.count > 1, digits.first == 0x30 {
            digits.removeFirst()
            exponent -= 1
        }
        return (digits, exponent)
    }

    private static func layout(_ digits: [UInt8], _ exponent: Int) -> String {
        let text = String(decoding: digits, as: UTF8.self)
        if exponent > 21 || exponent < -5 {
            let power = exponent - 1
            let fraction = digits.count > 1 ? "." + text.dropFirst() : ""
            return "\(text.prefix(1))\(fraction)e\(power < 0 ? "-" : "+")\(abs(power))"
        }
        if exponent <= 0 { return "0." + String(repeating: "0", count: -exponent) + text }
        if exponent >= digits.count { return text + String(repeating: "0", count: exponent - digits.count) }
        return "\(text.prefix(exponent)).\(text.dropFirst(exponent))"
    }
}
