import GraphQL

/// Spans as the OpenTelemetry Protocol writes them in JSON.
///
/// Source: opentelemetry-proto 1.x, `ExportTraceServiceRequest`; 64-bit numbers are texts, ids hexadecimal.
enum OTLP {
    static func message(_ spans: some Sequence<TraceSpan>) -> [UInt8] {
        var writer = GraphQL.JSONWriter(capacity: 16_384)
        writer.raw("{\"resourceSpans\":[{\"resource\":{\"attributes\":[")
        attribute("service.name", .text("atlas"), &writer)
        writer.raw("]},\"scopeSpans\":[{\"scope\":{\"name\":\"atlas.graphql\"},\"spans\":[")
        var isFirst = true
        for span in spans {
            if !isFirst { writer.raw(",") }
            isFirst = false
            write(span, &writer)
        }
        writer.raw("]}]}]}")
        return writer.finish()
    }

    private static func write(_ span: TraceSpan, _ writer: inout GraphQL.JSONWriter) {
        writer.raw("{\"traceId\":")
        writer.string(span.traceID)
        writer.raw(",\"spanId\":")
        writer.string(span.spanID)
        if let parent = span.parentID {
            writer.raw(",\"parentSpanId\":")
            writer.string(parent)
        }
        writer.raw(",\"name\":")
        writer.string(span.name)
        // SPAN_KIND_SERVER, SPAN_KIND_INTERNAL
        writer.raw(span.isServer ? ",\"kind\":2" : ",\"kind\":1")
        writer.raw(",\"startTimeUnixNano\":")
        writer.string(String(span.start))
        writer.raw(",\"endTimeUnixNano\":")
        writer.string(String(span.end))
        writer.raw(",\"attributes\":[")
        for (index, (name, value)) in span.attributes.enumerated() {
            if index > 0 { writer.raw(",") }
            attribute(name, value, &writer)
        }
        // STATUS_CODE_ERROR, STATUS_CODE_UNSET
        writer.raw(span.failed ? "],\"status\":{\"code\":2}}" : "],\"status\":{}}")
    }

    private static func attribute(
        _ name: String,
        _ value: TraceSpan.Attribute,
        _ writer: inout GraphQL.JSONWriter
    ) {
        writer.raw("{\"key\":")
        writer.string(name)
        switch value {
        case .text(let text):
            writer.raw(",\"value\":{\"stringValue\":")
            writer.string(text)
        case .number(let number):
            writer.raw(",\"value\":{\"intValue\":")
            writer.string(String(number))
        }
        writer.raw("}}")
    }
}
