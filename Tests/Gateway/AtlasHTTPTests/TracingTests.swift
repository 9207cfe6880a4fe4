import AtlasCore
import Foundation
import Logging
import NIOConcurrencyHelpers
import NIOCore
import NIOHTTP1
import NIOPosix
import Testing

@testable import AtlasHTTP

@Suite(.timeLimit(.minutes(5))) struct TracingTests {
    private static let trace = "4bf92f3577b34da6a3ce929d0e0e4736"
    private static let span = "00f067aa0ba902b7"

    @Test(arguments: [
        ("00-\(trace)-\(span)-01", true), ("00-\(trace)-\(span)-00", false), ("00-\(trace)-\(span)-03", true),
        ("cc-\(trace)-\(span)-01-what-comes", true),
    ])
    func `a parent is read`(header: String, isSampled: Bool) throws {
        let parent = try #require(TraceParent(header))
        #expect(parent.traceID == Self.trace)
        #expect(parent.spanID == Self.span)
        #expect(parent.isSampled == isSampled)
    }

    @Test(arguments: [
        "", "-", "00", "00-\(trace)-\(span)", "00-\(trace)-\(span)-01-", "ff-\(trace)-\(span)-01",
        "00-\(trace.uppercased())-\(span)-01", "00-\(String(repeating: "0", count: 32))-\(span)-01",
        "00-\(trace)-0000000000000000-01", "00-\(trace)0-\(span)-01", "00-\(trace)-\(span)-1", "00-\(trace)-\(span)-0x",
        "00 -\(trace)-\(span)-01", "00-\(trace)-\(span)-é",
    ])
    func `what is no parent is ignored`(header: String) {
        #expect(TraceParent(header) == nil)
    }

    @Test(arguments: [
        ("http://localhost:4318", "localhost", 4_318, "/v1/traces"), ("http://10.0.0.1/", "10.0.0.1", 80, "/v1/traces"),
        ("http://collector/a/b", "collector", 80, "/a/b"), ("http://[::1]:9/x", "::1", 9, "/x"),
        ("http://[::1]", "::1", 80, "/v1/traces"),
    ])
    func `a collector's address is taken apart`(text: String, host: String, port: Int, path: String) throws {
        let collector = try TraceCollector(text)
        #expect((collector.host, collector.port, collector.path) == (host, port, path))
    }

    @Test(arguments: [
        "", "localhost:4318", "https://localhost", "http://", "http://:80", "http://a:0", "http://a:x",
        "http://a:99999", "http://a b", "http://user@a", "http://a/\r\nx: y",
    ])
    func `other addresses stop the start with the setting's name`(text: String) throws {
        do {
            _ = try TraceCollector(text)
            Issue.record("\(text) was taken")
        } catch {
            #expect(error.message.contains("trace.endpoint"))
        }
    }

    /// A server with tracing, its collector and exporter.
    private func run(
        ratio: Double,
        answers: [HTTPResponseStatus] = [],
        _ test: (TestServer, TraceExporter, Collected) async throws -> Void
    ) async throws {
        let collected = Collected(answers)
        let channel = try await collected.listen()
        let port = try #require(channel.localAddress?.port)
        let exporter = TraceExporter(
            collector: try TraceCollector("http://127.0.0.1:\(port)/v1/traces"),
            logger: Logger(label: "traces") { _ in SwiftLogNoOpLogHandler() },
            pause: .zero
        )
        do {
            try await TestServer.run(parts: { $0.tracing = Tracing(ratio: ratio, exporter: exporter) }) { server in
                try await test(server, exporter, collected)
            }
        } catch {
            try await channel.close()
            throw error
        }
        try await channel.close()
    }

    @Test func `a traced request's spans reach the collector, children of the caller's`() async throws {
        try await run(ratio: 0) { server, exporter, collected async throws in
            let parent = ["traceparent": "00-\(Self.trace)-\(Self.span)-01"]
            let answer = try await server.graphQL("{later a:later}", parent)
            let response = try #require(answer["traceresponse"])
            #expect(response.hasPrefix("00-\(Self.trace)-") && response.hasSuffix("-01"))
            let own = String(response.split(separator: "-")[2])
            await exporter.flush()
            let spans = try collected.spans()
            #expect(spans.allSatisfy { $0["traceId"] as? String == Self.trace })
            let root = try #require(spans.first)
            #expect(root["name"] as? String == "POST /graphql")
            #expect(root["spanId"] as? String == own)
            #expect(root["parentSpanId"] as? String == Self.span)
            #expect(root["kind"] as? Int == 2)
            let parts = spans.dropFirst()
            #expect(parts.allSatisfy { $0["parentSpanId"] as? String == own })
            let names = parts.compactMap { $0["name"] as? String }.sorted()
            #expect(names == ["Query.later", "Query.later", "parse", "plan", "validate"])
            let start = try #require((root["startTimeUnixNano"] as? String).flatMap { UInt64($0) })
            let end = try #require((root["endTimeUnixNano"] as? String).flatMap { UInt64($0) })
            #expect(start < end)
        }
    }

    @Test func `operations on connections that stay open are traced, a subscription up to its first result`()
        async throws
    {
        try await run(ratio: 1) { server, exporter, collected async throws in
            let wire = try await server.connect()
            _ = try await wire.upgrade("/graphql", ["sec-websocket-protocol": "graphql-transport-ws"])
            try await wire.send(Frame.text(#"{"type":"connection_init"}"#))
            _ = try await wire.frame()
            let queries = ["{later}", "subscription { count(to: 3) }"]
            for (index, query) in queries.enumerated() {
                let message = #"{"id":"\#(index)","type":"subscribe","payload":{"query":"\#(query)"}}"#
                try await wire.send(Frame.text(message))
                while try await wire.frame().text.contains(#""type":"next""#) {}
            }
            let events = try await server.connect()
            let body = #"{"query":"{later}"}"#
            let head = """
                POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\naccept: text/event-stream\r\n\
                traceparent: 00-\(Self.trace)-\(Self.span)-01\r\ncontent-length: \(body.utf8.count)\r\n\r\n
                """
            try await events.send(Array((head + body).utf8))
            #expect(String(decoding: await events.untilClosed(), as: UTF8.self).contains("event: complete"))
            await exporter.flush()
            let roots = try collected.spans().filter { $0["kind"] as? Int == 2 }
            let names = roots.compactMap { $0["name"] as? String }
            #expect(names == ["WebSocket /graphql", "WebSocket /graphql", "POST /graphql"])
            #expect(roots.last?["traceId"] as? String == Self.trace)
            #expect(try collected.spans().filter { $0["name"] as? String == "Query.later" }.count == 2)
        }
    }

    @Test func `what the caller does not record, and without a share, is not traced`() async throws {
        try await run(ratio: 0) { server, exporter, collected async throws in
            for headers in [[:], ["traceparent": "00-\(Self.trace)-\(Self.span)-00"], ["traceparent": "nonsense"]] {
                #expect(try await server.graphQL("{hello}", headers)["traceresponse"] == nil)
            }
            await exporter.flush()
            #expect(collected.messages.isEmpty)
        }
        try await run(ratio: 1) { server, _, _ async throws in
            #expect(try await server.graphQL("{hello}")["traceresponse"] != nil)
            #expect(try await server.graphQL("{nothing}")["traceresponse"] != nil)
            let unrecorded = ["traceparent": "00-\(Self.trace)-\(Self.span)-00"]
            #expect(try await server.graphQL("{hello}", unrecorded)["traceresponse"] == nil)
        }
    }

    @Test func `a busy collector is asked again, one that refuses is not`() async throws {
        let answers: [HTTPResponseStatus] = [.serviceUnavailable, .ok, .badRequest]
        try await run(ratio: 1, answers: answers) { server, exporter, collected async throws in
            _ = try await server.graphQL("{hello}")
            await exporter.flush()
            #expect(collected.messages.count == 2)
            #expect(collected.messages.first == collected.messages.last)
            _ = try await server.graphQL("{hello}")
            await exporter.flush()
            await exporter.flush()
            #expect(collected.messages.count == 3)
        }
    }

    @Test func `while the queue is full nothing is traced`() async throws {
        try await run(ratio: 1) { server, exporter, collected async throws in
            for _ in 0..<TraceExporter.queueLimit + 5 { exporter.take([]) }
            #expect(!exporter.hasRoom)
            #expect(try await server.graphQL("{hello}")["traceresponse"] == nil)
            await exporter.flush()
            #expect(collected.messages.count == TraceExporter.queueLimit / TraceExporter.batch)
            #expect(try await server.graphQL("{hello}")["traceresponse"] != nil)
        }
    }

    @Test func `without tracing a parent changes nothing`() async throws {
        try await TestServer.run { server async throws in
            let headers = ["traceparent": "00-\(Self.trace)-\(Self.span)-01"]
            #expect(try await server.graphQL("{hello}", headers)["traceresponse"] == nil)
        }
    }
}

/// A collector that keeps what it is sent and answers as told, then with 200.
private final class Collected: Sendable {
    private let state: NIOLockedValueBox<(messages: [[UInt8]], answers: [HTTPResponseStatus])>

    init(_ answers: [HTTPResponseStatus]) { state = NIOLockedValueBox(([], answers)) }

    var messages: [[UInt8]] { state.withLockedValue { $0.messages } }

    func listen() async throws -> any Channel {
        try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                    try channel.pipeline.syncOperations.addHandler(Taker(self))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
    }

    func spans() throws -> [[String: Any]] {
        try messages.flatMap { message -> [[String: Any]] in
            let object = try JSONSerialization.jsonObject(with: Data(message)) as? [String: Any]
            let resource = (object?["resourceSpans"] as? [[String: Any]])?.first
            let scope = (resource?["scopeSpans"] as? [[String: Any]])?.first
            return scope?["spans"] as? [[String: Any]] ?? []
        }
    }

    private func take(_ message: [UInt8]) -> HTTPResponseStatus {
        state.withLockedValue { state in
            state.messages.append(message)
            return state.answers.isEmpty ? .ok : state.answers.removeFirst()
        }
    }

    private final class Taker: ChannelInboundHandler {
        typealias InboundIn = HTTPServerRequestPart
        typealias OutboundOut = HTTPServerResponsePart

        private let collected: Collected
        private var bytes: [UInt8] = []

        init(_ collected: Collected) { self.collected = collected }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            switch unwrapInboundIn(data) {
            case .head: bytes = []
            case .body(let buffer): bytes += buffer.readableBytesView
            case .end:
                let head = HTTPResponseHead(
                    version: .http1_1,
                    status: collected.take(bytes),
                    headers: ["content-length": "0"]
                )
                context.write(wrapOutboundOut(.head(head)), promise: nil)
                context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
            }
        }
    }
}
