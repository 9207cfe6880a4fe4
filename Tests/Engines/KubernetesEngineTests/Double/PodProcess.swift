import Foundation
import Synchronization

#if canImport(Glibc)
import Glibc
#endif

/// A program behind `exec`: the leader of a session, with pipes or a pseudo-terminal.
final class PodProcess: Sendable {
    let number: pid_t
    private let input: Int32
    private let output: Int32
    private let errors: Int32?
    private let queue = DispatchQueue(label: "pod.output")
    private let errorQueue = DispatchQueue(label: "pod.errors")
    private let inputQueue = DispatchQueue(label: "pod.input")
    private let waitQueue = DispatchQueue(label: "pod.wait")
    private let isInputOpen = Mutex(true)

    struct Failure: Error {
        let text: String
    }

    /// - Parameter hasTerminal: Input, output and errors are one pseudo-terminal.
    static func start(
        _ words: [String],
        environment: [String: String],
        directory: String,
        hasTerminal: Bool
    ) throws -> PodProcess {
        // A program that is started between a pipe and its flag would inherit the pipe and hold it open.
        try starting.withLock { _ in
            try PodProcess(words, environment: environment, directory: directory, hasTerminal: hasTerminal)
        }
    }

    private static let starting = Mutex(())
    /// TIOCSPTLCK and TIOCGPTN.
    private static let (unlock, number) = (UInt(0x4004_5431), UInt(0x8004_5430))

    private init(_ words: [String], environment: [String: String], directory: String, hasTerminal: Bool) throws {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        var closing: [Int32] = []
        defer { for descriptor in closing { close(descriptor) } }
        if hasTerminal {
            let main = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
            var (isLocked, index) = (Int32(0), Int32(0))
            guard main >= 0, ioctl(main, Self.unlock, &isLocked) == 0, ioctl(main, Self.number, &index) == 0 else {
                throw Failure(text: "no pseudo-terminal")
            }
            let name = "/dev/pts/\(index)"
            // The first terminal that the leader of a session opens becomes the session's.
            posix_spawn_file_actions_addopen(&actions, 0, name, O_RDWR, 0)
            posix_spawn_file_actions_adddup2(&actions, 0, 1)
            posix_spawn_file_actions_adddup2(&actions, 0, 2)
            (input, output, errors) = (main, main, nil)
        } else {
            let pipes = try (0..<3).map { _ in try Self.pipe() }
            posix_spawn_file_actions_adddup2(&actions, pipes[0].read, 0)
            posix_spawn_file_actions_adddup2(&actions, pipes[1].write, 1)
            posix_spawn_file_actions_adddup2(&actions, pipes[2].write, 2)
            closing = [pipes[0].read, pipes[1].write, pipes[2].write]
            (input, output, errors) = (pipes[0].write, pipes[1].read, pipes[2].read)
        }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // POSIX_SPAWN_SETSID, and signals as a new program expects them.
        posix_spawnattr_setflags(&attributes, Int16(0x80 | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
        var signals = sigset_t()
        sigfillset(&signals)
        posix_spawnattr_setsigdefault(&attributes, &signals)
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        let all = ["/bin/sh", "-c", "cd \"$0\" && exec \"$@\"", directory] + words
        var arguments = all.map { strdup($0) } + [nil]
        var variables = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for pointer in arguments + variables { free(pointer) } }
        var number: pid_t = 0
        let result = posix_spawn(&number, all[0], &actions, &attributes, &arguments, &variables)
        guard result == 0 else { throw Failure(text: "posix_spawn: \(String(cString: strerror(result)))") }
        self.number = number
    }

    private static func pipe() throws -> (read: Int32, write: Int32) {
        var ends: [Int32] = [0, 0]
        guard Glibc.pipe(&ends) == 0 else { throw Failure(text: "no pipe") }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        return (ends[0], ends[1])
    }

    /// The next bytes of its output; `nil` at the end.
    func readOutput() async -> [UInt8]? { await Self.read(output, queue) }

    /// The next bytes of its errors; `nil` at the end.
    func readErrors() async -> [UInt8]? {
        guard let errors else { return nil }
        return await Self.read(errors, errorQueue)
    }

    private static func read(_ descriptor: Int32, _ queue: DispatchQueue) async -> [UInt8]? {
        await withCheckedContinuation { continuation in
            queue.async {
                var buffer = [UInt8](repeating: 0, count: 32_768)
                var count: Int
                repeat { count = Glibc.read(descriptor, &buffer, buffer.count) } while count < 0 && errno == EINTR
                continuation.resume(returning: count > 0 ? Array(buffer[..<count]) : nil)
            }
        }
    }

    /// Types; bytes that nobody reads any more are dropped.
    func write(_ bytes: [UInt8]) async {
        await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
            inputQueue.async { [self] in
                var rest = bytes[...]
                while !rest.isEmpty, isInputOpen.withLock({ $0 }) {
                    let count = rest.withUnsafeBytes { Glibc.write(input, $0.baseAddress, $0.count) }
                    guard count > 0 else { break }
                    rest = rest.dropFirst(count)
                }
                continuation.resume()
            }
        }
    }

    /// No more input comes.
    func closeInput() {
        inputQueue.async { [self] in
            guard errors != nil,
                isInputOpen.withLock({ isOpen in
                    defer { isOpen = false }; return isOpen
                })
            else { return }
            close(input)
        }
    }

    func resize(columns: Int, rows: Int) {
        var size = winsize(ws_row: UInt16(rows), ws_col: UInt16(columns), ws_xpixel: 0, ws_ypixel: 0)
        _ = withUnsafeMutablePointer(to: &size) { ioctl(output, UInt(TIOCSWINSZ), $0) }
    }

    /// Its exit status; 128 + N after signal N.
    func status() async -> Int {
        await withCheckedContinuation { continuation in
            waitQueue.async { [number] in
                var status: Int32 = 0
                while waitpid(number, &status, 0) < 0, errno == EINTR {}
                continuation.resume(returning: status & 0x7F == 0 ? Int(status >> 8 & 0xFF) : 128 + Int(status & 0x7F))
            }
        }
    }

    /// Kills all of its session.
    func kill() {
        for name in (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? [] {
            guard let number = pid_t(name),
                let text = try? String(contentsOfFile: "/proc/\(name)/stat", encoding: .utf8),
                let end = text.lastIndex(of: ")")
            else { continue }
            let fields = text[text.index(after: end)...].split(separator: " ")
            if fields.count > 3, fields[3] == "\(self.number)" { _ = Glibc.kill(number, SIGKILL) }
        }
    }

    /// Gives the descriptors back, when everything was read.
    func finish() {
        inputQueue.sync {
            let isOpen = isInputOpen.withLock { isOpen in
                defer { isOpen = false }
                return isOpen
            }
            if isOpen, errors != nil { close(input) }
        }
        close(output)
        if let errors { close(errors) }
    }
}
