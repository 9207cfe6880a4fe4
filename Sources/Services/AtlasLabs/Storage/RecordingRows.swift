import AtlasAPI
import AtlasCore
import AtlasPorts
import Foundation

/// Recordings: the rows that find them, and the blobs.
struct RecordingRows: Sendable {
    let database: any Database
    let blobs: any Blobs
    let kept: Int

    /// Keeps a recording of a run, in place of an earlier one of the same run, and forgets the oldest of the lab.
    func store(_ recording: LabRecording, run: String, of key: RunKey) async throws {
        guard !recording.frames.isEmpty else { return }
        let blob = "\(key.blobPrefix)recordings/\(run)"
        try await blobs.put([UInt8](try JSONEncoder().encode(StoredRecording(recording))), at: blob)
        let kept = kept
        let old = try await database.write { session -> [String] in
            try session.execute(
                """
                INSERT INTO lab_recordings (run_id, user_id, lab_id, started_at, blob_key)
                VALUES (\(run), \(key.user), \(key.lab), \(recording.startedAt), \(blob)) ON CONFLICT DO NOTHING
                """
            )
            let rows = try session.rows(
                """
                SELECT run_id, blob_key FROM lab_recordings WHERE user_id = \(key.user) AND lab_id = \(key.lab)
                ORDER BY started_at DESC, run_id DESC
                """
            )
            let old = rows.dropFirst(kept)
            try session.execute(
                "DELETE FROM lab_recordings WHERE run_id IN (\(list: try old.map { try $0.string("run_id") }))"
            )
            return try old.map { try $0.string("blob_key") }
        }
        for blob in old { try await blobs.remove(blob) }
    }

    /// The recording of `run`, or the newest of the lab; `nil` if there is none.
    func find(_ run: String?, of key: RunKey) async throws -> LabRecording? {
        var query: Query =
            "SELECT blob_key FROM lab_recordings WHERE user_id = \(key.user) AND lab_id = \(key.lab)"
        if let run { query += " AND run_id = \(run)" }
        query += " ORDER BY started_at DESC, run_id DESC LIMIT 1"
        let found = query
        let rows = try await database.write { try $0.rows(found) }
        guard let blob = try rows.first?.string("blob_key"), let bytes = try await blobs.get(blob) else { return nil }
        return try JSONDecoder().decode(StoredRecording.self, from: Data(bytes)).recording
    }
}
