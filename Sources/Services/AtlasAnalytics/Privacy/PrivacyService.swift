import AtlasAPI
import AtlasCore
import AtlasPorts
import Foundation

/// Hands out and forgets what all services hold about an account.
struct PrivacyService: Privacy {
    private static let window = Duration.seconds(3_600)

    let passwords: any PasswordCheck
    let groups: any StudyGroups
    let cache: any Cache
    let database: any Database
    let clock: any WallClock
    let ids: any IDSource
    /// What each service holds; the account itself is the last.
    let sections: [any PersonalData]

    func export(as caller: Caller) async throws -> DataExport {
        let user = try caller.signedIn().user
        let count = try await cache.increment("exports:\(user)", by: 1, timeToLive: Self.window)
        guard count <= Int64(PrivacyLimits.exportsPerHour) else {
            throw AtlasError(
                .tooMany,
                "At most \(PrivacyLimits.exportsPerHour) exports in an hour.",
                retryAfter: Self.window
            )
        }
        let now = clock.now()
        var parts: [String] = []
        for section in sections {
            let tables = try await section.export(of: user).filter { !$0.rows.isEmpty }
            let texts = try tables.map { "\(try Self.json($0.name)): \(try Self.json($0))" }
            parts.append("\(try Self.json(section.section)): {\(texts.joined(separator: ",\n"))}")
        }
        let head = #""format": "atlas-personal-data", "version": 1, "userId": \#(try Self.json(user.rawValue))"#
        let json = "{\(head), \"generatedAt\": \"\(now)\",\n\(parts.joined(separator: ",\n"))}\n"
        return DataExport(fileName: "atlas-data-\(Day(now).name).json", json: json, at: now)
    }

    func deleteAccount(password: String, as caller: Caller) async throws {
        let user = try caller.signedIn().user
        try await passwords.checkPassword(password, as: caller)
        try await passwords.checkDispensable(user)
        let joined = try await groups.groups(as: caller)
        let members = try await groups.members(of: joined.map(\.id), as: caller)
        // All refusals first, so that nothing has happened when one comes.
        for group in joined where group.role == .owner {
            let others = (members[group.id] ?? []).filter { $0.person.id != user }
            guard others.isEmpty || others.contains(where: { $0.role == .owner }) else {
                throw AtlasError(
                    .conflict,
                    "You are the only owner of “\(group.settings.name)”. Make somebody else an owner first."
                )
            }
        }
        for group in joined { try await groups.leave(group.id, as: caller) }
        for section in sections { try await section.delete(of: user) }
        try await Farewell(user).send(through: database, ids: ids, at: clock.now())
    }

    /// A table as a list of objects.
    private static func json(_ table: PersonalTable) throws -> String {
        let names = try table.columns.map(json)
        let rows = try table.rows.map { row in
            let fields = try zip(names, row).map { "\($0): \(try json($1))" }
            return "{\(fields.joined(separator: ", "))}"
        }
        return "[\(rows.joined(separator: ",\n"))]"
    }

    private static func json(_ value: PersonalValue) throws -> String {
        switch value {
        case .null: "null"
        case .text(let text): try json(text)
        case .integer(let number): String(number)
        case .number(let number): number.isFinite ? "\(number)" : "null"
        case .flag(let flag): flag ? "true" : "false"
        }
    }

    private static func json(_ text: String) throws -> String {
        String(decoding: try JSONEncoder().encode(text), as: UTF8.self)
    }
}
