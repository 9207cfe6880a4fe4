import Synchronization

/// Carries messages from many tasks to one.
///
/// What has come together is taken together. There are at most as many messages as there are tasks that send them.
final class Mailbox<Message: Sendable>: Sendable {
    private struct State {
        var messages: [Message] = []
        var isClosed = false
        var reader: CheckedContinuation<Void, Never>?
    }

    private let state = Mutex(State())

    /// Adds a message.
    func put(_ message: Message) {
        let reader = state.withLock { state in
            state.messages.append(message)
            return state.reader.take()
        }
        reader?.resume()
    }

    /// The messages since the last call; waits for one, and is empty only when the task is cancelled.
    func take() async -> [Message] {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isReady = state.withLock { state in
                    guard state.messages.isEmpty, !state.isClosed else { return true }
                    state.reader = continuation
                    return false
                }
                if isReady { continuation.resume() }
            }
        } onCancel: {
            let reader = state.withLock { state in
                state.isClosed = true
                return state.reader.take()
            }
            reader?.resume()
        }
        return state.withLock { state in
            defer { state.messages.removeAll() }
            return state.messages
        }
    }
}
