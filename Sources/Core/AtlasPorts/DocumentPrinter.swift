/// Turns documents into files that print.
public protocol DocumentPrinter: Sendable {
    /// The document as PDF on A4, its text selectable and its structure tagged.
    ///
    /// - Throws: `AtlasError.unavailable` if the engine cannot print just now.
    func pdf(_ document: PrintedDocument) async throws -> [UInt8]
}

/// A document of headings, paragraphs and tables.
public struct PrintedDocument: Sendable, Equatable {
    /// A column of a table.
    public struct Column: Sendable, Equatable {
        /// Its heading.
        public let title: String
        /// Whether its cells are numbers, to be set to the right.
        public let isNumber: Bool
        /// Its share of the width, in units of the others'.
        public let width: Double

        /// A column.
        public init(_ title: String, isNumber: Bool = false, width: Double = 1) {
            self.title = title
            self.isNumber = isNumber
            self.width = width
        }
    }

    /// A part of a document.
    public enum Block: Sendable, Equatable {
        /// The heading of a section.
        case heading(String)
        /// A paragraph.
        case paragraph(String)
        /// A table: its caption, its columns, and rows of as many cells.
        case table(caption: String, columns: [Column], rows: [[String]])
    }

    /// The document's own heading.
    public let title: String
    /// A line under it.
    public let subtitle: String
    /// In order.
    public let blocks: [Block]

    /// A document in English.
    public init(title: String, subtitle: String, blocks: [Block]) {
        self.title = title
        self.subtitle = subtitle
        self.blocks = blocks
    }
}
