import AtlasCore
import AtlasPorts
import CLabBox
import Foundation
import Testing

@testable import SandboxEngine

/// The filter, held against an interpreter of the kernel's rules.
@Suite struct SeccompFilterTests {
    /// What the kernel would do with a call.
    private func verdict(
        _ program: BPFProgram,
        number: UInt32,
        architecture: UInt32,
        _ arguments: [UInt64] = []
    ) throws -> UInt32 {
        var data = number.littleEndianBytes + architecture.littleEndianBytes + UInt64(0).littleEndianBytes
        for index in 0..<6 { data += (index < arguments.count ? arguments[index] : 0).littleEndianBytes }
        var accumulator: UInt32 = 0
        var next = 0
        while true {
            try #require(next < program.instructions.count, "the filter runs off its end")
            let instruction = program.instructions[next]
            next += 1
            func jump(_ holds: Bool) { next += Int(holds ? instruction.whenTrue : instruction.whenFalse) }
            switch instruction.code {
            case BPFProgram.Code.load:
                let at = Int(instruction.value)
                try #require(at % 4 == 0 && at + 4 <= data.count)
                accumulator = data[at..<at + 4].reversed().reduce(0) { $0 << 8 | UInt32($1) }
            case BPFProgram.Code.jumpIfEqual: jump(accumulator == instruction.value)
            case BPFProgram.Code.jumpIfGreater: jump(accumulator > instruction.value)
            case BPFProgram.Code.jumpIfAnyBit: jump(accumulator & instruction.value != 0)
            case BPFProgram.Code.leave: return instruction.value
            default: Issue.record("an instruction \(instruction.code) of no known kind")
            }
        }
    }

    private static let allow: UInt32 = 0x7FFF_0000
    private static let kill: UInt32 = 0x8000_0000
    private static func refuse(_ errno: UInt32) -> UInt32 { 0x0005_0000 | errno }

    @Test(arguments: SystemCalls.Architecture.allCases, [true, false])
    func `every call of the lists is refused, and all others of this age are allowed`(
        architecture: SystemCalls.Architecture,
        counts: Bool
    ) throws {
        let program = SeccompFilter(architecture: architecture, countsUnmappedMemory: counts).program
        let forbidden = Set(SystemCalls.forbidden.compactMap { $0.number(architecture) })
        let unknown = Set(SystemCalls.unknown.compactMap { $0.number(architecture) })
        let looked = Set(SystemCalls.Looked.allCases.map { $0.number(architecture) })
        #expect(forbidden.isDisjoint(with: unknown) && forbidden.isDisjoint(with: looked))
        for number in UInt32(0)...600 where !looked.contains(number) {
            let found = try verdict(program, number: number, architecture: architecture.auditNumber)
            let expected =
                number > SystemCalls.last || unknown.contains(number)
                ? Self.refuse(38) : forbidden.contains(number) ? Self.refuse(1) : Self.allow
            #expect(found == expected, "\(architecture) \(number)")
        }
        for number in [0x4000_0000, 0x4000_0010, 0x7FFF_FFFF, 0xFFFF_FFFF] as [UInt32] {
            #expect(try verdict(program, number: number, architecture: architecture.auditNumber) == Self.refuse(38))
        }
        for other in [0x4000_0003, 0x4000_0028, 0xC000_003E, 0xC000_00B7, 0] as [UInt32] {
            guard other != architecture.auditNumber else { continue }
            #expect(try verdict(program, number: 39, architecture: other) == Self.kill)
        }
        #expect(program.bytes.count == program.instructions.count * 8)
        #expect(program.instructions.count < 4_096)
    }

