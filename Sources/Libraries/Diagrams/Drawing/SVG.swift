/// How a diagram is drawn.
public struct SVGOptions: Sendable, Equatable {
    /// Put before every identifier, so that several diagrams fit on a page; letters, digits, `-` and `_`.
    public var idPrefix: String
    /// Whether nodes and edges are buttons for keyboard and pointer.
    public var interactive: Bool
    /// Whether the stylesheet is put inside, for a file that stands alone.
    public var embedStylesheet: Bool

    /// Makes options; by default a still picture that the page's stylesheet dresses.
    public init(idPrefix: String = "", interactive: Bool = false, embedStylesheet: Bool = false) {
        self.idPrefix = idPrefix
        self.interactive = interactive
        self.embedStylesheet = embedStylesheet
    }
}

/// Draws a graph as SVG 1.1: no script, no reference to anything outside, no inline style.
public enum SVG {
    /// The picture of a graph.
    ///
    /// Every node, edge and group is a `<g>` with a stable `id` and `data-` attributes. In the document, a node is
    /// followed by the edges that leave it, along the flow.
    public static func render(_ graph: Graph, layout: Layout, options: SVGOptions = SVGOptions()) -> String {
        var drawing = Drawing(graph, layout, options)
        return drawing.render()
    }
}
