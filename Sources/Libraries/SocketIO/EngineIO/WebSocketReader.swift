/// Reads the frames of a WebSocket client, joins fragments, and finds what breaks the rules, from a frame's head where
/// that is possible: nothing is allocated for bytes that are not there.
///
/// Source: RFC 6455.
public struct WebSocketReader: Sendable {
    /// What was read.
    public enum Event: Sendable, Equatable {
        /// A whole text message, checked to be UTF-8.
        case text([UInt8])
        /// A whole binary message.
        case binary([UInt8])
        /// A ping, to be answered with the same bytes.
        case ping([UInt8])
        /// The client closes; the code to answer with, `nil` for none.
        case close(UInt16?)
        /// The client broke the rules: close with this code, and read nothing more.
        case failure(UInt16)
    }

    /// Codes of closing frames.
    ///
    /// Source: RFC 6455, "Defined Status Codes".
    public enum Code {
        /// The purpose is fulfilled.
        public static let normal: UInt16 = 1_000
        /// The server stops.
        public static let goingAway: UInt16 = 1_001
        /// A frame breaks the protocol.
        public static let protocolError: UInt16 = 1_002
        /// Text is not UTF-8.
        public static let notUTF8: UInt16 = 1_007
        /// The connection is not wanted.
        public static let policy: UInt16 = 1_008
        /// A message is too large, or in too many fragments.
        public static let tooLarge: UInt16 = 1_009
    }

    private enum Opcode: UInt8 {
        case continuation = 0
        case text = 1
        case binary = 2
        case close = 8
        case ping = 9
        case pong = 10

        var isControl: Bool { rawValue >= 8 }
    }

    private struct Frame {
        var isLast: Bool
        var opcode: Opcode
        var left: Int
        var mask: UInt32
        /// How far the mask is turned.
        var turn = 0
    }

    private static let longestHead = 14
    /// Longer messages are refused from the length alone, so no limit is above it.
    private static let longestMessage = 0xFFFF_FFFF

    private let messageLimit: Int
    private let fragmentLimit: Int
    /// The beginning of a frame's head, when the rest of it is not there.
    private var head: [UInt8] = []
    private var frame: Frame?
    /// The message whose frames are being read.
    private var message: (opcode: Opcode, bytes: [UInt8])?
    private var fragments = 0
    private var control: [UInt8] = []
    private var hasFailed = false

    /// A reader before the first frame.
    ///
    /// - Parameters:
    ///   - messageLimit: Bytes of a message, at most 2³² - 1.
    ///   - fragmentLimit: Frames of a message.
    public init(messageLimit: Int, fragmentLimit: Int) {
        self.messageLimit = min(max(0, messageLimit), Self.longestMessage)
        self.fragmentLimit = fragmentLimit
    }

    /// Reads up to the next event.
    ///
    /// - Parameter position: Where to begin; afterwards, where the next call is to begin.
    /// - Returns: `nil` if all bytes are read and more are needed.
    public mutating func next(_ bytes: UnsafeRawBufferPointer, _ position: inout Int) -> Event? {
        while !hasFailed {
            if frame == nil {
                guard let code = readHead(bytes, &position) else { return nil }
                guard code == 0 else { return fail(code) }
            }
            guard readPayload(bytes, &position) else { return nil }
            if let event = endFrame() { return event }
        }
        position = bytes.count
        return nil
    }

    private mutating func fail(_ code: UInt16) -> Event {
        hasFailed = true
        (head, message, control) = ([], nil, [])
        return .failure(code)
    }

    // MARK: Heads

    /// Reads a frame's head.
    ///
    /// - Returns: 0, the code of what is wrong, or `nil` if it is not all there.
    private mutating func readHead(_ bytes: UnsafeRawBufferPointer, _ position: inout Int) -> UInt16? {
        let kept = head.count
        if kept == 0, let (result, length) = parseHead(UnsafeRawBufferPointer(rebasing: bytes[position...])) {
            position += length
            return result
        }
        let added = min(Self.longestHead - kept, bytes.count - position)
        head.append(contentsOf: bytes[position..<position + added])
        guard let (result, length) = head.withUnsafeBytes({ bytes in Self.parse(bytes) }).map({ take($0) }) else {
            position += added
            return nil
        }
        position += length - kept
        head = []
        return result
    }

    private mutating func parseHead(_ bytes: UnsafeRawBufferPointer) -> (UInt16, Int)? {
        Self.parse(bytes).map { take($0) }
    }

    private struct Head {
        var first: UInt8
        var isMasked: Bool
        var length: UInt64
        var isShortest: Bool
        var mask: UInt32
        var size: Int
    }

