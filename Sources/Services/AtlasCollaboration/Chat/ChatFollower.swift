import AtlasAPI
import AtlasCore
import Synchronization

/// Reads a group's log as it grows, for one listener.
///
/// What is published only says that there may be something new; what is delivered is read from the log after the last
/// entry, so it has no gap and nothing twice even if messages are lost, doubled or out of order. Nothing is read ahead
/// of the listener but one page.
final class ChatFollower: Sendable {
    /// What to do when everything read was delivered.
    private enum Step {
        case read, wait, end
    }

    private struct State {
        var last: Int
        var waiting: [ChatEntry] = []
        /// At first, what was written between the subscription and the head that was read.
        var step = Step.read
    }

    private let chat: ChatService
    private let group: GroupID
    private let user: UserID
    private let state: Mutex<State>
    private let signals: AsyncStream<Void>
    /// The greatest number that was published.
    private let heard: Heard
    private let listening: Task<Void, Never>

    private final class Heard: Sendable {
        let seq = Mutex(0)
    }

    /// - Parameter messages: Of the group's channel, subscribed to before `seq` was read.
    init(
        chat: ChatService,
        group: GroupID,
        user: UserID,
        after seq: Int,
        _ messages: AsyncStream<[UInt8]>
    ) {
        self.chat = chat
        self.group = group
        self.user = user
        state = Mutex(State(last: seq))
        let (signals, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        self.signals = signals
        let heard = Heard()
        self.heard = heard
        listening = Task {
            await withDiscardingTaskGroup { group in
                group.addTask {
                    for await message in messages {
                        // Whatever else it is, it is a sign.
                        if case .entry(let entry)? = try? GroupEvent(message) {
                            heard.seq.withLock { $0 = max($0, entry.seq) }
                        }
                        continuation.yield()
                    }
                }
                group.addTask {
                    while (try? await Task.sleep(for: ChatLimits.followInterval)) != nil { continuation.yield() }
                }
            }
        }
    }

    deinit { listening.cancel() }

    /// The next entry; `nil` once the membership has ended or the group was archived.
    func next() async throws -> ChatEntry? {
        while true {
            let (entry, last, step) = state.withLock { state in
                (state.waiting.isEmpty ? nil : state.waiting.removeFirst(), state.last, state.step)
            }
            if let entry { return entry }
            if step == .end || Task.isCancelled { return nil }
            if step == .wait {
                var iterator = signals.makeAsyncIterator()
                guard await iterator.next() != nil else { return nil }
            }
            let heard = heard.seq.withLock { $0 }
            guard let news = try await chat.news(of: group, after: last, heard: heard, for: user) else { return nil }
            state.withLock { state in
                state.waiting = news.entries
                state.last = news.entries.last?.seq ?? state.last
                state.step = news.hasMore ? .read : news.isArchived ? .end : .wait
            }
        }
    }
}
