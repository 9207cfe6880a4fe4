import AtlasCore
import AtlasPorts
import CLabBox
import Foundation
import Synchronization

/// A box of bubblewrap's.
final class SandboxBox: LabBox {
    private struct State {
        var listeners: [UInt32: any BoxListener] = [:]
        var lastID: UInt32 = 0
        var isOver = false
    }

    let id: String
    let requests: AsyncStream<LabRequest>
    private let limits: LabLimits
    private let link: BoxLink
    private let process: BoxProcess
    private let group: BoxGroup?
    private let state = Mutex(State())
    private let commands: Set<String>
    private let requestsIn: AsyncStream<LabRequest>.Continuation
    private let ready = Promise<Result<Void, AtlasError>>()
    private let end = Promise<LabBoxEnd>()
    private let isWanted = Mutex(true)
    /// One at a time may move files.
    private let files = FairLock()

    init(_ spec: LabBoxSpec, link: BoxLink, process: BoxProcess, group: BoxGroup?) {
        id = spec.id
        limits = spec.limits
        commands = Set(spec.commands)
        self.link = link
        self.process = process
        self.group = group
        (requests, requestsIn) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(LabBoxLimits.requests))
    }

    /// Listens to the box and waits until its first process has said that it is there.
    ///
    /// - Throws: `AtlasError` `.unavailable` if it ends before that.
    func begin() async throws {
        link.start(onFrame: { [self] in handle($0) }, onEnd: { [self] in linkEnded($0) })
        try await ready.value(within: boxPatience, else: .failure(boxIsSlow())).get()
    }

    func openTerminal(_ size: LabTerminalSize) async throws -> any LabTerminal {
        // The machine's pseudo-terminals may be used up for a second, until the box that took them is stopped.
        for attempt in 1...Self.terminalAttempts {
            let (number, terminal) = try listen { SandboxTerminal(id: $0, link: link) }
            link.post(BoxFrame(BOX_OPEN, id: number, size.bytes))
            let reply = try await terminal.opened.value(within: boxPatience, else: .failure(boxIsSlow())).get()
            if reply.errno == 0 { return terminal }
            guard reply.errno == ENOSPC, attempt < Self.terminalAttempts else {
                throw Self.error(reply.errno, "open a terminal")
            }
            try await Task.sleep(for: .milliseconds(500))
        }
        throw Self.error(ENOSPC, "open a terminal")
    }

    private static let terminalAttempts = 6

    func run(_ command: LabCommand) async throws -> LabCommandResult {
        let payload = try command.payload()
        let (number, listener) = try listen { _ in CommandListener() }
        return try await withTaskCancellationHandler {
            await link.send([BoxFrame(BOX_RUN, id: number, payload)])
            let reply = try await listener.started.value(within: boxPatience, else: .failure(boxIsSlow())).get()
            guard reply.errno == 0 else { throw command.error(reply) }
            // Cancelled before the box knew the number: then nobody has killed it yet.
            if Task.isCancelled { link.post(BoxFrame(BOX_CLOSE, id: number)) }
            await link.send(BoxFrame.pieces(BOX_INPUT, id: number, command.input))
            // The box keeps the limit itself; this is for a box that cannot.
            let limit = min(command.timeLimit, LabBoxLimits.commandTime) + boxPatience
            return try await listener.result.value(within: limit, else: .failure(boxIsSlow())).get()
        } onCancel: {
            link.post(BoxFrame(BOX_CLOSE, id: number))
        }
    }

    func usage() async throws -> LabBoxUsage {
        let facts = await group?.facts() ?? BoxGroup.Facts()
        let isCounted = facts.memoryBytes != nil && facts.processorTime != nil
        let reply = try await ask(BOX_USAGE, [isCounted ? 0 : 1], "look at the usage")
        var reader = BoxPayload(reply.rest)
        let processes = Int(try reader.word())
        let disk = Int(clamping: try reader.long())
        let summed = Int(clamping: try reader.long())
        let microseconds = Int64(clamping: try reader.long())
        return LabBoxUsage(
            processorTime: facts.processorTime ?? .microseconds(microseconds),
            memoryBytes: facts.memoryBytes ?? summed,
            memoryLimitBytes: limits.totalMemoryBytes,
            processes: processes,
            diskBytes: disk,
            killedForMemory: facts.killedForMemory
        )
    }

    func snapshot(since mark: LabSnapshot.Mark?) async throws -> LabSnapshot? {
        let payload = [mark == nil ? 0 : 1] + (mark?.value ?? 0).littleEndianBytes
        let answer = try await collect(BOX_SNAPSHOT, payload)
        guard answer.reply.errno == 0 else { throw Self.error(answer.reply.errno, "take a snapshot") }
        var reader = BoxPayload(answer.reply.rest)
        let newMark = LabSnapshot.Mark(value: try reader.long())
        let omitted = Int(try reader.word()) + answer.omitted
        guard try reader.byte() == 0 else { return nil }
        return LabSnapshot(files: answer.files, mark: newMark, omissions: answer.omissions, omittedCount: omitted)
    }

    func read(_ path: String) async throws -> LabFile? {
        try LabFiles.check(path)
        let answer = try await collect(BOX_READ, Array(path.utf8))
        switch answer.reply.errno {
        case 0: return answer.files[path]
        case ENOENT: return nil
        case EFBIG: throw AtlasError(.invalid, "“\(path)” is larger than \(LabBoxLimits.fileBytes >> 20) MiB.")
        case let errno: throw Self.error(errno, "read “\(path)”")
        }
    }

    func lay(_ files: LabFiles) async throws {
        guard !files.isEmpty else { return }
        let reply = try await self.files.hold {
            let (number, listener) = try self.listen { _ in ReplyListener() }
            for path in files.paths {
                guard let file = files[path] else { continue }
                await self.link.send(file.frames(id: number, path: path))
            }
            await self.link.send([BoxFrame(BOX_LAID, id: number)])
            return try await listener.reply.value(within: boxPatience, else: .failure(boxIsSlow())).get()
        }
        if reply.errno != 0 { throw Self.error(reply.errno, "write the files") }
    }

    func remove(_ path: String) async throws -> Bool {
        try LabFiles.check(path)
        let reply = try await files.hold { try await self.ask(BOX_REMOVE, Array(path.utf8), "remove “\(path)”") }
        var reader = BoxPayload(reply.rest)
        return try reader.byte() != 0
    }

    func stop() async {
        isWanted.withLock { $0 = false }
        link.close()
        let deadline = Task { [process] in
            // The first process ends with its socket; one that does not is killed from outside.
            try await Task.sleep(for: .seconds(2))
            process.kill()
        }
        _ = await end.value()
        deadline.cancel()
    }

    func ended() async -> LabBoxEnd { await end.value() }

    /// Whether `stop` was called.
    var wasStopped: Bool { isWanted.withLock { !$0 } }

    /// Called when bubblewrap has ended, lest somebody still wait for an answer.
    func cut() { link.close() }

    /// Called when all processes are gone and what the box had is given back.
    func finish(_ how: LabBoxEnd) { end.resolve(how) }

    // MARK: Frames

    private func handle(_ frame: BoxFrame) {
        do {
            switch Int(frame.kind) {
            case BOX_READY: try takeReady(frame)
            case BOX_REQUEST: try takeRequest(frame)
            case BOX_NOTICE: return
            default:
                guard let listener = state.withLock({ $0.listeners[frame.id] }) else { return }
                if try !listener.take(frame) { state.withLock { $0.listeners[frame.id] = nil } }
            }
        } catch {
            // A first process that talks nonsense is not trusted with anything more.
            link.close()
        }
    }

    private func takeReady(_ frame: BoxFrame) throws {
        var reader = BoxPayload(frame.payload)
        guard try reader.word() == UInt32(BOX_VERSION) else { throw boxIsGone() }
        ready.resolve(.success(()))
    }

    private func takeRequest(_ frame: BoxFrame) throws {
        var reader = BoxPayload(frame.payload)
        let words = try reader.strings()
        let link = link
        let number = frame.id
        let isOpen = OneTime()
        let request = LabRequest(command: words.first ?? "", arguments: Array(words.dropFirst())) { status, text in
            guard isOpen.take() else { return }
            link.post(BoxFrame(BOX_ANSWER, id: number, [UInt8(clamping: status)] + text))
        }
        guard commands.contains(request.command) else {
            link.post(BoxFrame(BOX_ANSWER, id: number, [127] + Array("Atlas does not know this command here.\n".utf8)))
            return
        }
        // Those whose programs were ended wait here, too, and the box no longer counts them.
        if case .dropped = requestsIn.yield(request) {
            let text = "Atlas is busy with what was asked before.\n"
            link.post(BoxFrame(BOX_ANSWER, id: number, [75] + Array(text.utf8)))
        }
    }

    private func linkEnded(_ error: (any Error)?) {
        let listeners = state.withLock { state in
            state.isOver = true
            defer { state.listeners = [:] }
            return Array(state.listeners.values)
        }
        for listener in listeners { listener.boxEnded() }
        ready.resolve(.failure(AtlasError(.unavailable, "The lab's box did not start.", cause: error)))
        requestsIn.finish()
    }

    // MARK: Questions

    private func listen<Listener: BoxListener>(_ make: (UInt32) -> Listener) throws -> (UInt32, Listener) {
        try state.withLock { state in
            guard !state.isOver else { throw boxIsGone() }
            repeat { state.lastID &+= 1 } while state.lastID == 0 || state.listeners[state.lastID] != nil
            let listener = make(state.lastID)
            state.listeners[state.lastID] = listener
            return (state.lastID, listener)
        }
    }

    private func ask(_ kind: Int, _ payload: [UInt8], _ doing: String) async throws -> BoxReply {
        let (number, listener) = try listen { _ in ReplyListener() }
        await link.send([BoxFrame(kind, id: number, payload)])
        let reply = try await listener.reply.value(within: boxPatience, else: .failure(boxIsSlow())).get()
        guard reply.errno == 0 else { throw Self.error(reply.errno, doing) }
        return reply
    }

    private func collect(_ kind: Int, _ payload: [UInt8]) async throws -> FilesListener.Answer {
        try await files.hold {
            let (number, listener) = try self.listen { _ in FilesListener() }
            await self.link.send([BoxFrame(kind, id: number, payload)])
            return try await listener.answer.value(within: boxPatience, else: .failure(boxIsSlow())).get()
        }
    }

    /// What an error number of the box means to a learner.
    static func error(_ errno: Int32, _ doing: String) -> AtlasError {
        let detail = "\(doing): \(String(cString: strerror(errno)))"
        switch errno {
        case EAGAIN:
            return AtlasError(.tooMany, "Cannot \(doing): the lab has too many processes.", detail: detail)
        case EBUSY: return AtlasError(.tooMany, "Cannot \(doing): too many are open.", detail: detail)
        case ENOSPC, EDQUOT: return AtlasError(.tooMany, "Cannot \(doing): there is no room left.", detail: detail)
        case ENOMEM: return AtlasError(.tooMany, "Cannot \(doing): the lab's memory is used up.", detail: detail)
        case EISDIR, ENOTDIR, ELOOP, EEXIST, ENOTEMPTY:
            return AtlasError(
                .conflict,
                "Cannot \(doing): a folder or link of the same name is in the way.",
                detail: detail
            )
        case EACCES, EPERM:
            return AtlasError(.conflict, "Cannot \(doing): the permissions in the lab do not allow it.", detail: detail)
        default: return AtlasError(.internalError, "Cannot \(doing).", detail: detail)
        }
    }
}

extension LabFile {
    /// The frames that lay it at `path`.
    fileprivate func frames(id: UInt32, path: String) -> [BoxFrame] {
        func entry(_ kind: Int) -> BoxFrame {
            BoxFrame(BOX_ENTRY, id: id, [UInt8(truncatingIfNeeded: kind)] + path.utf8)
        }
        switch self {
        case .file(let bytes, let isExecutable):
            return [entry(isExecutable ? BOX_ENTRY_PROGRAM : BOX_ENTRY_FILE)]
                + BoxFrame.pieces(BOX_DATA, id: id, bytes)
        case .link(let target):
            return [entry(BOX_ENTRY_LINK), BoxFrame(BOX_DATA, id: id, Array(target.utf8))]
        case .folder: return [entry(BOX_ENTRY_FOLDER)]
        }
    }
}
