import AtlasCore
import AtlasHTTP
import NIOConcurrencyHelpers
import Testing

@Suite(.timeLimit(.minutes(5))) struct DeliveryInPartsTests {
    private static let accept = "multipart/mixed; incrementalSpec=v0.2, application/json"
    private static let separator = "\r\n---"
    private static let slow = "{ hello ... @defer { slow } }"
    private static let first = #"{"data":{"hello":"world"},"pending":[{"id":"0","path":[]}],"hasNext":true}"#
    private static let second =
        #"{"incremental":[{"id":"0","data":{"slow":"done"}}],"completed":[{"id":"0"}],"hasNext":false}"#

    private func post(_ query: String, accept: String = accept, version: String = "1.1", _ more: String = "") -> String
    {
        let body = #"{"query":"\#(query)"}"#
        return "POST /graphql HTTP/\(version)\r\nhost: atlas.test\r\naccept: \(accept)\r\n\(more)"
            + "content-type: application/json\r\ncontent-length: \(body.utf8.count)\r\n\r\n\(body)"
    }

    /// The JSON of the next part.
    private func part(_ wire: Wire) async throws -> String {
        let text = try await wire.text(through: Self.separator)
        #expect(text.contains("\r\nContent-Type: application/json; charset=utf-8\r\n\r\n"))
        let lines = text.split(separator: "\r\n", omittingEmptySubsequences: true)
        return lines.first { $0.hasPrefix("{") }.map(String.init) ?? text
    }

    @Test func `the first part is there before what is deferred`() async throws {
        try await TestServer.run { server async throws in
            let wire = try await server.connect()
            try await wire.send(post(Self.slow, "accept-encoding: gzip\r\n"))
            let head = try await wire.response(bodyless: true)
            #expect(head.status == 200)
            #expect(head["content-type"] == "multipart/mixed; boundary=\"-\"")
            #expect(head["transfer-encoding"] == "chunked")
            #expect(head["content-encoding"] == nil)
            #expect(head["cache-control"] == "no-store")
            _ = try await wire.text(through: Self.separator)
            #expect(try await part(wire) == Self.first)
            await server.api.started.wait()
            server.api.release.open()
            #expect(try await part(wire) == Self.second)
            #expect(try await wire.text(through: "0\r\n\r\n") == "--\r\n\r\n0\r\n\r\n")
            // The connection goes on.
            try await wire.send(post("{hello}", accept: "application/json"))
            #expect(try await wire.response().text == #"{"data":{"hello":"world"}}"#)
        }
    }

    @Test func `a client that goes away cancels what was deferred`() async throws {
        try await TestServer.run { server async throws in
            let wire = try await server.connect()
            try await wire.send(post(Self.slow))
            _ = try await wire.text(through: Self.separator)
            #expect(try await part(wire) == Self.first)
            await server.api.started.wait()
            wire.close()
            await server.api.cancelled.wait()
        }
    }

    @Test func `what takes too long is cut off`() async throws {
        try await TestServer.run(configure: { $0.limits.executionTime = .seconds(3) }) { server async throws in
            let wire = try await server.connect()
            try await wire.send(post(Self.slow))
            let text = String(decoding: await wire.untilClosed(), as: UTF8.self)
            #expect(text.contains(Self.first))
            #expect(!text.contains("0\r\n\r\n"))
            await server.api.cancelled.wait()
        }
    }

    @Test(arguments: [
        "application/json", "*/*", "application/json, multipart/mixed;q=0",
        "multipart/mixed; deferSpec=20220824, application/json",
    ])
    func `a client that takes no parts gets one response`(accept: String) async throws {
        try await TestServer.run { server async throws in
            server.api.release.open()
            let wire = try await server.connect()
            try await wire.send(post(Self.slow, accept: accept))
            let response = try await wire.response()
            #expect(response["content-type"] == "application/json; charset=utf-8")
            #expect(response.text == #"{"data":{"hello":"world","slow":"done"}}"#)
        }
    }

    @Test func `HTTP 1.0 has no parts`() async throws {
        try await TestServer.run { server async throws in
            server.api.release.open()
            let wire = try await server.connect()
            try await wire.send(post(Self.slow, version: "1.0"))
            #expect(try await wire.response().text == #"{"data":{"hello":"world","slow":"done"}}"#)
        }
    }

    @Test(arguments: ["{hello}", "{ hello ... @defer(if: false) { address } }", "{ unknown ... @defer { hello } }"])
    func `one response is no part`(query: String) async throws {
        try await TestServer.run { server async throws in
            let wire = try await server.connect()
            try await wire.send(post(query))
            let response = try await wire.response()
            #expect(response["content-type"] == "application/json; charset=utf-8")
            #expect(response.text.hasPrefix(query.contains("unknown") ? #"{"errors""# : #"{"data":{"hello":"world""#))
        }
    }

    @Test func `a client that takes nothing else gets its one response as a part`() async throws {
        try await TestServer.run { server async throws in
            let wire = try await server.connect()
            try await wire.send(post("{hello}", accept: "multipart/mixed"))
            #expect(try await wire.response(bodyless: true).status == 200)
            _ = try await wire.text(through: Self.separator)
            #expect(try await part(wire) == #"{"data":{"hello":"world"}}"#)
            #expect(try await wire.text(through: "0\r\n\r\n") == "--\r\n\r\n0\r\n\r\n")
        }
    }

    @Test func `refusals are as ever`() async throws {
        try await TestServer.run { server async throws in
            let headers = ["accept": Self.accept, "content-type": "application/json"]
            let bad = headers.merging(["authorization": "Bearer bad"]) { $1 }
            let body = Array(#"{"query":"\#(Self.slow)"}"#.utf8)
            #expect(try await server.request("POST", "/graphql", bad, body: body).status == 401)
            let plain = headers.merging(["content-type": "text/plain"]) { $1 }
            #expect(try await server.request("POST", "/graphql", plain, body: body).status == 415)
            #expect(try await server.request("PUT", "/graphql", headers, body: body).status == 405)
            let target = "/graphql?query=%7Bhello...@defer%7Baddress%7D%7D"
            #expect(try await server.request("GET", target, ["accept": Self.accept]).status == 400)
            let only = ["accept": "multipart/mixed", "content-type": "application/json"]
            #expect(try await server.request("POST", "/graphql", only, body: Array("[{}]".utf8)).status == 400)
        }
    }

    @Test func `a stream of events has one for each part`() async throws {
        try await TestServer.run { server async throws in
            let wire = try await server.connect()
            try await wire.send(post(Self.slow, accept: "text/event-stream"))
            #expect(try await wire.text(through: "\n\n").hasSuffix("event: next\ndata: \(Self.first)\n\n"))
            await server.api.started.wait()
            server.api.release.open()
            let rest = String(decoding: await wire.untilClosed(), as: UTF8.self)
            #expect(rest == "event: next\ndata: \(Self.second)\n\nevent: complete\ndata: \n\n")
        }
    }

    @Test func `a WebSocket has a message for each part`() async throws {
        try await TestServer.run { server async throws in
            let wire = try await server.connect()
            let upgrade = try await wire.upgrade("/graphql", ["sec-websocket-protocol": "graphql-transport-ws"])
            #expect(upgrade.status == 101)
            try await wire.send(Frame.text(#"{"type":"connection_init"}"#))
            #expect(try await wire.frame().text == #"{"type":"connection_ack"}"#)
            try await wire.send(
                Frame.text(#"{"id":"d","type":"subscribe","payload":{"query":"\#(Self.slow)"}}"#)
            )
            #expect(try await wire.frame().text == #"{"type":"next","id":"d","payload":\#(Self.first)}"#)
            await server.api.started.wait()
            server.api.release.open()
            #expect(try await wire.frame().text == #"{"type":"next","id":"d","payload":\#(Self.second)}"#)
            #expect(try await wire.frame().text == #"{"type":"complete","id":"d"}"#)
        }
    }

    @Test func `a WebSocket client that wants no more cancels what was deferred`() async throws {
        try await TestServer.run { server async throws in
            let wire = try await server.connect()
            _ = try await wire.upgrade("/graphql", ["sec-websocket-protocol": "graphql-transport-ws"])
            try await wire.send(Frame.text(#"{"type":"connection_init"}"#))
            _ = try await wire.frame()
            try await wire.send(
                Frame.text(#"{"id":"d","type":"subscribe","payload":{"query":"\#(Self.slow)"}}"#)
            )
            _ = try await wire.frame()
            await server.api.started.wait()
            try await wire.send(Frame.text(#"{"id":"d","type":"complete"}"#))
            await server.api.cancelled.wait()
        }
    }
}
