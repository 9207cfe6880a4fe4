import AtlasCore
import AtlasPorts
import CLabBox
import Dispatch
import Foundation

/// Bubblewrap around a box, as a child of this process.
///
/// Unchecked because of `watch`, which is set once, before anybody else can see the object, and kept only to live as long.
final class BoxProcess: @unchecked Sendable {
    /// All that is needed to start one.
    struct Plan: Sendable {
        let boxProgram: String
        let bubblewrap: String
        let arguments: BoxArguments
        let filter: [UInt8]
        let joins: [String]
        let limits: [String]
        /// The user to become; `nil` to stay who we are.
        let user: UInt32?
        /// Whether to stand behind Atlas when processors are short.
        let isNice: Bool
    }

    /// How it ended: the status of `waitpid`.
    let ended = Promise<Int32>()
    let process: pid_t
    private let errors: Int32
    private let watch: any DispatchSourceRead
    private static let queue = DispatchQueue(label: "atlas.box.ends")

    /// Starts the process.
    ///
    /// To be called on `BoxThread.starts` only.
    /// - Returns: It and the socket to the box.
    /// - Throws: `AtlasError` `.unavailable`.
    static func start(_ plan: Plan) throws -> (BoxProcess, socket: Int32) {
        var held: [Int32] = []
        defer { for descriptor in held { close(descriptor) } }
        func hold(_ descriptor: Int32, _ what: String) throws -> Int32 {
            guard descriptor >= 0 else { throw failure(what, -descriptor) }
            held.append(descriptor)
            return descriptor
        }
        var pair: [Int32] = [-1, -1]
        let error = box_socket_pair(&pair)
        guard error == 0 else { throw failure("making a socket", error) }
        held.append(pair[1])
        do {
            let null = try hold(open("/dev/null", O_RDWR | O_CLOEXEC), "opening /dev/null")
            let errors = box_bytes_descriptor(nil, 0)
            guard errors >= 0 else { throw failure("making a file in memory", -errors) }
            do {
                let program = try hold(open(plan.boxProgram, O_RDONLY | O_CLOEXEC), "opening \(plan.boxProgram)")
                let given = try ([plan.arguments.bytes, plan.filter] + plan.arguments.files).map { content in
                    try hold(box_bytes_descriptor(content, content.count), "making a file in memory")
                }
                let descriptors = [null, null, errors, pair[1]] + given[..<2] + [program] + given[2...]
                let process = try spawn(plan, descriptors)
                return (try BoxProcess(process, errors: errors), pair[0])
            } catch {
                close(errors)
                throw error
            }
        } catch {
            close(pair[0])
            throw error
        }
    }

    private init(_ process: pid_t, errors: Int32) throws {
        self.process = process
        self.errors = errors
        let descriptor = box_process_descriptor(process)
        guard descriptor >= 0 else {
            _ = Glibc.kill(process, SIGKILL)
            _ = box_reap(process)
            throw Self.failure("watching the box", -descriptor)
        }
        watch = DispatchSource.makeReadSource(fileDescriptor: descriptor, queue: Self.queue)
        let ended = ended
        watch.setEventHandler { [watch] in
            ended.resolve(box_reap(process))
            watch.cancel()
        }
        watch.setCancelHandler { close(descriptor) }
        watch.resume()
    }

    deinit { close(errors) }

    /// What bubblewrap said of its failure, at most 4 KiB.
    var complaint: String {
        var bytes = [UInt8](repeating: 0, count: 4_096)
        let count = box_read_back(errors, &bytes, bytes.count)
        return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
            .trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// Kills bubblewrap, and so the box.
    func kill() {
        // Until it is reaped, which the queue does, its number belongs to no other process.
        Self.queue.async { [self] in
            if ended.current == nil { _ = Glibc.kill(process, SIGKILL) }
        }
    }

    private static func spawn(_ plan: Plan, _ descriptors: [Int32]) throws -> pid_t {
        var words = [plan.boxProgram, "launch", "--parent", String(getpid())]
        words += ["--descriptors", String(descriptors.count)]
        for join in plan.joins { words += ["--join", join] }
        for limit in plan.limits { words += ["--limit", limit] }
        if plan.isNice { words += ["--nice", "10"] }
        if let user = plan.user { words += ["--user", String(user)] }
        words += ["--", plan.bubblewrap, "--args", String(BOX_FD_ARGUMENTS), "--"] + plan.arguments.command
        var list: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
        var environment: [UnsafeMutablePointer<CChar>?] = [nil]
        defer { for word in list { free(word) } }
        var process: pid_t = 0
        let error = box_spawn(plan.boxProgram, &list, &environment, descriptors, Int32(descriptors.count), &process)
        guard error == 0 else { throw failure("starting \(plan.boxProgram)", error) }
        return process
    }

    private static func failure(_ doing: String, _ error: Int32) -> AtlasError {
        let reason = String(cString: strerror(error))
        return AtlasError(.unavailable, "A box cannot be started just now.", detail: "\(doing): \(reason)")
    }
}
