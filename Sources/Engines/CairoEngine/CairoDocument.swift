import AtlasCore
import AtlasPorts
import CCairo

/// One document on its way onto pages.
final class CairoDocument {
    private enum Style {
        static let width = 595.28
        static let height = 841.89
        static let margin = 51.0
        static let body = 9.0
        static let leading = 1.4
        static let padding = 6.0
    }

    /// Where cairo's bytes go.
    private final class Output {
        var bytes: [UInt8] = []
    }

    private let document: PrintedDocument
    private let output = Output()
    private let surface: OpaquePointer
    private let context: OpaquePointer
    private var y = Style.margin
    private var page = 1

    /// - Throws: `AtlasError.unavailable` if cairo has no memory; `.invalid` for more than can be printed.
    init(_ document: PrintedDocument) throws {
        self.document = document
        let cells = document.blocks.reduce(0) { sum, block in
            guard case .table(_, let columns, let rows) = block else { return sum + 1 }
            return sum + columns.count * (rows.count + 1)
        }
        guard cells <= CairoPrinter.blockLimit else {
            throw AtlasError(.invalid, "The document is too long to be printed.")
        }
        let sink = Unmanaged.passUnretained(output).toOpaque()
        let made = cairo_pdf_surface_create_for_stream(
            { sink, bytes, count in
                guard let sink, let bytes else { return CAIRO_STATUS_WRITE_ERROR }
                let output = Unmanaged<Output>.fromOpaque(sink).takeUnretainedValue()
                output.bytes.append(contentsOf: UnsafeBufferPointer(start: bytes, count: Int(count)))
                return CAIRO_STATUS_SUCCESS
            },
            sink,
            Style.width,
            Style.height
        )
        guard let made, let context = cairo_create(made) else {
            throw AtlasError(.unavailable, "The document cannot be printed just now.")
        }
        surface = made
        self.context = context
    }

    deinit {
        cairo_destroy(context)
        cairo_surface_destroy(surface)
    }

    /// Draws everything and returns the file.
    func bytes() throws -> [UInt8] {
        cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_TITLE, document.title)
        cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATOR, "Atlas")
        tagged("H1") { paragraph(document.title, size: 19, isBold: true) }
        tagged("P") { paragraph(document.subtitle, size: 10, grey: 0.4) }
        y += 6
        for block in document.blocks { draw(block) }
        footer()
        cairo_show_page(context)
        cairo_surface_finish(surface)
        let status = cairo_surface_status(surface)
        guard status == CAIRO_STATUS_SUCCESS, cairo_status(context) == CAIRO_STATUS_SUCCESS else {
            throw AtlasError(
                .internalError,
                "Something went wrong on our side.",
                detail: "cairo: \(String(cString: cairo_status_to_string(status)))"
            )
        }
        // Text and structure are whole without what is added.
        return CairoCatalog.completed(output.bytes) ?? output.bytes
    }

    private func draw(_ block: PrintedDocument.Block) {
        switch block {
        case .heading(let text):
            y += 12
            // A heading at the foot of a page would stand alone.
            need(80)
            tagged("H2") { paragraph(text, size: 13, isBold: true) }
        case .paragraph(let text):
            tagged("P") { paragraph(text, size: Style.body) }
            y += 4
        case .table(let caption, let columns, let rows):
            need(60)
            tagged("P") { paragraph(caption, size: Style.body - 1, grey: 0.4) }
            table(columns, rows)
            y += 6
        }
    }
}

// MARK: - Tables

extension CairoDocument {
    private func table(_ columns: [PrintedDocument.Column], _ rows: [[String]]) {
        let all = columns.reduce(0) { $0 + max($1.width, 0.1) }
        let room = Style.width - 2 * Style.margin
        let widths = columns.map { max($0.width, 0.1) / max(all, 0.1) * room }
        tagged("Table") {
            row(columns.map(\.title), columns, widths, isHeading: true)
            for cells in rows { row(cells, columns, widths, isHeading: false, heading: columns.map(\.title)) }
        }
    }

