import AtlasCore
import AtlasPorts
import AtlasTestKit
import Testing

@Suite(.whereBoxesRun) struct ConformanceTests {
    @Test func `a command's status, output and errors come back`() async throws {
        try await Bench.run { bench async throws in
            try await bench.box { box async throws in
                let result = try await box.run(
                    LabCommand(
                        ["sh", "-c", "cat; echo $NAME >&2; pwd; exit 3"],
                        environment: ["NAME": "größe"],
                        directory: "/tmp",
                        input: Array("in".utf8),
                        timeLimit: .seconds(5)
                    )
                )
                #expect(result.exit == .exited(3))
                #expect(result.output == Array("in/tmp\n".utf8))
                #expect(result.errors == Array("größe\n".utf8))
            }
        }
    }

    @Test func `a home is laid, read, changed and taken as it is`() async throws {
        try await Bench.run { bench async throws in
            let home = try LabFiles([
                "start": .file(Array("#!/bin/sh\necho started\n".utf8), isExecutable: true), "src/a.txt": .text("a"),
                "link": .link("src/a.txt"), "empty": .folder,
                "big": .file(.init(repeating: 7, count: 300_000), isExecutable: false),
            ])
            try await bench.box({ $0.home = home }) { box async throws in
                #expect(try await box.shell("./start; cat link; wc -c < big").text == "started\na300000\n")
                let first = try #require(try await box.snapshot(since: nil))
                #expect(first.omittedCount == 0)
                for path in home.paths { #expect(first.files[path] == home[path], "\(path)") }
                #expect(try await box.snapshot(since: first.mark) == nil)
                try await box.lay(LabFiles(["src/a.txt": .text("b"), "link": .text("no link")]))
                #expect(try await box.read("src/a.txt") == .text("b"))
                #expect(try await box.read("link") == .text("no link"))
                #expect(try await box.read("src") == nil)
                #expect(try await box.remove("start"))
                #expect(try await box.remove("start") == false)
                let second = try #require(try await box.snapshot(since: first.mark))
                #expect(second.files["start"] == nil)
                #expect(second.files["src/a.txt"] == .text("b"))
            }
        }
    }

    @Test func `a terminal has a shell with a prompt, and ends with it`() async throws {
        try await Bench.run { bench async throws in
            try await bench.box { box async throws in
                let terminal = try await box.openTerminal(LabTerminalSize(columns: 80, rows: 24))
                #expect(await terminal.read(until: "$ ").contains("lab:~$ "))
                try await terminal.type("stty size; exit 7\n")
                #expect(await terminal.read(until: "24 80").contains("24 80"))
                #expect(await terminal.ended() == .exited(7))
            }
        }
    }
}
