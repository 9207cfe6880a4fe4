internal import Diagrams

extension BoardHello {
    /// Reads `{"epoch", "seq", "c"}`; other members are left alone, a missing `epoch` or `seq` knows nothing.
    ///
    /// - Throws: `BoardRefusal` that says what is wrong.
    public init(json: [UInt8]) throws(BoardRefusal) {
        let value = try BoardDecoder.value(json)
        let client = try BoardDecoder.identifier(value["c"], "c")
        self.init(epoch: value["epoch"]?.text ?? "", seq: value["seq"]?.whole ?? 0, client: client)
    }
}

extension BoardPush {
    /// Reads `{"c", "n", "ops", "bin"?}`; other members are left alone.
    ///
    /// - Parameters:
    ///   - json: At most `BoardLimits.pushBytes` together with the attachment.
    ///   - attachment: The bytes that `bin` stands for; `nil` where there are none.
    /// - Throws: `BoardRefusal` if not even `c` and `n` can be read. What is wrong with `ops` is in `contents`.
    public init(json: [UInt8], attachment: [UInt8]? = nil) throws(BoardRefusal) {
        let size = json.count + (attachment?.count ?? 0)
        guard size <= BoardLimits.pushBytes else {
            throw BoardRefusal(.tooLarge, "A push has at most \(BoardLimits.pushBytes) bytes, this one has \(size).")
        }
        let value = try BoardDecoder.value(json)
        let client = try BoardDecoder.identifier(value["c"], "c")
        guard let number = value["n"]?.whole, number >= 1 else {
            throw BoardRefusal(.invalid, "“n” is a whole number from 1.")
        }
        var decoder = BoardDecoder(attachment: attachment, isStored: false)
        self.init(client: client, number: number, contents: decoder.contents(value["ops"]))
    }
}

extension BoardEvent {
    /// Reads operations as `storedOperations` wrote them.
    ///
    /// - Throws: `BoardRefusal` if they are damaged.
    public init(seq: Int, client: String, number: Int, user: String, stored: [UInt8]) throws(BoardRefusal) {
        var decoder = BoardDecoder(attachment: nil, isStored: true)
        let operations = try decoder.contents(try BoardDecoder.value(stored)).get()
        self.init(seq: seq, client: client, number: number, user: user, operations: operations)
    }
}

/// Reads operations from JSON and the bytes beside it.
struct BoardDecoder {
    private var rest: ArraySlice<UInt8>
    private let isStored: Bool

    /// - Parameter isStored: Whether the text is our own: then it may name authors.
    init(attachment: [UInt8]?, isStored: Bool) {
        rest = (attachment ?? [])[...]
        self.isStored = isStored
    }

    static func value(_ json: [UInt8]) throws(BoardRefusal) -> JSONValue {
        do {
            return try JSONReader.value(of: json)
        } catch {
            throw BoardRefusal(.invalid, "Byte \(error.offset) is no JSON: expected \(error.expected).")
        }
    }

    static func identifier(_ value: JSONValue?, _ name: String) throws(BoardRefusal) -> String {
        guard let text = value?.text, (1...BoardLimits.idBytes).contains(text.utf8.count),
            text.utf8.allSatisfy(\.isPlain)
        else {
            throw BoardRefusal(.invalid, "“\(name)” is 1 to \(BoardLimits.idBytes) letters, digits, “-” and “_”.")
        }
        return text
    }

    mutating func contents(_ value: JSONValue?) -> Result<[BoardOperation], BoardRefusal> {
        do throws(BoardRefusal) {
            guard case .array(let values)? = value else { throw BoardRefusal(.invalid, "“ops” is an array.") }
            guard isStored || values.count <= BoardLimits.operations else {
                throw BoardRefusal(.tooLarge, "A push has at most \(BoardLimits.operations) operations.")
            }
            var operations: [BoardOperation] = []
            for value in values { operations.append(try operation(value.elements)) }
            guard rest.isEmpty else { throw BoardRefusal(.invalid, "“bin” has more points than the operations take.") }
            return .success(operations)
        } catch {
            return .failure(error)
        }
    }

    private mutating func operation(_ parts: [JSONValue]) throws(BoardRefusal) -> BoardOperation {
        guard parts.count >= 2, let name = parts[0].text else {
            throw BoardRefusal(.invalid, "An operation is an array of its name, an id and more.")
        }
        let id = try Self.identifier(parts[1], "id")
        switch (name, parts.count) {
        case ("put", 3): return .put(id, try record(parts[2]))
        case ("set", 3): return .set(id, try changes(parts[2]))
        case ("app", 4):
            guard let offset = parts[2].whole, offset >= 0 else {
                throw BoardRefusal(.invalid, "The offset of “app” is a whole number from 0.")
            }
            return .append(id, offset: offset, try points(parts[3]))
        case ("del", 2): return .delete(id)
        default:
            throw BoardRefusal(.invalid, "“\(name)” with \(parts.count) parts is no operation: put, set, app or del.")
        }
    }

