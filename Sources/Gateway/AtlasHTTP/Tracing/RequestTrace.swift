import AtlasCore
import GraphQL
import NIOCore
import Synchronization

/// One stretch of work in a trace.
struct TraceSpan: Sendable {
    enum Attribute: Sendable, Equatable {
        case text(String)
        case number(Int)
    }

    let traceID: String
    let spanID: String
    let parentID: String?
    let name: String
    /// Whether somebody outside asked for it.
    let isServer: Bool
    /// Nanoseconds since 1970.
    let start: UInt64
    let end: UInt64
    let failed: Bool
    let attributes: [(name: String, value: Attribute)]
}

/// The trace of one request: its own span and those of the engine's parts, all of them children of it.
final class RequestTrace: OperationTrace {
    /// The most spans beside the request's own; what comes later is only counted.
    static let spanLimit = 256

    let traceID: String
    let spanID = RequestTrace.randomID()

    private struct State {
        var spans: [TraceSpan] = []
        /// Spans that have begun.
        var begun = 0
        var dropped = 0
    }

    private let parentID: String?
    private let startedAt = RequestTrace.wallNanoseconds()
    private let started = NIODeadline.now()
    private let state = Mutex(State())

    init(_ parent: TraceParent?) {
        traceID = parent?.traceID ?? Self.randomID() + Self.randomID()
        parentID = parent?.spanID
    }

    func begin(_ name: String, path: () -> String) -> (@Sendable (_ failed: Bool) -> Void)? {
        let hasRoom = state.withLock { state in
            state.begun += 1
            if state.begun > Self.spanLimit { state.dropped += 1 }
            return state.begun <= Self.spanLimit
        }
        guard hasRoom else { return nil }
        let (path, start) = (path(), now())
        return { [self] failed in
            let span = TraceSpan(
                traceID: traceID,
                spanID: Self.randomID(),
                parentID: spanID,
                name: name,
                isServer: false,
                start: start,
                end: now(),
                failed: failed,
                attributes: path.isEmpty ? [] : [("graphql.path", .text(path))]
            )
            state.withLock { $0.spans.append(span) }
        }
    }

    /// Every span that has ended, the request's own first.
    func finish(
        named name: String,
        failed: Bool,
        _ attributes: inout [(name: String, value: TraceSpan.Attribute)]
    ) -> [TraceSpan] {
        let (spans, dropped) = state.withLock { ($0.spans, $0.dropped) }
        if dropped > 0 { attributes.append(("atlas.spans.dropped", .number(dropped))) }
        let own = TraceSpan(
            traceID: traceID,
            spanID: spanID,
            parentID: parentID,
            name: name,
            isServer: true,
            start: startedAt,
            end: now(),
            failed: failed,
            attributes: attributes
        )
        return [own] + spans
    }

    /// Wall time that no correction of the clock makes jump within a trace.
    private func now() -> UInt64 {
        startedAt &+ UInt64(clamping: (NIODeadline.now() - started).nanoseconds)
    }

    private static func wallNanoseconds() -> UInt64 {
        UInt64(clamping: SystemClock().now().milliseconds) &* 1_000_000
    }

    /// 16 hexadecimal digits, not all 0.
    private static func randomID() -> String {
        let digits = String(UInt64.random(in: 1...UInt64.max), radix: 16)
        return String(repeating: "0", count: 16 - digits.utf8.count) + digits
    }
}
