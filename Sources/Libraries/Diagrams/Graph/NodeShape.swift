/// The outline of a node.
///
/// The raw value is Mermaid's short name in `@{ shape: … }`.
///
/// Source: Mermaid 11 documentation, "Complete list of new shapes".
public enum NodeShape: String, Sendable, CaseIterable {
    /// A plain box.
    case rectangle = "rect"
    /// A box with round corners.
    case rounded
    /// A box with half-round ends.
    case stadium
    /// A box with a double line at both sides.
    case subroutine = "fr-rect"
    /// A drum: stored data.
    case cylinder = "cyl"
    /// A circle.
    case circle
    /// Two circles, one in the other.
    case doubleCircle = "dbl-circ"
    /// An ellipse.
    case ellipse
    /// A box with an arrow cut into its left side.
    case odd
    /// A decision.
    case diamond = "diam"
    /// A hexagon.
    case hexagon = "hex"
    /// A parallelogram that leans to the right.
    case leanRight = "lean-r"
    /// A parallelogram that leans to the left.
    case leanLeft = "lean-l"
    /// A trapezoid with the wide side down.
    case trapezoid = "trap-b"
    /// A trapezoid with the wide side up.
    case invertedTrapezoid = "trap-t"
    /// A card with one corner cut.
    case notchedRectangle = "notch-rect"
    /// A mark: collate.
    case hourglass
    /// A mark: a link over a distance.
    case bolt
    /// A comment with a brace at its left.
    case braceLeft = "brace"
    /// A comment with a brace at its right.
    case braceRight = "brace-r"
    /// A comment between braces.
    case braces
    /// A box with a half-round right end.
    case delay
    /// A lying drum: a queue or a pipe.
    case horizontalCylinder = "h-cyl"
    /// A drum with a line: a disk.
    case linedCylinder = "lin-cyl"
    /// A display.
    case curvedTrapezoid = "curv-trap"
    /// A box with a line under its top.
    case dividedRectangle = "div-rect"
    /// A sheet with a wavy foot.
    case document = "doc"
    /// A triangle.
    case triangle = "tri"
    /// A mark: a bar where flows part or meet.
    case fork
    /// A box with a line at its top and left.
    case windowPane = "win-pane"
    /// A mark: a dot.
    case filledCircle = "f-circ"
    /// A sheet with a line at its left.
    case linedDocument = "lin-doc"
    /// A box with a line at its left.
    case linedRectangle = "lin-rect"
    /// A box with both upper corners cut.
    case notchedPentagon = "notch-pent"
    /// A triangle on its tip.
    case flippedTriangle = "flip-tri"
    /// A box whose top rises to the right.
    case slopedRectangle = "sl-rect"
    /// A pile of sheets.
    case documents = "docs"
    /// A pile of boxes.
    case stackedRectangle = "st-rect"
    /// A strip with a wavy top and foot.
    case flag
    /// A mark: where the flow starts.
    case smallCircle = "sm-circ"
    /// A mark: where the flow stops.
    case framedCircle = "fr-circ"
    /// A box whose sides bow to the left.
    case bowRectangle = "bow-rect"
    /// A mark: a circle with a cross.
    case crossedCircle = "cross-circ"
    /// A sheet with a folded corner.
    case taggedDocument = "tag-doc"
    /// A box with a folded corner.
    case taggedRectangle = "tag-rect"
    /// No outline.
    case text
    /// A cloud.
    case cloud
    /// A participant of a sequence diagram.
    case participant
    /// A person in a sequence diagram.
    case actor

    /// The kind that the outline alone suggests; `.unknown` for most.
    public var impliedKind: NodeKind {
        switch self {
        case .cylinder, .linedCylinder: .store
        case .horizontalCylinder: .queue
        default: .unknown
        }
    }

    /// Whether the shape is a mark that has no room for a label.
    var isMark: Bool {
        switch self {
        case .fork, .filledCircle, .smallCircle, .framedCircle, .crossedCircle, .hourglass, .bolt: true
        default: false
        }
    }

    /// Finds a shape by Mermaid's short name or one of its aliases; `nil` if there is none.
    init?(mermaidName name: String) {
        if let shape = NodeShape(rawValue: name), shape != .participant, shape != .actor {
            self = shape
            return
        }
        for (shape, aliases) in NodeShape.aliases where aliases.contains(name) {
            self = shape
            return
        }
        return nil
    }

    private static let aliases: [(NodeShape, [String])] = [
        (.rectangle, ["proc", "process", "rectangle", "square"]),
        (.rounded, ["event", "round"]),
        (.stadium, ["pill", "terminal"]),
        (.subroutine, ["framed-rectangle", "subproc", "subprocess", "subroutine"]),
        (.cylinder, ["cylinder", "database", "db"]),
        (.circle, ["circ"]),
        (.doubleCircle, ["double-circle", "doublecircle"]),
        (.odd, ["rect_left_inv_arrow"]),
        (.diamond, ["decision", "diamond", "question"]),
        (.hexagon, ["hexagon", "prepare"]),
        (.leanRight, ["in-out", "lean-right", "lean_right"]),
        (.leanLeft, ["lean-left", "out-in", "lean_left"]),
        (.trapezoid, ["priority", "trapezoid", "trapezoid-bottom"]),
        (.invertedTrapezoid, ["inv-trapezoid", "manual", "trapezoid-top", "inv_trapezoid"]),
        (.notchedRectangle, ["card", "notched-rectangle"]),
        (.hourglass, ["collate"]),
        (.bolt, ["com-link", "lightning-bolt"]),
        (.braceLeft, ["brace-l", "comment"]),
        (.delay, ["half-rounded-rectangle"]),
        (.horizontalCylinder, ["das", "horizontal-cylinder"]),
        (.linedCylinder, ["disk", "lined-cylinder"]),
        (.curvedTrapezoid, ["curved-trapezoid", "display"]),
        (.dividedRectangle, ["div-proc", "divided-process", "divided-rectangle"]),
        (.document, ["document"]),
        (.triangle, ["extract", "triangle"]),
        (.fork, ["join"]),
        (.windowPane, ["internal-storage", "window-pane"]),
        (.filledCircle, ["filled-circle", "junction"]),
        (.linedDocument, ["lined-document"]),
        (.linedRectangle, ["lin-proc", "lined-process", "lined-rectangle", "shaded-process"]),
        (.notchedPentagon, ["loop-limit", "notched-pentagon"]),
        (.flippedTriangle, ["flipped-triangle", "manual-file"]),
        (.slopedRectangle, ["manual-input", "sloped-rectangle"]),
        (.documents, ["documents", "st-doc", "stacked-document"]),
        (.stackedRectangle, ["processes", "procs", "stacked-rectangle"]),
        (.flag, ["paper-tape"]),
        (.smallCircle, ["small-circle", "start"]),
        (.framedCircle, ["framed-circle", "stop"]),
        (.bowRectangle, ["bow-tie-rectangle", "stored-data"]),
        (.crossedCircle, ["crossed-circle", "summary"]),
        (.taggedDocument, ["tagged-document"]),
        (.taggedRectangle, ["tag-proc", "tagged-process", "tagged-rectangle"]),
    ]
}
