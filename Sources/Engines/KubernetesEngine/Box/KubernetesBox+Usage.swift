import AtlasCore
import AtlasPorts
import Synchronization

/// What was measured of a box, and when.
struct Meter: Sendable {
    /// What is known; `nil` is not.
    struct Reading: Sendable, Equatable {
        var processorTime: Duration?
        var memoryBytes: Int?
        var processes: Int?
        var diskBytes: Int?
        var killedForMemory: Int?
    }

    var reading = Reading()
    /// When the box itself was last asked.
    var boxAt: ContinuousClock.Instant?
    /// When the cluster's metrics were last asked, and whether it has some.
    var metricsAt: ContinuousClock.Instant?
    var hasMetrics = true
}

extension KubernetesBox {
    /// How old a figure of the cluster's metrics may be; they are taken every 15 s or less often.
    private static let metricsLife = Duration.seconds(5)
    /// How old a figure of the box may be if there are no metrics.
    private static let boxLife = Duration.seconds(5)
    /// How old one may be that metrics do not have: processes and files.
    private static let detailLife = Duration.seconds(30)
    /// After which time it is asked again whether there are metrics.
    private static let metricsPause = Duration.seconds(300)

    /// - Throws: `AtlasError` `.unavailable` if nothing is known.
    func usage() async throws -> LabBoxUsage {
        try requireRunning()
        let now = ContinuousClock.now
        let (hasMetrics, metricsAt, boxAt) = meter.withLock { ($0.hasMetrics, $0.metricsAt, $0.boxAt) }
        func isOld(_ moment: ContinuousClock.Instant?, _ life: Duration) -> Bool {
            moment.map { $0.duration(to: now) >= life } ?? true
        }
        if isOld(metricsAt, hasMetrics ? Self.metricsLife : Self.metricsPause) { await askMetrics(now) }
        let served = meter.withLock { $0.hasMetrics }
        if isOld(boxAt, served ? Self.detailLife : Self.boxLife) { try await askBox(now, keepsMetrics: served) }
        let reading = meter.withLock { $0.reading }
        guard let memory = reading.memoryBytes, let time = reading.processorTime else {
            throw AtlasError(.unavailable, "What this lab uses is not known: the cluster has no metrics of it.")
        }
        return LabBoxUsage(
            processorTime: time,
            memoryBytes: memory,
            memoryLimitBytes: PodObject.memoryBytes(place.limits),
            processes: reading.processes ?? 0,
            diskBytes: reading.diskBytes ?? 0,
            killedForMemory: reading.killedForMemory
        )
    }

    /// Asks `metrics.k8s.io`, which not every cluster has.
    private func askMetrics(_ now: ContinuousClock.Instant) async {
        let path = "/apis/metrics.k8s.io/v1beta1/namespaces/\(place.namespace)/pods/\(place.pod)"
        var request = APIRequest.get(path)
        request.timeLimit = .seconds(5)
        do {
            let metrics = try await client.send(request, as: PodMetrics.self)
            let cores = metrics.containers.reduce(0) { $0 + ($1.usage["cpu"].flatMap { Quantity.value($0) } ?? 0) }
            let memory = metrics.containers.reduce(0) { $0 + ($1.usage["memory"].flatMap { Quantity.value($0) } ?? 0) }
            meter.withLock { meter in
                // A load and not a time is told, so the time is summed up from it.
                let elapsed = meter.metricsAt.map { $0.duration(to: now) } ?? .zero
                meter.reading.processorTime =
                    (meter.reading.processorTime ?? .zero) + elapsed * min(max(cores, 0), 1_000)
                meter.reading.memoryBytes = Int(min(max(memory, 0), 1e15))
                (meter.metricsAt, meter.hasMetrics) = (now, true)
            }
        } catch let error as APIError where error.isNotFound && meter.withLock({ $0.metricsAt != nil && $0.hasMetrics })
        {
            // The figures of this pod are late; they were there before.
            meter.withLock { $0.metricsAt = now }
        } catch {
            meter.withLock { ($0.metricsAt, $0.hasMetrics) = (now, false) }
        }
    }

    /// Reads the files of the container's control group.
    private func askBox(_ now: ContinuousClock.Instant, keepsMetrics: Bool) async throws {
        let execution = try await execute(ExecutionPlan(BoxScripts.usage, ["/home/lab", "/tmp"]), "look at the usage")
        let told = Self.reading(String(decoding: execution.output, as: UTF8.self))
        meter.withLock { meter in
            meter.boxAt = now
            if !keepsMetrics || meter.reading.memoryBytes == nil { meter.reading.memoryBytes = told.memoryBytes }
            if !keepsMetrics || meter.reading.processorTime == nil { meter.reading.processorTime = told.processorTime }
            meter.reading.processes = told.processes
            meter.reading.diskBytes = told.diskBytes
            meter.reading.killedForMemory = told.killedForMemory
        }
    }

    /// Reads the output of `BoxScripts.usage`.
    static func reading(_ text: String) -> Meter.Reading {
        var reading = Meter.Reading()
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ")
            guard words.count == 2, let number = Int(words[1]), number >= 0 else { continue }
            switch words[0] {
            case "memory": reading.memoryBytes = number
            case "processes": reading.processes = number
            case "microseconds": reading.processorTime = .microseconds(number)
            case "nanoseconds": reading.processorTime = .nanoseconds(number)
            case "killed": reading.killedForMemory = number
            case "disk": reading.diskBytes = (reading.diskBytes ?? 0).addingReportingOverflow(number).partialValue
            default: continue
            }
        }
        return reading
    }
}
