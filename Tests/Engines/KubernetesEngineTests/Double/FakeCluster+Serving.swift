import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOWebSocket
import Synchronization

@testable import KubernetesEngine

/// The connections.
extension FakeCluster {
    typealias Plain = NIOAsyncChannel<HTTPServerRequestPart, HTTPServerResponsePart>
    typealias Socket = NIOAsyncChannel<WebSocketFrame, WebSocketFrame>

    enum Connection: Sendable {
        case plain(Plain)
        case socket(Socket, Asked)
    }

    static func configure(
        _ channel: any Channel,
        _ cluster: @escaping @Sendable () -> FakeCluster?
    ) throws -> EventLoopFuture<Connection> {
        let upgrader = NIOTypedWebSocketServerUpgrader<Connection>(
            maxFrameSize: 1 << 20,
            shouldUpgrade: { channel, head in
                let asked = asked(head, body: nil)
                guard let cluster = cluster(), cluster.mayExec(asked) else {
                    return channel.eventLoop.makeSucceededFuture(nil)
                }
                let offered = (asked.header("sec-websocket-protocol") ?? "").split(separator: ",").map {
                    $0.trimmingCharacters(in: .whitespaces)
                }
                let spoken = cluster.execVersions.withLock { $0 }
                guard let version = offered.first(where: spoken.contains) else {
                    return channel.eventLoop.makeSucceededFuture(nil)
                }
                return channel.eventLoop.makeSucceededFuture(["Sec-WebSocket-Protocol": version])
            },
            upgradePipelineHandler: { channel, head in
                channel.eventLoop.makeCompletedFuture {
                    .socket(try Socket(wrappingChannelSynchronously: channel), asked(head, body: nil))
                }
            }
        )
        let upgrade = NIOTypedHTTPServerUpgradeConfiguration<Connection>(upgraders: [upgrader]) { channel in
            channel.eventLoop.makeCompletedFuture { .plain(try Plain(wrappingChannelSynchronously: channel)) }
        }
        return try channel.pipeline.syncOperations.configureUpgradableHTTPServerPipeline(
            configuration: .init(upgradeConfiguration: upgrade)
        )
    }

    func serve(_ server: NIOAsyncChannel<EventLoopFuture<Connection>, Never>) async throws {
        try await withThrowingDiscardingTaskGroup { group in
            try await server.executeThenClose { inbound in
                for try await connection in inbound {
                    group.addTask {
                        // Clients that go away, or never were (a wrong authority), are none of the server's business.
                        do {
                            switch try await connection.get() {
                            case .plain(let channel): try await self.serve(channel)
                            case .socket(let channel, let asked): try await self.exec(channel, asked)
                            }
                        } catch {}
                    }
                }
            }
        }
    }

    static func asked(_ head: HTTPRequestHead, body: [UInt8]?) -> Asked {
        let parts = head.uri.split(separator: "?", maxSplits: 1)
        let query = parts.count > 1 ? parts[1].split(separator: "&") : []
        let pairs = query.map { pair in
            let words = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map {
                // An API server that passes a request on writes a space as `+`.
                String($0).replacing("+", with: " ").removingPercentEncoding ?? ""
            }
            return (name: words[0], value: words.count > 1 ? words[1] : "")
        }
        let path = String(parts.first ?? "")
        return Asked(
            method: head.method.rawValue,
            path: asKubelet(path) ?? path,
            query: asKubelet(path) == nil ? pairs : asKubelet(path, pairs),
            headers: head.headers.map { (name: $0.name, value: $0.value) },
            body: body.flatMap { $0.isEmpty ? nil : try? JSONDecoder().decode(JSON.self, from: Data($0)) }
        )
    }

    private func serve(_ channel: Plain) async throws {
        try await channel.executeThenClose { inbound, outbound in
            var head: HTTPRequestHead?
            var body: [UInt8] = []
            for try await part in inbound {
                switch part {
                case .head(let new): head = new
                case .body(let buffer): body += buffer.readableBytesView
                case .end:
                    guard let head else { return }
                    return try await self.respond(to: Self.asked(head, body: body), outbound)
                }
            }
        }
    }

    private func respond(
        to asked: Asked,
        _ outbound: NIOAsyncChannelOutboundWriter<HTTPServerResponsePart>
    ) async throws {
        // What asks for an upgrade and comes here was refused one.
        let answer = asked.header("upgrade") != nil ? refusedExec(asked) : self.answer(asked)
        switch answer {
        case .cut: return
        case .json(let code, let object, let more):
            let data = try JSONEncoder().encode(object)
            var headers = HTTPHeaders([("content-type", "application/json"), ("content-length", "\(data.count)")])
            for (name, value) in more { headers.add(name: name, value: value) }
            headers.add(name: "connection", value: "close")
            let head = HTTPResponseHead(version: .http1_1, status: .init(statusCode: code), headers: headers)
            try await outbound.write(.head(head))
            try await outbound.write(.body(.byteBuffer(ByteBuffer(bytes: data))))
            try await outbound.write(.end(nil))
        case .watch(let path, let labels, let name, let version):
            let head = HTTPResponseHead(
                version: .http1_1,
                status: .ok,
                headers: ["content-type": "application/json", "transfer-encoding": "chunked"]
            )
            try await outbound.write(.head(head))
            let (number, lines) = watch(path, labels, name, version)
            defer { forget(number) }
            for await line in lines {
                guard let line else { return }
                try await outbound.write(.body(.byteBuffer(ByteBuffer(bytes: line))))
            }
            try await outbound.write(.end(nil))
        }
    }

