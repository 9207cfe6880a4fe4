import AtlasCore
import AtlasPorts
import AtlasTestKit
import CloudEngines
import Foundation
import Logging
import Synchronization
import Testing

/// What goes over the wire to an InfluxDB, and what its refusals lead to.
@Suite(.timeLimit(.minutes(2))) struct InfluxWireTests {
    private typealias Reply = (status: Int, headers: [(String, String)], body: String)

    /// What a server was asked, in order.
    private final class Script: Sendable {
        let asked = Mutex<[HTTPDouble.Question]>([])
        /// For requests to `/write`, one after the other; 204 afterwards.
        let replies: Mutex<[Reply]>

        init(_ replies: [Reply]) { self.replies = Mutex(replies) }

        func all(_ path: String) -> [HTTPDouble.Question] { asked.withLock { $0.filter { $0.path == path } } }
    }

    private func run(
        _ replies: [Reply] = [],
        user: String = "ada:open%20sesame@",
        token: String = "",
        answer: String = #"{"results":[{}]}"#,
        _ body: (InfluxTimeSeries, Script, Pauses) async throws -> Void
    ) async throws {
        let script = Script(replies)
        let pauses = Pauses()
        try await HTTPDouble.run { question, exchange in
            script.asked.withLock { $0.append(question) }
            guard question.path == "/write" else { return try await exchange.reply(200, [], answer) }
            let reply = script.replies.withLock { $0.isEmpty ? nil : $0.removeFirst() }
            guard let reply else { return try await exchange.reply(204, [], "") }
            try await exchange.reply(reply.status, reply.headers, reply.body)
        } _: { double in
            let place = double.url.dropFirst("http://".count)
            let series = try await InfluxTimeSeries(
                InfluxSettings("influxdb://\(user)\(place)/atlas", token: token),
                clock: ManualClock(Timestamp(milliseconds: 1_767_261_600_000)),
                retries: pauses.retries(),
                logger: Logger(label: "influx") { _ in SwiftLogNoOpLogHandler() }
            )
            try await body(series, script, pauses)
        }
    }

    private static let point = TimePoint(
        "lab_events",
        tags: ["user_id": "a b,c=d\\", "lab_id": "hash-ring", "event_type": ""],
        fields: ["value": 2, "duration_ms": 0.5],
        time: Timestamp(milliseconds: 1_767_261_599_000),
        id: 12_345_678
    )

    @Test func `a point is one line, its id below the millisecond, and comes with name and password`() async throws {
        try await run { series, script, _ async throws in
            try await series.write([Self.point])
            let write = try #require(script.all("/write").first)
            #expect(
                String(decoding: write.body, as: UTF8.self)
                    == #"lab_events,lab_id=hash-ring,user_id=a\ b\,c\=d%5C n=1,duration_ms=0.5,value=2.0 1767261599000345678"#
                    + "\n"
            )
            #expect(write.method == "POST" && write.headers["content-type"] == "text/plain; charset=utf-8")
            let query = Dictionary(write.query.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
            #expect(query == ["db": "atlas", "rp": "raw", "precision": "ns"])
            let basic = "Basic \(Data("ada:open sesame".utf8).base64EncodedString())"
            #expect(script.asked.withLock { $0.allSatisfy { $0.headers["authorization"] == basic } })
            let told = script.all("/query").map { String(decoding: $0.body, as: UTF8.self) }
            #expect(told.count == 3 && told[0].hasPrefix("q=CREATE%20DATABASE%20%22atlas%22"))
            #expect(told[1].contains("DURATION%2090d") && told[2].contains("DURATION%20731d"))
        }
    }

    @Test func `a token goes along, and nothing is made then`() async throws {
        try await run(user: "", token: "t-1") { series, script, _ async throws in
            try await series.write([Self.point])
            #expect(script.asked.withLock { $0.allSatisfy { $0.headers["authorization"] == "Token t-1" } })
            #expect(script.all("/query").allSatisfy { $0.method == "GET" })
        }
    }

    @Test func `what fails for a moment is sent again as the server advises, the same lines`() async throws {
        let busy: Reply = (503, [("retry-after", "2")], #"{"error":"timeout"}"#)
        try await run([busy, (500, [], "")]) { series, script, pauses async throws in
            try await series.write([Self.point])
            let bodies = script.all("/write").map(\.body)
            #expect(bodies.count == 3 && Set(bodies).count == 1)
            #expect(pauses.all == [.seconds(2), .seconds(1)])
        }
    }

    @Test(
        arguments: [
            ([(503, "1"), (503, "1"), (503, "1")], .unavailable, 3), ([(429, "300")], .unavailable, 1),
        ] as [([(Int, String)], AtlasError.Code, Int)]
    )
    func `who stays busy is given up`(busy: [(Int, String)], code: AtlasError.Code, tries: Int) async throws {
        try await run(busy.map { ($0.0, [("retry-after", $0.1)], "") }) { series, script, _ async throws in
            let error = await #expect(throws: AtlasError.self) { try await series.write([Self.point]) }
            #expect(error?.code == code && script.all("/write").count == tries)
        }
    }

    @Test func `a refusal is not tried again, and does not show the secret`() async throws {
        let refusals: [(Reply, AtlasError.Code)] = [
            ((401, [], #"{"error":"authorization failed for YWRhOm9wZW4gc2VzYW1l"}"#), .invalid),
            ((400, [], #"{"error":"unable to parse 'x'"}"#), .internalError),
            ((404, [], #"{"error":"database not found"}"#), .unavailable), ((413, [], "too large"), .unavailable),
        ]
        for (reply, code) in refusals {
            try await run([reply]) { series, script, pauses async throws in
                let error = await #expect(throws: AtlasError.self) { try await series.write([Self.point]) }
                #expect(error?.code == code && script.all("/write").count == 1 && pauses.all.isEmpty)
                #expect(error?.detail?.contains("YWRhOm9wZW4gc2VzYW1l") == false && error?.detail != nil)
            }
        }
    }

    @Test(arguments: [
        #"{"results":[{"series":[{"columns":["time","n"],"values":[[1]]}]}]}"#,
        #"{"results":[{"series":[{"columns":["time","n"],"values":[]}]}]}"#,
        #"{"results":[{"series":[{"columns":[],"values":[[1,2]]}]}]}"#,
        #"{"results":[{"series":[{"columns":["time","n"],"values":[[-9223372036854775808,9223372036854775807]]}]}]}"#,
    ])
    func `an answer that cannot be is read without harm`(answer: String) async throws {
        try await run(answer: answer) { series, _, _ async throws in
            #expect(try await series.state().points >= 0)
            let query = TimeSeriesQuery(
                "lab_events",
                from: Timestamp(milliseconds: 0),
                to: Timestamp(milliseconds: 1_767_261_600_000)
            )
            _ = try await series.buckets(query)
        }
    }

    @Test func `what the server finds too old is too old`() async throws {
        let old = #"{"error":"partial write: points beyond retention policy dropped=1"}"#
        try await run([(400, [], old)]) { series, script, _ async throws in
            try await series.write([Self.point])
            #expect(script.all("/write").count == 1)
        }
    }
}