    private mutating func record(_ value: JSONValue) throws(BoardRefusal) -> BoardRecord {
        guard case .object(let fields) = value, let type = value["type"]?.text, let shape = BoardShape(rawValue: type)
        else {
            let types = BoardShape.allCases.map(\.rawValue).joined(separator: ", ")
            throw BoardRefusal(.invalid, "The “type” of a record is one of \(types).")
        }
        var record = BoardRecord(shape)
        for field in fields where field.key != "type" && (isStored || field.key != BoardField.author.rawValue) {
            guard let name = BoardField(rawValue: field.key), shape.allows(name) else {
                throw BoardRefusal(.invalid, "A \(type) has no field “\(field.key)”.")
            }
            record[name] = try self.value(field.value, of: name)
        }
        if let missing = BoardField.allCases.first(where: { shape.required.contains($0) && record[$0] == nil }) {
            throw BoardRefusal(.invalid, "A \(type) needs “\(missing.rawValue)”.")
        }
        return record
    }

    private mutating func changes(_ value: JSONValue) throws(BoardRefusal) -> [BoardOperation.Change] {
        guard case .object(let fields) = value, !fields.isEmpty else {
            throw BoardRefusal(.invalid, "“set” takes an object of fields.")
        }
        var changes: [BoardOperation.Change] = []
        for field in fields {
            guard let name = BoardField(rawValue: field.key), name != .author else {
                throw BoardRefusal(.invalid, "“\(field.key)” cannot be set.")
            }
            let isNone = field.value == .null
            changes.append(
                BoardOperation.Change(field: name, value: isNone ? nil : try self.value(field.value, of: name))
            )
        }
        return changes
    }

    /// Points as base 64, as a number of points from the attachment, or as a flat array of x, y and pressure.
    private mutating func points(_ value: JSONValue) throws(BoardRefusal) -> BoardPoints {
        let refusal = BoardRefusal(
            .invalid,
            "Points are packed in base 64, or a number of them in “bin”, or x, y and pressure in turn; at most "
                + "\(BoardLimits.points), each within \(BoardLimits.extent) pixels."
        )
        switch value {
        case .text(let text):
            guard let bytes = Base64.bytes(text) else { throw refusal }
            var packed = bytes[...]
            guard let points = BoardPoints.taken(from: &packed) else { throw refusal }
            return points
        case .number:
            guard let count = value.whole, (0...BoardLimits.points).contains(count),
                let points = BoardPoints.taken(from: &rest, count: count)
            else { throw refusal }
            return points
        case .array(let numbers):
            guard numbers.count % 3 == 0, numbers.count / 3 <= BoardLimits.points else { throw refusal }
            var points: [BoardPoints.Point] = []
            for start in stride(from: 0, to: numbers.count, by: 3) {
                guard let x = numbers[start].whole, let y = numbers[start + 1].whole,
                    let pressure = numbers[start + 2].whole, BoardPoints.range.contains(x),
                    BoardPoints.range.contains(y), (0...255).contains(pressure)
                else { throw refusal }
                points.append(BoardPoints.Point(x: Int32(x), y: Int32(y), pressure: UInt8(pressure)))
            }
            return BoardPoints(points)
        default: throw refusal
        }
    }

    mutating func value(_ value: JSONValue, of field: BoardField) throws(BoardRefusal) -> BoardValue {
        switch field {
        case .pts: return .points(try points(value))
        case .pos, .size:
            let parts = value.elements
            guard parts.count == 2, let x = parts[0].quarters, let y = parts[1].quarters,
                field == .pos || (x >= 0 && y >= 0)
            else {
                let kind = field == .pos ? "two numbers" : "two numbers from 0"
                throw BoardRefusal(.invalid, "“\(field.rawValue)” is \(kind), up to \(BoardLimits.extent).")
            }
            return .pair(x, y)
        case .angle: return .number(try number(value, field, -360...360))
        case .width: return .number(try number(value, field, 0.5...64))
        case .font: return .number(try number(value, field, 6...200))
        default:
            guard let text = value.text, field.admits(text) else {
                throw BoardRefusal(.invalid, "“\(field.rawValue)” is \(field.demand).")
            }
            return .text(text)
        }
    }

    private func number(
        _ value: JSONValue,
        _ field: BoardField,
        _ range: ClosedRange<Double>
    ) throws(BoardRefusal) -> Int32 {
        guard let number = value.number, range.contains(number), let quarters = value.quarters else {
            throw BoardRefusal(
                .invalid,
                "“\(field.rawValue)” is a number from \(range.lowerBound) to \(range.upperBound)."
            )
        }
        return quarters
    }
}

extension JSONValue {
    /// A whole number that is exact; `nil` for anything else.
    var whole: Int? {
        guard let number, number.rounded() == number, number.magnitude <= 9_007_199_254_740_991 else { return nil }
        return Int(number)
    }

    /// A number within `BoardLimits.extent`, rounded to quarters; `nil` for anything else.
    var quarters: Int32? {
        guard let number, number.magnitude <= Double(BoardLimits.extent) else { return nil }
        return Int32((number * 4).rounded())
    }
}

extension UInt8 {
    /// Whether it is a letter, a digit, `-` or `_`.
    var isPlain: Bool {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}
