import AtlasAPI
import AtlasCore
import Synchronization

/// An answer while it is written: who reads it, and when it is given up.
final class LiveAnswer: Sendable {
    /// Events that wait for one reader; an answer has fewer.
    static let backlog = 4_096

    private struct State {
        var answer: TutorAnswer?
        var isOver = false
        var readers: [Int: AsyncStream<AnswerEvent>.Continuation] = [:]
        var nextReader = 0
        var work: Task<Void, Never>?
        var farewell: Task<Void, Never>?
        var isStopped = false
        var waiters: [CheckedContinuation<Void, Never>] = []
    }

    let user: UserID
    let clientID: String
    private let patience: Duration
    private let state = Mutex(State())

    init(user: UserID, clientID: String, patience: Duration) {
        self.user = user
        self.clientID = clientID
        self.patience = patience
    }

    var answer: TutorAnswer? { state.withLock { $0.answer } }

    /// Whether the learner asked for its end.
    var isStopped: Bool { state.withLock { $0.isStopped } }

    /// What was said so far, and what comes.
    func read() -> AsyncStream<AnswerEvent> {
        let (stream, continuation) = AsyncStream.makeStream(
            of: AnswerEvent.self,
            bufferingPolicy: .bufferingOldest(Self.backlog)
        )
        let (number, farewell) = state.withLock { state -> (Int?, Task<Void, Never>?) in
            if let answer = state.answer { continuation.yield(.answer(answer)) }
            guard !state.isOver else {
                if let answer = state.answer { continuation.yield(.finished(answer)) }
                return (nil, nil)
            }
            let number = state.nextReader
            state.nextReader += 1
            state.readers[number] = continuation
            let farewell = state.farewell
            state.farewell = nil
            return (number, farewell)
        }
        farewell?.cancel()
        guard let number else {
            continuation.finish()
            return stream
        }
        continuation.onTermination = { [weak self] _ in self?.leave(number) }
        return stream
    }

    /// The task that writes it; whoever stops it cancels this.
    func start(_ work: Task<Void, Never>) {
        let isStopped = state.withLock { state in
            state.work = work
            return state.isStopped || state.isOver
        }
        if isStopped { work.cancel() }
    }

    func stop() {
        let work = state.withLock { state in
            state.isStopped = true
            return state.work
        }
        work?.cancel()
    }

    /// Sets what the answer is, and tells of it.
    func publish(_ events: [AnswerEvent], as answer: TutorAnswer) {
        state.withLock { state in
            guard !state.isOver else { return }
            state.answer = answer
            for event in events {
                for reader in state.readers.values { reader.yield(event) }
            }
        }
    }

    /// The end: readers get the whole, those who wait go on.
    func end(_ answer: TutorAnswer?) {
        let (readers, waiters, farewell) = state.withLock { state in
            let parts = (Array(state.readers.values), state.waiters, state.farewell)
            if let answer { state.answer = answer }
            state.isOver = true
            state.readers = [:]
            state.waiters = []
            state.farewell = nil
            state.work = nil
            return parts
        }
        farewell?.cancel()
        for reader in readers {
            if let answer { reader.yield(.finished(answer)) }
            reader.finish()
        }
        for waiter in waiters { waiter.resume() }
    }

    /// Returns when the answer is over.
    func finished() async {
        await withCheckedContinuation { continuation in
            let isOver = state.withLock { state in
                if !state.isOver { state.waiters.append(continuation) }
                return state.isOver
            }
            if isOver { continuation.resume() }
        }
    }

    /// The last reader's leaving starts the patience.
    private func leave(_ number: Int) {
        state.withLock { state in
            state.readers[number] = nil
            guard state.readers.isEmpty, !state.isOver, state.farewell == nil else { return }
            state.farewell = Task { [weak self, patience] in
                guard (try? await Task.sleep(for: patience)) != nil else { return }
                self?.giveUp()
            }
        }
    }

    private func giveUp() {
        let work = state.withLock { $0.readers.isEmpty ? $0.work : nil }
        work?.cancel()
    }
}

/// The answers that are being written in this process.
final class LiveAnswers: Sendable {
    enum Beginning {
        case new(LiveAnswer)
        case known(LiveAnswer)
        case tooMany
    }

    private struct Key: Hashable {
        let user: UserID
        let clientID: String
    }

    private let answers = Mutex<[Key: LiveAnswer]>([:])

    func find(_ user: UserID, clientID: String) -> LiveAnswer? {
        answers.withLock { $0[Key(user: user, clientID: clientID)] }
    }

    func find(_ answer: AnswerID, of user: UserID) -> LiveAnswer? {
        all.first { $0.user == user && $0.answer?.id == answer }
    }

    /// To be looked into without the lock.
    var all: [LiveAnswer] { answers.withLock { Array($0.values) } }

    func begin(_ user: UserID, clientID: String, patience: Duration) -> Beginning {
        answers.withLock { answers in
            let key = Key(user: user, clientID: clientID)
            if let known = answers[key] { return .known(known) }
            guard answers.keys.count(where: { $0.user == user }) < TutorLimits.atOnce else { return .tooMany }
            let answer = LiveAnswer(user: user, clientID: clientID, patience: patience)
            answers[key] = answer
            return .new(answer)
        }
    }

    func remove(_ answer: LiveAnswer) {
        answers.withLock { $0[Key(user: answer.user, clientID: answer.clientID)] = nil }
    }

    /// Stops all, and returns when all are kept.
    func close() async {
        let all = all
        for answer in all { answer.stop() }
        for answer in all { await answer.finished() }
    }
}
