import AtlasCore
import AtlasPorts
import AtlasTestKit
import Foundation
import Testing
import Synchronization

@testable import KubernetesEngine

/// What every box promises, in pods.
@Suite struct BoxTests {
    @Test func `a command's status, output and errors come back`() async throws {
        for version in ["v5.channel.k8s.io", "v4.channel.k8s.io"] {
            try await Bench.run { bench async throws in
                bench.cluster.execVersions.withLock { $0 = [version] }
                try await bench.box { box async throws in
                    let result = try await box.run(
                        LabCommand(
                            ["sh", "-c", "cat; echo $NAME >&2; pwd; exit 3"],
                            environment: ["NAME": "größe"],
                            directory: "/usr",
                            input: Array("in".utf8),
                            timeLimit: .seconds(20)
                        )
                    )
                    #expect(result.exit == .exited(3))
                    #expect(result.output == Array("in/usr\n".utf8))
                    #expect(result.errors == Array("größe\n".utf8))
                    #expect(!result.outputIsCut && !result.errorsAreCut)
                }
            }
        }
    }

    @Test func `a program that reads nothing, or prints without end, ends all the same`() async throws {
        try await Bench.run { bench async throws in
            try await bench.box { box async throws in
                let input = [UInt8](repeating: 97, count: 900_000)
                let quiet = try await box.run(LabCommand(["true"], input: input, timeLimit: .seconds(20)))
                #expect(quiet.exit == .exited(0))
                let echo = try await box.run(
                    LabCommand(["cat"], input: input, timeLimit: .seconds(20), outputBytes: 1_000)
                )
                #expect(echo.exit == .exited(0))
                #expect(echo.output.count == 1_000 && echo.outputIsCut)
            }
        }
    }

    @Test func `what cannot be run is refused with a reason`() async throws {
        try await Bench.run { bench async throws in
            try await bench.box({ $0.home = try LabFiles(["plain": .text("x")]) }) { box async throws in
                for (command, words) in [
                    (LabCommand(["no-such-program"], timeLimit: .seconds(5)), "no program"),
                    (LabCommand(["./plain"], timeLimit: .seconds(5)), "executable"),
                    (LabCommand(["true"], directory: "/nowhere", timeLimit: .seconds(5)), "directory"),
                    (LabCommand([], timeLimit: .seconds(5)), "no program"),
                ] {
                    let error = await #expect(throws: AtlasError.self) { try await box.run(command) }
                    #expect(error?.code == .invalid)
                    #expect(error?.message.contains(words) == true, "\(error.map { "\($0)" } ?? "")")
                }
            }
        }
    }

    @Test func `a program whose time is up is killed with its children`() async throws {
        try await Bench.run { bench async throws in
            try await bench.box { box async throws in
                let result = try await box.run(
                    LabCommand(["sh", "-c", "echo begun; sleep 300 & sleep 300"], timeLimit: .milliseconds(500))
                )
                #expect(result.exit == .timedOut)
                #expect(result.output == Array("begun\n".utf8))
                #expect(result.duration < .seconds(15))
                let pod = try #require(bench.cluster.pods.withLock { $0[bench.path(box)] })
                #expect(await eventually { pod.count == 0 })
            }
        }
    }

    @Test func `a signal is told as one`() async throws {
        try await Bench.run { bench async throws in
            try await bench.box { box async throws in
                #expect(try await box.shell("kill -SEGV $$").status == .killed(11))
            }
        }
    }

    @Test func `cancelling kills the program`() async throws {
        try await Bench.run { bench async throws in
            try await bench.box { box async throws in
                let pod = try #require(bench.cluster.pods.withLock { $0[bench.path(box)] })
                let running = Task { try await box.run(LabCommand(["sleep", "300"], timeLimit: .seconds(200))) }
                #expect(await eventually { pod.count == 1 })
                running.cancel()
                await #expect(throws: (any Error).self) { try await running.value }
                #expect(await eventually { pod.count == 0 })
            }
        }
    }

    @Test func `a connection that is cut in the middle is told, and the program is not left behind`() async throws {
        try await Bench.run { bench async throws in
            try await bench.box { box async throws in
                let pod = try #require(bench.cluster.pods.withLock { $0[bench.path(box)] })
                let running = Task {
                    try await box.run(LabCommand(["sh", "-c", "echo x; sleep 300"], timeLimit: .seconds(200)))
                }
                // Its number, which is the first thing that it prints, is on its way to the client.
                #expect(await eventually { pod.sent.withLock { $0[ExecChannel.errors, default: 0] } > 0 })
                bench.cluster.cutCommands()
                let error = await #expect(throws: AtlasError.self) { try await running.value }
                #expect(error?.code == .unavailable)
                #expect(await eventually { pod.count == 0 })
                // The box itself is well.
                #expect(try await box.shell("echo well").text == "well\n")
            }
        }
    }

