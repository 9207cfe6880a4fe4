public import AtlasAPI
public import AtlasApp
public import AtlasCore
public import AtlasGraphQL
public import AtlasPorts
import Foundation
import GraphQL

/// A complete Atlas on a fresh database in a temporary folder, asked through its GraphQL operations.
public struct TestAtlas: Sendable {
    /// The process under test.
    public let atlas: Atlas
    /// Its clock, which stands still.
    public let clock: ManualClock

    /// Runs `body` with the repository's catalogue imported, on `engine`; closes and removes everything afterwards.
    ///
    /// - Parameter settings: Take the place of those that tests usually have.
    public static func run(
        _ engine: TestEngine = .sqlite,
        catalogue: Bool = true,
        labRuntime: (any LabRuntime)? = nil,
        tutor: (any Tutor)? = nil,
        settings: [String: String] = [:],
        _ body: @Sendable (TestAtlas) async throws -> Void
    ) async throws {
        try await withDatabaseURL(engine) { url, folder in
            let sources = try await SettingSources(
                arguments: [
                    "data.folder": folder, "database.url": url, "http.port": "0", "development": "true",
                    "catalogue.folder": catalogue ? repositoryRoot + "/catalogue" : "", "log.level": "critical",
                    "lab.runtime": "none", "tutor.embedder": "lexical",
                ].merging(settings) { _, ours in ours },
                file: folder + "/none.json",
                environment: [:]
            )
            let clock = ManualClock()
            let atlas = try await Atlas.assemble(
                AtlasConfiguration(sources),
                clock: clock,
                labRuntime: labRuntime,
                tutor: tutor
            )
            do {
                try await body(TestAtlas(atlas: atlas, clock: clock))
            } catch {
                await atlas.close()
                throw error
            }
            await atlas.close()
        }
    }

    /// The repository's folder.
    public static let repositoryRoot = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().path

    /// Executes an operation as the owner of `token` (a visitor without one) and returns what a client would read.
    public func ask(_ query: String, _ variables: [String: Any] = [:], token: String? = nil) async throws -> Answer {
        let account: Caller.Account? = if let token { try await atlas.auth.verify(token) } else { nil }
        let context = RequestContext(
            caller: Caller(account: account, address: "127.0.0.1"),
            device: "test",
            requestID: "test",
            refreshCookie: nil
        )
        let data = try JSONSerialization.data(withJSONObject: variables)
        let request = Request(query: query, operationName: nil, variables: try JSON.parse([UInt8](data)))
        let response = await atlas.graphQL.execute(request, context: context)
        return Answer(body: response.body, cookie: context.cookieChange)
    }

    /// Registers an account and returns its tokens; with a role, promotes it and signs in again.
    public func register(_ email: String, role: Role = .learner) async throws -> (id: String, token: String) {
        let password = "unlikely phrase of \(email)"
        let answer = try await ask(
            "mutation($i: RegisterInput!) { register(input: $i) { accessToken user { id } } }",
            ["i": ["email": email, "password": password, "displayName": "Test"]]
        )
        let id = try answer.string("register", "user", "id")
        guard role != .learner else { return (id, try answer.string("register", "accessToken")) }
        _ = try await atlas.auth.setRole(role, email: email, as: .system)
        let again = try await ask(
            "mutation($e: String!, $p: String!) { login(email: $e, password: $p) { accessToken } }",
            ["e": email, "p": password]
        )
        return (id, try again.string("login", "accessToken"))
    }
}

/// What a client reads.
public struct Answer: Sendable {
    let body: [UInt8]
    /// What happened to the browser's cookie.
    public let cookie: RequestContext.CookieChange?

    /// The body as text.
    public var text: String { String(decoding: body, as: UTF8.self) }

    /// The value at a path under `data`; an `Int` in the path is an index.
    public func value(_ path: Any...) throws -> Any {
        try value(path)
    }

    /// The text at a path under `data`.
    public func string(_ path: Any...) throws -> String {
        guard let text = try value(path) as? String else { throw AnswerError(path: path, text: text) }
        return text
    }

    /// The number at a path under `data`.
    public func int(_ path: Any...) throws -> Int {
        guard let number = try value(path) as? Int else { throw AnswerError(path: path, text: text) }
        return number
    }

    /// The list at a path under `data`.
    public func list(_ path: Any...) throws -> [Any] {
        guard let list = try value(path) as? [Any] else { throw AnswerError(path: path, text: text) }
        return list
    }

    /// `extensions.code` of each error.
    public var codes: [String] {
        errors.map { ($0["extensions"] as? [String: Any])?["code"] as? String ?? "(none)" }
    }

    /// The message of each error.
    public var messages: [String] { errors.map { $0["message"] as? String ?? "" } }

    private var errors: [[String: Any]] {
        (try? JSONSerialization.jsonObject(with: Data(body)) as? [String: Any])?["errors"] as? [[String: Any]] ?? []
    }

    private func value(_ path: [Any]) throws -> Any {
        let object = try JSONSerialization.jsonObject(with: Data(body)) as? [String: Any]
        var current: Any? = object?["data"]
        for step in path {
            if let key = step as? String { current = (current as? [String: Any])?[key] }
            if let index = step as? Int {
                let list = current as? [Any] ?? []
                current = list.indices.contains(index) ? list[index] : nil
            }
        }
        guard let current, !(current is NSNull) else { throw AnswerError(path: path, text: text) }
        return current
    }
}

/// The answer has nothing of that type at that path.
struct AnswerError: Error, CustomStringConvertible {
    let description: String

    init(path: [Any], text: String) {
        description = "nothing at \(path) in \(text.prefix(2_000))"
    }
}