    // MARK: Commands

    private func mayExec(_ asked: Asked) -> Bool {
        guard faults.withLock({ faults in !faults.contains { $0.times > 0 && $0.matches(asked) } }) else {
            return false
        }
        guard mayAsk(asked) else { return false }
        return pod(asked) != nil
    }

    private func refusedExec(_ asked: Asked) -> Answer {
        requests.withLock { $0.append("EXEC \(asked.path)") }
        if let fault = takeFault(asked) { return fault }
        guard mayAsk(asked) else {
            return .failure(401, "Unauthorized", "Unauthorized")
        }
        guard pod(asked) == nil else { return .failure(400, "BadRequest", "no protocol in common") }
        return .failure(404, "NotFound", "pods not found")
    }

    private func pod(_ asked: Asked) -> FakePod? {
        guard asked.path.hasSuffix("/exec") else { return nil }
        return pods.withLock { $0[String(asked.path.dropLast(5))] }
    }

    private func exec(_ channel: Socket, _ asked: Asked) async throws {
        requests.withLock { $0.append("EXEC \(asked.path)") }
        let hasTerminal = asked.value("tty") == "true"
        if asked.value("container") != "lab" { problem("a command without its container") }
        if asked.value("stdout") != "true" || asked.value("stderr") == asked.value("tty") {
            problem("a command with the wrong streams: \(asked.query.filter { $0.name != "command" })")
        }
        guard let pod = pod(asked) else { return }
        add(channel.channel)
        defer { remove(channel.channel) }
        let process: PodProcess
        do {
            process = try pod.start(asked.values("command"), hasTerminal: hasTerminal)
        } catch {
            problem("a program cannot be started: \(error)")
            throw error
        }
        if asked.value("stdin") != "true" { process.closeInput() }
        // The program outlives the connection, as in a cluster.
        let running = Task {
            let status = await process.status()
            pod.ended(process)
            return status
        }
        do {
            try await channel.executeThenClose { inbound, outbound in
                let reading = Task { await Self.take(inbound, process) }
                defer { reading.cancel() }
                async let output: Void = Self.pass(ExecChannel.output, outbound, pod) { await process.readOutput() }
                async let errors: Void = Self.pass(ExecChannel.errors, outbound, pod) { await process.readErrors() }
                _ = await (output, errors)
                try await Self.send(ExecChannel.status, Self.status(await running.value), outbound)
                try await outbound.write(WebSocketFrame(fin: true, opcode: .connectionClose, data: ByteBuffer()))
            }
        } catch {
            // The client has gone, or the connection was cut; the program goes on.
            _ = await running.value
        }
        process.finish()
    }

    private static func pass(
        _ channel: UInt8,
        _ outbound: NIOAsyncChannelOutboundWriter<WebSocketFrame>,
        _ pod: FakePod,
        _ next: @Sendable () async -> [UInt8]?
    ) async {
        while let bytes = await next() {
            // Nobody reads it any more, and the program goes on.
            do { try await send(channel, bytes, outbound) } catch { continue }
            pod.sent.withLock { $0[channel, default: 0] += bytes.count }
        }
    }

    private static func send(
        _ channel: UInt8,
        _ bytes: [UInt8],
        _ outbound: NIOAsyncChannelOutboundWriter<WebSocketFrame>
    ) async throws {
        try await outbound.write(WebSocketFrame(fin: true, opcode: .binary, data: ByteBuffer(bytes: [channel] + bytes)))
    }

    private static func take(
        _ inbound: NIOAsyncChannelInboundStream<WebSocketFrame>,
        _ process: PodProcess
    ) async {
        do {
            for try await frame in inbound where frame.opcode == .binary {
                let bytes = Array(frame.unmaskedData.readableBytesView)
                switch bytes.first {
                case ExecChannel.input: await process.write(Array(bytes.dropFirst()))
                case ExecChannel.close where bytes == [ExecChannel.close, ExecChannel.input]: process.closeInput()
                case ExecChannel.resize:
                    if let size = try? JSONDecoder().decode([String: Int].self, from: Data(bytes.dropFirst())) {
                        process.resize(columns: size["Width"] ?? 0, rows: size["Height"] ?? 0)
                    }
                default: continue
                }
            }
        } catch {}
    }

    private static func status(_ code: Int) -> [UInt8] {
        let object: JSON =
            code == 0
            ? ["kind": "Status", "metadata": [:], "status": "Success"]
            : [
                "kind": "Status", "metadata": [:], "status": "Failure", "reason": "NonZeroExitCode",
                "message": .text("command terminated with non-zero exit code: exit status \(code)"),
                "details": ["causes": [["reason": "ExitCode", "message": .text(String(code))]]],
            ]
        return (try? [UInt8](JSONEncoder().encode(object))) ?? []
    }
}
