/// The fields of a scenario, listed once for reading, writing and checking them.
struct LoadForm {
    enum Mode {
        case read
        case write
        case check
    }

    /// Keys of one object, more than any has.
    private static let mostKeys = 32

    let mode: Mode
    var writer = JSONWriter()
    private(set) var error: LoadError?
    private var source = JSONValue.null
    private var path = ""
    private var known: [StaticString] = []

    init(_ mode: Mode) {
        self.mode = mode
    }

    mutating func fail(_ place: String, _ message: String) {
        if error == nil { error = LoadError(path.isEmpty ? place : path + "." + place, message) }
    }

    /// Lets `body` fill in the fields of one object; in a reading, keys that it does not name are errors.
    mutating func fields(_ json: JSONValue, at path: String, _ body: (inout LoadForm) -> Void) {
        if case .object(let fields) = json, fields.count > LoadForm.mostKeys {
            fail(path, "must have at most \(LoadForm.mostKeys) keys, each once")
            return
        }
        let outer = (source, self.path, known)
        (source, self.path, known) = (json, path, [])
        body(&self)
        if mode == .read {
            if case .object(let fields) = json {
                let unknown = fields.first { field in !known.contains { $0.equals(field.key) } }
                if let unknown {
                    let names = known.map { $0.text }.joined(by: ", ", last: " or ")
                    fail(unknown.key, "there is no such key; use \(names)")
                }
            } else if error == nil {
                error = LoadError(path.isEmpty ? "scenario" : path, "must be an object in braces")
            }
        }
        (source, self.path, known) = outer
    }

    /// Writes an object.
    static func write(_ writer: inout JSONWriter, _ body: (inout LoadForm) -> Void) {
        writer.object { inner in
            var form = LoadForm(.write)
            swap(&form.writer, &inner)
            body(&form)
            swap(&form.writer, &inner)
        }
    }

    /// Writes an object as the next value.
    mutating func nested(_ body: (inout LoadForm) -> Void) {
        var outer = JSONWriter()
        swap(&outer, &writer)
        LoadForm.write(&outer, body)
        swap(&outer, &writer)
    }

    /// The value of a key in a reading.
    mutating func value(_ key: StaticString) -> JSONValue? {
        known.append(key)
        guard mode == .read, error == nil, case .object(let fields) = source else { return nil }
        return fields.first { key.equals($0.key) }?.value
    }

    mutating func number(_ key: StaticString, _ value: inout Double, _ low: Double, _ high: Double) {
        if let found = self.value(key) { value = found.number ?? .nan }
        if mode == .write { return writer.field(key, value) }
        if !(value >= low && value <= high) {
            fail(key.text, "must be a number from \(LoadForm.plain(low)) to \(LoadForm.plain(high))")
        }
    }

    mutating func integer(_ key: StaticString, _ value: inout Int, _ low: Int, _ high: Int) {
        var number = Double(value)
        if let found = self.value(key) { number = found.number ?? .nan }
        if mode == .write { return writer.field(key, value) }
        guard number >= Double(low), number <= Double(high), number.rounded() == number else {
            return fail(key.text, "must be a whole number from \(low) to \(high)")
        }
        value = Int(number)
    }

    mutating func flag(_ key: StaticString, _ value: inout Bool, _ no: StaticString? = nil, _ yes: StaticString = "") {
        if mode == .write {
            guard let no else { return writer.field(key, value) }
            writer.field(key, value ? yes.text : no.text)
        }
        guard let found = self.value(key) else { return }
        if let no {
            if let text = found.text, no.equals(text) || yes.equals(text) {
                value = yes.equals(text)
            } else {
                fail(key.text, "must be \"\(no.text)\" or \"\(yes.text)\"")
            }
        } else if let bool = found.bool {
            value = bool
        } else {
            fail(key.text, "must be true or false")
        }
    }

    mutating func string(_ key: StaticString, _ value: inout String?) {
        if mode == .write { return writer.field(key, value) }
        guard let found = self.value(key) else { return }
        value = found.text
        if value == nil { fail(key.text, "must be a text in quotes") }
    }

    /// A number as people write it.
    static func plain(_ number: Double) -> String {
        var writer = JSONWriter()
        writer.number(number)
        return String(decoding: writer.bytes, as: UTF8.self)
    }
}

extension StaticString {
    var text: String {
        String(decoding: UnsafeBufferPointer(start: utf8Start, count: utf8CodeUnitCount), as: UTF8.self)
    }

    func equals(_ text: String) -> Bool {
        var position = 0
        for byte in text.utf8 {
            guard position < utf8CodeUnitCount, utf8Start[position] == byte else { return false }
            position += 1
        }
        return position == utf8CodeUnitCount
    }
}