    /// A head without judgement, of one without mask its first two bytes, of one that is too long the bytes before its
    /// mask; `nil` if it is not all there.
    private static func parse(_ bytes: UnsafeRawBufferPointer) -> Head? {
        guard bytes.count >= 2 else { return nil }
        let (first, second) = (bytes[0], bytes[1])
        var head = Head(first: first, isMasked: second & 0x80 != 0, length: 0, isShortest: true, mask: 0, size: 2)
        guard head.isMasked, first & 0x70 == 0 else { return head }
        let short = second & 0x7F
        let width = short == 127 ? 8 : short == 126 ? 2 : 0
        guard bytes.count >= 2 + width else { return nil }
        head.length = UInt64(short)
        if width > 0 {
            head.length = bytes[2..<2 + width].reduce(0) { $0 << 8 | UInt64($1) }
            head.isShortest = head.length >= (width == 8 ? 0x1_0000 : 126)
        }
        // What is too long is refused without waiting for the mask. The size is what was looked at: of a head that
        // came in pieces, never less than the pieces before the last.
        head.size = 2 + width
        guard bytes.count >= 6 + width else { return head.length >> 32 > 0 ? head : nil }
        head.mask = bytes.loadUnaligned(fromByteOffset: 2 + width, as: UInt32.self)
        head.size = 6 + width
        return head
    }

    private mutating func take(_ head: Head) -> (UInt16, Int) {
        (judge(head), head.size)
    }

    private mutating func judge(_ head: Head) -> UInt16 {
        guard head.isMasked, head.first & 0x70 == 0, let opcode = Opcode(rawValue: head.first & 0x0F) else {
            return Code.protocolError
        }
        let isLast = head.first & 0x80 != 0
        if opcode.isControl {
            guard isLast, head.length <= 125 else { return Code.protocolError }
        } else {
            guard (opcode == .continuation) == (message != nil) else { return Code.protocolError }
            guard head.length <= UInt64(messageLimit - (message?.bytes.count ?? 0)) else { return Code.tooLarge }
            fragments += 1
            guard fragments <= fragmentLimit else { return Code.tooLarge }
            if message == nil { message = (opcode, []) }
        }
        guard head.isShortest else { return Code.protocolError }
        frame = Frame(isLast: isLast, opcode: opcode, left: Int(head.length), mask: head.mask)
        return 0
    }

    // MARK: Payloads

    /// Takes what is there of the frame's payload; false if that is not all.
    private mutating func readPayload(_ bytes: UnsafeRawBufferPointer, _ position: inout Int) -> Bool {
        guard var current = frame else { return false }
        let count = min(current.left, bytes.count - position)
        if count > 0 {
            let part = UnsafeRawBufferPointer(rebasing: bytes[position..<position + count])
            if current.opcode.isControl {
                Self.unmask(part, &current, into: &control)
            } else {
                var joined = message?.bytes ?? []
                message?.bytes = []
                Self.unmask(part, &current, into: &joined)
                message?.bytes = joined
            }
            position += count
            current.left -= count
        }
        frame = current
        return current.left == 0
    }

    private static func unmask(_ part: UnsafeRawBufferPointer, _ frame: inout Frame, into bytes: inout [UInt8]) {
        let start = bytes.count
        bytes.append(contentsOf: part)
        let mask = frame.mask.littleEndian
        let turn = frame.turn & 3
        let turned = turn == 0 ? mask : mask >> (8 * UInt32(turn)) | mask << (32 - 8 * UInt32(turn))
        let wide = UInt64(turned) << 32 | UInt64(turned)
        bytes.withUnsafeMutableBytes { all in
            let target = UnsafeMutableRawBufferPointer(rebasing: all[start...])
            let whole = target.count & ~7
            var offset = 0
            while offset < whole {
                let word = UInt64(littleEndian: target.loadUnaligned(fromByteOffset: offset, as: UInt64.self)) ^ wide
                target.storeBytes(of: word.littleEndian, toByteOffset: offset, as: UInt64.self)
                offset += 8
            }
            while offset < target.count {
                target[offset] ^= UInt8(truncatingIfNeeded: wide >> UInt64(8 * (offset & 7)))
                offset += 1
            }
        }
        frame.turn = (turn + part.count) & 3
    }

    private mutating func endFrame() -> Event? {
        guard let ended = frame else { return nil }
        frame = nil
        if ended.opcode.isControl {
            defer { control = [] }
            switch ended.opcode {
            case .ping: return .ping(control)
            case .close: return close()
            default: return nil
            }
        }
        guard ended.isLast, let whole = message else { return nil }
        (message, fragments) = (nil, 0)
        guard whole.opcode == .text else { return .binary(whole.bytes) }
        return UTF8Check.isValid(whole.bytes[...]) ? .text(whole.bytes) : fail(Code.notUTF8)
    }

    private mutating func close() -> Event {
        guard !control.isEmpty else { return .close(nil) }
        guard control.count >= 2 else { return fail(Code.protocolError) }
        let code = UInt16(control[0]) << 8 | UInt16(control[1])
        guard Self.isCloseCode(code) else { return fail(Code.protocolError) }
        guard UTF8Check.isValid(control[2...]) else { return fail(Code.notUTF8) }
        return .close(code)
    }

    /// Source: RFC 6455, "Defined Status Codes"; the rest may not be sent.
    private static func isCloseCode(_ code: UInt16) -> Bool {
        switch code {
        case 1_000...1_003, 1_007...1_014, 3_000...4_999: true
        default: false
        }
    }
}
