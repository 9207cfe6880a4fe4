/// Numbers of system calls that the filter speaks of, per architecture.
///
/// Source: Linux, `arch/x86/entry/syscalls/syscall_64.tbl` and `include/uapi/asm-generic/unistd.h`.
enum SystemCalls {
    /// A kind of machine.
    enum Architecture: String, CaseIterable {
        case intel64 = "x86_64"
        case arm64 = "aarch64"

        /// The machine that this program was built for; `nil` where there is no filter for it.
        static var current: Architecture? {
            #if arch(x86_64)
            .intel64
            #elseif arch(arm64)
            .arm64
            #else
            nil
            #endif
        }

        /// The kernel's name for it, `AUDIT_ARCH_…`.
        var auditNumber: UInt32 {
            switch self {
            case .intel64: 0xC000_003E
            case .arm64: 0xC000_00B7
            }
        }
    }

    /// A call and its number on each machine; `nil` where there is none.
    struct Call {
        let name: String
        let intel: UInt32?
        let arm: UInt32?

        init(_ name: String, _ intel: UInt32?, _ arm: UInt32?) {
            self.name = name
            self.intel = intel
            self.arm = arm
        }

        func number(_ architecture: Architecture) -> UInt32? {
            architecture == .intel64 ? intel : arm
        }
    }

    /// The last number that was looked at; what came later is unknown and refused.
    static let last: UInt32 = 462  // mseal, Linux 6.10

    /// Refused with "not permitted": they reach other processes, the kernel's insides or the layout of the system.
    static let forbidden: [Call] = [
        // Namespaces and mounts
        Call("unshare", 272, 97),
        Call("setns", 308, 268),
        Call("mount", 165, 40),
        Call("umount2", 166, 39),
        Call("pivot_root", 155, 41),
        Call("chroot", 161, 51),
        Call("open_tree", 428, 428),
        Call("move_mount", 429, 429),
        Call("fsopen", 430, 430),
        Call("fsconfig", 431, 431),
        Call("fsmount", 432, 432),
        Call("fspick", 433, 433),
        Call("mount_setattr", 442, 442),
        Call("statmount", 457, 457),
        Call("listmount", 458, 458),
        Call("name_to_handle_at", 303, 264),
        Call("open_by_handle_at", 304, 265),
        Call("quotactl", 179, 60),
        Call("quotactl_fd", 443, 443),
        // Other processes
        Call("ptrace", 101, 117),
        Call("process_vm_readv", 310, 270),
        Call("process_vm_writev", 311, 271),
        Call("kcmp", 312, 272),
        Call("pidfd_getfd", 438, 438),
        Call("process_madvise", 440, 440),
        Call("process_mrelease", 448, 448),
        Call("migrate_pages", 256, 238),
        Call("move_pages", 279, 239),
        Call("mbind", 237, 235),
        Call("set_mempolicy", 238, 237),
        Call("get_mempolicy", 239, 236),
        Call("set_mempolicy_home_node", 450, 450),
        // The kernel
        Call("bpf", 321, 280),
        Call("perf_event_open", 298, 241),
        Call("userfaultfd", 323, 282),
        Call("keyctl", 250, 219),
        Call("add_key", 248, 217),
        Call("request_key", 249, 218),
        Call("kexec_load", 246, 104),
        Call("kexec_file_load", 320, 294),
        Call("init_module", 175, 105),
        Call("finit_module", 313, 273),
        Call("delete_module", 176, 106),
        Call("create_module", 174, nil),
        Call("get_kernel_syms", 177, nil),
        Call("query_module", 178, nil),
        Call("reboot", 169, 142),
        Call("swapon", 167, 224),
        Call("swapoff", 168, 225),
        Call("acct", 163, 89),
        Call("syslog", 103, 116),
        Call("lookup_dcookie", 212, 18),
        Call("nfsservctl", 180, 42),
        Call("vhangup", 153, 58),
        Call("uselib", 134, nil),
        Call("ustat", 136, nil),
        Call("_sysctl", 156, nil),
        Call("fanotify_init", 300, 262),
        Call("modify_ldt", 154, nil),
        Call("iopl", 172, nil),
        Call("ioperm", 173, nil),
        Call("memfd_secret", 447, 447),
        // The clock and the name
        Call("settimeofday", 164, 170),
        Call("clock_settime", 227, 112),
        Call("clock_adjtime", 305, 266),
        Call("adjtimex", 159, 171),
        Call("sethostname", 170, 161),
        Call("setdomainname", 171, 162),
    ]

    /// Refused as if the kernel did not have them, so that programs fall back to what they used before.
    static let unknown: [Call] = [
        Call("clone3", 435, 435),
        Call("io_uring_setup", 425, 425),
        Call("io_uring_enter", 426, 426),
        Call("io_uring_register", 427, 427),
    ]

    /// Allowed, depending on what they ask.
    enum Looked: CaseIterable {
        case clone
        case ioctl
        case socket
        case socketpair
        case personality
        case shmget
        case memfdCreate

        func number(_ architecture: Architecture) -> UInt32 {
            let (intel, arm): (UInt32, UInt32) =
                switch self {
                case .clone: (56, 220)
                case .ioctl: (16, 29)
                case .socket: (41, 198)
                case .socketpair: (53, 199)
                case .personality: (135, 92)
                case .shmget: (29, 194)
                case .memfdCreate: (319, 279)
                }
            return architecture == .intel64 ? intel : arm
        }
    }
}
