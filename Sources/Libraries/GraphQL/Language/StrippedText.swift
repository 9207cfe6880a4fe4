/// Documents without anything that does not matter, as keys for what is known of them.
enum StrippedText {
    /// The text without comments, insignificant blanks and commas; block strings are written without spare lines.
    static func of(_ text: String) throws(GraphQLError) -> String {
        let bytes = Source.bytes(text)
        let result = bytes.withUnsafeBufferPointer { buffer -> Result<String, GraphQLError> in
            guard let base = buffer.baseAddress else { return .success("") }
            do throws(GraphQLError) {
                return .success(try strip(Lexer(base, count: bytes.count - Source.padding)))
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    private static func strip(_ source: Lexer) throws(GraphQLError) -> String {
        var lexer = source
        var result = ""
        var followsWord = false
        while true {
            let token = try lexer.next()
            if token.kind == .end { return result }
            let isWord = !token.kind.isPunctuator
            if followsWord, isWord || token.kind == .spread { result += " " }
            if token.kind == .blockString {
                result += BlockString.printed(lexer.text(token), minimal: true)
            } else {
                let bytes = UnsafeBufferPointer(start: lexer.base + token.start, count: token.end - token.start)
                result += String(decoding: bytes, as: UTF8.self)
            }
            followsWord = isWord
        }
    }
}
