import AtlasCore
import AtlasPorts
import Foundation

/// Linux's control groups, as far as this process may make some.
///
/// Source: Linux, `Documentation/admin-guide/cgroup-v2.rst` and `cgroup-v1/`.
struct ControlGroups: Sendable {
    /// What limits memory, processes and processor time.
    enum Controller: String, CaseIterable, Sendable {
        case memory
        case pids
        case cpu
        case cpuacct
    }

    /// One tree of groups in which boxes get theirs.
    struct Hierarchy: Sendable, Equatable {
        /// The folder under which each box gets one.
        let folder: String
        let version: Int
        let controllers: Set<Controller>
    }

    let hierarchies: [Hierarchy]
    /// Why something is not there, for the operator.
    let remarks: [String]

    /// No groups.
    init(remarks: [String]) {
        hierarchies = []
        self.remarks = remarks
    }

    init(hierarchies: [Hierarchy], remarks: [String] = []) {
        self.hierarchies = hierarchies
        self.remarks = remarks
    }

    /// What a controller is limited by.
    func enforcement(_ controller: Controller) -> LabEnforcement? {
        hierarchies.first { $0.controllers.contains(controller) }.map { $0.version == 2 ? .cgroup2 : .cgroup1 }
    }

    /// Makes the group of a box.
    ///
    /// - Throws: `AtlasError` `.internalError`; then nothing is left.
    func make(_ name: String, limits: LabLimits) throws -> BoxGroup {
        let group = BoxGroup(name: name, hierarchies: hierarchies)
        do { try group.make(limits) } catch {
            group.remove()
            throw AtlasError.wrap(error, while: "making the control group \(name)")
        }
        return group
    }

    /// The groups that are there, by name.
    func names() -> Set<String> {
        Set(
            hierarchies.flatMap { hierarchy in
                (try? FileManager.default.contentsOfDirectory(atPath: hierarchy.folder))?
                    .filter { $0.contains(".") && Self.isFolder("\(hierarchy.folder)/\($0)") && Self.isBoxName($0) }
                    ?? []
            }
        )
    }

    static func isFolder(_ path: String) -> Bool {
        var isFolder: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
    }

    /// "instance.box", which no file of the kernel's is called, for theirs begin with a controller's name.
    private static func isBoxName(_ name: String) -> Bool { name.hasPrefix("box-") }
}

/// The group of one box, in one or more hierarchies.
struct BoxGroup: Sendable {
    let name: String
    let hierarchies: [ControlGroups.Hierarchy]

    /// What a starting process writes "0" into, to be in the group.
    var joins: [String] { hierarchies.map { "\(folder($0))/cgroup.procs" } }

    func make(_ limits: LabLimits) throws {
        for hierarchy in hierarchies {
            try FileManager.default.createDirectory(atPath: folder(hierarchy), withIntermediateDirectories: true)
            for (file, value, isRequired) in Self.values(limits, in: hierarchy) {
                do { try KernelFile.write(value, to: "\(folder(hierarchy))/\(file)") } catch  where !isRequired {
                    continue
                }
            }
        }
    }

    /// Bubblewrap, which waits outside, the box's first process, and what Atlas itself runs in a box that is full.
    static let ownProcesses = 8

    /// What is written where to keep `limits`.
    static func values(_ limits: LabLimits, in hierarchy: ControlGroups.Hierarchy) -> [(String, String, Bool)] {
        let memory = String(limits.totalMemoryBytes)
        let period = 100_000
        let quota = String(Int(limits.processors * Double(period)))
        var values: [(String, String, Bool)] = []
        if hierarchy.controllers.contains(.memory) {
            values +=
                hierarchy.version == 2
                ? [("memory.max", memory, true), ("memory.swap.max", "0", false), ("memory.oom.group", "0", false)]
                : [
                    ("memory.limit_in_bytes", memory, true), ("memory.memsw.limit_in_bytes", memory, false),
                    ("memory.kmem.tcp.limit_in_bytes", String(limits.memoryBytes / 4), false),
                ]
        }
        if hierarchy.controllers.contains(.pids) {
            values.append(("pids.max", String(limits.processes + Self.ownProcesses), true))
        }
        if hierarchy.controllers.contains(.cpu) {
            values +=
                hierarchy.version == 2
                ? [("cpu.max", "\(quota) \(period)", true), ("cpu.weight", "20", false)]
                : [
                    ("cpu.cfs_period_us", String(period), true), ("cpu.cfs_quota_us", quota, true),
                    ("cpu.shares", "205", false),
                ]
        }
        return values
    }

