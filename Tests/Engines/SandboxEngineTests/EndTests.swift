import AtlasCore
import AtlasPorts
import AtlasTestKit
import CLabBox
import Foundation
import Logging
import Testing

@testable import SandboxEngine

/// Boxes end with Atlas, however that ends, and leave nothing.
@Suite(.whereBoxesRun, .serialized) struct EndTests {
    /// A process of its own that holds boxes, in each of them programs that sleep so long; killed at the end.
    private func holding(
        _ count: Int,
        sleeping seconds: Int,
        in folder: String,
        _ body: (Process) async throws -> Void
    ) async throws {
        let program = URL(filePath: try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))
            .deletingLastPathComponent().appending(path: "lab-bench")
        let process = Process()
        let output = Pipe()
        process.executableURL = program
        process.arguments = [folder, "hold", String(count), String(seconds)]
        process.standardOutput = output
        try process.run()
        defer {
            kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
        }
        let line = output.fileHandleForReading.availableData
        try #require(String(decoding: line, as: UTF8.self) == "ready\n")
        try await body(process)
    }

    /// Programs of the held boxes that are still there, and what started the boxes.
    private func survivors(of parent: Int32, sleeping seconds: Int) -> [String] {
        let processes = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return processes.filter { name in
            guard name.first?.isNumber == true else { return false }
            let words = (KernelFile.text("/proc/\(name)/cmdline") ?? "") + "\u{0}"
            let status = KernelFile.text("/proc/\(name)/status") ?? ""
            return words.contains("sleep\u{0}\(seconds)\u{0}") || words.contains("--parent\u{0}\(parent)\u{0}")
                || status.contains("PPid:\t\(parent)\n")
        }
    }

    @Test func `when Atlas is killed with ten boxes, every program in them is gone, and the next start cleans up`()
        async throws
    {
        try await Bench.run { bench async throws in
            let seconds = Int.random(in: 100_000...999_999)
            var parent: Int32 = 0
            try await holding(10, sleeping: seconds, in: bench.folder) { process async throws in
                parent = process.processIdentifier
                #expect(survivors(of: parent, sleeping: seconds).count >= 30)
                #expect(try await bench.runtime.removeLeftovers() == 0, "boxes that run were taken for leftovers")
                #expect(survivors(of: parent, sleeping: seconds).count >= 30)
                kill(process.processIdentifier, SIGKILL)
                process.waitUntilExit()
            }
            let deadline = ContinuousClock.now + .seconds(10)
            while !survivors(of: parent, sleeping: seconds).isEmpty, ContinuousClock.now < deadline {
                await Task.yield()
            }
            #expect(survivors(of: parent, sleeping: seconds).isEmpty)
            let capabilities = await bench.runtime.capabilities()
            let removed = try await bench.runtime.removeLeftovers()
            if capabilities.memory == .cgroup1 || capabilities.memory == .cgroup2 { #expect(removed == 10) }
            #expect(try await bench.runtime.removeLeftovers() == 0)
            let locks = try FileManager.default.contentsOfDirectory(atPath: bench.folder + "/instances")
            #expect(locks.count == 1)
        }
    }

    @Test func `hundreds of starts and stops leave no process, descriptor, group or user`() async throws {
        try await Bench.run { bench async throws in
            _ = await bench.runtime.capabilities()
            let before = descriptors()
            try await withThrowingTaskGroup { group in
                for lane in 0..<4 {
                    group.addTask {
                        for index in 0..<50 {
                            let box = try await bench.runtime.start(LabBoxSpec(id: "box-\(lane)-\(index)"))
                            if index % 5 == 0 { #expect(try await box.shell("echo up").text == "up\n") }
                            await box.stop()
                            await box.stop()
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(descriptors() <= before + 40)
            let locks = try? FileManager.default.contentsOfDirectory(atPath: bench.folder + "/users")
            #expect((locks != nil) == (getuid() == 0))
            for lock in locks ?? [] {
                let held = box_lock("\(bench.folder)/users/\(lock)")
                #expect(held >= 0, "the user \(lock) is still taken")
                if held >= 0 { close(held) }
            }
        }
    }

    private func descriptors() -> Int {
        (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd"))?.count ?? 0
    }

    @Test func `a box that ends by itself tells why, and what waits for it hears of it`() async throws {
        try await Bench.run { bench async throws in
            try await bench.box { box async throws in
                let terminal = try await box.openTerminal(LabTerminalSize(columns: 80, rows: 24))
                _ = await terminal.read(until: "$ ")
                async let command = box.shell("sleep 3000", timeLimit: .seconds(60))
                async let reading = terminal.read()
                async let end = box.ended()
                await box.stop()
                #expect(await end == .stopped)
                #expect(await reading == nil)
                #expect(await terminal.ended() == .killed(9))
                do {
                    _ = try await command
                    Issue.record("a command of a box that is gone has a result")
                } catch let error as AtlasError { #expect(error.code == .unavailable) }
                for _ in 0..<2 {
                    let error = await #expect(throws: AtlasError.self) { _ = try await box.usage() }
                    #expect(error?.code == .unavailable)
                }
            }
        }
    }

    @Test func `twenty boxes run at once`() async throws {
        try await Bench.run { bench async throws in
            try await withThrowingTaskGroup { group in
                for index in 0..<20 {
                    group.addTask {
                        try await bench.box({ $0.home = try LabFiles(["n": .text("\(index)")]) }) { box async throws in
                            let terminal = try await box.openTerminal(LabTerminalSize(columns: 80, rows: 24))
                            _ = await terminal.read(until: "$ ", limit: .seconds(30))
                            try await terminal.type("echo \"<$(cat n)>\"\n")
                            #expect(
                                await terminal.read(until: "<\(index)>\r\n", limit: .seconds(30)).contains(
                                    "<\(index)>\r\n"
                                )
                            )
                        }
                    }
                }
                try await group.waitForAll()
            }
        }
    }

    @Test func `what kept boxes from starting is looked for again after a while`() async throws {
        let places = ["/usr/bin/bwrap", "/usr/local/bin/bwrap"]
        let real = try #require(places.first { FileManager.default.isExecutableFile(atPath: $0) })
        let folder = FileManager.default.temporaryDirectory.appending(path: "atlas-boxes-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        var settings = SandboxSettings(
            stateFolder: "\(folder)/state",
            userLockFolder: "\(folder)/users",
            bubblewrap: "\(folder)/bwrap"
        )
        settings.failureLife = .zero
        let runtime = try SandboxRuntime(settings, logger: Logger(label: "test"))
        #expect(await runtime.capabilities().unavailable != nil)
        try FileManager.default.createSymbolicLink(atPath: "\(folder)/bwrap", withDestinationPath: real)
        #expect(await runtime.capabilities().unavailable == nil)
    }

    @Test func `where bubblewrap or the box program is missing, the reason says what to do`() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "atlas-boxes-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: folder) }
        for settings in [
            SandboxSettings(stateFolder: folder, bubblewrap: "/bin/false"),
            SandboxSettings(stateFolder: folder, boxProgram: "/no/such/program"),
        ] {
            let runtime = try SandboxRuntime(settings, logger: Logger(label: "test"))
            let capabilities = await runtime.capabilities()
            #expect(capabilities.unavailable?.isEmpty == false)
            let error = await #expect(throws: AtlasError.self) { _ = try await runtime.start(LabBoxSpec(id: "x")) }
            #expect(error?.code == .unavailable)
        }
    }
}
