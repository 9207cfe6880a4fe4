import AtlasCore
import AtlasPorts

/// Points as InfluxDB takes them in.
///
/// Source: "InfluxDB line protocol reference", 1.8. A point is told from others by measurement, tags and time; so its id goes
/// into the nanoseconds below the millisecond. Each point has the field `n`, 1, so that points can be counted whatever other
/// fields they have.
struct LineProtocol {
    /// The field that counts points.
    static let counter = "n"
    private static let nanosecondsPerMillisecond: Int64 = 1_000_000

    private(set) var bytes: [UInt8] = []

    /// Adds a line.
    ///
    /// - Parameter measurement: The point's; names in it need no escaping.
    mutating func add(_ point: TimePoint, of measurement: Measurement) {
        bytes += measurement.name.utf8
        // Sorted, which is what the server would do.
        for tag in measurement.tags.sorted() {
            guard let value = point.tags[tag], !value.isEmpty else { continue }
            bytes.append(UInt8(ascii: ","))
            bytes += tag.utf8
            bytes.append(UInt8(ascii: "="))
            append(tag: InfluxText.stored(value))
        }
        bytes += " \(Self.counter)=1".utf8
        for field in measurement.fields {
            guard let value = point.fields[field] else { continue }
            bytes += ",\(field)=\(value)".utf8
        }
        bytes += " \(Self.nanoseconds(point))\n".utf8
    }

    /// The time with the id in it.
    static func nanoseconds(_ point: TimePoint) -> Int64 {
        let rest = Int64((point.id ?? 0) % UInt64(nanosecondsPerMillisecond))
        let (whole, isOver) = point.time.milliseconds.multipliedReportingOverflow(by: nanosecondsPerMillisecond)
        guard !isOver, whole < Int64.max - nanosecondsPerMillisecond else {
            return point.time.milliseconds < 0 ? Int64.min + 2 : Int64.max - 1
        }
        return whole + rest
    }

    private mutating func append(tag value: String) {
        for byte in value.utf8 {
            if [UInt8(ascii: ","), UInt8(ascii: "="), UInt8(ascii: " ")].contains(byte) {
                bytes.append(UInt8(ascii: "\\"))
            }
            bytes.append(byte)
        }
    }
}

/// Values of tags on their way into the database and back.
///
/// The line protocol has no way to write a line's end or a backslash at the end of a value, so these, and the sign that they
/// are written with, are written as in URLs. Ids have none of them.
enum InfluxText {
    static func stored(_ value: String) -> String {
        guard value.utf8.contains(where: isOdd) else { return value }
        var text = ""
        for scalar in value.unicodeScalars {
            guard scalar.isASCII, isOdd(UInt8(scalar.value)) else {
                text.unicodeScalars.append(scalar)
                continue
            }
            let digits = String(scalar.value, radix: 16, uppercase: true)
            text += "%" + (digits.count < 2 ? "0" : "") + digits
        }
        return text
    }

    static func read(_ text: String) -> String {
        guard text.utf8.contains(UInt8(ascii: "%")) else { return text }
        let bytes = Array(text.utf8)
        var value: [UInt8] = []
        var place = 0
        while place < bytes.count {
            if bytes[place] == UInt8(ascii: "%"), place + 2 < bytes.count,
                let byte = UInt8(String(decoding: bytes[place + 1...place + 2], as: UTF8.self), radix: 16)
            {
                value.append(byte)
                place += 3
            } else {
                value.append(bytes[place])
                place += 1
            }
        }
        return String(decoding: value, as: UTF8.self)
    }

    private static func isOdd(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte == 0x7F || byte == UInt8(ascii: "\\") || byte == UInt8(ascii: "%")
    }
}
