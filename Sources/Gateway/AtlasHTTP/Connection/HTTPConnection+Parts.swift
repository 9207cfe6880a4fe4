import NIOCore
import NIOHTTP1

/// Answers in several parts: chunks of a `multipart/mixed` body, each part flushed as it comes.
///
/// Nothing is compressed, for a compressor would hold parts back. The next part is made when the system has taken the one
/// before, so a client that reads slowly slows the operation down, until the time for the whole of it is over.
/// Source: RFC 2046, "Multipart Media Type"; RFC 9112, "Chunked Transfer Coding".
extension HTTPConnection {
    /// Has a request answered, in parts if there are several.
    func answerInParts(_ exchange: Exchange) {
        guard let loop = context?.eventLoop else { return }
        let (request, core, number) = (exchange.request, core, number)
        let connection = NIOLoopBound(self, eventLoop: loop)
        start(exchange) { () -> Answer? in
            let answer = await core.graphQL.answer(request) { event in
                // An error means that the loop is gone, and with it the connection.
                (try? await loop.flatSubmit { connection.value.take(event, of: number, loop) }.get()) ?? false
            }
            guard let answer else { return nil }
            return await core.packed(answer, for: request.headers)
        } then: { connection, exchange, answer in
            if let answer {
                connection.finish(exchange, answer)
            } else {
                // The operation ended without its last part: it was cancelled.
                connection.cutParts()
            }
        }
    }

    /// False if nothing more is wanted.
    private func take(_ event: PartEvent, of number: UInt64, _ loop: any EventLoop) -> EventLoopFuture<Bool> {
        guard self.number == number, case .answering(let exchange) = state, let context else {
            return loop.makeSucceededFuture(false)
        }
        switch event {
        case .begin(let answer):
            exchange.isInParts = true
            core.log(answer, to: exchange, bytes: 0)
            exchange.keepsConnection = exchange.keepsConnection && !isQuiescing
            let head = core.encodeParts(answer, to: exchange, loop: self.loop, allocator: context.channel.allocator)
            context.write(wrapOutboundOut(head), promise: nil)
            return loop.makeSucceededFuture(true)
        case .part(let json, isLast: false):
            return context.writeAndFlush(wrapOutboundOut(Self.chunk(json, isLast: false)))
                .map { true }.recover { _ in false }
        case .part(let json, isLast: true):
            conclude(exchange, Self.chunk(json, isLast: true), keeps: exchange.keepsConnection && !isQuiescing)
        case .cut: cutParts()
        }
        return loop.makeSucceededFuture(false)
    }

    /// Ends the connection in the midst of an answer, so that the client sees that something is missing.
    func cutParts() {
        task?.cancel()
        context?.close(promise: nil)
    }

    /// A part with the separator behind it, so that the client need not wait for the next part to know that it is whole.
    private static func chunk(_ json: [UInt8], isLast: Bool) -> ByteBuffer {
        let head: StaticString = "\r\nContent-Type: application/json; charset=utf-8\r\n\r\n"
        let end: StaticString = "\r\n---"
        let length = head.utf8CodeUnitCount + json.count + end.utf8CodeUnitCount + (isLast ? 4 : 0)
        var buffer = ByteBuffer()
        buffer.reserveCapacity(length + 32)
        buffer.writeString(String(length, radix: 16))
        buffer.writeStaticString("\r\n")
        buffer.writeStaticString(head)
        buffer.writeBytes(json)
        buffer.writeStaticString(end)
        buffer.writeStaticString(isLast ? "--\r\n\r\n0\r\n\r\n" : "\r\n")
        return buffer
    }
}

extension ServerCore {
    /// The head of an answer in parts and the first separator.
    func encodeParts(
        _ answer: Answer,
        to exchange: Exchange,
        loop: LoopState,
        allocator: ByteBufferAllocator
    ) -> ByteBuffer {
        var head = ResponseHead(answer.status, room: 16, allocator: allocator)
        head.block(securityBlock)
        head.block(loop.dateHeader())
        head.header("x-request-id", exchange.id)
        head.header("content-type", "multipart/mixed; boundary=\"\(GraphQLEndpoint.boundary)\"")
        for header in answer.headers { head.header(header.name, header.value) }
        head.header("vary", "accept")
        head.header("x-accel-buffering", "no")
        head.header("transfer-encoding", "chunked")
        if !exchange.keepsConnection { head.header("connection", "close") }
        let separator = "\r\n--\(GraphQLEndpoint.boundary)"
        return head.finish(.bytes(Array("\(String(separator.utf8.count, radix: 16))\r\n\(separator)\r\n".utf8)))
    }
}
