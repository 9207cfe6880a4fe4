public import AtlasAPI
public import AtlasCore
import AtlasPorts
import Foundation

/// What is stored of an account's work on labs.
extension LabsService: PersonalData {
    /// Names the service in exports.
    public var section: String { "labs" }

    /// Work, attempts, hints and recordings, and the text files that are kept.
    public func export(of user: UserID) async throws -> [PersonalTable] {
        let stored = try await context.work.database.read { session in
            try Self.exported.map { name, columns, query in
                let rows = try session.rows(query(user)).map { row in
                    try columns.map { try Self.value($0, of: row) }
                }
                return PersonalTable(name: name, columns: columns, rows: rows)
            }
        }
        return stored + [try await files(of: user)]
    }

    /// Ends the account's runs without keeping anything, and forgets everything about it.
    public func delete(of user: UserID) async throws {
        for run in await pool.all where run.key.user == user {
            try await turns.take(run.key) { [pool] in
                await run.abandon()
                await pool.remove(run)
            }
        }
        try await context.work.database.write { session in
            for query in Self.deletions(user) { try session.execute(query) }
        }
        let blobs = context.homes.blobs
        while true {
            let keys = try await blobs.keys(under: "labs/\(user)/", limit: LabServiceLimits.strayBlobs)
            if keys.isEmpty { return }
            for key in keys { try await blobs.remove(key) }
        }
    }

    private typealias Exported = (name: String, columns: [String], query: @Sendable (UserID) -> Query)

    private static let exported: [Exported] = [
        (
            "lab_work", ["lab_id", "seed", "begun_at", "touched_at", "attempts", "best_score", "passed_at"],
            { "SELECT * FROM lab_work WHERE user_id = \($0) ORDER BY lab_id" }
        ),
        (
            "lab_runs", ["lab_id", "began_at", "status"],
            { "SELECT * FROM lab_runs WHERE user_id = \($0) ORDER BY lab_id" }
        ),
        (
            "lab_attempts", ["lab_id", "number", "seed", "graded_at", "score", "hints_seen", "criteria"],
            { "SELECT * FROM lab_attempts WHERE user_id = \($0) ORDER BY lab_id, number" }
        ),
        (
            "lab_hints", ["lab_id", "check_id", "seen"],
            { "SELECT * FROM lab_hints WHERE user_id = \($0) ORDER BY lab_id, check_id" }
        ),
        (
            "lab_recordings", ["lab_id", "started_at"],
            { "SELECT * FROM lab_recordings WHERE user_id = \($0) ORDER BY lab_id, started_at" }
        ),
    ]

    private static func deletions(_ user: UserID) -> [Query] {
        [
            "DELETE FROM lab_work WHERE user_id = \(user)", "DELETE FROM lab_runs WHERE user_id = \(user)",
            "DELETE FROM lab_attempts WHERE user_id = \(user)", "DELETE FROM lab_hints WHERE user_id = \(user)",
            "DELETE FROM lab_recordings WHERE user_id = \(user)",
        ]
    }

    private static func value(_ column: String, of row: Row) throws -> PersonalValue {
        if column.hasSuffix("_at") {
            return try row.optionalTimestamp(column).map { .text($0.description) } ?? .null
        }
        return switch try row.value(column) {
        case .null: .null
        case .integer(let number): .integer(number)
        case .real(let number): .number(number)
        case .text(let text): .text(text)
        case .blob: .null
        case .boolean(let flag): .flag(flag)
        }
    }

    /// The files of all homes that are text; beyond `LabServiceLimits.exportedBytes` together, their names and sizes alone.
    private func files(of user: UserID) async throws -> PersonalTable {
        var rows: [[PersonalValue]] = []
        var left = LabServiceLimits.exportedBytes
        for (lab, work) in try await context.work.all(of: user).sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            guard let home = try await context.homes.load(RunKey(user: user, lab: lab), work) else { continue }
            for path in home.paths where rows.count < PrivacyLimits.rows {
                guard let bytes = home[path]?.bytes, let text = String(validating: bytes, as: UTF8.self) else {
                    continue
                }
                let hasRoom = bytes.count <= left
                if hasRoom { left -= bytes.count }
                let content = hasRoom ? PersonalValue.text(text) : .null
                rows.append([.text(lab.rawValue), .text(path), .integer(Int64(bytes.count)), content])
            }
        }
        return PersonalTable(name: "lab_files", columns: ["lab_id", "path", "bytes", "content"], rows: rows)
    }
}
