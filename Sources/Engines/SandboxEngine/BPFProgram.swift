/// A filter for system calls, in the kernel's classic BPF.
///
/// Source: Linux, `Documentation/userspace-api/seccomp_filter.rst` and `include/uapi/linux/bpf_common.h`.
struct BPFProgram: Equatable {
    /// One instruction, as the kernel lays it out in 8 bytes.
    struct Instruction: Equatable {
        let code: UInt16
        let whenTrue: UInt8
        let whenFalse: UInt8
        let value: UInt32
    }

    private(set) var instructions: [Instruction] = []

    /// Codes of the instructions that are used here.
    enum Code {
        static let load: UInt16 = 0x20  // BPF_LD | BPF_W | BPF_ABS
        static let jumpIfEqual: UInt16 = 0x15  // BPF_JMP | BPF_JEQ | BPF_K
        static let jumpIfGreater: UInt16 = 0x25  // BPF_JMP | BPF_JGT | BPF_K
        static let jumpIfAnyBit: UInt16 = 0x45  // BPF_JMP | BPF_JSET | BPF_K
        static let leave: UInt16 = 0x06  // BPF_RET | BPF_K
    }

    /// What is done with a call.
    enum Verdict: Equatable {
        case allow
        case refuse(Int32)
        case kill

        var value: UInt32 {
            switch self {
            case .allow: 0x7FFF_0000
            case .refuse(let errno): 0x0005_0000 | UInt32(errno) & 0xFFFF
            case .kill: 0x8000_0000
            }
        }
    }

    /// Places in `struct seccomp_data`, on little-endian machines.
    enum Field {
        static let number: UInt32 = 0
        static let architecture: UInt32 = 4
        static func low(_ argument: Int) -> UInt32 { UInt32(16 + 8 * argument) }
        static func high(_ argument: Int) -> UInt32 { UInt32(20 + 8 * argument) }
    }

    mutating func load(_ field: UInt32) {
        instructions.append(Instruction(code: Code.load, whenTrue: 0, whenFalse: 0, value: field))
    }

    mutating func leave(_ verdict: Verdict) {
        instructions.append(Instruction(code: Code.leave, whenTrue: 0, whenFalse: 0, value: verdict.value))
    }

    /// Runs `body` if the test holds, else goes on behind it.
    ///
    /// A body has at most 255 instructions.
    mutating func when(_ code: UInt16, _ value: UInt32, _ body: (inout BPFProgram) -> Void) {
        var inner = BPFProgram()
        body(&inner)
        let skip = UInt8(clamping: inner.instructions.count)
        precondition(Int(skip) == inner.instructions.count, "a body of the filter is too long to jump over")
        instructions.append(Instruction(code: code, whenTrue: 0, whenFalse: skip, value: value))
        instructions += inner.instructions
    }

    /// Runs `body` if the test does not hold.
    mutating func unless(_ code: UInt16, _ value: UInt32, _ body: (inout BPFProgram) -> Void) {
        let at = instructions.count
        when(code, value, body)
        let test = instructions[at]
        instructions[at] = Instruction(code: code, whenTrue: test.whenFalse, whenFalse: 0, value: value)
    }

    /// As the kernel reads it.
    var bytes: [UInt8] {
        instructions.flatMap { instruction -> [UInt8] in
            let code = instruction.code
            let value = instruction.value
            return [UInt8(code & 0xFF), UInt8(code >> 8), instruction.whenTrue, instruction.whenFalse]
                + (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * UInt32($0))) }
        }
    }
}
