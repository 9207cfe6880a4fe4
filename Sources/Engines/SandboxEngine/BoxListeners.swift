import AtlasCore
import AtlasPorts
import CLabBox
import Synchronization

/// Somebody who waits for frames of one id.
///
/// Called on the link's queue, in order.
protocol BoxListener: Sendable {
    /// Takes a frame.
    ///
    /// - Returns: Whether more are expected.
    func take(_ frame: BoxFrame) throws -> Bool

    /// The box is gone, and nothing comes any more.
    func boxEnded()
}

/// The answer to a question: an error number of the box, or what came with it.
struct BoxReply: Sendable {
    let errno: Int32
    let rest: [UInt8]

    init(_ payload: [UInt8]) throws {
        var reader = BoxPayload(payload)
        errno = Int32(bitPattern: try reader.word())
        rest = reader.all()
    }
}

/// What is thrown where a box is gone.
func boxIsGone() -> AtlasError {
    AtlasError(.unavailable, "The lab's box has ended.")
}

/// How long a box may take to answer a question, however busy its programs and the machine are.
let boxPatience = Duration.seconds(60)

/// What is thrown where a box takes longer.
func boxIsSlow() -> AtlasError {
    AtlasError(.unavailable, "The lab's box does not answer; it may be very busy.", retryAfter: .seconds(5))
}

/// Waits for one reply.
final class ReplyListener: BoxListener {
    let reply = Promise<Result<BoxReply, AtlasError>>()

    func take(_ frame: BoxFrame) throws -> Bool {
        guard Int(frame.kind) == BOX_REPLY else { return true }
        reply.resolve(.success(try BoxReply(frame.payload)))
        return false
    }

    func boxEnded() { reply.resolve(.failure(boxIsGone())) }
}

/// Collects what a command prints.
final class CommandListener: BoxListener {
    private struct Output {
        var output: [UInt8] = []
        var errors: [UInt8] = []
    }

    let started = Promise<Result<BoxReply, AtlasError>>()
    let result = Promise<Result<LabCommandResult, AtlasError>>()
    private let collected = Mutex(Output())

    func take(_ frame: BoxFrame) throws -> Bool {
        switch Int(frame.kind) {
        case BOX_REPLY:
            let reply = try BoxReply(frame.payload)
            started.resolve(.success(reply))
            return reply.errno == 0
        case BOX_STDOUT: collected.withLock { $0.output += frame.payload }
        case BOX_STDERR: collected.withLock { $0.errors += frame.payload }
        case BOX_EXITED:
            result.resolve(.success(try end(frame.payload)))
            return false
        default: break
        }
        return true
    }

    func boxEnded() {
        started.resolve(.failure(boxIsGone()))
        result.resolve(.failure(boxIsGone()))
    }

    private func end(_ payload: [UInt8]) throws -> LabCommandResult {
        var reader = BoxPayload(payload)
        let exit = try LabExit(reading: &reader)
        let cut = try reader.byte()
        let microseconds = try reader.long()
        let output = collected.withLock { $0 }
        return LabCommandResult(
            exit: exit,
            output: output.output,
            errors: output.errors,
            outputIsCut: cut & 1 != 0,
            errorsAreCut: cut & 2 != 0,
            duration: .microseconds(Int64(clamping: microseconds))
        )
    }
}

extension LabExit {
    /// As the box tells it: how, and the number.
    init(reading reader: inout BoxPayload) throws {
        let how = try reader.byte()
        let number = Int(try reader.byte())
        self = how == 2 ? .timedOut : how == 1 ? .killed(number) : .exited(number)
    }
}

/// Collects files.
final class FilesListener: BoxListener {
    private struct State {
        var files = LabFiles()
        var path: String?
        var kind: UInt8 = 0
        var content: [UInt8] = []
        var omissions: [String] = []
        var omitted = 0
    }

    /// What came, and the reply at the end.
    struct Answer: Sendable {
        let files: LabFiles
        let omissions: [String]
        let omitted: Int
        let reply: BoxReply
    }

    let answer = Promise<Result<Answer, AtlasError>>()
    private let state = Mutex(State())

    func take(_ frame: BoxFrame) throws -> Bool {
        switch Int(frame.kind) {
        case BOX_ENTRY:
            var reader = BoxPayload(frame.payload)
            let kind = try reader.byte()
            let path = String(decoding: reader.all(), as: UTF8.self)
            state.withLock {
                Self.finish(&$0)
                $0.kind = kind
                $0.path = path
            }
        case BOX_DATA: state.withLock { $0.content += frame.payload }
        case BOX_OMIT: try omit(frame.payload)
        case BOX_REPLY:
            let reply = try BoxReply(frame.payload)
            let answer = state.withLock { state in
                Self.finish(&state)
                return Answer(files: state.files, omissions: state.omissions, omitted: state.omitted, reply: reply)
            }
            self.answer.resolve(.success(answer))
            return false
        default: break
        }
        return true
    }

    func boxEnded() { answer.resolve(.failure(boxIsGone())) }

    private func omit(_ payload: [UInt8]) throws {
        var reader = BoxPayload(payload)
        let takesBack = try reader.byte() != 0
        let parts = reader.all().split(separator: 0, maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2 else { throw boxIsGone() }
        let text = "\(Self.printable(parts[1])): \(String(decoding: parts[0], as: UTF8.self))"
        state.withLock { state in
            if takesBack {
                state.path = nil
                state.content = []
            }
            if state.omissions.count < LabBoxLimits.omissions { state.omissions.append(text) }
        }
    }

    /// A name for a message: no control characters, at most 200 letters.
    private static func printable(_ path: ArraySlice<UInt8>) -> String {
        let text = String(decoding: path, as: UTF8.self)
        return String(
            text.unicodeScalars.prefix(200).map { $0.properties.generalCategory == .control ? "?" : Character($0) }
        )
    }

    /// Puts the last entry among the files.
    ///
    /// The box keeps the same limits; if it does not, the entry is left out.
    private static func finish(_ state: inout State) {
        guard let path = state.path else { return }
        let file: LabFile =
            switch Int(state.kind) {
            case BOX_ENTRY_FOLDER: .folder
            case BOX_ENTRY_LINK: .link(String(decoding: state.content, as: UTF8.self))
            default: .file(state.content, isExecutable: Int(state.kind) == BOX_ENTRY_PROGRAM)
            }
        do { try state.files.set(file, at: path) } catch {
            state.omitted += 1
            if state.omissions.count < LabBoxLimits.omissions { state.omissions.append("\(path): it does not fit") }
        }
        state.path = nil
        state.content = []
    }
}