    @Test(arguments: SystemCalls.Architecture.allCases)
    func `arguments are compared as the kernel takes them`(architecture: SystemCalls.Architecture) throws {
        let program = SeccompFilter(architecture: architecture, countsUnmappedMemory: false).program
        func ask(_ call: SystemCalls.Looked, _ arguments: UInt64...) throws -> UInt32 {
            try verdict(
                program,
                number: call.number(architecture),
                architecture: architecture.auditNumber,
                arguments
            )
        }
        let high: UInt64 = 0xDEAD_BEEF_0000_0000
        for flag in [0x2_0000, 0x200_0000, 0x400_0000, 0x800_0000, 0x1000_0000, 0x2000_0000, 0x4000_0000] as [UInt64] {
            #expect(try ask(.clone, flag | 17) == Self.refuse(1))
            #expect(try ask(.clone, high | flag) == Self.refuse(1))
        }
        #expect(try ask(.clone, 17) == Self.allow)
        #expect(try ask(.clone, 0x3D_0F00) == Self.allow)
        for request in [0x5412, 0x541C, 0x541D, 0x5423] as [UInt64] {
            #expect(try ask(.ioctl, 0, request) == Self.refuse(1))
            #expect(try ask(.ioctl, 0, high | request) == Self.refuse(1))
        }
        #expect(try ask(.ioctl, 0, 0x5413) == Self.allow)
        for family in [0, 3, 4, 5, 9, 11, 15, 17, 29, 31, 38, 40, 44] as [UInt64] {
            #expect(try ask(.socket, family, 1, 0) == Self.refuse(97))
            #expect(try ask(.socket, high | family, 1, 0) == Self.refuse(97))
        }
        for family in [2, 10] as [UInt64] {
            for known in [0, 1, 6, 17, 58] as [UInt64] { #expect(try ask(.socket, family, 1, known) == Self.allow) }
            for other in [33, 132, 136, 262, 115] as [UInt64] {
                #expect(try ask(.socket, high | family, 1, other) == Self.refuse(93))
            }
        }
        #expect(try ask(.socket, 1, 1, 0) == Self.allow)
        #expect(try ask(.socket, 16, 3, 0) == Self.allow)
        #expect(try ask(.socket, 16, 3, 12) == Self.refuse(93))
        #expect(try ask(.personality, 0) == Self.allow)
        #expect(try ask(.personality, 0xFFFF_FFFF) == Self.allow)
        #expect(try ask(.personality, 0x40000) == Self.refuse(1))
        #expect(try ask(.shmget, 0, 56, 0) == Self.allow)
        #expect(try ask(.shmget, 0, 65_537, 0) == Self.refuse(28))
        #expect(try ask(.shmget, 0, 1 << 32, 0) == Self.refuse(28))
        #expect(try ask(.memfdCreate) == Self.refuse(38))
    }
}

/// Frames, whole, in pieces and broken.
@Suite struct BoxFrameTests {
    @Test func `frames come through in pieces of any size`() throws {
        var random = SeededRandom(state: 7)
        for _ in 0..<200 {
            let frames = (0..<Int.random(in: 0...6, using: &random)).map { index in
                BoxFrame(
                    Int.random(in: 0...255, using: &random),
                    id: UInt32(index),
                    (0..<Int.random(in: 0...400, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
                )
            }
            let bytes = frames.flatMap(\.bytes)
            var reader = BoxFrameReader()
            var found: [BoxFrame] = []
            var start = 0
            while start < bytes.count {
                let end = min(bytes.count, start + Int.random(in: 1...97, using: &random))
                found += try reader.take(bytes[start..<end])
                start = end
            }
            #expect(found == frames)
        }
    }

    @Test func `what is no frame is refused, whatever it is`() throws {
        var random = SeededRandom(state: 11)
        var refused = 0
        for _ in 0..<5_000 {
            var reader = BoxFrameReader()
            let garbage = (0..<Int.random(in: 1...300, using: &random)).map { _ in
                UInt8.random(in: 0...255, using: &random)
            }
            do {
                for frame in try reader.take(garbage) { try feed(frame) }
            } catch is AtlasError { refused += 1 }
        }
        #expect(refused > 4_000)
        var reader = BoxFrameReader()
        #expect(throws: AtlasError.self) {
            try reader.take(UInt32(BOX_PAYLOAD + 1).littleEndianBytes + [1, 0, 0, 0, 0, 0, 0, 0])
        }
        #expect(throws: AtlasError.self) { try reader.take([0, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0]) }
    }

    @Test func `listeners take any payload without harm`() throws {
        var random = SeededRandom(state: 13)
        for _ in 0..<20_000 {
            let payload = (0..<Int.random(in: 0...40, using: &random)).map { _ in
                UInt8.random(in: 0...255, using: &random)
            }
            let kinds = [BOX_REPLY, BOX_ENTRY, BOX_DATA, BOX_OMIT, BOX_STDOUT, BOX_STDERR, BOX_EXITED, BOX_TAKEN]
            let frame = BoxFrame(kinds.randomElement(using: &random) ?? BOX_REPLY, id: 1, payload)
            do { try feed(frame) } catch is AtlasError { continue }
        }
    }

    private func feed(_ frame: BoxFrame) throws {
        _ = try ReplyListener().take(frame)
        _ = try CommandListener().take(frame)
        _ = try FilesListener().take(frame)
    }

    @Test func `long payloads are cut into frames`() {
        let bytes = [UInt8](repeating: 1, count: 2 * Int(BOX_PAYLOAD) + 1)
        #expect(BoxFrame.pieces(BOX_INPUT, id: 1, bytes).map(\.payload.count) == [65_536, 65_536, 1])
        #expect(BoxFrame.pieces(BOX_INPUT, id: 1, []).isEmpty)
    }
}

/// Which control groups are found, from what the kernel says of them.
@Suite struct ControlGroupTests {
    private let mounts = """
        25 20 0:22 / /proc rw - proc proc rw
        30 20 0:27 / /tmp rw - tmpfs tmpfs rw
        31 20 0:28 / / rw,relatime shared:9 - cgroup cgroup rw,cpu,cpuacct
        32 20 0:29 / / rw,relatime - cgroup cgroup rw,memory
        33 20 0:30 / / rw,relatime - cgroup cgroup rw,pids
        34 20 0:31 / / rw,relatime - cgroup2 cgroup2 rw
        """

