import AtlasAPI
import AtlasCore
import AtlasPorts

/// The runs of this process: who waits, who has room, and when the next may start.
actor LabPool {
    private let settings: LabSettings
    private let clock: any WallClock
    private let availableMemory: @Sendable () -> Int64?
    private var runs: [RunKey: LiveRun] = [:]
    /// In the order in which they came.
    private var queue: [RunKey] = []
    private var starting: [RunKey: Task<Void, Never>] = [:]
    /// Starting, running or stopping, with the memory each was measured to use.
    private var boxes: [RunKey: Box] = [:]
    private var measurements = Measurements()
    private var checking: [RunKey: (id: String, task: Task<Void, Never>)] = [:]
    private var endings = GradingEndings()
    /// Those who wait for a grading, by a number of their own.
    private var waiting: [Int: (grading: String, continuation: CheckedContinuation<Void, Never>)] = [:]
    private var nextWaiter = 0
    private var places: Int
    private var isClosing = false

    private struct Box {
        let since: Timestamp
        var memory: Int64?
    }

    /// - Parameter availableMemory: What the machine could still hand out, in bytes; `nil` if that is not known.
    init(settings: LabSettings, clock: any WallClock, availableMemory: @escaping @Sendable () -> Int64?) {
        self.settings = settings
        self.clock = clock
        self.availableMemory = availableMemory
        places = settings.maximum
    }

    /// Takes the number of boxes of the runtime into account, which grading needs some of.
    func setPlaces(_ count: Int) {
        places = max(1, min(settings.maximum, count - settings.gradingsAtOnce - settings.startsAtOnce))
    }

    /// Boxes of learners at once, at most.
    var maximum: Int { places }
    /// Every run, in no order.
    var all: [LiveRun] { Array(runs.values) }
    /// The ids of all runs.
    var ids: Set<String> { Set(runs.values.map(\.id)) }
    /// Whether another run may wait.
    var isFull: Bool { queue.count >= settings.queueLength }
    /// Memory that the boxes use, as measured.
    var memory: Int64 { boxes.values.reduce(0) { $0 + ($1.memory ?? 0) } }
    /// Half, and 95 of 100, of the newest starts were faster than this.
    var startTimes: (median: Duration, p95: Duration)? { measurements.startTimes }

    /// The run of a learner and lab.
    func run(_ key: RunKey) -> LiveRun? { runs[key] }

    // MARK: Life

    /// Starts nothing any more.
    func close() { isClosing = true }

    /// Takes a run in, which starts when there is room.
    func add(_ run: LiveRun) async {
        runs[run.key] = run
        queue.append(run.key)
        await admit()
    }

    /// Ends a run and forgets it.
    ///
    /// - Parameter reason: Why, if the learner did not ask for it.
    func stop(_ run: LiveRun, reason: String?) async {
        queue.removeAll { $0 == run.key }
        await starting[run.key]?.value
        await run.stop(reason: reason)
        await remove(run)
    }

    /// Forgets a run that has ended, and gives its room to the next.
    func remove(_ run: LiveRun) async {
        guard runs[run.key] === run else { return }
        runs[run.key] = nil
        queue.removeAll { $0 == run.key }
        if let box = boxes.removeValue(forKey: run.key) {
            measurements.add(lab: run.key.lab, life: clock.now() - box.since, memory: box.memory)
        }
        await admit()
    }

    /// Notes what a box uses.
    func note(memory: Int64, of key: RunKey) {
        boxes[key]?.memory = memory
    }

    /// Starts whoever has waited longest, as long as there is room, and tells the others their place.
    func admit() async {
        guard !isClosing else { return }
        while let key = queue.first {
            guard let run = runs[key] else {
                queue.removeFirst()
                continue
            }
            guard hasRoom(for: run.lab.id) else { break }
            queue.removeFirst()
            boxes[key] = Box(since: clock.now())
            starting[key] = Task { await self.start(run) }
        }
        for (index, key) in queue.enumerated() {
            let position = index + 1
            await runs[key]?.setPosition(position, estimateSeconds: estimate(position))
        }
    }

    private func start(_ run: LiveRun) async {
        do {
            try await run.start()
            if let duration = await run.startDuration { measurements.add(start: duration) }
            starting[run.key] = nil
            await admit()
        } catch {
            // The run has told it.
            starting[run.key] = nil
            await remove(run)
        }
    }

    private func hasRoom(for lab: LabID) -> Bool {
        guard boxes.count < places, starting.count < settings.startsAtOnce else { return false }
        let needed = measurements.expectedMemory(of: lab)
        if let available = availableMemory(), available - needed < settings.memoryReserveBytes { return false }
        guard !boxes.isEmpty else { return true }
        let used = boxes.reduce(0) { $0 + ($1.value.memory ?? measurements.expectedMemory(of: $1.key.lab)) }
        return used + needed <= settings.memoryBudgetBytes
    }

    /// Seconds until the run at `position` probably starts; `nil` if nothing is known.
    private func estimate(_ position: Int) -> Int? {
        guard let life = measurements.medianLife else { return nil }
        let now = clock.now()
        let left = boxes.filter { starting[$0.key] == nil }.values.map { max(.zero, life - (now - $0.since)) }.sorted()
        guard !left.isEmpty else { return nil }
        // After all that run now have ended, their places go round again.
        let (rounds, index) = (position - 1).quotientAndRemainder(dividingBy: left.count)
        return Int((left[index] + life * rounds).inSeconds.rounded(.up))
    }

    // MARK: Grading

    /// Begins to grade, unless `key` is being graded.
    ///
    /// It goes on when whoever asked has left, so that a slow checker's result is
    /// kept, and ends with `cancelChecks` at the latest.
    func check(_ key: RunKey, id: String, _ body: @escaping @Sendable () async throws -> LabResult) throws {
        guard checking[key] == nil else {
            throw AtlasError(.conflict, "This lab is being checked already. Wait for the result.")
        }
        let run = runs[key]
        let task = Task {
            await run?.setChecking(true)
            let result: Result<LabResult, any Error>
            do { result = .success(try await body()) } catch { result = .failure(error) }
            await self.finish(key, id, result, run)
        }
        checking[key] = (id, task)
    }

    private func finish(_ key: RunKey, _ id: String, _ result: Result<LabResult, any Error>, _ run: LiveRun?) async {
        checking[key] = nil
        endings.add(id, GradingEndings.Ending(user: key.user, result: result))
        await run?.setChecking(false)
        for (number, waiter) in waiting where waiter.grading == id { wake(number) }
    }

    /// How a grading ended, waiting for that as long as `limit`.
    ///
    /// - Parameter limit: `nil` waits until the end.
    func ending(of id: String, _ key: RunKey, within limit: Duration?) async -> GradingProgress {
        if checking[key]?.id == id { await wait(for: id, key, atMost: limit) }
        if let ending = endings[id, of: key.user] { return .ended(ending) }
        return checking[key]?.id == id ? .running : .unknown
    }

    private func wait(for id: String, _ key: RunKey, atMost limit: Duration?) async {
        let number = nextWaiter
        nextWaiter += 1
        let timer = limit.map { limit in
            Task {
                // Cancelled or over, the waiter is woken either way.
                try? await Task.sleep(for: limit)
                self.wake(number)
            }
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                if checking[key]?.id == id { waiting[number] = (id, continuation) } else { continuation.resume() }
            }
        } onCancel: {
            if let timer { timer.cancel() } else { Task { await self.wake(number) } }
        }
        timer?.cancel()
    }

    private func wake(_ number: Int) {
        waiting.removeValue(forKey: number)?.continuation.resume()
    }

    /// Ends all gradings, and waits for that.
    func cancelChecks() async {
        let tasks = checking.values.map(\.task)
        for task in tasks { task.cancel() }
        for task in tasks { await task.value }
    }
}

