import AtlasCore
import AtlasPorts

/// The home, moved as a tar archive over `exec`.
///
/// Paths are looked at in a list that was taken just before; a learner who changes something in between harms only what is
/// his. What comes out is a `LabFiles`, whose paths cannot lead outside.
extension KubernetesBox {
    private static let home = "/home/lab"
    /// What an archive of `LabBoxLimits` can be at most.
    private static let archiveBytes = LabBoxLimits.totalBytes + LabBoxLimits.entries * 6_144 + 65_536

    func snapshot(since mark: LabSnapshot.Mark?) async throws -> LabSnapshot? {
        try await files.hold {
            let (listing, isCut) = try await self.listing()
            let newMark = LabSnapshot.Mark(value: listing.fingerprint)
            if let mark, mark == newMark { return nil }
            var selection = listing.selection()
            if isCut { selection.omit("the rest", "there are more files than can be looked at") }
            let files = try await self.pack(selection.paths)
            for path in selection.paths where files[path] == nil { selection.omit(path, "cannot be read") }
            return LabSnapshot(
                files: files,
                mark: newMark,
                omissions: selection.omissions,
                omittedCount: selection.omittedCount
            )
        }
    }

    /// - Returns: What is there, and whether that is not all.
    private func listing() async throws -> (HomeListing, isCut: Bool) {
        let execution = try await execute(ExecutionPlan(BoxScripts.list, [Self.home]), "look at the files")
        guard case .exited = execution.end, !execution.output.isEmpty || execution.end == .exited(0) else {
            throw Self.failure(execution.complaint, "look at the files")
        }
        return (HomeListing(execution.output), execution.outputIsCut)
    }

    private func pack(_ paths: [String]) async throws -> LabFiles {
        guard !paths.isEmpty else { return LabFiles() }
        let list: [UInt8] = paths.flatMap { path -> [UInt8] in Array("./\(path)".utf8) + [0] }
        var plan = ExecutionPlan(BoxScripts.pack, [Self.home, String(list.count)], input: list)
        plan.outputBytes = Self.archiveBytes
        let execution = try await execute(plan, "take a snapshot")
        // tar ends with 1 or 2 if a file changed, vanished or cannot be read; all others are in the archive then.
        guard case .exited(let status) = execution.end, status <= 2, !execution.output.isEmpty else {
            throw Self.failure(execution.complaint, "take a snapshot")
        }
        guard !execution.outputIsCut else {
            throw AtlasError(.unavailable, "The files grew while they were taken.", detail: id, retryAfter: .seconds(5))
        }
        return try LabFiles(tar: execution.output)
    }

    func read(_ path: String) async throws -> LabFile? {
        try LabFiles.check(path)
        var plan = ExecutionPlan(BoxScripts.read, [Self.home, path, String(LabBoxLimits.fileBytes)])
        plan.outputBytes = LabBoxLimits.fileBytes + 2
        let execution = try await execute(plan, "read “\(path)”")
        switch execution.end {
        case .exited(0):
            guard execution.output.count >= 2, !execution.outputIsCut else { fallthrough }
            let isExecutable = execution.output[0] == UInt8(ascii: "x")
            return .file(Array(execution.output.dropFirst(2)), isExecutable: isExecutable)
        case .exited(45):
            throw AtlasError(.invalid, "“\(path)” is larger than \(LabBoxLimits.fileBytes >> 20) MiB.")
        case .exited(44): return nil
        case .exited: throw refusal(execution, "read “\(path)”")
        case .failed(let reason): throw Self.failure(reason, "read “\(path)”")
        }
    }

    func lay(_ files: LabFiles) async throws {
        guard !files.isEmpty else { return }
        try await self.files.hold {
            if let path = try await self.listing().0.conflict(with: files) {
                throw AtlasError(
                    .conflict,
                    "Cannot write the files: a folder or link of the same name is in the way.",
                    detail: path
                )
            }
            let archive = files.tar()
            let plan = ExecutionPlan(BoxScripts.unpack, [Self.home, String(archive.count)], input: archive)
            let execution = try await self.execute(plan, "write the files")
            switch execution.end {
            case .exited(0): return
            case .exited: throw self.refusal(execution, "write the files")
            case .failed(let reason): throw Self.failure(reason, "write the files")
            }
        }
    }

    func remove(_ path: String) async throws -> Bool {
        try LabFiles.check(path)
        return try await files.hold {
            let execution = try await self.execute(
                ExecutionPlan(BoxScripts.remove, [Self.home, path]),
                "remove “\(path)”"
            )
            switch execution.end {
            case .exited(0): return true
            case .exited(44): return false
            case .exited(45): throw AtlasError(.conflict, "Cannot remove “\(path)”: it is a folder.")
            case .exited: throw self.refusal(execution, "remove “\(path)”")
            case .failed(let reason): throw Self.failure(reason, "remove “\(path)”")
            }
        }
    }

    /// What the complaint of a program means to a learner.
    private func refusal(_ execution: Execution, _ doing: String) -> AtlasError {
        let detail = "\(doing): \(execution.end): \(execution.complaint)"
        let said = execution.complaint
        if said.contains("No space left") || said.contains("quota exceeded") {
            return AtlasError(.tooMany, "Cannot \(doing): there is no room left.", detail: detail)
        }
        if said.contains("Permission denied") || said.contains("Operation not permitted") {
            return AtlasError(.conflict, "Cannot \(doing): the permissions in the lab do not allow it.", detail: detail)
        }
        if ["directory", "File exists"].contains(where: said.contains) {
            return AtlasError(
                .conflict,
                "Cannot \(doing): a folder or link of the same name is in the way.",
                detail: detail
            )
        }
        return AtlasError(.unavailable, "Cannot \(doing).", detail: detail)
    }
}
