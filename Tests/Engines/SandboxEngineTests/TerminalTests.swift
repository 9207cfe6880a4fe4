import AtlasCore
import AtlasPorts
import AtlasTestKit
import Testing

@Suite(.whereBoxesRun) struct TerminalTests {
    private func terminal(_ body: @Sendable (any LabBox, any LabTerminal) async throws -> Void) async throws {
        try await Bench.run { bench async throws in
            try await bench.box { box async throws in
                let terminal = try await box.openTerminal(LabTerminalSize(columns: 80, rows: 24))
                _ = await terminal.read(until: "$ ")
                try await body(box, terminal)
            }
        }
    }

    @Test func `control-C stops the program in front, not the shell`() async throws {
        try await terminal { _, terminal async throws in
            try await terminal.type("echo g''o; cat\n")
            _ = await terminal.read(until: "go\r\n")
            try await terminal.type("line\n")
            #expect(await terminal.read(until: "line\r\nline\r\n").contains("line\r\nline\r\n"))
            try await terminal.write([3])
            _ = await terminal.read(until: "$ ")
            try await terminal.type("echo was $?\n")
            #expect(await terminal.read(until: "was 130").contains("was 130"))
        }
    }

    @Test func `control-Z, jobs, fg and bg work`() async throws {
        try await terminal { _, terminal async throws in
            try await terminal.type("echo g''o; cat\n")
            _ = await terminal.read(until: "go\r\n")
            try await terminal.type("ready\n")
            _ = await terminal.read(until: "ready\r\nready\r\n")
            try await terminal.write([26])
            #expect(await terminal.read(until: "Stopped").contains("Stopped"))
            try await terminal.type("fg\n")
            _ = await terminal.read(until: "fg\r\ncat\r\n")
            try await terminal.type("again\n")
            #expect(await terminal.read(until: "again\r\nagain\r\n").contains("again\r\nagain\r\n"))
            try await terminal.write([4])
            try await terminal.type("sleep 300 & jobs; kill %1; wait; echo all go''ne\n")
            let text = await terminal.read(until: "all gone\r\n")
            #expect(text.contains("Running"))
        }
    }

    @Test func `a new size reaches the program as a signal`() async throws {
        try await terminal { _, terminal async throws in
            try await terminal.type("trap 'stty size' WINCH; echo s''et\n")
            _ = await terminal.read(until: "set\r\n")
            await terminal.resize(LabTerminalSize(columns: 132, rows: 43))
            try await terminal.type("\n")
            #expect(await terminal.read(until: "43 132").contains("43 132"))
        }
    }

    @Test func `a program waits while nobody reads, and nothing of its output is lost`() async throws {
        try await terminal { box, terminal async throws in
            try await terminal.type("head -c 3000000 /dev/zero | tr '\\0' x; touch done; echo THE-END\n")
            // More than the terminal keeps: the program cannot have come to its end.
            #expect(await terminal.read(until: "xxxx").contains("x"))
            #expect(try await box.shell("test -e done").status == .exited(1))
            var count = 0
            var tail = ""
            while !tail.contains("THE-END\r\n"), let bytes = await terminal.read() {
                count += bytes.count { $0 == UInt8(ascii: "x") }
                #expect(bytes.count <= LabBoxLimits.frameBytes)
                tail = String(decoding: (Array(tail.utf8) + bytes).suffix(64), as: UTF8.self)
            }
            #expect(count > 3_000_000 - 2 * LabBoxLimits.frameBytes)
            #expect(try await box.shell("test -e done").status == .exited(0))
        }
    }

    @Test func `a flood does not keep others from working, nor control-C`() async throws {
        try await terminal { box, terminal async throws in
            try await terminal.type("yes\n")
            _ = await terminal.read(until: "y\r\ny\r\n")
            #expect(try await box.shell("echo fine").text == "fine\n")
            try await terminal.write([3])
            try await terminal.type("echo stop''ped\n")
            #expect(await terminal.read(until: "stopped\r\n", limit: .seconds(30)).contains("stopped\r\n"))
        }
    }

    @Test func `bytes pass as they are`() async throws {
        try await terminal { _, terminal async throws in
            try await terminal.type("printf '\\377\\000\\033[31mred\\303('; printf END''S\n")
            var seen: [UInt8] = []
            while !String(decoding: seen, as: UTF8.self).contains("ENDS"), let bytes = await terminal.read() {
                seen += bytes
            }
            let expected: [UInt8] = [0xFF, 0x00, 0x1B] + Array("[31mred".utf8) + [0xC3, UInt8(ascii: "(")]
            #expect(seen.firstRange(of: expected) != nil)
        }
    }

    @Test func `typing is refused when the program does not read`() async throws {
        try await terminal { _, terminal async throws in
            try await terminal.type("stty raw -echo; echo raw; sleep 1000\n")
            _ = await terminal.read(until: "raw\n")
            let error = await #expect(throws: AtlasError.self) {
                for _ in 0..<4 { try await terminal.write([UInt8](repeating: 65, count: 32 * 1_024)) }
            }
            #expect(error?.code == .tooMany)
        }
    }

    @Test func `hanging up ends the shell and what is in front`() async throws {
        try await terminal { box, terminal async throws in
            try await terminal.type("sleep 1234\n")
            _ = await terminal.read(until: "sleep 1234\r\n")
            await terminal.close()
            _ = await terminal.ended()
            while await terminal.read() != nil {}
            #expect(try await box.shell("until ! pgrep -f '^sleep 1234'; do :; done; echo none").text == "none\n")
            await #expect(throws: AtlasError.self) { try await terminal.type("x") }
        }
    }

    @Test func `a reader that is cancelled loses nothing`() async throws {
        try await terminal { _, terminal async throws in
            let reading = Task { await terminal.read() }
            reading.cancel()
            let first = await reading.value
            try await terminal.type("echo still''here\n")
            let text = String(decoding: first ?? [], as: UTF8.self) + (await terminal.read(until: "stillhere"))
            #expect(text.contains("stillhere"))
        }
    }

    @Test func `there is a limit to open terminals, and closing one makes room`() async throws {
        try await Bench.run { bench async throws in
            try await bench.box { box async throws in
                let size = LabTerminalSize(columns: 80, rows: 24)
                var open: [any LabTerminal] = []
                for _ in 0..<LabBoxLimits.terminals { open.append(try await box.openTerminal(size)) }
                let error = await #expect(throws: AtlasError.self) { _ = try await box.openTerminal(size) }
                #expect(error?.code == .tooMany)
                await open[0].close()
                _ = await open[0].ended()
                _ = try await box.openTerminal(size)
            }
        }
    }
}
