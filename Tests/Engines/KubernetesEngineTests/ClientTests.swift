import AtlasCore
import Foundation
import Synchronization
import Testing

@testable import KubernetesEngine

@Suite struct ClientTests {
    private let version = APIRequest.get("/version")

    @Test func `an answer comes over TLS with a token or a certificate`() async throws {
        for usesToken in [true, false] {
            try await Bench.run(usesToken: usesToken) { bench async throws in
                let answer = try await bench.client.send(APIRequest.get("/version"), as: ServerVersion.self)
                #expect(answer.gitVersion == "v1.32.0-double")
            }
        }
    }

    @Test func `a server of another authority is refused before anything is sent`() async throws {
        try await Bench.run { bench async throws in
            let client = try APIClient(bench.cluster.access(authority: bench.cluster.certificates.stranger)) { _ in }
            let error = await #expect(throws: APIError.self) { try await client.send(APIRequest.get("/version")) }
            #expect(error?.status == 0)
            #expect(error?.atlas("x").code == .unavailable)
            #expect(bench.cluster.requests.withLock { $0.isEmpty })
        }
    }

    @Test func `the certificate may be for another name than the address`() async throws {
        try await Bench.run { bench async throws in
            var access = bench.cluster.access()
            access.serverName = "kubernetes.default.svc"
            try await APIClient(access) { _ in }.send(APIRequest.get("/version"))
        }
    }

    @Test func `a token that was replaced is read again at once`() async throws {
        try await Bench.run { bench async throws in
            let path = FileManager.default.temporaryDirectory.appending(path: "atlas-token-\(UUID().uuidString)").path
            defer { try? FileManager.default.removeItem(atPath: path) }
            try Data("secret\n".utf8).write(to: URL(filePath: path))
            var access = bench.cluster.access()
            access.credential = .tokenFile(path)
            let client = try APIClient(access) { _ in }
            try await client.send(APIRequest.get("/version"))
            bench.cluster.token.withLock { $0 = "fresh" }
            try Data("fresh\n".utf8).write(to: URL(filePath: path))
            try await client.send(APIRequest.get("/version"))
            bench.cluster.token.withLock { $0 = "unknown" }
            let error = await #expect(throws: APIError.self) { try await client.send(APIRequest.get("/version")) }
            #expect(error?.status == 401)
        }
    }

    @Test func `a server that is overloaded is asked again when it says`() async throws {
        try await Bench.run { bench async throws in
            let busy = Answer.failure(429, "TooManyRequests", "later", headers: ["Retry-After": "7"])
            bench.cluster.fail(2, with: busy) { $0.path == "/version" }
            try await bench.client.send(APIRequest.get("/version"))
            #expect(bench.pauses.all == [.seconds(7), .seconds(7)])
            bench.cluster.fail(9, with: .failure(503, "ServiceUnavailable", "down")) { $0.path == "/version" }
            let error = await #expect(throws: APIError.self) { try await bench.client.send(APIRequest.get("/version")) }
            #expect(error?.status == 503)
            #expect(bench.pauses.all.count == 2 + APILimits.attempts - 1)
        }
    }

