import AtlasCore
import AtlasHTTP
import Crypto
import Foundation
import Testing

@Suite struct `Documents by hash, batches and quotas` {
    private func sha256(_ text: String) -> String {
        SHA256.hash(data: Data(text.utf8)).map { byte in
            String(byte >> 4, radix: 16) + String(byte & 15, radix: 16)
        }
        .joined()
    }

    @Test func `a document that came with its hash is known by it from then on`() async throws {
        try await TestServer.run { server async throws in
            let hash = sha256("{hello}")
            let named = #"{"extensions":{"persistedQuery":{"version":1,"sha256Hash":"\#(hash)"}}}"#
            let unknown = try await server.graphQL(body: named)
            #expect(unknown.status == 400)
            #expect(unknown.text.contains(#""code":"PERSISTED_QUERY_NOT_FOUND""#))
            #expect(unknown.text.contains(#""message":"PersistedQueryNotFound""#))
            let both = #"{"query":"{hello}","extensions":{"persistedQuery":{"version":1,"sha256Hash":"\#(hash)"}}}"#
            #expect(try await server.graphQL(body: both).text == #"{"data":{"hello":"world"}}"#)
            #expect(try await server.graphQL(body: named).text == #"{"data":{"hello":"world"}}"#)
            let id = #"{"documentId":"sha256:\#(hash.uppercased())"}"#
            #expect(try await server.graphQL(body: id).text == #"{"data":{"hello":"world"}}"#)
            let target = "/graphql?documentId=sha256%3A\(hash)"
            let get = try await server.request("GET", target, ["graphql-require-preflight": "1"])
            #expect(get.text == #"{"data":{"hello":"world"}}"#)
        }
    }

    @Test(arguments: [
        #"{"query":"{hello}","extensions":{"persistedQuery":{"version":1,"sha256Hash":"abc"}}}"#,
        #"{"extensions":{"persistedQuery":{"version":2,"sha256Hash":"abc"}}}"#,
        #"{"extensions":{"persistedQuery":{"version":1}}}"#, #"{"extensions":{"persistedQuery":1}}"#,
        #"{"documentId":1}"#,
    ])
    func `a hash that is wrong is refused`(body: String) async throws {
        try await TestServer.run { server async throws in
            let response = try await server.graphQL(body: body)
            #expect(response.status == 400)
            #expect(response.text.contains(#""code":"INVALID""#))
        }
    }

    @Test func `kept documents are bounded`() async throws {
        try await TestServer.run(configure: { $0.limits.persistedDocumentBytes = 4_000 }) { server async throws in
            func both(_ text: String) -> String {
                #"{"query":"\#(text)","extensions":{"persistedQuery":{"version":1,"sha256Hash":"\#(sha256(text))"}}}"#
            }
            for index in 0..<60 {
                #expect(try await server.graphQL(body: both("{a\(index):hello}")).status == 200)
            }
            let first = #"{"documentId":"\#(sha256("{a0:hello}"))"}"#
            #expect(try await server.graphQL(body: first).text.contains("PERSISTED_QUERY_NOT_FOUND"))
            let last = #"{"documentId":"\#(sha256("{a59:hello}"))"}"#
            #expect(try await server.graphQL(body: last).text == #"{"data":{"a59":"world"}}"#)
        }
    }

    @Test func `with a list nothing else is executed`() async throws {
        try await TestServer.run(configure: { $0.allowedDocuments = ["greet": "{hello}"] }) { server async throws in
            #expect(try await server.graphQL("{hello}").text == #"{"data":{"hello":"world"}}"#)
            #expect(try await server.graphQL(body: #"{"documentId":"greet"}"#).status == 200)
            #expect(try await server.graphQL(body: #"{"documentId":"\#(sha256("{hello}"))"}"#).status == 200)
            for query in ["{ hello }", "mutation{bump}", "{__typename}"] {
                let response = try await server.graphQL(query)
                #expect(response.status == 403)
                #expect(response.text.contains(#""code":"DOCUMENT_NOT_ALLOWED""#))
            }
            #expect(try await server.graphQL(body: #"{"documentId":"none"}"#).status == 400)
        }
    }

    @Test func `a batch is answered in order, each operation for itself`() async throws {
        try await TestServer.run { server async throws in
            let batch = #"[{"query":"mutation{bump}"},{"query":"{"},{"query":"mutation{bump}"},{"documentId":"x"}]"#
            let response = try await server.graphQL(body: batch)
            #expect(response.status == 200)
            #expect(response.text.hasPrefix(#"[{"data":{"bump":1}},{"errors":[{"message":"Syntax Error"#))
            #expect(response.text.contains(#",{"data":{"bump":1}},{"errors":[{"message":"PersistedQueryNotFound""#))
            let many = "[" + Array(repeating: #"{"query":"{hello}"}"#, count: 11).joined(separator: ",") + "]"
            let refused = try await server.graphQL(body: many)
            #expect(refused.status == 400)
            #expect(refused.text.contains("1 to 10 operations"))
        }
    }

    @Test func `a batch counts as many requests as it has operations`() async throws {
        let admit: @Sendable (Caller, String, Int) async -> RateDecision = { _, _, count in
            count > 2 ? .refuse(retryAfter: .seconds(3)) : .admit(nil)
        }
        try await TestServer.run(parts: { $0.admit = admit }) { server async throws in
            func batch(_ count: Int) -> String {
                "[" + Array(repeating: #"{"query":"{hello}"}"#, count: count).joined(separator: ",") + "]"
            }
            #expect(try await server.graphQL(body: batch(3)).status == 200)
            #expect(try await server.graphQL(body: batch(4)).status == 429)
        }
    }

    @Test func `the quota is in the headers, the cost in the answer for who asks`() async throws {
        let quota = RateQuota(limit: 100, remaining: 42, window: .seconds(60), reset: .milliseconds(16_500))
        try await TestServer.run(parts: { $0.admit = { _, _, _ in .admit(quota) } }) { server async throws in
            let response = try await server.graphQL("{hello}")
            #expect(response["ratelimit-policy"] == #""requests";q=100;w=60"#)
            #expect(response["ratelimit"] == #""requests";r=42;t=17"#)
            #expect(response.text == #"{"data":{"hello":"world"}}"#)
            let asked = try await server.graphQL(body: #"{"query":"{hello}","extensions":{"cost":true}}"#)
            #expect(asked.text.hasPrefix(#"{"data":{"hello":"world"},"extensions":{"cost":{"requested":"#))
        }
    }
}
