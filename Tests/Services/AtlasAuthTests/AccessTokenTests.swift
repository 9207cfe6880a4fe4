import AtlasAPI
import AtlasAuth
import AtlasCore
import AtlasTestKit
import Testing

@Suite struct AccessTokenTests {
    private let visitor = Caller(address: "127.0.0.1")
    private let good = Registration(email: "ada@example.org", password: "unlikely little phrase", displayName: "Ada")

    @Test func `a token expires after a quarter of an hour`() async throws {
        try await AuthBench.run(.sqlite) { bench in
            let signIn = try await bench.auth.register(good, device: "", as: visitor)
            bench.clock.advance(by: .seconds(899))
            _ = try await bench.auth.verify(signIn.accessToken)
            bench.clock.advance(by: .seconds(2))
            let error = await #expect(throws: AtlasError.self) { try await bench.auth.verify(signIn.accessToken) }
            #expect(error?.code == .unauthenticated)
        }
    }

    @Test func `a token that was changed anywhere is refused`() async throws {
        try await AuthBench.run(.sqlite) { bench in
            let token = try await bench.auth.register(good, device: "", as: visitor).accessToken
            var characters = Array(token.utf8)
            for index in characters.indices {
                let kept = characters[index]
                characters[index] = kept == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
                let forged = String(decoding: characters, as: UTF8.self)
                characters[index] = kept
                await #expect(throws: AtlasError.self, "byte \(index)") { try await bench.auth.verify(forged) }
            }
            _ = try await bench.auth.verify(token)
        }
    }

    @Test(arguments: [
        "", ".", "..", "...", "a.b.c", "not a token", String(repeating: "a", count: 5_000),
        // {"alg":"none","typ":"JWT","kid":"x"} . {"sub":"u"} . nothing
        "eyJhbGciOiJub25lIiwidHlwIjoiSldUIiwia2lkIjoieCJ9.eyJzdWIiOiJ1In0.",
        // {"alg":"HS256","typ":"JWT","kid":"x"}
        "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCIsImtpZCI6IngifQ.eyJzdWIiOiJ1In0.c2ln",
    ])
    func `what is no token of ours is refused`(token: String) async throws {
        try await AuthBench.run(.sqlite) { bench in
            let error = await #expect(throws: AtlasError.self) { try await bench.auth.verify(token) }
            #expect(error?.code == .unauthenticated)
        }
    }

    @Test func `keys rotate, and a token signed before the rotation is good until it expires`() async throws {
        try await AuthBench.run(.sqlite) { bench in
            _ = try await bench.auth.register(good, device: "", as: visitor)
            bench.clock.advance(by: .seconds(86_400 - 60))
            let old = try await bench.auth.logIn(email: good.email, password: good.password, device: "", as: visitor)
            bench.clock.advance(by: .seconds(120))
            let new = try await bench.auth.logIn(email: good.email, password: good.password, device: "", as: visitor)
            #expect(old.accessToken.prefix { $0 != "." } != new.accessToken.prefix { $0 != "." }, "another key id")
            _ = try await bench.auth.verify(old.accessToken)
            _ = try await bench.auth.verify(new.accessToken)
            let other = try await bench.restarted()
            _ = try await other.verify(old.accessToken)
        }
    }

    @Test func `tokens sealed with another secret are refused`() async throws {
        try await AuthBench.run(.sqlite) { bench in
            let signIn = try await bench.auth.register(good, device: "", as: visitor)
            let stranger = try await bench.restarted(secret: Array(repeating: 9, count: 32))
            let error = await #expect(throws: AtlasError.self) { try await stranger.verify(signIn.accessToken) }
            #expect(error?.code == .unauthenticated)
            let again = try await stranger.logIn(email: good.email, password: good.password, device: "", as: visitor)
            _ = try await stranger.verify(again.accessToken)
            await #expect(throws: AtlasError.self) { try await bench.restarted(secret: [1, 2, 3]) }
        }
    }

    @Test func `random tokens never crash the verifier`() async throws {
        try await AuthBench.run(.sqlite) { bench in
            var random = SystemRandomNumberGenerator()
            let alphabet = Array("ABCabc019-_.=%é\u{0}".unicodeScalars)
            for _ in 0..<500 {
                let scalars = (0..<Int.random(in: 0...80, using: &random)).compactMap { _ in
                    alphabet.randomElement(using: &random)
                }
                let token = String(String.UnicodeScalarView(scalars))
                await #expect(throws: AtlasError.self) { try await bench.auth.verify(token) }
            }
        }
    }
}