    /// One row; on a new page, the heading comes again before it.
    private func row(
        _ cells: [String],
        _ columns: [PrintedDocument.Column],
        _ widths: [Double],
        isHeading: Bool,
        heading: [String]? = nil
    ) {
        font(Style.body, isBold: isHeading)
        let lines = zip(cells, widths).map { wrapped($0, width: $1 - Style.padding) }
        let step = Style.body * Style.leading
        let height = Double(lines.map(\.count).max() ?? 1) * step + 5
        if y + height > Style.height - Style.margin {
            turn()
            if let heading { row(heading, columns, widths, isHeading: true) }
            font(Style.body, isBold: isHeading)
        }
        tagged("TR") {
            var x = Style.margin
            for (index, lines) in lines.enumerated() {
                let isHead = isHeading || index == 0
                tagged(isHead ? "TH" : "TD") {
                    for (number, text) in lines.enumerated() {
                        let free = widths[index] - Style.padding - width(of: text)
                        let start = columns[index].isNumber ? x + max(free, 0) : x
                        show(text, x: start, y: y + Double(number + 1) * step - 2)
                    }
                }
                x += widths[index]
            }
        }
        y += height
        rule(grey: isHeading ? 0.3 : 0.85)
        y += 1
    }

    private func rule(grey: Double) {
        cairo_set_source_rgb(context, grey, grey, grey)
        cairo_set_line_width(context, 0.5)
        cairo_move_to(context, Style.margin, y)
        cairo_line_to(context, Style.width - Style.margin, y)
        cairo_stroke(context)
        cairo_set_source_rgb(context, 0, 0, 0)
    }
}

// MARK: - Text

extension CairoDocument {
    private func paragraph(_ text: String, size: Double, isBold: Bool = false, grey: Double = 0) {
        font(size, isBold: isBold)
        for line in wrapped(text, width: Style.width - 2 * Style.margin) {
            if y + size * Style.leading > Style.height - Style.margin {
                turn()
                font(size, isBold: isBold)
            }
            cairo_set_source_rgb(context, grey, grey, grey)
            y += size * Style.leading
            show(line, x: Style.margin, y: y)
        }
        cairo_set_source_rgb(context, 0, 0, 0)
        y += size * 0.3
    }

    private func font(_ size: Double, isBold: Bool) {
        cairo_select_font_face(
            context,
            "Inter",
            CAIRO_FONT_SLANT_NORMAL,
            isBold ? CAIRO_FONT_WEIGHT_BOLD : CAIRO_FONT_WEIGHT_NORMAL
        )
        cairo_set_font_size(context, size)
    }

    private func show(_ text: String, x: Double, y: Double) {
        cairo_move_to(context, x, y)
        cairo_show_text(context, text)
    }

    private func width(of text: String) -> Double {
        var extents = cairo_text_extents_t()
        cairo_text_extents(context, text, &extents)
        return extents.x_advance
    }

    /// Lines that fit, in the font that is set; a word that is too long for a line is cut.
    private func wrapped(_ text: String, width limit: Double) -> [String] {
        var lines: [String] = []
        var line = ""
        // cairo takes no text with a NUL, and control characters have no shape.
        let clean = String(text.unicodeScalars.map { $0.value < 32 || $0.value == 127 ? " " : Character($0) })
        for word in clean.split(separator: " ") {
            var word = String(word)
            let joined = line.isEmpty ? word : line + " " + word
            if width(of: joined) <= limit {
                line = joined
                continue
            }
            if !line.isEmpty { lines.append(line) }
            while word.count > 1, width(of: word) > limit {
                var fits = word.count
                while fits > 1, width(of: String(word.prefix(fits))) > limit { fits -= max(1, fits / 8) }
                lines.append(String(word.prefix(fits)))
                word.removeFirst(fits)
            }
            line = word
        }
        if !line.isEmpty || lines.isEmpty { lines.append(line) }
        return lines
    }
}

// MARK: - Pages

extension CairoDocument {
    /// Turns the page unless so much room is left.
    private func need(_ height: Double) {
        if y + height > Style.height - Style.margin { turn() }
    }

    private func turn() {
        footer()
        cairo_show_page(context)
        page += 1
        y = Style.margin
    }

    /// The page's number, outside of the structure.
    private func footer() {
        font(Style.body - 1, isBold: false)
        let text = String(page)
        cairo_set_source_rgb(context, 0.4, 0.4, 0.4)
        show(text, x: Style.width - Style.margin - width(of: text), y: Style.height - Style.margin / 2)
        cairo_set_source_rgb(context, 0, 0, 0)
    }

    private func tagged(_ tag: String, _ body: () -> Void) {
        cairo_tag_begin(context, tag, nil)
        body()
        cairo_tag_end(context, tag)
    }
}
