import NIOHTTP1

/// Decides which GraphQL requests are traced.
///
/// A request that says in `traceparent` whether its trace is recorded is believed; of the others a share is traced.
public struct Tracing: Sendable {
    private let ratio: Double
    private let exporter: TraceExporter

    /// - Parameter ratio: The share of requests without a parent that are traced, 0...1.
    public init(ratio: Double, exporter: TraceExporter) {
        self.ratio = ratio
        self.exporter = exporter
    }

    /// The trace of a request, or `nil` for one that is not traced.
    func begin(_ request: IncomingRequest) -> RequestTrace? {
        begin(parent: request.single("traceparent").flatMap { TraceParent($0) })
    }

    /// The trace of an operation on a connection that stays open, or `nil` for one that is not traced.
    func begin(parent: TraceParent?) -> RequestTrace? {
        guard parent?.isSampled ?? (ratio > 0 && Double.random(in: 0..<1) < ratio), exporter.hasRoom else { return nil }
        return RequestTrace(parent)
    }

    /// Hands on the trace of an operation whose answer has begun already.
    func end(_ trace: RequestTrace, named name: String, requestID: String, failed: Bool) {
        var attributes: [(name: String, value: TraceSpan.Attribute)] = [("atlas.request_id", .text(requestID))]
        exporter.take(trace.finish(named: name, failed: failed, &attributes))
    }

    /// Hands a trace on, and says in the answer which one it was.
    ///
    /// Source: W3C Trace Context Level 2, "traceresponse".
    func end(_ trace: RequestTrace, _ request: IncomingRequest, _ answer: inout Answer) {
        let failed = answer.status.code >= 500
        var attributes: [(name: String, value: TraceSpan.Attribute)] = [
            ("http.request.method", .text(request.method.rawValue)),
            ("url.path", .text(String(request.path))),
            ("http.response.status_code", .number(Int(answer.status.code))),
            ("atlas.request_id", .text(request.id)),
        ]
        let spans = trace.finish(named: "\(request.method.rawValue) /graphql", failed: failed, &attributes)
        exporter.take(spans)
        answer.headers.append(("traceresponse", "00-\(trace.traceID)-\(trace.spanID)-01"))
    }
}