    @Test func `a change is not made twice when it is unknown whether it was made`() async throws {
        try await Bench.run { bench async throws in
            bench.cluster.fail(3, with: .cut) { $0.method == "POST" }
            bench.cluster.fail(3, with: .failure(500, "InternalError", "etcd")) { $0.method == "PATCH" }
            let objects = NamespaceObjects(names: bench.runtime.names, owner: "ada", settings: bench.runtime.settings)
            let namespace = APIRequest.create("/api/v1/namespaces", objects.namespace(now: bench.clock.now()))
            let error = await #expect(throws: APIError.self) { try await bench.client.send(namespace) }
            #expect(error?.status == 0)
            await #expect(throws: APIError.self) {
                try await bench.client.send(APIRequest.merge("/api/v1/namespaces/x", [:]))
            }
            #expect(bench.cluster.requests.withLock { $0.count { $0.hasPrefix("POST") || $0.hasPrefix("PATCH") } } == 2)
            // Reading does no harm.
            bench.cluster.fail(2, with: .cut) { $0.method == "GET" }
            try await bench.client.send(APIRequest.get("/version"))
        }
    }

    @Test func `a connection that ends before the request was sent is tried again, whatever was asked`() async throws {
        try await Bench.run { bench async throws in
            try await Relay.run(to: bench.cluster.port) { relay in
                var access = bench.cluster.access()
                access.port = relay.port
                let client = try APIClient(access) { _ in }
                let objects = NamespaceObjects(
                    names: bench.runtime.names,
                    owner: "ada",
                    settings: bench.runtime.settings
                )
                relay.refuse(3)
                try await client.send(.create("/api/v1/namespaces", objects.namespace(now: bench.clock.now())))
                #expect(bench.cluster.namespaces.count == 1)
            }
        }
    }

    @Test(
        arguments: [
            (403, "Forbidden", AtlasError.Code.unavailable), (409, "AlreadyExists", .conflict),
            (422, "Invalid", .unavailable),
            (404, "NotFound", .unavailable), (500, "InternalError", .unavailable),
        ]
    )
    func `an error is told with its reason`(status: Int, reason: String, code: AtlasError.Code) async throws {
        try await Bench.run { bench async throws in
            let cause: JSON = ["reason": "FieldValueInvalid", "message": "must be positive", "field": "spec.x"]
            bench.cluster.fail(9, with: .failure(status, reason, "no \(reason)", causes: [cause])) {
                $0.path == "/version"
            }
            let error = await #expect(throws: APIError.self) { try await bench.client.send(APIRequest.get("/version")) }
            #expect(error?.status == status)
            #expect(error?.reason == reason)
            #expect(error?.message.contains("spec.x: must be positive") == true)
            let known = error?.atlas("trying")
            #expect(known?.code == code)
            #expect(known?.detail?.contains("no \(reason)") == true)
            #expect(known?.message.contains(reason) == false)
        }
    }

    @Test func `a long list comes in pages`() async throws {
        try await Bench.run(pageSize: 3) { bench async throws in
            let labels = bench.runtime.names.labels
            bench.cluster.change { state in
                for number in 0..<8 {
                    let object: JSON = ["metadata": ["name": .text("p\(number)"), "labels": .texts(labels)]]
                    _ = state.create(object, at: "/api/v1/namespaces/n/pods/p\(number)")
                }
            }
            let list = try await bench.client.list("/api/v1/pods", labels: bench.runtime.names.selector, of: Pod.self)
            #expect(list.items.compactMap(\.metadata.name) == (0..<8).map { "p\($0)" })
        }
    }

    @Test func `a watch tells changes, bookmarks and that it is too old`() async throws {
        try await Bench.run { bench async throws in
            let labels = bench.runtime.names.labels
            let seen = Mutex<[String]>([])
            let start = bench.cluster.state.withLock { $0.version }
            let watching = Task {
                try await bench.client.watch(
                    "/api/v1/pods",
                    labels: bench.runtime.names.selector,
                    from: "\(start)",
                    of: Pod.self
                ) { event in
                    let text =
                        switch event {
                        case .present(let pod, _): "present \(pod.metadata.name ?? "")"
                        case .gone(let pod, _): "gone \(pod.metadata.name ?? "")"
                        case .bookmark: "bookmark"
                        }
                    seen.withLock { $0.append(text) }
                    return text != "gone p"
                }
            }
            let path = "/api/v1/namespaces/n/pods/p"
            bench.cluster.change { _ = $0.create(["metadata": ["name": "p", "labels": .texts(labels)]], at: path) }
            #expect(await eventually { seen.withLock { $0 == ["present p"] } })
            bench.cluster.bookmark()
            bench.cluster.change { _ = $0.create(["metadata": ["name": "q"]], at: "/api/v1/namespaces/n/pods/q") }
            bench.cluster.change { $0.remove(path) }
            try await watching.value
            #expect(seen.withLock { $0 } == ["present p", "bookmark", "gone p"])
            bench.cluster.change { $0.oldest = $0.version }
            let error = await #expect(throws: APIError.self) {
                try await bench.client.watch(
                    "/api/v1/pods",
                    labels: bench.runtime.names.selector,
                    from: "\(start)",
                    of: Pod.self
                ) { _ in true }
            }
            #expect(error?.isGone == true)
        }
    }
}
