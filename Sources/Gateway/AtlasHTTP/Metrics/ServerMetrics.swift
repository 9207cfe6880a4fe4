import GraphQL
import NIOCore
import NIOHTTP1
import Synchronization

/// What the server has counted since it was made.
final class ServerMetrics: Sendable {
    /// Requests are counted by who answers them; a path could be anything, and would make a series of its own.
    enum Place: Int, CaseIterable, Sendable {
        case graphql
        case site
        case engine
        case websocket
        case health
        case metrics
        case refused

        init(_ route: Route) {
            self =
                switch route {
                case .live, .ready: .health
                case .metrics: .metrics
                case .graphQL: .graphql
                case .engine: .engine
                case .webSocket: .websocket
                case .site, .upload: .site
                case .refused: .refused
                }
        }
    }

    private struct Requests: Sendable {
        /// By the first digit of the status.
        let classes = (1...5).map { _ in Count() }
        let times = Histogram()
    }

    private struct Operations: Sendable {
        let fine = Count()
        let failed = Count()
        let refused = Count()
        let times = Histogram()
    }

    /// By `Place`.
    private let requests = Place.allCases.map { _ in Requests() }
    private let operations: [OperationKind: Operations] = [
        .query: Operations(), .mutation: Operations(), .subscription: Operations(),
    ]
    /// Connections that are open.
    let connections = Count()
    private let unread = Count()
    private let events = Count()
    private let subscriptions = Count()

    // MARK: Counting

    func request(_ route: Route, _ status: HTTPResponseStatus, _ time: TimeAmount) {
        let requests = requests[Place(route).rawValue]
        requests.classes[min(max(Int(clamping: status.code) / 100, 1), 5) - 1].add(1)
        requests.times.add(time)
    }

    func operation(_ response: GraphQL.Response, _ time: TimeAmount) {
        guard let kind = response.operationKind, let counts = operations[kind] else { return unread.add(1) }
        let count = response.isRequestError ? counts.refused : response.hasErrors ? counts.failed : counts.fine
        count.add(1)
        counts.times.add(time)
    }

    func subscriptionBegan() { subscriptions.add(1) }

    func subscriptionEnded(isRefused: Bool) {
        subscriptions.add(-1)
        guard let counts = operations[.subscription] else { return }
        if isRefused { counts.refused.add(1) } else { counts.fine.add(1) }
    }

    func event() { events.add(1) }

    // MARK: Reading

    var all: [Metric] {
        [
            Metric("atlas_http_connections", .gauge, "Connections that are open.", connections.value),
            Metric(
                "atlas_http_requests_total",
                .counter,
                "Requests that were answered, by who answers and the class of the status.",
                samples: zip(Place.allCases, requests).flatMap { place, requests in
                    requests.classes.enumerated().map { index, count in
                        Metric.Sample([("route", "\(place)"), ("status", "\(index + 1)xx")], count.double)
                    }
                }
            ),
            Metric(
                "atlas_http_request_seconds",
                .histogram,
                "From the head of a request to its answer; polling sessions wait for something to tell.",
                samples: zip(Place.allCases, requests).flatMap { place, requests in
                    requests.times.samples([("route", "\(place)")])
                }
            ),
        ] + graphQL
    }

    private var graphQL: [Metric] {
        let kinds = operations.sorted { $0.key.rawValue < $1.key.rawValue }
        let outcomes = kinds.flatMap { kind, counts in
            [("ok", counts.fine), ("error", counts.failed), ("refused", counts.refused)].map { outcome, count in
                Metric.Sample([("kind", kind.rawValue), ("outcome", outcome)], count.double)
            }
        }
        return [
            Metric(
                "atlas_graphql_operations_total",
                .counter,
                "Operations, by kind and outcome: ok, error (some errors), refused (not executed); subscriptions when they end.",
                samples: outcomes + [.init([("kind", "none"), ("outcome", "refused")], unread.double)]
            ),
            Metric(
                "atlas_graphql_operation_seconds",
                .histogram,
                "How long an operation took, until its first part if it has several.",
                samples: kinds.filter { $0.key != .subscription }.flatMap { kind, counts in
                    counts.times.samples([("kind", kind.rawValue)])
                }
            ),
            Metric("atlas_graphql_subscriptions", .gauge, "Subscriptions that are followed.", subscriptions.value),
            Metric(
                "atlas_graphql_events_total",
                .counter,
                "Responses of subscriptions and parts of others that were delivered.",
                events.value
            ),
        ]
    }
}

/// A number that any thread may move.
final class Count: Sendable {
    private let number = Atomic(0)

    var value: Int { number.load(ordering: .relaxed) }

    var double: Double { Double(value) }

    func add(_ amount: Int) { number.wrappingAdd(amount, ordering: .relaxed) }
}

/// How often something took how long.
final class Histogram: Sendable {
    /// Upper bounds in microseconds, and as Prometheus names them in seconds.
    private static let bounds: [(microseconds: Int64, name: String)] = [
        (500, "0.0005"), (2_000, "0.002"), (10_000, "0.01"), (50_000, "0.05"), (250_000, "0.25"), (1_000_000, "1"),
        (5_000_000, "5"), (30_000_000, "30"),
    ]

    private let counts = (0...bounds.count).map { _ in Count() }
    private let microseconds = Count()

    func add(_ time: TimeAmount) {
        let taken = max(0, time.nanoseconds / 1_000)
        counts[Self.bounds.firstIndex { taken <= $0.microseconds } ?? Self.bounds.count].add(1)
        microseconds.add(Int(taken))
    }

    func samples(_ labels: [(name: String, value: String)]) -> [Metric.Sample] {
        var samples: [Metric.Sample] = []
        var sum = 0
        for (count, name) in zip(counts, Self.bounds.map(\.name) + ["+Inf"]) {
            sum += count.value
            samples.append(.init(labels + [("le", name)], Double(sum)))
            samples[samples.count - 1].suffix = "_bucket"
        }
        var total = Metric.Sample(labels, microseconds.double / 1_000_000)
        total.suffix = "_sum"
        var number = Metric.Sample(labels, Double(sum))
        number.suffix = "_count"
        return samples + [total, number]
    }
}
