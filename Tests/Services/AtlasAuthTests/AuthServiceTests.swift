import AtlasAPI
import AtlasAuth
import AtlasCore
import AtlasPorts
import AtlasTestKit
import Testing

@Suite struct AuthServiceTests {
    private let good = Registration(email: "Ada@Example.org ", password: "unlikely little phrase", displayName: " Ada ")
    private let visitor = Caller(address: "127.0.0.1")

    // MARK: Accounts

    @Test(arguments: TestEngine.all)
    func `a registration signs in, and the address is taken from then on`(engine: TestEngine) async throws {
        try await AuthBench.run(engine) { bench in
            let signIn = try await bench.auth.register(good, device: "Firefox", as: visitor)
            #expect(signIn.user.email == "ada@example.org")
            #expect(signIn.user.displayName == "Ada")
            #expect(signIn.user.role == .learner)
            #expect(try await bench.auth.verify(signIn.accessToken).user == signIn.user.id)
            let error = await #expect(throws: AtlasError.self) {
                try await bench.auth.register(good, device: "", as: visitor)
            }
            #expect(error?.code == .conflict)
            #expect(error?.field == "input.email")
        }
    }

    @Test(arguments: [
        ("not an address", "unlikely little phrase", "Ada", "input.email"),
        ("a@b", "unlikely little phrase", "Ada", "input.email"),
        ("a@b@c.org", "unlikely little phrase", "Ada", "input.email"),
        ("ada@example.org", "short", "Ada", "input.password"),
        ("ada@example.org", String(repeating: "x y", count: 60), "Ada", "input.password"),
        ("ada@example.org", "P4ssw0rd123", "Ada", "input.password"),
        ("ada@example.org", "qwertzuiop", "Ada", "input.password"),
        ("ada@example.org", "98765432", "Ada", "input.password"),
        ("ada@example.org", "abcabcabcabc", "Ada", "input.password"),
        ("ada@example.org", "ada@example.org", "Ada", "input.password"),
        ("ada@example.org", "unlikely little phrase", "  ", "input.displayName"),
        ("ada@example.org", "unlikely little phrase", "A\u{7}da", "input.displayName"),
        ("ada@example.org", "unlikely little phrase", "\u{3164}", "input.displayName"),
        ("ada@example.org", "unlikely little phrase", "Ada\u{202E}", "input.displayName"),
        ("\"><script>@example.org", "unlikely little phrase", "Ada", "input.email"),
        ("a,b@example.org", "unlikely little phrase", "Ada", "input.email"),
        ("ada@example.org", "unlikely little phrase", String(repeating: "n", count: 61), "input.displayName"),
    ])
    func `a bad registration names its field`(email: String, password: String, name: String, field: String) async throws
    {
        try await AuthBench.run(.sqlite) { bench in
            let registration = Registration(email: email, password: password, displayName: name)
            let error = await #expect(throws: AtlasError.self) {
                try await bench.auth.register(registration, device: "", as: visitor)
            }
            #expect(error?.code == .invalid)
            #expect(error?.field == field)
        }
    }

    @Test func `an unknown address and a wrong password are refused in the same words`() async throws {
        try await AuthBench.run(.sqlite) { bench in
            _ = try await bench.auth.register(good, device: "", as: visitor)
            var messages: [String] = []
            for (email, password) in [
                ("ada@example.org", "wrong phrase here"), ("eve@example.org", "wrong phrase here"),
            ] {
                let error = await #expect(throws: AtlasError.self) {
                    try await bench.auth.logIn(email: email, password: password, device: "", as: visitor)
                }
                #expect(error?.code == .unauthenticated)
                messages.append(error?.message ?? "")
            }
            #expect(messages[0] == messages[1])
            let signIn = try await bench.auth.logIn(
                email: " ADA@example.org",
                password: good.password,
                device: "",
                as: visitor
            )
            #expect(signIn.user.email == "ada@example.org")
        }
    }

    @Test func `guessing one account stops after ten tries and goes on when the window has passed`() async throws {
        try await AuthBench.run(.sqlite) { bench in
            _ = try await bench.auth.register(good, device: "", as: visitor)
            func attempt(_ password: String, from address: String) async -> AtlasError.Code? {
                do {
                    let caller = Caller(address: address)
                    _ = try await bench.auth.logIn(email: good.email, password: password, device: "", as: caller)
                    return nil
                } catch {
                    return (error as? AtlasError)?.code
                }
            }
            for number in 0..<10 {
                #expect(await attempt("wrong phrase \(number)", from: "10.0.0.1") == .unauthenticated)
            }
            #expect(await attempt(good.password, from: "10.0.0.1") == .tooMany)
            #expect(await attempt(good.password, from: "10.0.1.1") == nil, "nobody locks another out")
            bench.clock.advance(by: .seconds(901))
            #expect(await attempt(good.password, from: "10.0.0.1") == nil)
            for number in 0..<200 { _ = await attempt("wrong phrase", from: "10.1.\(number / 8).1") }
            #expect(await attempt(good.password, from: "10.2.0.1") == .tooMany, "many addresses on one account")
        }
    }

    @Test func `guessing from one address stops whatever the accounts`() async throws {
        try await AuthBench.run(.sqlite) { bench in
            var codes: [AtlasError.Code?] = []
            for number in 0...60 {
                let error = await #expect(throws: AtlasError.self) {
                    try await bench.auth.logIn(
                        email: "nobody\(number)@example.org",
                        password: "wrong phrase here",
                        device: "",
                        as: visitor
                    )
                }
                codes.append(error?.code)
            }
            #expect(codes.prefix(60).allSatisfy { $0 == .unauthenticated })
            #expect(codes.last == .tooMany)
        }
    }

    @Test func `two spellings that look alike are one account`() async throws {
        try await AuthBench.run(.sqlite) { bench in
            let first = Registration(email: "caf\u{E9}@example.org", password: good.password, displayName: "👩‍👩‍👧 Ada")
            _ = try await bench.auth.register(first, device: "", as: visitor)
            let second = Registration(email: "cafe\u{301}@example.org", password: good.password, displayName: "Ada")
            let error = await #expect(throws: AtlasError.self) {
                try await bench.auth.register(second, device: "", as: visitor)
            }
            #expect(error?.code == .conflict)
        }
    }

    // MARK: Sessions

    @Test(arguments: TestEngine.all)
    func `a refresh token works once, and a second use ends the session`(engine: TestEngine) async throws {
        try await AuthBench.run(engine) { bench in
            let first = try await bench.auth.register(good, device: "Firefox", as: visitor)
            let second = try await bench.auth.refresh(first.refreshToken, device: "Firefox", as: visitor)
            #expect(second.session == first.session)
            #expect(second.refreshToken != first.refreshToken)
            await #expect(throws: AtlasError.self) {
                try await bench.auth.refresh(first.refreshToken, device: "thief", as: visitor)
            }
            await #expect(throws: AtlasError.self, "the family has ended") {
                try await bench.auth.refresh(second.refreshToken, device: "Firefox", as: visitor)
            }
            await #expect(throws: AtlasError.self, "its access token is revoked") {
                try await bench.auth.verify(second.accessToken)
            }
        }
    }

    @Test(arguments: TestEngine.all)
    func `of two refreshes at once, one wins and the family ends`(engine: TestEngine) async throws {
        try await AuthBench.run(engine) { bench in
            let signIn = try await bench.auth.register(good, device: "", as: visitor)
            let successes = await withTaskGroup(of: Bool.self) { group in
                for _ in 0..<4 {
                    group.addTask {
                        (try? await bench.auth.refresh(signIn.refreshToken, device: "", as: self.visitor)) != nil
                    }
                }
                return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            #expect(successes == 1)
        }
    }

    @Test(arguments: TestEngine.all)
    func `signing out ends one session or all of them`(engine: TestEngine) async throws {
        try await AuthBench.run(engine) { bench in
            let phone = try await bench.auth.register(good, device: "phone", as: visitor)
            let desk = try await bench.auth.logIn(
                email: good.email,
                password: good.password,
                device: "desk",
                as: visitor
            )
            let couch = try await bench.auth.logIn(
                email: good.email,
                password: good.password,
                device: "couch",
                as: visitor
            )
            let asDesk = Caller(account: try await bench.auth.verify(desk.accessToken))
            #expect(Set(try await bench.auth.sessions(as: asDesk).map(\.device)) == ["phone", "desk", "couch"])
            #expect(try await bench.auth.endSession(phone.session, as: asDesk))
            #expect(try await bench.auth.endSession(phone.session, as: asDesk) == false)
            await #expect(throws: AtlasError.self) { try await bench.auth.verify(phone.accessToken) }
            try await bench.auth.logOut(everywhere: true, as: asDesk)
            await #expect(throws: AtlasError.self) { try await bench.auth.verify(couch.accessToken) }
            #expect(try await bench.auth.sessions(as: asDesk).isEmpty)
        }
    }

    @Test func `nobody ends the session of another`() async throws {
        try await AuthBench.run(.sqlite) { bench in
            let ada = try await bench.auth.register(good, device: "", as: visitor)
            let eve = try await bench.auth.register(
                Registration(email: "eve@example.org", password: "another odd phrase", displayName: "Eve"),
                device: "",
                as: visitor
            )
            let asEve = Caller(account: try await bench.auth.verify(eve.accessToken))
            #expect(try await bench.auth.endSession(ada.session, as: asEve) == false)
            _ = try await bench.auth.verify(ada.accessToken)
            #expect(try await bench.auth.users([ada.user.id, eve.user.id], as: asEve) == [nil, eve.user])
        }
    }

    @Test(arguments: TestEngine.all)
    func `a session that ended stays ended after a restart`(engine: TestEngine) async throws {
        try await AuthBench.run(engine) { bench in
            let signIn = try await bench.auth.register(good, device: "", as: visitor)
            try await bench.auth.logOut(
                everywhere: true,
                as: Caller(account: try await bench.auth.verify(signIn.accessToken))
            )
            let restarted = try await bench.restarted()
            await #expect(throws: AtlasError.self) { try await restarted.verify(signIn.accessToken) }
        }
    }

    // MARK: Roles

    @Test(arguments: TestEngine.all)
    func `a new role takes effect at once, for the old tokens are ended`(engine: TestEngine) async throws {
        try await AuthBench.run(engine) { bench in
            let signIn = try await bench.auth.register(good, device: "", as: visitor)
            let user = try await bench.auth.setRole(.instructor, email: good.email, as: .system)
            #expect(user.role == .instructor)
            await #expect(throws: AtlasError.self) { try await bench.auth.verify(signIn.accessToken) }
            let again = try await bench.auth.logIn(email: good.email, password: good.password, device: "", as: visitor)
            #expect(try await bench.auth.verify(again.accessToken).role == .instructor)
        }
    }

    @Test func `a learner neither makes accounts nor changes roles`() async throws {
        try await AuthBench.run(.sqlite) { bench in
            let signIn = try await bench.auth.register(good, device: "", as: visitor)
            let learner = Caller(account: try await bench.auth.verify(signIn.accessToken))
            for caller in [learner, visitor] {
                await #expect(throws: AtlasError.self) {
                    try await bench.auth.setRole(.admin, email: good.email, as: caller)
                }
                await #expect(throws: AtlasError.self) {
                    try await bench.auth.createUser(good, role: .admin, as: caller)
                }
            }
        }
    }
}
