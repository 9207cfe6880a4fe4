import AtlasCore
import AtlasPorts
import AtlasTestKit
import Foundation
import Testing
import Synchronization

@testable import KubernetesEngine

@Suite struct TerminalTests {
    private func terminal(
        _ body: @escaping @Sendable (Bench, KubernetesBox, any LabTerminal) async throws -> Void
    ) async throws {
        try await Bench.run { bench async throws in
            try await bench.box { box async throws in
                let terminal = try await box.openTerminal(LabTerminalSize(columns: 80, rows: 24))
                #expect(await terminal.read(until: "lab:~").contains("lab:~"))
                try await body(bench, box, terminal)
            }
        }
    }

    @Test func `a terminal has a shell of its size, and ends with it`() async throws {
        try await terminal { _, _, terminal async throws in
            try await terminal.type("stty size; tty; exit 7\n")
            let text = await terminal.read(until: "/dev/pts/")
            #expect(text.contains("24 80"))
            #expect(await terminal.ended() == .exited(7))
            while await terminal.read() != nil {}
            #expect(await code { try await terminal.type("x") } == .unavailable)
        }
    }

    @Test func `control-C stops the program in front, not the shell`() async throws {
        try await terminal { _, _, terminal async throws in
            try await terminal.type("echo g''o; cat\n")
            _ = await terminal.read(until: "go\r\n")
            try await terminal.type("line\n")
            #expect(await terminal.read(until: "line\r\nline\r\n").contains("line\r\nline\r\n"))
            try await terminal.write([3])
            _ = await terminal.read(until: "lab:~")
            try await terminal.type("echo was $?\n")
            #expect(await terminal.read(until: "was 130").contains("was 130"))
        }
    }

    @Test func `a new size reaches the program as a signal`() async throws {
        try await terminal { _, _, terminal async throws in
            try await terminal.type("trap 'stty size' WINCH; echo s''et\n")
            _ = await terminal.read(until: "set\r\n")
            await terminal.resize(LabTerminalSize(columns: 132, rows: 43))
            try await terminal.type("\n")
            #expect(await terminal.read(until: "43 132").contains("43 132"))
        }
    }

    @Test func `the connection is held back while nobody reads, and nothing of the output is lost`() async throws {
        try await terminal { _, _, terminal async throws in
            try await terminal.type("head -c 16000000 /dev/zero | tr '\\0' '\\170'; echo THE-E''ND\n")
            // Whether the program waits, too, is not asked: the kernel between the two may hold all of this (tcp_rmem).
            #expect(await eventually { (terminal as? KubernetesTerminal)?.isHeldBack == true })
            var count = 0
            var tail = ""
            while !tail.contains("THE-END"), let bytes = await terminal.read() {
                count += bytes.count { $0 == UInt8(ascii: "x") }
                #expect(bytes.count <= LabBoxLimits.frameBytes)
                tail = String((tail + String(decoding: bytes.suffix(200), as: UTF8.self)).suffix(400))
            }
            #expect(count == 16_000_000)
        }
    }

    @Test func `hanging up ends the shell and the program in front`() async throws {
        try await terminal { bench, box, terminal async throws in
            let pod = try #require(bench.cluster.pods.withLock { $0[bench.path(box)] })
            try await terminal.type("echo g''o; sleep 300\n")
            _ = await terminal.read(until: "go\r\n")
            await terminal.close()
            #expect(await terminal.ended() == .killed(1))
            #expect(await eventually { pod.count == 0 })
            #expect(await terminal.read() == nil)
        }
    }

    @Test func `a terminal whose connection is cut is over, its shell is hung up, and another can be opened`()
        async throws
    {
        try await terminal { bench, box, terminal async throws in
            let pod = try #require(bench.cluster.pods.withLock { $0[bench.path(box)] })
            bench.cluster.cutCommands()
            #expect(await terminal.ended() == .killed(1))
            #expect(await eventually { pod.count == 0 })
            let other = try await box.openTerminal(LabTerminalSize(columns: 80, rows: 24))
            #expect(await other.read(until: "lab:~").contains("lab:~"))
        }
    }

    @Test func `there are so many terminals and no more`() async throws {
        try await terminal { bench, box, first async throws in
            for _ in 1..<LabBoxLimits.terminals {
                _ = try await box.openTerminal(LabTerminalSize(columns: 80, rows: 24))
            }
            #expect(await code { _ = try await box.openTerminal(LabTerminalSize(columns: 80, rows: 24)) } == .tooMany)
            try await first.type("exit\n")
            _ = await first.ended()
            _ = try await box.openTerminal(LabTerminalSize(columns: 80, rows: 24))
        }
    }
}
