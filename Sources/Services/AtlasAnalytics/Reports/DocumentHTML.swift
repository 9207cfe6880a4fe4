import AtlasPorts

/// A document as a page of its own: no scripts, no other files, prints well.
enum DocumentHTML {
    static func page(_ document: PrintedDocument) -> String {
        """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>\(escaped(document.title))</title>
        <style>
        :root { color-scheme: light dark; }
        body { font: 15px/1.5 Inter, system-ui, sans-serif; max-width: 48rem; margin: 2rem auto; padding: 0 1rem; }
        h1 { font-size: 1.6rem; margin: 0; line-height: 1.25; }
        h1 + p { margin-top: .25rem; opacity: .75; }
        h2 { font-size: 1.15rem; margin: 2rem 0 .5rem; }
        .scroll { overflow-x: auto; }
        table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
        caption { text-align: left; opacity: .75; padding-bottom: .25rem; }
        th, td { text-align: left; vertical-align: top; padding: .3rem .6rem .3rem 0; border-bottom: 1px solid #8886; }
        th { font-weight: 600; }
        .n { text-align: right; }
        @media print {
          body { margin: 0; max-width: none; font-size: 10pt; }
          h2 { break-after: avoid; }
          tr { break-inside: avoid; }
          .scroll { overflow: visible; }
        }
        @page { size: A4; margin: 18mm; }
        </style>
        </head>
        <body>
        <h1>\(escaped(document.title))</h1>
        <p>\(escaped(document.subtitle))</p>
        \(document.blocks.map(html).joined(separator: "\n"))
        </body>
        </html>

        """
    }

    private static func html(_ block: PrintedDocument.Block) -> String {
        switch block {
        case .heading(let text):
            return "<h2>\(escaped(text))</h2>"
        case .paragraph(let text):
            return "<p>\(escaped(text))</p>"
        case .table(let caption, let columns, let rows):
            let heads = columns.map { column in
                "<th scope=\"col\"\(column.isNumber ? " class=\"n\"" : "")>\(escaped(column.title))</th>"
            }
            let lines = rows.map { row in
                let cells = zip(columns, row).enumerated().map { index, cell in
                    let kind = cell.0.isNumber ? " class=\"n\"" : ""
                    return index == 0
                        ? "<th scope=\"row\"\(kind)>\(escaped(cell.1))</th>" : "<td\(kind)>\(escaped(cell.1))</td>"
                }
                return "<tr>\(cells.joined())</tr>"
            }
            return """
                <div class="scroll" tabindex="0" role="region" aria-label="\(escaped(caption))"><table>
                <caption>\(escaped(caption))</caption>
                <thead><tr>\(heads.joined())</tr></thead>
                <tbody>
                \(lines.joined(separator: "\n"))
                </tbody></table></div>
                """
        }
    }

    static func escaped(_ text: String) -> String {
        var result = ""
        for character in text.unicodeScalars {
            switch character {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "'": result += "&#39;"
            default: result.unicodeScalars.append(character)
            }
        }
        return result
    }
}

/// Lines of values that spreadsheets open (RFC 4180).
enum CSV {
    /// A file with a heading; lines end with CR LF.
    static func file(_ heading: [String], _ rows: [[String]]) -> String {
        ([heading] + rows).map { $0.map(value).joined(separator: ",") + "\r\n" }.joined()
    }

    /// One value, quoted where it must be, and never a formula.
    ///
    /// Source: OWASP, "CSV Injection": a value that begins with one of these is run by spreadsheets; an apostrophe in
    /// front makes it text.
    static func value(_ text: String) -> String {
        var text = text
        if let first = text.unicodeScalars.first, "=+-@\t\r\n|%＝＋－＠".unicodeScalars.contains(first) {
            text = "'" + text
        }
        guard text.unicodeScalars.contains(where: { ",\"\r\n;\t".unicodeScalars.contains($0) }) || text.hasPrefix("'")
        else { return text }
        return "\"" + text.replacing("\"", with: "\"\"") + "\""
    }
}
