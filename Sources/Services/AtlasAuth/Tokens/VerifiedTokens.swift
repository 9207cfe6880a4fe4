import AtlasCore
import Synchronization

/// Access tokens whose signature was checked before, so that it is checked once.
///
/// Two generations bound the memory: when the young one is full it becomes the old one.
final class VerifiedTokens: Sendable {
    struct Entry: Sendable {
        let account: Caller.Account
        let expires: Timestamp
    }

    private struct Generations {
        var young: [String: Entry] = [:]
        var old: [String: Entry] = [:]
    }

    private let generations = Mutex(Generations())

    func entry(_ token: String) -> Entry? {
        generations.withLock { $0.young[token] ?? $0.old[token] }
    }

    func remember(_ token: String, _ entry: Entry) {
        generations.withLock { generations in
            if generations.young.count >= AuthLimits.rememberedTokens / 2 {
                generations.old = generations.young
                generations.young = [:]
            }
            generations.young[token] = entry
        }
    }
}
