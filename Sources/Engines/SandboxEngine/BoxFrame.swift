import AtlasCore
import CLabBox

/// One message between Atlas and a box; `lab_box_protocol.h` says what each means.
struct BoxFrame: Equatable {
    let kind: UInt8
    let id: UInt32
    let payload: [UInt8]

    init(_ kind: Int, id: UInt32, _ payload: [UInt8] = []) {
        self.kind = UInt8(truncatingIfNeeded: kind)
        self.id = id
        self.payload = payload
    }

    /// As it is sent.
    var bytes: [UInt8] {
        UInt32(payload.count).littleEndianBytes + [kind, 0, 0, 0] + id.littleEndianBytes + payload
    }

    /// `payload` in as many frames as it takes; none if it is empty.
    static func pieces(_ kind: Int, id: UInt32, _ payload: [UInt8]) -> [BoxFrame] {
        stride(from: 0, to: payload.count, by: Int(BOX_PAYLOAD)).map { start in
            BoxFrame(kind, id: id, Array(payload[start..<min(start + Int(BOX_PAYLOAD), payload.count)]))
        }
    }
}

/// Puts frames together from whatever pieces the socket gives.
struct BoxFrameReader {
    private var buffer: [UInt8] = []
    private var start = 0

    /// Takes `bytes`; the frames that are whole now.
    ///
    /// - Throws: `AtlasError` `.internalError` if what comes is no frame; nothing can be read after that.
    mutating func take(_ bytes: some Collection<UInt8>) throws -> [BoxFrame] {
        buffer.append(contentsOf: bytes)
        var frames: [BoxFrame] = []
        while let frame = try next() { frames.append(frame) }
        if start > 0 {
            buffer.removeFirst(start)
            start = 0
        }
        return frames
    }

    private mutating func next() throws -> BoxFrame? {
        let head = Int(BOX_HEAD)
        guard buffer.count - start >= head else { return nil }
        var reader = BoxPayload(buffer[start..<(start + head)])
        let length = Int(try reader.word())
        let kind = try reader.byte()
        let reserved = try (reader.byte(), reader.byte(), reader.byte())
        let id = try reader.word()
        guard length <= Int(BOX_PAYLOAD), reserved == (0, 0, 0) else {
            throw AtlasError(.internalError, "The lab's box broke.", detail: "a frame of \(length) bytes, kind \(kind)")
        }
        guard buffer.count - start >= head + length else { return nil }
        let payload = Array(buffer[(start + head)..<(start + head + length)])
        start += head + length
        return BoxFrame(Int(kind), id: id, payload)
    }
}

/// Reads numbers and strings from a frame's payload.
struct BoxPayload {
    private var rest: ArraySlice<UInt8>

    init(_ bytes: some Collection<UInt8>) { rest = ArraySlice(Array(bytes)) }

    mutating func byte() throws -> UInt8 {
        guard let byte = rest.popFirst() else { throw Self.isShort }
        return byte
    }

    mutating func word() throws -> UInt32 {
        var value: UInt32 = 0
        for shift in stride(from: UInt32(0), to: 32, by: 8) { value |= UInt32(try byte()) << shift }
        return value
    }

    mutating func long() throws -> UInt64 {
        let low = try word()
        return UInt64(low) | UInt64(try word()) << 32
    }

    /// What is left.
    mutating func all() -> [UInt8] {
        defer { rest = [] }
        return Array(rest)
    }

    /// Strings that each end with a NUL, to the end; bytes that are no UTF-8 are replaced.
    mutating func strings() throws -> [String] {
        guard rest.last ?? 0 == 0 else { throw Self.isShort }
        return all().split(separator: 0, omittingEmptySubsequences: false).dropLast()
            .map { String(decoding: $0, as: UTF8.self) }
    }

    private static var isShort: AtlasError {
        AtlasError(.internalError, "The lab's box broke.", detail: "a frame is too short")
    }
}

extension FixedWidthInteger {
    var littleEndianBytes: [UInt8] {
        (0..<(Self.bitWidth / 8)).map { UInt8(truncatingIfNeeded: self >> Self($0 * 8)) }
    }
}
