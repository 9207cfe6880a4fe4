import AtlasGraphQL
import AtlasTestKit
import Testing

@Suite struct AccountTests {
    private let fields = "{ accessToken refreshToken expiresIn user { id email displayName role } }"

    @Test(arguments: TestEngine.all)
    func `register, log in, refresh, list sessions, sign out everywhere`(engine: TestEngine) async throws {
        try await TestAtlas.run(engine, catalogue: false) { atlas in
            let input = ["email": "Ada@Example.org", "password": "unlikely little phrase", "displayName": "Ada"]
            let registered = try await atlas.ask(
                "mutation($i: RegisterInput!) { register(input: $i) \(fields) }",
                ["i": input]
            )
            #expect(registered.codes.isEmpty, "\(registered.text)")
            #expect(try registered.string("register", "user", "role") == "LEARNER")
            #expect(try registered.int("register", "expiresIn") == 900)
            guard case .set(let cookie, _)? = registered.cookie else {
                Issue.record("no cookie was set")
                return
            }
            #expect(try registered.string("register", "refreshToken") == cookie)
            let login = "mutation($e: String!, $p: String!) { login(email: $e, password: $p) \(fields) }"
            let loggedIn = try await atlas.ask(login, ["e": "ada@example.org", "p": "unlikely little phrase"])
            let token = try loggedIn.string("login", "accessToken")
            let refreshed = try await atlas.ask(
                "mutation($t: String) { refreshSession(refreshToken: $t) \(fields) }",
                ["t": cookie]
            )
            #expect(refreshed.codes.isEmpty)
            #expect(try await atlas.ask("{ sessions { id device current } }", token: token).list("sessions").count == 2)
            let out = try await atlas.ask("mutation { logout(everywhere: true) }", token: token)
            #expect(out.cookie == .clear)
            await #expect(throws: (any Error).self) { try await atlas.ask("{ currentUser { id } }", token: token) }
        }
    }

    @Test func `wrong input names its field and code`() async throws {
        try await TestAtlas.run(catalogue: false) { atlas in
            let register = "mutation($i: RegisterInput!) { register(input: $i) { expiresIn } }"
            let bad = try await atlas.ask(
                register,
                ["i": ["email": "ada", "password": "unlikely phrase", "displayName": "A"]]
            )
            #expect(bad.codes == ["INVALID"])
            #expect(bad.text.contains("\"field\":\"input.email\""))
            let login = try await atlas.ask(
                "mutation { login(email: \"x@example.org\", password: \"none of it\") { expiresIn } }"
            )
            #expect(login.codes == ["UNAUTHENTICATED"])
            #expect(try await atlas.ask("{ currentUser { id } }").codes == ["UNAUTHENTICATED"])
            #expect(
                try await atlas.ask("mutation { refreshSession(refreshToken: \"x\") { expiresIn } }").codes == [
                    "UNAUTHENTICATED"
                ]
            )
        }
    }
}
