/// Which system calls the programs of a box may make.
///
/// A list of what is refused rather than of what is allowed: labs run databases, compilers and interpreters. What the list
/// cannot know, calls newer than itself, is refused too. Arguments are compared as the kernel takes them: an `int` by its
/// lower half, lest a bit in the upper half hide it.
struct SeccompFilter {
    let architecture: SystemCalls.Architecture
    /// Whether memory that no process has mapped counts for the box.
    ///
    /// If not, ways to have such memory are closed.
    let countsUnmappedMemory: Bool

    private enum Errno {
        static let notPermitted: Int32 = 1
        static let noSpace: Int32 = 28
        static let noSystemCall: Int32 = 38
        static let noProtocol: Int32 = 93
        static let noFamily: Int32 = 97
    }

    /// `CLONE_NEWNS`, `NEWCGROUP`, `NEWUTS`, `NEWIPC`, `NEWUSER`, `NEWPID`, `NEWNET`.
    private static let namespaces: UInt32 = 0x7E02_0000
    /// `TIOCSTI` types for others, `TIOCLINUX` and `TIOCCONS` reach consoles, `TIOCSETD` loads drivers.
    private static let terminalTricks: [UInt32] = [0x5412, 0x541C, 0x541D, 0x5423]
    private static let unix: UInt32 = 1
    private static let netlink: UInt32 = 16
    private static let internet: [UInt32] = [2, 10]
    /// The default, ICMP, TCP, UDP, ICMPv6; others would load drivers.
    private static let protocols: [UInt32] = [0, 1, 6, 17, 58]

    /// The filter for the kernel.
    var program: BPFProgram {
        var program = BPFProgram()
        program.load(BPFProgram.Field.architecture)
        // Whoever speaks with another machine's numbers, as 32-bit programs do, would get past every comparison below.
        program.unless(BPFProgram.Code.jumpIfEqual, architecture.auditNumber) { $0.leave(.kill) }
        program.load(BPFProgram.Field.number)
        program.when(BPFProgram.Code.jumpIfGreater, SystemCalls.last) { $0.leave(.refuse(Errno.noSystemCall)) }
        for call in SystemCalls.unknown { program.refuse(call.number(architecture), Errno.noSystemCall) }
        for call in SystemCalls.forbidden { program.refuse(call.number(architecture), Errno.notPermitted) }
        for call in SystemCalls.Looked.allCases {
            program.when(BPFProgram.Code.jumpIfEqual, call.number(architecture)) { look(at: call, &$0) }
        }
        program.leave(.allow)
        return program
    }

    private func look(at call: SystemCalls.Looked, _ body: inout BPFProgram) {
        switch call {
        case .clone:
            body.load(BPFProgram.Field.low(0))
            body.when(BPFProgram.Code.jumpIfAnyBit, Self.namespaces) { $0.leave(.refuse(Errno.notPermitted)) }
        case .ioctl:
            body.load(BPFProgram.Field.low(1))
            for request in Self.terminalTricks { body.refuse(request, Errno.notPermitted) }
        case .socket, .socketpair:
            lookAtSocket(&body)
        case .personality:
            body.load(BPFProgram.Field.low(0))
            for harmless in [0, UInt32.max] as [UInt32] {
                body.when(BPFProgram.Code.jumpIfEqual, harmless) { $0.leave(.allow) }
            }
            body.leave(.refuse(Errno.notPermitted))
        case .shmget where !countsUnmappedMemory:
            // PostgreSQL needs a few bytes of it.
            body.load(BPFProgram.Field.high(1))
            body.when(BPFProgram.Code.jumpIfGreater, 0) { $0.leave(.refuse(Errno.noSpace)) }
            body.load(BPFProgram.Field.low(1))
            body.when(BPFProgram.Code.jumpIfGreater, 64 * 1_024) { $0.leave(.refuse(Errno.noSpace)) }
        case .memfdCreate where !countsUnmappedMemory:
            body.leave(.refuse(Errno.noSystemCall))
        case .shmget, .memfdCreate:
            break
        }
        body.leave(.allow)
    }

    private func lookAtSocket(_ body: inout BPFProgram) {
        body.load(BPFProgram.Field.low(0))
        body.when(BPFProgram.Code.jumpIfEqual, Self.unix) { $0.leave(.allow) }
        body.when(BPFProgram.Code.jumpIfEqual, Self.netlink) { body in
            body.load(BPFProgram.Field.low(2))
            body.when(BPFProgram.Code.jumpIfEqual, 0) { $0.leave(.allow) }
            body.leave(.refuse(Errno.noProtocol))
        }
        for family in Self.internet {
            body.when(BPFProgram.Code.jumpIfEqual, family) { body in
                body.load(BPFProgram.Field.low(2))
                for known in Self.protocols { body.when(BPFProgram.Code.jumpIfEqual, known) { $0.leave(.allow) } }
                body.leave(.refuse(Errno.noProtocol))
            }
        }
        body.leave(.refuse(Errno.noFamily))
    }
}

extension BPFProgram {
    /// Refuses the call or request of this number, if the machine has it.
    fileprivate mutating func refuse(_ number: UInt32?, _ errno: Int32) {
        guard let number else { return }
        when(Code.jumpIfEqual, number) { $0.leave(.refuse(errno)) }
    }
}
