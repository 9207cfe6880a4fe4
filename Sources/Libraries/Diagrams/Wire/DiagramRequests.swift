/// What the browser, the server and scripts ask about a diagram: JSON in, JSON out, the same bytes everywhere.
///
/// Every request is an object with a `source`. A source with errors is answered by
/// `{"ok":false,"errors":[{line,column,message,expected,hint,severity}]}`.
public enum DiagramRequests {
    /// Bytes of a request: 1 MiB.
    public static let maxRequestBytes = 1_048_576

    /// Draws a diagram.
    ///
    /// The request holds `source` and may hold `nodes` and `edges` (see ``failing(_:)``), `idPrefix`, `interactive` and
    /// `embedStylesheet` (see ``SVGOptions``). The answer holds `ok`, `kind`, `graph`, `svg`,
    /// `outline[{depth,text,target}]`, `alternativeText`, `longDescription`, `hash` and `warnings`.
    public static func render(_ request: [UInt8]) -> [UInt8] {
        answer(request) { request, graph, warnings in
            render(
                request,
                graph,
                warnings,
                drawing: { SVG.render($0, layout: LayoutEngine.layout($0), options: $1) },
                telling: { words($0) }
            )
        }
    }

    /// The same with the picture and the words by somebody else.
    static func render(
        _ request: JSONValue,
        _ graph: Graph,
        _ warnings: [Diagnostic],
        drawing: (Graph, SVGOptions) -> String,
        telling: (Graph) -> [UInt8]
    ) -> [UInt8] {
        var options = SVGOptions()
        options.idPrefix = request["idPrefix"]?.text ?? ""
        options.interactive = request["interactive"]?.bool ?? false
        options.embedStylesheet = request["embedStylesheet"]?.bool ?? false
        var writer = JSONWriter()
        writer.object { writer in
            writer.field("ok", true)
            writer.field("kind", graph.kind.rawValue)
            writer.key("graph")
            writer.graph(graph)
            writer.field("svg", drawing(graph, options))
            writer.json(telling(graph))
            writer.key("warnings")
            writer.diagnostics(warnings)
        }
        return writer.bytes
    }

    /// A graph in words, as fields of an object.
    static func words(_ graph: Graph) -> [UInt8] {
        var writer = JSONWriter()
        writer.key("outline")
        writer.outline(Words.outline(graph))
        writer.field("alternativeText", Words.short(graph))
        writer.field("longDescription", Words.long(graph))
        writer.field("hash", hexadecimal(Words.contentHash(graph)))
        return writer.bytes
    }

    /// What breaks when parts are lost.
    ///
    /// The request holds `source`, `kill[…]`, `slow[…]` (see ``Graph/failing(kill:slow:)``),
    /// `nodes[{id,kind,replicas,quorum,stateful,purpose,line}]` and
    /// `edges[{from,to,step,mode,required,protocol,carries,fallback,line}]`. The answer holds `ok`, `fails`, `degrades`,
    /// `capabilities`, `unknown`, `nodes[{id,state,reason,chain,isCause,isUserFacing}]` and `singlePointsOfFailure`.
    public static func failing(_ request: [UInt8]) -> [UInt8] {
        answer(request) { request, graph, _ in failing(request, graph) }
    }

    /// The same for a source that was read.
    static func failing(_ request: JSONValue, _ graph: Graph) -> [UInt8] {
        let answer = graph.failing(kill: texts(request["kill"]), slow: texts(request["slow"]))
        var writer = JSONWriter()
        writer.object { writer in
            writer.field("ok", true)
            writer.fields(of: answer)
            writer.field("singlePointsOfFailure", graph.singlePointsOfFailure())
        }
        return writer.bytes
    }

    /// Plays requests through the diagram.
    ///
    /// The request holds `source`, `scenario` (an object as docs/load-model.md describes it) and may hold `nodes` and
    /// `edges` as ``failing(_:)`` does, nodes also `numbers[{name,value}]`. The answer holds `ok` and `report`. An error in
    /// the scenario has a `path` beside the `errors`.
    public static func simulate(_ request: [UInt8]) -> [UInt8] {
        answer(request) { request, graph, _ in simulate(request, graph) }
    }

    /// The same for a source that was read.
    static func simulate(_ request: JSONValue, _ graph: Graph) -> [UInt8] {
        var writer = JSONWriter()
        do throws(LoadError) {
            let report = try graph.simulate(try graph.loadScenario(request["scenario"] ?? .object([])))
            writer.object { writer in
                writer.field("ok", true)
                writer.key("report")
                report.write(to: &writer)
            }
        } catch {
            let diagnostic = Diagnostic(severity: .error, line: 1, column: 1, message: error.description)
            writer.object { writer in
                writer.field("ok", false)
                writer.field("path", error.path)
                writer.key("errors")
                writer.diagnostics([diagnostic])
            }
        }
        return writer.bytes
    }

    /// Reads a request and its source, with what the request says about nodes and edges.
    ///
    /// Records that do not fit become warnings; they leave the picture as it is.
    static func answer(_ bytes: [UInt8], _ body: (JSONValue, Graph, [Diagnostic]) -> [UInt8]) -> [UInt8] {
        guard bytes.count <= maxRequestBytes else {
            return refusal("the request has \(bytes.count) bytes, \(maxRequestBytes) are allowed")
        }
        let request: JSONValue
        do throws(JSONReader.Failure) {
            request = try JSONReader.value(of: bytes)
        } catch {
            return refusal("the request is not JSON at byte \(error.offset): expected \(error.expected)")
        }
        guard let source = request["source"]?.text else { return refusal("the request has no source") }
        let outcome = Mermaid.parse(source)
        guard let graph = outcome.graph else { return refusal(outcome.diagnostics) }
        guard request["nodes"] != nil || request["edges"] != nil else {
            return body(request, graph, outcome.diagnostics)
        }
        let annotated = graph.annotated(nodes: request.nodeRecords, edges: request.edgeRecords)
        return body(request, annotated.graph, outcome.diagnostics + annotated.diagnostics)
    }

    private static func refusal(_ message: String) -> [UInt8] {
        refusal([Diagnostic(severity: .error, line: 1, column: 1, message: message)])
    }

    private static func refusal(_ diagnostics: [Diagnostic]) -> [UInt8] {
        var writer = JSONWriter()
        writer.object { writer in
            writer.field("ok", false)
            writer.key("errors")
            writer.diagnostics(diagnostics)
        }
        return writer.bytes
    }

    private static func texts(_ value: JSONValue?) -> [String] {
        var texts: [String] = []
        for element in value?.elements ?? [] {
            if let text = element.text { texts.append(text) }
        }
        return texts
    }

    private static func hexadecimal(_ value: UInt64) -> String {
        var digits: [UInt8] = []
        for place in 0..<16 {
            let digit = UInt8(truncatingIfNeeded: value >> UInt64(60 - place * 4)) & 15
            digits.append(digit < 10 ? 48 + digit : 87 + digit)
        }
        return String(bytes: digits)
    }
}
