internal import Diagrams

/// What a record of a board is.
///
/// The raw value is its `type` on the wire.
public enum BoardShape: String, Sendable, CaseIterable {
    /// A part of a system, of a kind that diagrams know.
    case node
    /// A connection from one record to another.
    case edge
    /// A coloured sheet with text.
    case note
    /// A stroke drawn by hand.
    case freehand
    /// Text without a frame.
    case text
    /// A reference to a stored picture.
    case image

    /// The fields without which there is no such record.
    var required: Set<BoardField> {
        switch self {
        case .node: [.kind, .label, .pos, .size, .z]
        case .edge: [.from, .to, .z]
        case .note: [.text, .pos, .size, .z]
        case .freehand: [.pts, .pos, .z]
        case .text: [.text, .pos, .z]
        case .image: [.ref, .pos, .size, .z]
        }
    }

    /// Further fields that it may have.
    var optional: Set<BoardField> {
        switch self {
        case .node, .note: [.angle, .parent, .colour, .author]
        case .edge: [.label, .mode, .colour, .author]
        case .freehand: [.angle, .parent, .colour, .width, .author]
        case .text: [.size, .angle, .parent, .colour, .font, .author]
        case .image: [.alt, .angle, .parent, .author]
        }
    }

    func allows(_ field: BoardField) -> Bool {
        required.contains(field) || optional.contains(field)
    }
}

/// A field of a record: the unit in which the last write wins.
///
/// The raw value is its name on the wire.
public enum BoardField: String, Sendable, CaseIterable {
    /// Pair: the upper left corner in pixels; of a stroke the origin of its points.
    case pos
    /// Pair: width and height in pixels.
    case size
    /// Number: degrees clockwise, -360...360.
    case angle
    /// Text: where in the stack, a fractional index; ties go by record id.
    case z
    /// Text: id of the node around it.
    case parent
    /// Text: who put the record there; set by the server.
    case author
    /// Text: raw value of `NodeKind`.
    case kind
    /// Text: what a node or an edge says.
    case label
    /// Text: id of the record where an edge starts.
    case from
    /// Text: id of the record where an edge ends.
    case to
    /// Text: `sync` or `async`.
    case mode
    /// Text: what a note or a text says.
    case text
    /// Text: raw value of `BoardColour`.
    case colour
    /// Number: thickness of a stroke in pixels, 0.5...64.
    case width
    /// Number: height of letters in pixels, 6...200.
    case font
    /// Points of a stroke.
    case pts
    /// Text: `blob:KEY` or a path on this server.
    case ref
    /// Text: words for an image.
    case alt

    /// Where it stands among a record's fields.
    var order: Int { Self.orders[self] ?? 0 }

    private static let orders = Dictionary(uniqueKeysWithValues: allCases.enumerated().map { ($0.element, $0.offset) })
}

/// The colours that a record may have; a page decides how they look in its theme.
public enum BoardColour: String, Sendable, CaseIterable {
    /// The colour of text, and what a record without a colour has.
    case ink
    /// Grey.
    case grey
    /// Red.
    case red
    /// Orange.
    case orange
    /// Yellow.
    case yellow
    /// Green.
    case green
    /// Blue.
    case blue
    /// Violet.
    case violet
}
