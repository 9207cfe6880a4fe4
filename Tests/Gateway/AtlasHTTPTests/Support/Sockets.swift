import AtlasHTTP
import NIOConcurrencyHelpers
import NIOCore
import NIOHTTP1
import NIOWebSocket

/// Sends every message back; says "ready" first. The query tells what to do with the request.
struct EchoAcceptor: WebSocketAcceptor {
    /// Waited for with `?later`.
    let gate = Gate()
    /// Opens when a client does not take what it is sent.
    let isStuck = Gate()
    /// The most bytes that ever waited for one.
    let mostUnsent = NIOLockedValueBox(0)

    func accept(_ request: WebSocketRequest) async -> WebSocketDecision {
        switch request.query {
        case "refuse": return .refuse(403)
        case "pass": return .passOn
        case "own" where !request.isSameOrigin: return .refuse(403)
        case "later": await gate.wait()
        default: break
        }
        var headers: HTTPHeaders = [:]
        if request.subprotocols.contains("echo.v1") { headers.add(name: "sec-websocket-protocol", value: "echo.v1") }
        return .accept(
            WebSocketAcceptance(headers: headers) { channel in
                try channel.pipeline.syncOperations.addHandler(EchoHandler(isStuck: isStuck, mostUnsent: mostUnsent))
            }
        )
    }
}

private final class EchoHandler: ChannelInboundHandler, Sendable {
    typealias InboundIn = WebSocketMessage
    typealias OutboundOut = WebSocketOutput

    private let isStuck: Gate
    private let mostUnsent: NIOLockedValueBox<Int>

    init(isStuck: Gate, mostUnsent: NIOLockedValueBox<Int>) {
        self.isStuck = isStuck
        self.mostUnsent = mostUnsent
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if !context.channel.isWritable { isStuck.open() }
        context.fireChannelWritabilityChanged()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let unsent = (try? context.channel.syncOptions?.getOption(.bufferedWritableBytes)) ?? 0
        mostUnsent.withLockedValue { $0 = max($0, unsent) }
        let message = unwrapInboundIn(data)
        if case .text(let text) = message, String(buffer: text) == "close me" {
            context.writeAndFlush(
                wrapOutboundOut(.close(WebSocketErrorCode(codeNumber: 4_400), reason: "as you wish")),
                promise: nil
            )
        } else {
            context.writeAndFlush(wrapOutboundOut(.message(message)), promise: nil)
        }
    }
}

/// Frames as bytes.
enum Frame {
    static let text: UInt8 = 1, binary: UInt8 = 2, close: UInt8 = 8, ping: UInt8 = 9, pong: UInt8 = 10

    static func bytes(
        _ opcode: UInt8,
        _ payload: [UInt8],
        fin: Bool = true,
        masked: Bool = true,
        reserved: UInt8 = 0
    ) -> [UInt8] {
        var bytes = [(fin ? 0x80 : 0) | reserved | opcode]
        let mask: UInt8 = masked ? 0x80 : 0
        switch payload.count {
        case 0..<126: bytes.append(mask | UInt8(payload.count))
        case 126..<65_536: bytes += [mask | 126, UInt8(payload.count >> 8), UInt8(payload.count & 255)]
        default: bytes += [mask | 127] + (0..<8).reversed().map { UInt8(truncatingIfNeeded: payload.count >> ($0 * 8)) }
        }
        guard masked else { return bytes + payload }
        let key: [UInt8] = [0x12, 0x34, 0x56, 0x78]
        return bytes + key + payload.enumerated().map { $1 ^ key[$0 % 4] }
    }

    static func text(_ text: String) -> [UInt8] { bytes(self.text, Array(text.utf8)) }

    static func close(_ code: UInt16, _ reason: String = "") -> [UInt8] {
        bytes(close, [UInt8(code >> 8), UInt8(code & 255)] + Array(reason.utf8))
    }
}

struct ReceivedFrame: Equatable {
    let opcode: UInt8
    let payload: [UInt8]

    var text: String { String(decoding: payload, as: UTF8.self) }
    var closeCode: Int { payload.count < 2 ? 0 : Int(payload[0]) << 8 | Int(payload[1]) }
}

extension Wire {
    static let handshake = [
        "connection": "Upgrade", "upgrade": "websocket", "sec-websocket-version": "13",
        "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
    ]

    /// Asks for a WebSocket.
    func upgrade(_ target: String = "/ws/echo", _ headers: [String: String] = [:]) async throws -> WireResponse {
        try await request("GET", target, Self.handshake.merging(headers) { $1 })
    }

    /// The next frame of the server, which must not be masked.
    func frame() async throws -> ReceivedFrame {
        let head = try await bytes(2)
        let short = Int(head[1] & 0x7F)
        let more = short == 126 ? 2 : short == 127 ? 8 : 0
        let length = more == 0 ? short : try await bytes(more).reduce(0) { $0 << 8 | Int($1) }
        return ReceivedFrame(opcode: head[0] & 0x0F, payload: try await bytes(length))
    }
}
