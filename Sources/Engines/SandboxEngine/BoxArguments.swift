import AtlasPorts
import CLabBox
import Foundation

/// What bubblewrap is told: the whole of a box's walls in one list.
struct BoxArguments {
    /// The options, without the program's name.
    private(set) var words: [String] = []
    /// The program that runs in the box, with its arguments.
    private(set) var command: [String] = []
    /// The content of files that are made in the box; number i is read from descriptor `BOX_FD_FILES + i`.
    private(set) var files: [[UInt8]] = []

    /// How the box's first process watches what the kernel does not limit.
    struct Watch {
        /// Zero if a control group limits memory.
        var memoryBytes = 0
        /// Processes and threads of the learner's programs; zero if the kernel does not count them per box.
        var processes = 0
        /// Pseudo-terminals, of which the machine has one number for all.
        var terminals = 64
    }

    /// What depends on the machine, found out by trying.
    struct Walls: Sendable {
        /// Whether namespaces inside are forbidden by the kernel, beside the filter; older versions of bubblewrap cannot.
        var forbidsUserNamespaces = true
        /// The box program, if the box's user may read it where it is: then all boxes share its pages.
        var sharedProgram: String?

        /// From what is best to what works with less.
        static func attempts(_ program: String) -> [Walls] {
            [true, false].flatMap { forbids in
                [program, nil].map { Walls(forbidsUserNamespaces: forbids, sharedProgram: $0) }
            }
        }
    }

    /// The user inside.
    static let user = 1_000
    private static let program = "/opt/atlas/atlas-lab-box"
    private static let commands = "/opt/atlas/bin"

    init(_ spec: LabBoxSpec, programs: Programs, walls: Walls, watch: Watch) {
        isolate(forbidsUserNamespaces: walls.forbidsUserNamespaces)
        setEnvironment(spec, programs: programs)
        layOutSystem()
        layOutPrivatePlaces(spec.limits)
        describeUsers()
        words +=
            walls.sharedProgram.map { ["--ro-bind", $0, Self.program] }
            ?? ["--perms", "0555", "--file", String(BOX_FD_PROGRAM), Self.program]
        for command in spec.commands { words += ["--symlink", "../atlas-lab-box", "\(Self.commands)/\(command)"] }
        for (folder, files) in spec.folders.sorted(by: { $0.key < $1.key }) { add(files, at: folder) }
        words += ["--remount-ro", "/", "--seccomp", String(BOX_FD_FILTER), "--chdir", "/home/lab"]
        command = [Self.program, "agent", "--memory", String(watch.memoryBytes)]
        command += ["--terminals", String(watch.terminals), "--processes", String(watch.processes)]
    }

    /// The list as bubblewrap's `--args` reads it.
    var bytes: [UInt8] { words.flatMap { Array($0.utf8) + [0] } }

    private mutating func isolate(forbidsUserNamespaces: Bool) {
        words += ["--unshare-user", "--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts"]
        words += ["--unshare-cgroup-try"]
        if forbidsUserNamespaces { words += ["--disable-userns"] }
        // Without --new-session: terminals are opened inside, and the first process has none.
        words += ["--die-with-parent", "--as-pid-1", "--cap-drop", "ALL", "--hostname", "lab"]
        words += ["--uid", String(Self.user), "--gid", String(Self.user)]
    }

    private mutating func setEnvironment(_ spec: LabBoxSpec, programs: Programs) {
        words += ["--clearenv"]
        var variables = [
            "PATH": ([Self.commands] + programs.path + ["/bin", "/sbin"]).joined(separator: ":"),
            "HOME": "/home/lab", "USER": "lab", "LOGNAME": "lab", "SHELL": "/bin/bash", "LANG": "C.UTF-8",
            "TERM": "xterm-256color", "PS1": "lab:\\w\\$ ", "TMPDIR": "/tmp",
        ]
        variables.merge(spec.environment) { _, given in given }
        for (name, value) in variables.sorted(by: { $0.key < $1.key }) { words += ["--setenv", name, value] }
    }

    private mutating func layOutSystem() {
        words += ["--ro-bind", "/usr", "/usr"]
        // What only this machine has; a lab is to be the same everywhere.
        for folder in ["/usr/local", "/usr/src"] where FileManager.default.fileExists(atPath: folder) {
            words += ["--size", "4096", "--tmpfs", folder, "--remount-ro", folder]
        }
        for name in ["bin", "sbin", "lib", "lib32", "lib64", "libx32"] {
            if let target = try? FileManager.default.destinationOfSymbolicLink(atPath: "/\(name)") {
                words += ["--symlink", target, "/\(name)"]
            } else if FileManager.default.fileExists(atPath: "/\(name)") {
                words += ["--ro-bind", "/\(name)", "/\(name)"]
            }
        }
        for file in ["/etc/alternatives", "/etc/ld.so.cache"] { words += ["--ro-bind-try", file, file] }
    }

    private mutating func layOutPrivatePlaces(_ limits: LabLimits) {
        words += ["--proc", "/proc", "--dev", "/dev"]
        place("/dev/shm", mode: "1777", bytes: limits.memoryBytes / 2)
        words += ["--remount-ro", "/dev"]
        place("/tmp", mode: "1777", bytes: limits.temporaryBytes)
        place("/run", mode: "0755", bytes: 4 << 20)
        words += ["--symlink", "/run", "/var/run", "--symlink", "/tmp", "/var/tmp"]
        place("/home/lab", mode: "0755", bytes: limits.homeBytes)
    }

    private mutating func place(_ path: String, mode: String, bytes: Int) {
        words += ["--perms", mode, "--size", String(bytes), "--tmpfs", path]
    }

    private mutating func describeUsers() {
        let id = Self.user
        add("root:x:0:0:root:/root:/bin/sh\nlab:x:\(id):\(id):lab:/home/lab:/bin/bash\n", at: "/etc/passwd")
        add("root:x:0:\nlab:x:\(id):\n", at: "/etc/group")
        add("127.0.0.1 localhost lab\n::1 localhost lab\n", at: "/etc/hosts")
        add("passwd: files\ngroup: files\nhosts: files\n", at: "/etc/nsswitch.conf")
        add("lab\n", at: "/etc/hostname")
    }

    private mutating func add(_ text: String, at path: String) { add(Array(text.utf8), mode: "0644", at: path) }

    private mutating func add(_ content: [UInt8], mode: String, at path: String) {
        words += ["--perms", mode, "--file", String(Int(BOX_FD_FILES) + files.count), path]
        files.append(content)
    }

    private mutating func add(_ tree: LabFiles, at folder: String) {
        words += ["--dir", folder]
        for path in tree.paths {
            switch tree[path] {
            case .file(let content, let isExecutable):
                add(content, mode: isExecutable ? "0755" : "0644", at: "\(folder)/\(path)")
            case .folder: words += ["--dir", "\(folder)/\(path)"]
            case .link(let target): words += ["--symlink", target, "\(folder)/\(path)"]
            case nil: continue
            }
        }
    }
}