    /// What the group counts; `nil` where it does not.
    struct Facts: Sendable {
        /// Memory of programs and their files, with what the kernel keeps for them.
        var memoryBytes: Int?
        /// Programs killed because memory ran out.
        var killedForMemory: Int?
        var processorTime: Duration?
    }

    /// What the group counts now.
    func facts() async -> Facts {
        await BoxThread.groups.run {
            Facts(memoryBytes: memoryBytes(), killedForMemory: killedForMemory(), processorTime: processorTime())
        }
    }

    private func memoryBytes() -> Int? {
        guard let hierarchy = hierarchies.first(where: { $0.controllers.contains(.memory) }) else { return nil }
        let counts = KernelFile.counts("\(folder(hierarchy))/memory.stat")
        if hierarchy.version == 2 {
            return (counts["anon"] ?? 0) + (counts["shmem"] ?? 0) + (counts["kernel"] ?? 0)
        }
        let kernel = KernelFile.number("\(folder(hierarchy))/memory.kmem.usage_in_bytes") ?? 0
        return (counts["total_rss"] ?? 0) + (counts["total_shmem"] ?? 0) + kernel
    }

    private func killedForMemory() -> Int? {
        guard let hierarchy = hierarchies.first(where: { $0.controllers.contains(.memory) }) else { return nil }
        let file = hierarchy.version == 2 ? "memory.events" : "memory.oom_control"
        return KernelFile.counts("\(folder(hierarchy))/\(file)")["oom_kill"]
    }

    private func processorTime() -> Duration? {
        for hierarchy in hierarchies {
            if hierarchy.version == 2, let time = KernelFile.counts("\(folder(hierarchy))/cpu.stat")["usage_usec"] {
                return .microseconds(time)
            }
            if hierarchy.controllers.contains(.cpuacct),
                let time = KernelFile.number("\(folder(hierarchy))/cpuacct.usage")
            {
                return .nanoseconds(time)
            }
        }
        return nil
    }

    /// Kills whatever is in the group.
    func kill() {
        for hierarchy in hierarchies {
            if hierarchy.version == 2, (try? KernelFile.write("1", to: "\(folder(hierarchy))/cgroup.kill")) != nil {
                continue
            }
            for process in processes(hierarchy) where process > 1 { _ = Glibc.kill(process, SIGKILL) }
        }
    }

    /// Removes the group.
    ///
    /// - Returns: False if there are still processes in it.
    @discardableResult
    func remove() -> Bool {
        hierarchies.reduce(true) { good, hierarchy in
            (rmdir(folder(hierarchy)) == 0 || errno == ENOENT) && good
        }
    }

    private func folder(_ hierarchy: ControlGroups.Hierarchy) -> String { "\(hierarchy.folder)/\(name)" }

    private func processes(_ hierarchy: ControlGroups.Hierarchy) -> [pid_t] {
        let text = KernelFile.text("\(folder(hierarchy))/cgroup.procs") ?? ""
        return text.split(separator: "\n").compactMap { pid_t($0) }
    }
}

extension LabLimits {
    /// What programs and the files in memory may use together.
    var totalMemoryBytes: Int { memoryBytes + homeBytes + temporaryBytes }
}

/// Small files that the kernel answers.
enum KernelFile {
    /// The whole text, at most 64 KiB; `nil` if it cannot be read.
    static func text(_ path: String) -> String? {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 4_096)
        while bytes.count < 65_536 {
            let count = read(file, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return count < 0 ? nil : String(decoding: bytes, as: UTF8.self) }
            bytes += chunk[..<count]
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    static func number(_ path: String) -> Int? {
        text(path).flatMap { Int($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
    }

    /// Lines of a name and a number.
    static func counts(_ path: String) -> [String: Int] {
        var counts: [String: Int] = [:]
        for line in (text(path) ?? "").split(separator: "\n") {
            let words = line.split(separator: " ")
            if words.count == 2, let value = Int(words[1]) { counts[String(words[0])] = value }
        }
        return counts
    }

    static func write(_ value: String, to path: String) throws {
        let file = open(path, O_WRONLY | O_CLOEXEC)
        let bytes = Array(value.utf8)
        guard file >= 0 else { throw failure(path) }
        defer { close(file) }
        guard Glibc.write(file, bytes, bytes.count) == bytes.count else { throw failure(path) }
    }

    private static func failure(_ path: String) -> AtlasError {
        AtlasError(.internalError, "A limit could not be set.", detail: "\(path): \(String(cString: strerror(errno)))")
    }
}