/// What is known of a grading.
enum GradingProgress {
    case running
    case ended(Result<LabResult, any Error>)
    case unknown
}

/// How the newest gradings ended, for those who come back for it.
struct GradingEndings {
    struct Ending {
        let user: UserID
        let result: Result<LabResult, any Error>
    }

    private var endings: [String: Ending] = [:]
    /// Oldest first.
    private var order: [String] = []

    subscript(id: String, of user: UserID) -> Result<LabResult, any Error>? {
        endings[id].flatMap { $0.user == user ? $0.result : nil }
    }

    mutating func add(_ id: String, _ ending: Ending) {
        endings[id] = ending
        order.append(id)
        if order.count > LabServiceLimits.gradingsRemembered { endings[order.removeFirst()] = nil }
    }
}

/// What earlier runs took.
struct Measurements {
    private var starts: [Duration] = []
    private var lives: [Duration] = []
    private var memory: [LabID: Int64] = [:]

    mutating func add(start: Duration) { Self.keep(start, in: &starts) }

    mutating func add(lab: LabID, life: Duration, memory used: Int64?) {
        Self.keep(life, in: &lives)
        guard let used else { return }
        // Follows what it sees, and forgets slowly that it was more.
        memory[lab] = memory[lab].map { max(used, ($0 * 7 + used) / 8) } ?? used
    }

    var medianLife: Duration? { Self.quantile(0.5, of: lives) }

    var startTimes: (median: Duration, p95: Duration)? {
        guard let median = Self.quantile(0.5, of: starts), let p95 = Self.quantile(0.95, of: starts) else { return nil }
        return (median, p95)
    }

    func expectedMemory(of lab: LabID) -> Int64 { memory[lab] ?? LabServiceLimits.expectedMemoryBytes }

    private static func keep(_ duration: Duration, in list: inout [Duration]) {
        list.append(duration)
        if list.count > LabServiceLimits.samples { list.removeFirst() }
    }

    private static func quantile(_ share: Double, of list: [Duration]) -> Duration? {
        guard !list.isEmpty else { return nil }
        let index = Int((Double(list.count) * share).rounded(.up)) - 1
        return list.sorted()[max(0, min(index, list.count - 1))]
    }
}
