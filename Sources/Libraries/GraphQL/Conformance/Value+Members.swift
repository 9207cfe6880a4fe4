extension Value {
    /// The text of a string, else `nil`.
    var text: String? {
        guard case .string(let text) = self else { return nil }
        return text
    }

    /// A whole number, else `nil`.
    var whole: Int? {
        guard case .int(let number) = self else { return nil }
        return Int(exactly: number)
    }

    /// The items of a list, else none.
    var items: [Value] {
        guard case .list(let items) = self else { return [] }
        return items
    }

    /// The value as JSON text.
    var json: String {
        var writer = JSONWriter()
        writer.value(self)
        return String(decoding: writer.finish(), as: UTF8.self)
    }
}
