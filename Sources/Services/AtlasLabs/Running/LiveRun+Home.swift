import AtlasAPI
import AtlasCore
import AtlasPorts
import Logging

/// The learner's files while the box runs.
extension LiveRun {
    private func box() throws -> any LabBox {
        guard let box = parts?.box else { throw notRunning }
        return box
    }

    /// What is said where the newest changes could not be kept.
    static let unkept = "What was changed last could not be kept; the files are as they were kept before."

    /// Keeps the files, if they have changed and there is a box.
    func keep() async {
        await keeping.hold { @Sendable in _ = await self.keepNow(tries: 1) }
    }

    /// Keeps the files, if they have changed; to be called while `keeping` is held.
    ///
    /// - Returns: Whether the files are kept as they are.
    func keepNow(tries: Int) async -> Bool {
        guard let box = parts?.box else { return false }
        lastSnapshot = context.clock.now()
        for attempt in 1...tries {
            do {
                guard let snapshot = try await box.snapshot(since: savedMark) else { return true }
                let moment = try await context.homes.save(snapshot.files, of: key)
                savedMark = snapshot.mark
                await change { status in
                    status.savedAtMilliseconds = moment.milliseconds
                    status.reason = Self.remark(snapshot)
                }
                return true
            } catch {
                context.logger.error(
                    "a learner's files were not kept",
                    metadata: ["lab": "\(key.lab)", "user": "\(key.user)", "try": "\(attempt)", "error": "\(error)"]
                )
            }
        }
        return false
    }

    private static func remark(_ snapshot: LabSnapshot) -> String? {
        guard let first = snapshot.omissions.first else { return nil }
        let more = snapshot.omittedCount - 1
        return "Not kept: \(first)" + (more > 0 ? ", and \(more) more." : ".")
    }

    /// The files as they are.
    func home() async throws -> LabFiles {
        touch()
        guard let snapshot = try await box().snapshot(since: nil) else { return LabFiles() }
        return snapshot.files
    }

    func files() async throws -> [LabHomeFile] {
        guard let snapshot = try await box().snapshot(since: listed?.mark) else { return listed?.files ?? [] }
        let files = snapshot.files.listing
        listed = (snapshot.mark, files)
        return files
    }

    func file(_ path: String) async throws -> LabFileContent {
        guard let bytes = try await box().read(path)?.bytes else {
            throw AtlasError(.notFound, "There is no file “\(path)”.", field: "path")
        }
        return LabFileContent(path, bytes)
    }

    func save(_ path: String, content: String, version: String?) async throws -> LabHomeFile {
        touch()
        let box = try box()
        let current = try await box.read(path)
        try requireUnchanged(path, current, version: version)
        let file = HomeFile.file(Array(content.utf8), isExecutable: current?.isExecutable ?? false)
        try await box.lay(try LabFiles([path: file]))
        return LabHomeFile(path, Array(content.utf8))
    }

    func delete(_ path: String) async throws -> Bool {
        touch()
        return try await box().remove(path)
    }

    /// Shows that it is being graded, or no longer.
    func setChecking(_ isChecking: Bool) async {
        touch()
        guard status.state.isActive else { return }
        await change { $0.isChecking = isChecking }
    }
}

extension HomeFile {
    /// Whether it may be run.
    var isExecutable: Bool {
        if case .file(_, let isExecutable) = self { isExecutable } else { false }
    }
}
