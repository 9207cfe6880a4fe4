/// A table: a row of names, a row of dashes, and rows of cells, each starting with `|`.
struct MarkdownTable {
    let lineCount: Int
    private let rows: [(line: Int, cells: [ArraySlice<UInt8>])]

    /// Columns of a table; further cells are left out.
    private static let columnLimit = 12

    /// The table that `lines` start with.
    init?(_ lines: ArraySlice<MarkdownLine>) {
        guard let first = lines.first, first.isRow, let second = lines.dropFirst().first, second.isRow,
            second.cells.allSatisfy({ cell in
                !cell.isEmpty && cell.allSatisfy { $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: ":") }
            })
        else { return nil }
        let table = lines.prefix { $0.isRow }
        lineCount = table.count
        rows = ([first] + table.dropFirst(2)).map { ($0.number, Array($0.cells.prefix(Self.columnLimit))) }
    }

    func write(to writer: inout MarkdownWriter) {
        writer.tag("<table>")
        for (position, row) in rows.enumerated() {
            writer.tag(position == 0 ? "<thead><tr>" : position == 1 ? "<tbody><tr>" : "<tr>")
            for cell in row.cells {
                writer.tag(position == 0 ? "<th>" : "<td>")
                MarkdownInline(cell, line: row.line).write(to: &writer)
                writer.write([.space])
                writer.tag(position == 0 ? "</th>" : "</td>")
            }
            writer.tag(position == 0 ? "</tr></thead>" : "</tr>")
        }
        if rows.count > 1 { writer.tag("</tbody>") }
        writer.tag("</table>")
        writer.endBlock()
    }
}

extension MarkdownLine {
    fileprivate var isRow: Bool {
        let text = trimmed
        return text.first == UInt8(ascii: "|") && text.count > 1
    }

    fileprivate var cells: [ArraySlice<UInt8>] {
        var content = trimmed.dropFirst()
        if content.last == UInt8(ascii: "|") { content.removeLast() }
        return content.split(separator: UInt8(ascii: "|"), omittingEmptySubsequences: false)
            .map { MarkdownLine(number: number, bytes: $0).trimmed }
    }
}
