import AtlasAPI
import AtlasCore
import AtlasPorts

/// The kept files of learners: blobs that are written whole under a new key, and rows that say which counts.
///
/// So a crash at any point leaves the files of before or of after, and at most a blob that `sweep` removes.
struct HomeStore: Sendable {
    let work: WorkRows
    let blobs: any Blobs
    let clock: any WallClock
    let ids: any IDSource

    /// The kept files; `nil` if the set-up has to run first.
    func load(_ key: RunKey, _ stored: LabWork) async throws -> LabFiles? {
        var stored = stored
        while let blob = stored.homeKey {
            if let bytes = try await blobs.get(blob) { return try LabFiles(tar: bytes) }
            // Newer files may have been kept since, and these removed.
            guard let newer = try await work.find(key), newer.homeKey != blob else {
                throw AtlasError(
                    .internalError,
                    "Your files of this lab cannot be read. Reset the lab to begin anew.",
                    detail: "the blob \(blob) is missing"
                )
            }
            stored = newer
        }
        return nil
    }

    /// Keeps files as the home.
    ///
    /// - Returns: When they were kept.
    @discardableResult
    func save(_ files: LabFiles, of key: RunKey) async throws -> Timestamp {
        let before = try await work.find(key)?.homeKey
        let blob = "\(key.blobPrefix)homes/\(ids.next())"
        try await blobs.put(files.tar(), at: blob)
        let now = clock.now()
        try await work.setHome(key, blob: blob, at: now)
        if let before { try await blobs.remove(before) }
        return now
    }

    /// Puts the home away and begins anew with `seed`; the one that was put away before is gone.
    func reset(_ key: RunKey, _ stored: LabWork, seed: Int) async throws {
        try await work.reset(key, from: stored, seed: seed)
        if let old = stored.undoKey, old != stored.homeKey { try await blobs.remove(old) }
    }

    /// Removes blobs that no row names.
    func sweep(_ key: RunKey) async throws {
        let stored = try await work.find(key)
        let named = Set([stored?.homeKey, stored?.undoKey].compactMap(\.self))
        let found = try await blobs.keys(under: "\(key.blobPrefix)homes/", limit: LabServiceLimits.strayBlobs)
        for blob in found where !named.contains(blob) { try await blobs.remove(blob) }
    }

    /// Removes all files of a learner's lab.
    func forget(_ key: RunKey) async throws {
        try await work.forgetFiles(key)
        try await sweep(key)
    }
}
