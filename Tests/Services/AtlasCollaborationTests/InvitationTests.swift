import AtlasAPI
import AtlasCore
import AtlasPorts
import AtlasTestKit
import Testing

@Suite struct InvitationTests {
    @Test(arguments: TestEngine.all)
    func `an invitation lets in as many as it is for`(engine: TestEngine) async throws {
        try await Bench.run(engine) { bench in
            let owner = try await bench.person("Olga")
            let group = try await bench.groups.create(GroupSettings(name: "Secret", visibility: .invitation), as: owner)
            let (made, code) = try await bench.groups.makeInvitation(
                to: group.id,
                life: .seconds(3_600),
                uses: 2,
                as: owner
            )
            #expect(code.utf8.count == 32)
            let stored = try await bench.database.rows("SELECT code_hash FROM group_invitations")
            #expect(try stored.map { try $0.string("code_hash") }.allSatisfy { !$0.contains(code) })
            let ann = try await bench.person("Ann")
            #expect(try await bench.groups.invited(by: code, as: ann).role == nil)
            #expect(try await bench.groups.join(invitation: code, as: ann).role == .member)
            // A member does not use it up.
            #expect(try await bench.groups.join(invitation: code, as: ann).role == .member)
            #expect(try await bench.groups.invitations(of: [group.id], as: owner)[group.id]?.map(\.uses) == [1])
            var people: [Caller] = []
            for number in 0..<5 { people.append(try await bench.person("P\(number)")) }
            let codes = await withTaskGroup(of: AtlasError.Code?.self) { tasks in
                for person in people {
                    tasks.addTask {
                        await refusal { _ = try await bench.groups.join(invitation: code, as: person) }
                    }
                }
                return await tasks.reduce(into: []) { $0.append($1) }
            }
            #expect(codes.count { $0 == nil } == 1 && codes.count { $0 == .notFound } == 4)
            #expect(try await bench.groups.invitations(of: [group.id], as: owner)[group.id] == [])
            #expect(await refusal { try await bench.groups.revoke(made.id, of: group.id, as: ann) } == .forbidden)
        }
    }

    @Test(arguments: TestEngine.all)
    func `an expired, revoked or invented code lets nobody in`(engine: TestEngine) async throws {
        try await Bench.run(engine) { bench in
            let owner = try await bench.person("Olga")
            let group = try await bench.groups.create(GroupSettings(name: "Secret", visibility: .invitation), as: owner)
            let id = group.id
            let expiring = try await bench.invitation(to: id, by: owner).code
            bench.clock.advance(by: .seconds(60))
            let revoked = try await bench.invitation(to: id, by: owner)
            let revokedID = revoked.invitation.id
            try await bench.groups.revoke(revokedID, of: id, as: owner)
            #expect(await refusal { try await bench.groups.revoke(revokedID, of: id, as: owner) } == .notFound)
            let ann = try await bench.person("Ann")
            for code in [expiring, revoked.code, String(repeating: "0", count: 32), "", "x"] {
                #expect(await refusal { _ = try await bench.groups.join(invitation: code, as: ann) } == .notFound)
                #expect(await refusal { _ = try await bench.groups.invited(by: code, as: ann) } == .notFound)
            }
            let archived = try await bench.invitation(to: id, by: owner).code
            _ = try await bench.groups.archive(id, as: owner)
            let late = await refusal { _ = try await bench.groups.join(invitation: archived, as: ann) }
            #expect(late == .conflict)
        }
    }

    @Test(arguments: TestEngine.all)
    func `a group has a bounded number of open invitations`(engine: TestEngine) async throws {
        try await Bench.run(engine) { bench in
            let owner = try await bench.person("Olga")
            let group = try await bench.groups.create(GroupSettings(name: "Secret"), as: owner)
            for _ in 0..<GroupLimits.invitations {
                _ = try await bench.groups.makeInvitation(to: group.id, life: .seconds(60), uses: 1, as: owner)
            }
            let make: @Sendable (Duration, Int) async -> AtlasError.Code? = { life, uses in
                await refusal {
                    _ = try await bench.groups.makeInvitation(to: group.id, life: life, uses: uses, as: owner)
                }
            }
            #expect(await make(.seconds(60), 1) == .tooMany)
            bench.clock.advance(by: .seconds(61))
            #expect(await make(.seconds(59), 1) == .invalid)
            #expect(await make(.seconds(30 * 86_400 + 1), 1) == .invalid)
            #expect(await make(.seconds(60), 0) == .invalid)
            #expect(await make(.seconds(60), 251) == .invalid)
            #expect(await make(.seconds(60), 1) == nil)
        }
    }
}

/// `code`, under a name that no local variable takes.
private func refusal(_ body: () async throws -> Void) async -> AtlasError.Code? { await code(body) }

extension Bench {
    /// An invitation for a minute and five people.
    fileprivate func invitation(
        to group: GroupID,
        by caller: Caller
    ) async throws -> (invitation: GroupInvitation, code: String) {
        try await groups.makeInvitation(to: group, life: .seconds(60), uses: 5, as: caller)
    }
}
