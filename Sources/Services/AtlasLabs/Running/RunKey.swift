import AtlasAPI
import AtlasCore

/// A learner and a lab; of these there is one run at most.
struct RunKey: Hashable, Sendable {
    let user: UserID
    let lab: LabID

    /// Where the learner's files are kept; both ids hold only characters that keys may have.
    var blobPrefix: String { "labs/\(user)/\(lab)/" }
}

/// Lets what concerns one learner and lab happen one after the other.
actor Turns {
    private var waiting: [RunKey: [CheckedContinuation<Void, Never>]] = [:]

    /// Runs `body` after everything that came before for `key`.
    nonisolated func take<Result: Sendable>(
        _ key: RunKey,
        _ body: @Sendable () async throws -> Result
    ) async throws -> Result {
        await enter(key)
        do {
            let result = try await body()
            await leave(key)
            return result
        } catch {
            await leave(key)
            throw error
        }
    }

    private func enter(_ key: RunKey) async {
        guard waiting[key] != nil else {
            waiting[key] = []
            return
        }
        await withCheckedContinuation { waiting[key, default: []].append($0) }
    }

    private func leave(_ key: RunKey) {
        guard var others = waiting[key], !others.isEmpty else {
            waiting[key] = nil
            return
        }
        let next = others.removeFirst()
        waiting[key] = others
        next.resume()
    }
}