    @Test func `a home is laid, read, changed and taken as it is`() async throws {
        try await Bench.run { bench async throws in
            let home = try LabFiles([
                "start": .file(Array("#!/bin/sh\necho started\n".utf8), isExecutable: true), "src/a.txt": .text("a"),
                "link": .link("src/a.txt"), "empty": .folder, "-dash and space/ü": .text("odd"),
                "\(String(repeating: "long/", count: 25))\(String(repeating: "n", count: 120))": .text("deep"),
                "big": .file(.init(repeating: 7, count: 3_000_000), isExecutable: false),
            ])
            try await bench.box({ $0.home = home }) { box async throws in
                #expect(try await box.shell("./start; cat link; wc -c < big").text == "started\na3000000\n")
                let first = try #require(try await box.snapshot(since: nil))
                #expect(first.omittedCount == 0)
                #expect(first.files == home)
                #expect(try await box.snapshot(since: first.mark) == nil)
                try await box.lay(LabFiles(["src/a.txt": .text("b"), "link": .text("no link")]))
                #expect(try await box.read("src/a.txt") == .text("b"))
                #expect(try await box.read("link") == .text("no link"))
                #expect(try await box.read("start") == home["start"])
                #expect(try await box.read("src") == nil)
                #expect(try await box.remove("start"))
                #expect(try await box.remove("start") == false)
                let second = try #require(try await box.snapshot(since: first.mark))
                #expect(second.files["start"] == nil)
                #expect(second.files["src/a.txt"] == .text("b"))
            }
        }
    }

    @Test func `links are not followed, and what cannot be kept is named`() async throws {
        try await Bench.run { bench async throws in
            try await bench.box { box async throws in
                _ = try await box.shell(
                    "ln -s /etc etc; ln -s /etc/passwd p; mkfifo pipe; mkdir d; head -c 9000000 /dev/zero > big; echo ok > d/f; ln d/f hard"
                )
                #expect(try await box.read("etc/passwd") == nil)
                #expect(try await box.read("p") == nil)
                #expect(try await box.remove("etc/passwd") == false)
                #expect(await code { _ = try await box.read("big") } == .invalid)
                #expect(await code { _ = try await box.read("../x") } == .invalid)
                #expect(await code { _ = try await box.remove("d") } == .conflict)
                #expect(await code { try await box.lay(LabFiles(["d": .text("x")])) } == .conflict)
                #expect(await code { try await box.lay(LabFiles(["etc/x": .text("x")])) } == .conflict)
                let snapshot = try #require(try await box.snapshot(since: nil))
                #expect(snapshot.files.paths == ["d/f", "etc", "hard", "p"])
                #expect(snapshot.files["etc"] == .link("/etc"))
                #expect(snapshot.files["hard"] == .text("ok\n"))
                #expect(snapshot.omittedCount == 2)
                #expect(snapshot.omissions.sorted().first?.hasPrefix("big: is larger") == true)
            }
        }
    }

    @Test func `a command of the box is answered by Atlas`() async throws {
        try await Bench.run { bench async throws in
            try await bench.box({ $0.commands = ["check"] }) { box async throws in
                let answering = Task {
                    for await request in box.requests {
                        await request.respond(
                            status: 4,
                            "\(request.command): \(request.arguments.joined(separator: "|"))\n"
                        )
                    }
                }
                defer { answering.cancel() }
                let ready = await eventually {
                    bench.cluster.pods.withLock { $0[bench.path(box)] }.map {
                        FileManager.default.fileExists(atPath: "\($0.folder)/run/requests")
                    } ?? false
                }
                #expect(ready)
                let result = try await box.run(LabCommand(["check", "a b", "", "ü\n"], timeLimit: .seconds(20)))
                #expect(result.exit == .exited(4))
                #expect(String(decoding: result.output, as: UTF8.self) == "check: a b||ü\n\n")
            }
        }
    }

    @Test func `nothing can be asked of a box that was stopped`() async throws {
        try await Bench.run { bench async throws in
            let box = try await bench.start()
            let terminal = try await box.openTerminal(LabTerminalSize(columns: 80, rows: 24))
            await box.stop()
            #expect(await box.ended() == .stopped)
            #expect(await terminal.ended() == .killed(9))
            #expect(await code { _ = try await box.shell("true") } == .unavailable)
            #expect(await code { _ = try await box.snapshot(since: nil) } == .unavailable)
            #expect(await code { _ = try await box.usage() } == .unavailable)
            await box.stop()
            #expect(bench.cluster.podPaths == [])
        }
    }

    @Test func `what it uses comes from the metrics, or from the box, or is not known`() async throws {
        try await Bench.run { bench async throws in
            bench.cluster.change { $0.hasMetrics = true }
            try await bench.box { box async throws in
                let usage = try await box.usage()
                #expect(usage.memoryBytes == 20 << 20)
                #expect(usage.memoryLimitBytes == (256 + 64 + 64) << 20)
            }
            bench.cluster.change { $0.hasMetrics = false }
            try await bench.box { box async throws in
                // The double's machine may show control groups, or none.
                do {
                    #expect(try await box.usage().memoryBytes > 0)
                } catch let error as AtlasError {
                    #expect(error.code == .unavailable && error.message.contains("not known"))
                }
            }
        }
    }
}
