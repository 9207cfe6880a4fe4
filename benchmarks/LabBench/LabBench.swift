import AtlasCore
import AtlasPorts
import Foundation
import Logging
import SandboxEngine

/// Measures boxes of bubblewrap, and holds some for who wants to see what becomes of them.
///
///     lab-bench STATE-FOLDER prompts COUNT AT-ONCE   time from start to first prompt
///     lab-bench STATE-FOLDER churn COUNT AT-ONCE     starts and stops, and what is left of them
///     lab-bench STATE-FOLDER idle COUNT SECONDS      memory and processor time of boxes that wait for a learner
///     lab-bench STATE-FOLDER hold COUNT SECONDS      starts boxes with sleepers, prints "ready" and waits to be killed
///     lab-bench STATE-FOLDER clean                   removes what others have left behind
///
/// Prints one JSON object.
@main enum LabBench {
    static func main() async throws {
        let words = Array(CommandLine.arguments.dropFirst())
        guard words.count >= 2 else {
            print("usage: lab-bench STATE-FOLDER prompts|churn|idle|hold|clean COUNT [AT-ONCE|SECONDS]")
            exit(64)
        }
        let count = words.count > 2 ? Int(words[2]) ?? 1 : 1
        let second = words.count > 3 ? max(1, Int(words[3]) ?? 1) : 1
        let bench = LabBenchmark(
            runtime: try SandboxRuntime(
                SandboxSettings(stateFolder: words[0], places: 1_000),
                logger: Logger(label: "lab-bench")
            )
        )
        if let obstacle = await bench.runtime.capabilities().unavailable {
            print(obstacle)
            exit(69)
        }
        switch words[1] {
        case "prompts": try await bench.prompts(count, atOnce: second)
        case "churn": try await bench.churn(count, atOnce: second)
        case "idle": try await bench.idle(count, seconds: second)
        case "hold": try await bench.hold(count, sleeping: second)
        case "clean": try await print("{\"removed\": \(bench.runtime.removeLeftovers())}")
        default: exit(64)
        }
    }
}

struct LabBenchmark: Sendable {
    let runtime: SandboxRuntime

    /// Starts a box and waits for its prompt.
    private func start(_ id: String) async throws -> (any LabBox, any LabTerminal) {
        let box = try await runtime.start(LabBoxSpec(id: id))
        let terminal = try await box.openTerminal(LabTerminalSize(columns: 80, rows: 24))
        var seen = ""
        while !seen.contains("$ "), let bytes = await terminal.read() { seen += String(decoding: bytes, as: UTF8.self) }
        return (box, terminal)
    }

    /// Runs `work` for 0..<count, `atOnce` at a time.
    private func spread(
        _ count: Int,
        _ atOnce: Int,
        _ work: @escaping @Sendable (Int) async throws -> Void
    ) async throws {
        try await withThrowingTaskGroup { group in
            for lane in 0..<atOnce {
                group.addTask { for index in stride(from: lane, to: count, by: atOnce) { try await work(index) } }
            }
            try await group.waitForAll()
        }
    }

    func prompts(_ count: Int, atOnce: Int) async throws {
        let times = Times()
        try await spread(count, atOnce) { index in
            let clock = ContinuousClock()
            let begin = clock.now
            let (box, _) = try await start("prompt-\(index)")
            await times.add(begin.duration(to: clock.now))
            await box.stop()
        }
        print(await times.summary)
    }

    func churn(_ count: Int, atOnce: Int) async throws {
        try await spread(20, atOnce) { index in await (try runtime.start(LabBoxSpec(id: "warm-\(index)"))).stop() }
        let before = Self.own()
        let clock = ContinuousClock()
        let begin = clock.now
        try await spread(count, atOnce) { index in
            let box = try await runtime.start(LabBoxSpec(id: "churn-\(index)"))
            await box.stop()
        }
        let seconds = begin.duration(to: clock.now) / .seconds(1)
        let after = Self.own()
        print(
            """
            {"count": \(count), "at_once": \(atOnce), "seconds": \(seconds), "per_second": \(Double(count) / seconds), \
            "descriptors_before": \(before.descriptors), "descriptors_after": \(after.descriptors), \
            "children_after": \(after.children), "resident_kib_before": \(before.resident), \
            "resident_kib_after": \(after.resident)}
            """
        )
    }

    func idle(_ count: Int, seconds: Int) async throws {
        let before = Self.own()
        var boxes: [(any LabBox, any LabTerminal)] = []
        for index in 0..<count { boxes.append(try await start("idle-\(index)")) }
        var first: [LabBoxUsage] = []
        for (box, _) in boxes { first.append(try await box.usage()) }
        try await Task.sleep(for: .seconds(seconds))
        var busy = Duration.zero
        for ((box, _), old) in zip(boxes, first) { busy += try await box.usage().processorTime - old.processorTime }
        let memory = first.map(\.memoryBytes).sorted()
        let after = Self.own()
        let share = count > 0 ? busy / .seconds(1) / Double(count * seconds) : 0
        print(
            """
            {"count": \(count), "memory_kib_median": \((memory.isEmpty ? 0 : memory[memory.count / 2]) / 1_024), \
            "processes": \(first.first?.processes ?? 0), "processor_share_per_box": \(share), \
            "own_kib_per_box": \((after.resident - before.resident) / max(1, count)), \
            "own_descriptors_per_box": \((after.descriptors - before.descriptors) / max(1, count))}
            """
        )
        for (box, _) in boxes { await box.stop() }
    }

    func hold(_ count: Int, sleeping seconds: Int) async throws {
        var boxes: [(any LabBox, any LabTerminal)] = []
        for index in 0..<count {
            let (box, terminal) = try await start("hold-\(index)")
            // Programs that would like to outlive everything.
            try await terminal.write(
                Array(
                    "(trap '' HUP TERM INT; setsid sleep \(seconds) & nohup sleep \(seconds) & yes >/dev/null) &\n".utf8
                )
            )
            boxes.append((box, terminal))
        }
        for (box, _) in boxes { while try await box.usage().processes < 6 {} }
        FileHandle.standardOutput.write(Data("ready\n".utf8))
        for (box, _) in boxes { _ = await box.ended() }
    }

    private static func own() -> (descriptors: Int, children: Int, resident: Int) {
        let descriptors = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd"))?.count ?? 0
        let tasks = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/task")) ?? []
        let children = tasks.map { task in
            let text = (try? String(contentsOfFile: "/proc/self/task/\(task)/children", encoding: .utf8)) ?? ""
            return text.split(separator: " ").count
        }
        let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") } ?? ""
        return (descriptors, children.reduce(0, +), line.split(separator: " ").compactMap { Int($0) }.first ?? 0)
    }
}

/// Durations, added up from several tasks.
actor Times {
    private var all: [Duration] = []

    func add(_ time: Duration) { all.append(time) }

    /// Milliseconds, as JSON.
    var summary: String {
        let sorted = all.sorted().map { $0 / .milliseconds(1) }
        func at(_ share: Double) -> Double {
            sorted.isEmpty ? 0 : sorted[min(sorted.count - 1, Int(Double(sorted.count) * share))]
        }
        return """
            {"count": \(sorted.count), "p50_ms": \(at(0.5)), "p95_ms": \(at(0.95)), "max_ms": \(sorted.last ?? 0)}
            """
    }
}