    @Test func `version 1 is found per controller`() {
        let groups = ControlGroups.find(
            mounts: mounts,
            memberships: "4:memory:/\n3:cpu,cpuacct:/\n2:pids:/\n0::/\n",
            canMake: { _ in true },
            enable: { _, _ in [] }
        )
        #expect(groups.hierarchies.map(\.version) == [1, 1, 1])
        #expect(groups.enforcement(.memory) == .cgroup1)
        #expect(groups.enforcement(.pids) == .cgroup1)
        #expect(groups.enforcement(.cpu) == .cgroup1)
        #expect(groups.remarks.isEmpty)
    }

    @Test func `what cannot be written is not counted on, and the operator is told`() {
        let groups = ControlGroups.find(
            mounts: mounts,
            memberships: "",
            canMake: { _ in false },
            enable: { _, _ in [] }
        )
        #expect(groups.hierarchies.isEmpty)
        #expect(groups.enforcement(.memory) == nil)
        #expect(groups.remarks.count == 3)
    }

    /// A hierarchy of version 2 in which groups can be made, whatever controllers it has.
    private static let secondVersion: ControlGroups.Hierarchy? = {
        let lines = (KernelFile.text("/proc/self/mountinfo") ?? "").split(separator: "\n")
        guard let line = lines.first(where: { $0.contains(" - cgroup2 ") }) else { return nil }
        let folder = line.split(separator: " ")[4] + "/atlas-labs"
        guard
            (try? FileManager.default.createDirectory(atPath: String(folder), withIntermediateDirectories: true)) != nil
        else { return nil }
        return ControlGroups.Hierarchy(folder: String(folder), version: 2, controllers: [])
    }()

    @Test(.enabled(if: secondVersion != nil, "no control group of version 2 can be made here"))
    func `a group of version 2 is joined, counts, is killed and removed`() async throws {
        let hierarchy = try #require(Self.secondVersion)
        let groups = ControlGroups(hierarchies: [hierarchy])
        let group = try groups.make("box-test.\(UUID().uuidString)", limits: LabLimits())
        let program = Process()
        program.executableURL = URL(filePath: "/bin/sh")
        program.arguments = ["-c", "echo 0 > \(group.joins[0]); exec sleep 600"]
        let ended = Promise<Int32>()
        program.terminationHandler = { ended.resolve($0.terminationStatus) }
        try program.run()
        let members = "\(hierarchy.folder)/\(group.name)/cgroup.procs"
        let deadline = ContinuousClock.now + .seconds(20)
        func hasMembers() -> Bool { KernelFile.text(members)?.isEmpty == false }
        while !hasMembers(), ContinuousClock.now < deadline { await Task.yield() }
        #expect(groups.names().contains(group.name))
        #expect(await group.facts().processorTime != nil)
        #expect(group.remove() == false)
        group.kill()
        _ = await ended.value()
        while hasMembers(), ContinuousClock.now < deadline { await Task.yield() }
        #expect(group.remove())
        #expect(!groups.names().contains(group.name))
    }

