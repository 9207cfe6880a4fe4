/// Mermaid text to graph and back.
public enum Mermaid {
    /// Bytes of a source: 1 MiB.
    public static let maxSourceBytes = Limits.maxSourceBytes
    /// Nodes of a diagram.
    public static let maxNodes = Limits.maxNodes
    /// Edges of a diagram.
    public static let maxEdges = Limits.maxEdges
    /// Groups in groups, or frames in frames.
    public static let maxNesting = Limits.maxNesting

    /// Reads a diagram of any of the six kinds.
    ///
    /// Errors recover at the end of a line, so that all of them are reported. Time grows linearly with the source.
    public static func parse(_ source: String) -> ParseOutcome {
        guard source.utf8.count <= Limits.maxSourceBytes else {
            let message = "the source has \(source.utf8.count) bytes, \(Limits.maxSourceBytes) are allowed"
            let diagnostic = Diagnostic(severity: .error, line: 1, column: 1, message: message)
            return ParseOutcome(graph: nil, diagnostics: [diagnostic])
        }
        var scanner = Scanner(Array(source.utf8))
        do throws(Diagnostic) {
            let prologue = try Prologue.read(&scanner)
            return try parseBody(scanner, prologue)
        } catch {
            return ParseOutcome(graph: nil, diagnostics: [error])
        }
    }

    /// Writes a graph as Mermaid.
    ///
    /// Reading it again gives the same graph, line numbers and records aside.
    public static func print(_ graph: Graph) -> String {
        switch graph.kind {
        case .flowchart: FlowchartPrinter.print(graph)
        case .sequence: SequencePrinter.print(graph)
        case .state: StatePrinter.print(graph)
        case .classes: ClassPrinter.print(graph)
        case .entities: EntityPrinter.print(graph)
        case .timeline: TimelinePrinter.print(graph)
        }
    }

    private static func parseBody(_ start: Scanner, _ prologue: Prologue) throws(Diagnostic) -> ParseOutcome {
        var scanner = start
        let offset = scanner.position
        let word = String(bytes: scanner.nextWord())
        scanner.position += word.utf8.count
        switch word {
        case "flowchart", "graph", "flowchart-elk":
            var parser = FlowchartParser(scanner)
            return parser.parse(prologue)
        case "sequenceDiagram":
            var parser = SequenceParser(scanner)
            return parser.parse(prologue)
        case "stateDiagram", "stateDiagram-v2":
            var parser = StateParser(scanner)
            return parser.parse(prologue)
        case "classDiagram", "classDiagram-v2":
            var parser = ClassParser(scanner)
            return parser.parse(prologue)
        case "erDiagram":
            var parser = EntityParser(scanner)
            return parser.parse(prologue)
        case "timeline":
            var parser = TimelineParser(scanner)
            return parser.parse(prologue)
        default:
            scanner.position = offset
            let expected = [
                "flowchart", "graph", "sequenceDiagram", "stateDiagram-v2", "classDiagram", "erDiagram", "timeline",
            ]
            if word.isEmpty, scanner.isAtEnd {
                throw scanner.error("there is no diagram", at: offset, expected: expected)
            }
            if otherKinds.contains(word) {
                throw scanner.error("“\(word)” is a kind that cannot be drawn yet", at: offset, expected: expected)
            }
            let near = expected.filter { editDistance(Array($0.utf8), Array(word.utf8.prefix(40))) <= 3 }
            let hint = near.first.map { "did you mean “\($0)”?" } ?? "the first word names the kind of diagram"
            throw scanner.error(
                "\(scanner.found()) is not a kind of diagram",
                at: offset,
                expected: expected,
                hint: hint
            )
        }
    }

    private static let otherKinds = [
        "gantt", "pie", "journey", "mindmap", "gitGraph", "quadrantChart", "requirementDiagram", "sankey-beta",
        "block-beta",
        "packet-beta", "kanban", "architecture-beta", "xychart-beta", "C4Context", "zenuml",
    ]
}
