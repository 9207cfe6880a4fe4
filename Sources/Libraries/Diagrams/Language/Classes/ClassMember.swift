/// A member of a class between text and model.
enum ClassMember {
    /// The member that a line of a class describes; `nil` when nothing is left to show.
    ///
    /// Source: Mermaid 11 documentation, "Defining Members of a class".
    static func read(_ written: [UInt8]) -> Member? {
        var rest = written.trimmed
        var member = Member(name: "")
        if let first = rest.first, !startsWithCode(rest),
            let visibility = Member.Visibility(rawValue: String(bytes: [first]))
        {
            member.visibility = visibility
            rest = Array(rest.dropFirst()).trimmed
        }
        if let open = rest.firstIndex(of: UInt8(of: "(")), let close = rest.lastIndex(of: UInt8(of: ")")), open > 0,
            open < close
        {
            member.kind = .method
            member.name = shown(rest[..<open])
            member.parameters = shown(rest[(open + 1)..<close])
            var type = Array(rest[(close + 1)...]).trimmed
            while let first = type.first, take(first, into: &member) { type = Array(type.dropFirst()).trimmed }
            while let last = type.last, take(last, into: &member) { type = Array(type.dropLast()).trimmed }
            let text = shown(type[...])
            member.type = text.isEmpty ? nil : text
        } else {
            while let last = rest.last, take(last, into: &member) { rest = Array(rest.dropLast()).trimmed }
            member.name = shown(rest[...])
        }
        return member.name.isEmpty ? nil : member
    }

    /// The member as a line of a class body.
    static func written(_ member: Member) -> String {
        let sign = member.visibility?.rawValue ?? ""
        let marks: String = (member.isAbstract ? "*" : "") + (member.isStatic ? "$" : "")
        guard member.kind == .method else { return "\(sign)\(text(member.name, isFirst: sign.isEmpty))\(marks)" }
        let type = member.type.map { " \(text($0, isFirst: false))" } ?? ""
        let name = text(member.name, isFirst: sign.isEmpty)
        return "\(sign)\(name)(\(text(member.parameters, isFirst: false)))\(marks)\(type)"
    }

    private static func shown(_ bytes: ArraySlice<UInt8>) -> String {
        Entities.decode(Generics.shown(Array(bytes).trimmed)).onOneLine
    }

    /// `*` is abstract, `$` is static.
    private static func take(_ byte: UInt8, into member: inout Member) -> Bool {
        switch byte {
        case UInt8(of: "*"): member.isAbstract = true
        case UInt8(of: "$"): member.isStatic = true
        default: return false
        }
        return true
    }

    /// Whether `#` starts a code such as `#35;`, not a protected member.
    private static func startsWithCode(_ bytes: [UInt8]) -> Bool {
        guard bytes.first == UInt8(of: "#") else { return false }
        let name = bytes.dropFirst().prefix { $0.isLetter || $0.isDigit }
        return !name.isEmpty && bytes.dropFirst(name.count + 1).first == UInt8(of: ";")
    }

    /// Signs that mean something in a member are written as codes, at the start also those of visibility.
    private static func text(_ text: String, isFirst: Bool) -> String {
        let written = Generics.written(text, and: "(){}$*%")
        guard isFirst, let first = written.utf8.first, first == UInt8(of: "+") || first == UInt8(of: "-") else {
            return written
        }
        return "#\(first);" + String(bytes: written.utf8.dropFirst())
    }
}