    @Test func `limits become what each version understands`() {
        let limits = LabLimits(
            memoryBytes: 100 << 20,
            processes: 20,
            homeBytes: 10 << 20,
            temporaryBytes: 10 << 20,
            processors: 0.5
        )
        func values(_ version: Int) -> [String: String] {
            let hierarchy = ControlGroups.Hierarchy(
                folder: "/x",
                version: version,
                controllers: [.memory, .pids, .cpu]
            )
            return Dictionary(uniqueKeysWithValues: BoxGroup.values(limits, in: hierarchy).map { ($0.0, $0.1) })
        }
        #expect(values(2)["memory.max"] == String(120 << 20))
        #expect(values(2)["memory.swap.max"] == "0")
        #expect(values(2)["pids.max"] == "28")
        #expect(values(2)["cpu.max"] == "50000 100000")
        #expect(values(1)["memory.limit_in_bytes"] == String(120 << 20))
        #expect(values(1)["cpu.cfs_quota_us"] == "50000")
        #expect(values(1)["pids.max"] == "28")
    }
}

/// A repeatable source of numbers.
struct SeededRandom: RandomNumberGenerator {
    var state: UInt64

    /// Source: S. Vigna, SplitMix64.
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
        return value ^ value >> 31
    }
}

/// What bubblewrap is told.
@Suite struct BoxArgumentsTests {
    private func arguments(_ spec: LabBoxSpec) -> BoxArguments {
        BoxArguments(spec, programs: Programs(), walls: BoxArguments.Walls(), watch: BoxArguments.Watch())
    }

    @Test func `nothing of the host can be written, and only the system can be read`() throws {
        let spec = LabBoxSpec(
            id: "x",
            folders: [
                "/lab": try LabFiles(["a/check": .file([1], isExecutable: true), "l": .link("--bind"), "d": .folder])
            ],
            environment: ["EVIL": "--bind", "OTHER": "--"],
            commands: ["check"]
        )
        let words = arguments(spec).words
        var sources: [String] = []
        var options: Set<String> = []
        var index = 0
        // How many words follow each option; an unknown one fails the test.
        let followers = [
            "--unshare-user": 0, "--unshare-pid": 0, "--unshare-net": 0, "--unshare-ipc": 0, "--unshare-uts": 0,
            "--unshare-cgroup-try": 0, "--disable-userns": 0, "--die-with-parent": 0, "--as-pid-1": 0, "--cap-drop": 1,
            "--hostname": 1, "--uid": 1, "--gid": 1, "--clearenv": 0, "--setenv": 2, "--ro-bind": 2, "--ro-bind-try": 2,
            "--symlink": 2, "--size": 1, "--perms": 1, "--tmpfs": 1, "--remount-ro": 1, "--proc": 1, "--dev": 1,
            "--file": 2, "--dir": 1, "--seccomp": 1, "--chdir": 1,
        ]
        while index < words.count {
            let option = words[index]
            let count = try #require(followers[option], "\(option)")
            options.insert(option)
            if option.hasPrefix("--ro-bind") { sources.append(words[index + 1]) }
            index += count + 1
        }
        #expect(
            Set(sources).isSubset(of: [
                "/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/etc/alternatives", "/etc/ld.so.cache",
            ])
        )
        #expect(options.isSuperset(of: followers.keys.filter { $0.hasPrefix("--unshare") || $0.hasPrefix("--die") }))
        #expect(words.suffix(6) == ["--remount-ro", "/", "--seccomp", "5", "--chdir", "/home/lab"])
    }

    @Test func `each file that is made has its own descriptor`() throws {
        let arguments = arguments(
            LabBoxSpec(id: "x", folders: ["/lab": try LabFiles(["one": .text("1"), "two": .text("2")])])
        )
        let descriptors = arguments.words.indices.filter { arguments.words[$0] == "--file" }.map {
            arguments.words[$0 + 1]
        }
        #expect(descriptors.filter { $0 != "6" } == arguments.files.indices.map { String($0 + 7) })
        #expect(arguments.files.suffix(2) == [[49], [50]])
        #expect(arguments.bytes.count { $0 == 0 } == arguments.words.count)
    }
}

@Suite struct KernelTests {
    @Test func `releases are read`() {
        #expect(Kernel.version(of: "6.1.0-18-amd64") == (6, 1))
        #expect(Kernel.version(of: "5.14\n") == (5, 14))
        #expect(Kernel.version(of: "") == (0, 0))
    }
}
