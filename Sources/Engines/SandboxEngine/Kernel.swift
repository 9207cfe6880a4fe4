import Foundation

/// What this machine's kernel can do.
enum Kernel {
    /// Whether the limit of processes per user is counted in each user namespace by itself, since Linux 5.14.
    static let countsProcessesPerNamespace = version(of: KernelFile.text("/proc/sys/kernel/osrelease") ?? "") >= (5, 14)

    /// The first two numbers of a release, as in "6.1.0-18-amd64".
    static func version(of release: String) -> (Int, Int) {
        let numbers = release.split { !$0.isNumber }.prefix(2).compactMap { Int($0) }
        return (numbers.first ?? 0, numbers.count > 1 ? numbers[1] : 0)
    }
}
