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
        answer(request) { request, graph, warnings, writer in
            var options = SVGOptions()
            options.idPrefix = request["idPrefix"]?.text ?? ""
            options.interactive = request["interactive"]?.bool ?? false
            options.embedStylesheet = request["embedStylesheet"]?.bool ?? false
            writer.field("kind", graph.kind.rawValue)
            writer.key("graph")
            writer.graph(graph)
            writer.field("svg", SVG.render(graph, layout: LayoutEngine.layout(graph), options: options))
            writer.key("outline")
            writer.outline(Words.outline(graph))
            writer.field("alternativeText", Words.short(graph))
            writer.field("longDescription", Words.long(graph))
            writer.field("hash", hexadecimal(Words.contentHash(graph)))
            writer.key("warnings")
            writer.diagnostics(warnings)
        }
    }

    /// What breaks when parts are lost.
    ///
    /// The request holds `source`, `kill[…]`, `slow[…]` (see ``Graph/failing(kill:slow:)``),
    /// `nodes[{id,kind,replicas,quorum,stateful,purpose,line}]` and
    /// `edges[{from,to,step,mode,required,protocol,carries,fallback,line}]`. The answer holds `ok`, `fails`, `degrades`,
    /// `unknown`, `nodes[{id,state,reason,chain,isCause}]` and `singlePointsOfFailure`.
    public static func failing(_ request: [UInt8]) -> [UInt8] {
        answer(request) { request, graph, _, writer in
            let answer = graph.failing(kill: texts(request["kill"]), slow: texts(request["slow"]))
            writer.fields(of: answer)
            writer.field("singlePointsOfFailure", graph.singlePointsOfFailure())
        }
    }

    /// The source of a request as Mermaid reads it, with what the request says about nodes and edges.
    ///
    /// Records that do not fit become warnings; they leave the picture as it is.
    private static func answer(
        _ bytes: [UInt8],
        _ body: (JSONValue, Graph, [Diagnostic], inout JSONWriter) -> Void
    ) -> [UInt8] {
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
        guard var graph = outcome.graph else { return refusal(outcome.diagnostics) }
        var warnings = outcome.diagnostics
        if request["nodes"] != nil || request["edges"] != nil {
            let annotated = graph.annotated(nodes: request.nodeRecords, edges: request.edgeRecords)
            graph = annotated.graph
            warnings += annotated.diagnostics
        }
        var writer = JSONWriter()
        writer.object { writer in
            writer.field("ok", true)
            body(request, graph, warnings, &writer)
        }
        return writer.bytes
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
