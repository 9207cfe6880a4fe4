/// What cairo 1.16 leaves out of a file's catalog: that its structure may be trusted, its language, and that its title is
/// to be shown.
///
/// Source: ISO 32000-1, 7.5.6 "Incremental updates", 14.7.1 "MarkInfo", 14.9.2 "Natural language specification".
enum CairoCatalog {
    /// The file with a catalog added that takes the place of cairo's.
    ///
    /// - Returns: `nil` if the file is not as cairo writes it.
    static func completed(_ file: [UInt8]) -> [UInt8]? {
        guard let trailer = file.lastRange(of: "trailer\n"), let start = file.lastRange(of: "startxref\n") else {
            return nil
        }
        let tail = String(decoding: file[trailer.upperBound..<start.lowerBound], as: UTF8.self)
        let table = String(decoding: file[start.upperBound...], as: UTF8.self).prefix { $0.isNumber }
        guard let root = number(after: "/Root ", in: tail), let size = number(after: "/Size ", in: tail),
            let info = number(after: "/Info ", in: tail), let old = file.lastRange(of: "\n\(root) 0 obj\n"),
            let end = file[old.upperBound...].firstRange(of: ">>")
        else { return nil }
        let entries = String(decoding: file[old.upperBound..<end.lowerBound], as: UTF8.self)
        guard entries.contains("/Type /Catalog"), !entries.contains("/MarkInfo") else { return nil }
        let place = file.count
        let offset = String(repeating: "0", count: max(0, 10 - String(place).count)) + String(place)
        let object = """
            \(root) 0 obj
            \(entries)   /MarkInfo << /Marked true >>
               /Lang (en)
               /ViewerPreferences << /DisplayDocTitle true >>
            >>
            endobj

            """
        let rest = """
            xref
            \(root) 1
            \(offset) 00000 n\u{20}
            trailer
            << /Size \(size)
               /Root \(root) 0 R
               /Info \(info) 0 R
               /Prev \(table)
            >>
            startxref
            \(place + object.utf8.count)
            %%EOF

            """
        return file + Array(object.utf8) + Array(rest.utf8)
    }

    private static func number(after key: String, in text: String) -> Int? {
        guard let found = text.firstRange(of: key) else { return nil }
        return Int(text[found.upperBound...].prefix { $0.isNumber })
    }
}

extension RandomAccessCollection<UInt8> where Index == Int {
    fileprivate func firstRange(of text: String) -> Range<Int>? {
        let wanted = Array(text.utf8)
        guard count >= wanted.count else { return nil }
        for start in startIndex...(endIndex - wanted.count)
        where self[start..<start + wanted.count].elementsEqual(wanted) {
            return start..<start + wanted.count
        }
        return nil
    }

    fileprivate func lastRange(of text: String) -> Range<Int>? {
        let wanted = Array(text.utf8)
        guard count >= wanted.count else { return nil }
        for start in stride(from: endIndex - wanted.count, through: startIndex, by: -1)
        where self[start..<start + wanted.count].elementsEqual(wanted) {
            return start..<start + wanted.count
        }
        return nil
    }
}
