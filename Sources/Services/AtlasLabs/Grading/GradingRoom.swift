import AtlasCore

/// Lets a few gradings happen at once, and a bounded number wait.
actor GradingRoom {
    private let places: Int
    private let seats: Int
    private var taken = 0
    private var waiting: [(id: Int, continuation: CheckedContinuation<Bool, Never>)] = []
    private var nextID = 0

    init(places: Int, seats: Int) {
        self.places = places
        self.seats = seats
    }

    /// Runs `body` when there is a place.
    ///
    /// - Throws: `.tooMany` if too many wait already.
    nonisolated func take<Result: Sendable>(_ body: @Sendable () async throws -> Result) async throws -> Result {
        try await enter()
        do {
            let result = try await body()
            await leave()
            return result
        } catch {
            await leave()
            throw error
        }
    }

    /// How many wait.
    var waitingCount: Int { waiting.count }

    private func enter() async throws {
        if taken < places { return taken += 1 }
        guard waiting.count < seats else {
            throw AtlasError(
                .tooMany,
                "Many labs are being checked just now. Try again in a moment.",
                retryAfter: .seconds(10)
            )
        }
        let id = nextID
        nextID += 1
        let isIn = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                if Task.isCancelled {
                    continuation.resume(returning: false)
                } else {
                    waiting.append((id, continuation))
                }
            }
        } onCancel: {
            Task { await self.abandon(id) }
        }
        guard isIn else { throw CancellationError() }
    }

    /// The place goes to whoever has waited longest.
    private func leave() {
        guard !waiting.isEmpty else { return taken -= 1 }
        waiting.removeFirst().continuation.resume(returning: true)
    }

    private func abandon(_ id: Int) {
        guard let index = waiting.firstIndex(where: { $0.id == id }) else { return }
        waiting.remove(at: index).continuation.resume(returning: false)
    }
}
