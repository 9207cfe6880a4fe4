import Foundation

/// What Linux says about this machine and its processes.
enum Machine {
    /// Memory that could still be handed out, in bytes; `nil` where that cannot be read.
    static func availableMemory() -> Int64? {
        memory("MemAvailable:")
    }

    /// This process, as no other is called: machine, namespace, number and start.
    static func processName() -> String {
        let own = ProcessInfo.processInfo.processIdentifier
        return "\(home())/\(own)/\(startTime(of: Int(own)) ?? "0")"
    }

    /// Whether a process was of this machine and is gone; false in doubt.
    static func isGone(_ name: String) -> Bool {
        let parts = name.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0] == home(), let number = Int(parts[1]) else { return false }
        return startTime(of: number) != String(parts[2])
    }

    /// Host, boot and process namespace: where a process number means the same.
    private static func home() -> String {
        let boot = text("/proc/sys/kernel/random/boot_id") ?? ProcessInfo.processInfo.hostName
        let space = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/ns/pid")) ?? ""
        return boot.trimmingCharacters(in: .whitespacesAndNewlines) + "." + space.filter { $0.isNumber }
    }

    /// In ticks since the boot; `nil` if there is no such process.
    private static func startTime(of process: Int) -> String? {
        // The name in brackets may hold anything, so what follows its last bracket is counted: the 20th field.
        guard let stat = text("/proc/\(process)/stat"), let end = stat.lastIndex(of: ")") else { return nil }
        let fields = stat[stat.index(after: end)...].split(separator: " ")
        return fields.count > 19 ? String(fields[19]) : nil
    }

    private static func memory(_ key: String) -> Int64? {
        guard let line = text("/proc/meminfo")?.split(separator: "\n").first(where: { $0.hasPrefix(key) }) else {
            return nil
        }
        let kilobytes = line.dropFirst(key.count).split(separator: " ").first.flatMap { Int64($0) }
        return kilobytes.map { $0 << 10 }
    }

    private static func text(_ path: String) -> String? {
        FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) }
    }
}
