import AtlasPorts
import Foundation

/// What programs boxes see, and where they come from.
struct Programs: Sendable {
    /// Folders in which a box looks for programs, in order.
    let path: [String]

    /// The folders of this machine.
    init() {
        let versions = (try? FileManager.default.contentsOfDirectory(atPath: "/usr/lib/postgresql")) ?? []
        let newest = versions.compactMap { Int($0) }.max().map { ["/usr/lib/postgresql/\($0)/bin"] } ?? []
        path = newest + ["/usr/bin", "/usr/sbin"]
    }

    /// Whether boxes have `program`, which is a name without folders.
    func have(_ program: String) -> Bool {
        guard !program.isEmpty, !program.contains("/") else { return false }
        return path.contains { folder in
            guard
                let attributes = try? FileManager.default.attributesOfItem(
                    atPath: Self.resolved("\(folder)/\(program)")
                )
            else { return false }
            let mode = attributes[.posixPermissions] as? Int ?? 0
            return attributes[.type] as? FileAttributeType == .typeRegular && mode & 0o001 != 0
        }
    }

    /// What boxes do not have of `programs`.
    func missing(_ programs: [String]) -> [LabMissingProgram] {
        programs.filter { !have($0) }.map { program in
            let package = Self.packages[program]
            return LabMissingProgram(program: program, remedy: package.map { "apt-get install \($0)" })
        }
    }

    /// The first of `names` in the folders of the running program's `PATH`.
    static func find(_ name: String) -> String? {
        let folders = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
        return folders.split(separator: ":").map { "\($0)/\(name)" }
            .first { FileManager.default.isExecutableFile(atPath: $0) }
    }

    /// Links followed; in a box only those within `/usr` and `/etc/alternatives` lead somewhere.
    private static func resolved(_ path: String) -> String {
        URL(filePath: path).resolvingSymlinksInPath().path
    }

    /// Debian's packages.
    private static let packages = [
        "redis-server": "redis-server", "redis-cli": "redis-tools", "postgres": "postgresql", "initdb": "postgresql",
        "pg_ctl": "postgresql", "psql": "postgresql-client", "pg_basebackup": "postgresql-client",
        "nginx": "nginx-light", "haproxy": "haproxy", "etcd": "etcd-server", "sqlite3": "sqlite3", "python3": "python3",
        "node": "nodejs", "gcc": "gcc", "make": "make", "git": "git", "curl": "curl", "jq": "jq", "openssl": "openssl",
        "vim": "vim", "nano": "nano", "less": "less", "bash": "bash", "go": "golang-go", "java": "default-jre-headless",
    ]
}
