import AtlasCore
import AtlasPorts
import AtlasTestKit
import Foundation
import Testing

/// What a learner's program must not reach.
@Suite(.whereBoxesRun) struct IsolationTests {
    /// Runs Python in a box: its lines.
    private func lines(_ program: String) async throws -> [String] {
        let text = Holder()
        try await Bench.run { bench async throws in
            try await bench.box { box async throws in await text.set(try await box.python(program).text) }
        }
        return await text.value.split(separator: "\n").map(String.init)
    }

    private actor Holder {
        var value = ""
        func set(_ value: String) { self.value = value }
    }

    @Test func `files of the host and Atlas's own are not there`() async throws {
        try await Bench.run { bench async throws in
            let secret = bench.folder + "/secret.txt"
            try Data("secret".utf8).write(to: URL(filePath: secret))
            chmod(secret, 0o644)
            try await bench.box { box async throws in
                #expect(try await box.shell("cat \(secret)").status == .exited(1))
                let paths = [
                    "/etc/shadow", "/root", "/sys", "/boot", "/mnt", "/srv", "/etc/ssh", "/etc/ssl", "/var/lib",
                    "/var/log",
                    "/proc/kcore", "/dev/kmsg", "/dev/mem", "/dev/sda", "/dev/vda", "/dev/fuse", "/dev/kvm",
                    bench.folder,
                    FileManager.default.currentDirectoryPath,
                ]
                for path in paths {
                    let found = try await box.shell(
                        "[ -r '\(path)' ] && [ -n \"$(head -c1 \(path) 2>&1; ls \(path))\" ]"
                    )
                    #expect(found.status != .exited(0), "\(path): \(found.text)")
                }
                #expect(try await box.shell("ls /usr/local /usr/src").text == "/usr/local:\n\n/usr/src:\n")
            }
        }
    }

    @Test func `the system cannot be written, only home, tmp, run and shm`() async throws {
        try await Bench.run { bench async throws in
            try await bench.box({ $0.folders = ["/lab": try LabFiles(["check": .text("x")])] }) { box async throws in
                for path in [
                    "/", "/usr", "/usr/bin", "/etc", "/dev", "/opt/atlas", "/opt/atlas/bin", "/lab", "/home", "/proc",
                ] {
                    #expect(try await box.shell("touch \(path)/new").status == .exited(1), "\(path)")
                }
                for path in ["/etc/passwd", "/lab/check", "/opt/atlas/atlas-lab-box", "/usr/bin/env"] {
                    #expect(try await box.shell("echo x > \(path)").status != .exited(0), "\(path)")
                    #expect(try await box.shell("chmod 777 \(path)").status != .exited(0), "\(path)")
                    #expect(try await box.shell("rm -f \(path)").status != .exited(0), "\(path)")
                }
                for path in ["/home/lab", "/tmp", "/run", "/dev/shm", "/var/tmp"] {
                    #expect(try await box.shell("touch \(path)/new").status == .exited(0), "\(path)")
                }
                #expect(try await box.shell("echo 1 > /proc/sys/kernel/core_pattern").status != .exited(0))
                #expect(try await box.shell("echo b > /proc/sysrq-trigger").status != .exited(0))
            }
        }
    }

    @Test func `other boxes' files, programs and sockets are out of reach`() async throws {
        try await Bench.run { bench async throws in
            try await bench.box { first async throws in
                try await bench.box { second async throws in
                    let terminal = try await first.openTerminal(LabTerminalSize(columns: 80, rows: 24))
                    try await terminal.type("echo mine > secret; cp secret /tmp; exec -a lurker-of-one sleep 1000\n")
                    _ = try await first.shell("until pgrep -f lurker-of-one; do :; done")
                    #expect(try await second.shell("ls -A ~ /tmp").text == "/home/lab:\n\n/tmp:\n")
                    #expect(try await second.shell("ls /proc | grep -c '^[0-9]'").text.isBelow(8))
                    #expect(try await second.shell("pgrep -f lurker-of-on[e]").status == .exited(1))
                    _ = try await second.shell("kill -9 -1")
                    #expect(try await first.shell("pgrep -f lurker-of-on[e]").status == .exited(0))
                    let listen = """
                        import socket
                        s = socket.socket(socket.AF_UNIX); s.bind('\\0box-test'); s.listen(1)
                        t = socket.create_server(('127.0.0.1', 4321))
                        print('up', flush=True)
                        import time; time.sleep(1000)
                        """
                    async let server = first.python(listen, timeLimit: .seconds(60))
                    _ = try await first.shell(
                        "until ss -ltn 2>/dev/null | grep -q 4321 || grep -q :10E1 /proc/net/tcp; do :; done"
                    )
                    let reach = """
                        import socket
                        for s, a in ((socket.socket(socket.AF_UNIX), '\\0box-test'), (socket.socket(), ('127.0.0.1', 4321))):
                            try: s.connect(a); print('reached')
                            except OSError as e: print(e.strerror)
                        """
                    #expect(try await second.python(reach).text == "Connection refused\nConnection refused\n")
                    await first.stop()
                    _ = try? await server
                }
            }
        }
    }

    @Test func `the host's network is not there, its own loopback is`() async throws {
        let server = try HostServer()
        defer { server.close() }
        let found = try await lines(
            """
            import socket
            def tell(make):
                try: make(); print('reached')
                except OSError as e: print(e.strerror or type(e).__name__)
            tell(lambda: socket.create_connection(('127.0.0.1', \(server.port)), 2))
            tell(lambda: socket.create_connection(('192.0.2.1', 80), 2))
            tell(lambda: socket.create_connection(('169.254.169.254', 80), 2))
            tell(lambda: socket.socket(socket.AF_UNIX).connect('\\0\(server.name)'))
            tell(lambda: socket.getaddrinfo('example.org', 80))
            print(open('/proc/net/dev').read().count(':'))
            s = socket.create_server(('127.0.0.1', 0)); socket.create_connection(s.getsockname()); print('own')
            s = socket.create_server(('::1', 0), family=socket.AF_INET6); socket.create_connection(s.getsockname()[:2]); print('own')
            """
        )
        #expect(found[0] == "Connection refused")
        #expect(found[1] == "Network is unreachable")
        #expect(found[2] == "Network is unreachable")
        #expect(found[3] == "Connection refused")
        #expect(found[4] != "reached")
        #expect(found[5...] == ["1", "own", "own"])
    }

    @Test func `the first process cannot be killed, stopped, read or written`() async throws {
        try await Bench.run { bench async throws in
            try await bench.box { box async throws in
                for signal in ["KILL", "STOP", "TERM", "INT", "SEGV", "ABRT"] {
                    _ = try await box.shell("kill -\(signal) 1; kill -\(signal) -1 2>/dev/null; true")
                }
                for file in [
                    "environ", "mem", "maps", "fd", "fd/3", "cwd", "exe", "root", "stack", "auxv", "map_files",
                ] {
                    let tried = try await box.shell("cat /proc/1/\(file) || ls /proc/1/\(file)/.")
                    #expect(tried.status != .exited(0), "\(file): \(tried.text)")
                }
                #expect(try await box.shell("echo x > /proc/1/mem").status != .exited(0))
                #expect(try await box.shell("echo 1000 > /proc/1/oom_score_adj").status != .exited(0))
                #expect(try await box.shell("echo fine").text == "fine\n")
                // Nothing of Atlas's came along into the learner's programs.
                let open = try await box.shell(
                    "ls /proc/self/fd | tr '\\n' ' '; env | cut -d= -f1 | sort | tr '\\n' ' '"
                )
                #expect(open.text.hasPrefix("0 1 2 3 "), "\(open.text)")
                #expect(!open.text.contains("ATLAS") && !open.text.contains("SWIFT"))
            }
        }
    }

    @Test func `no rights, no new ones, and a filter`() async throws {
        let found = try await lines(
            """
            import os
            for line in open('/proc/self/status'):
                if line.split(':')[0] in ('Uid', 'Gid', 'Groups', 'CapInh', 'CapPrm', 'CapEff', 'CapBnd', 'CapAmb', 'NoNewPrivs', 'Seccomp'):
                    print(' '.join(line.split()), flush=True)
            print(os.uname().nodename, os.getpid() < 100, flush=True)
            import subprocess
            subprocess.run('cp /bin/bash b; chmod 4755 b; ./b -p -c "id -u"', shell=True)
            print(subprocess.run(['/bin/su', '-c', 'id'], capture_output=True, input=b'').returncode != 0)
            try: os.mknod('d', 0o60600, os.makedev(8, 0)); print('made')
            except OSError as e: print(e.strerror)
            """
        )
        #expect(
            found == [
                "Uid: 1000 1000 1000 1000", "Gid: 1000 1000 1000 1000", "Groups:", "CapInh: 0000000000000000",
                "CapPrm: 0000000000000000", "CapEff: 0000000000000000", "CapBnd: 0000000000000000",
                "CapAmb: 0000000000000000", "NoNewPrivs: 1", "Seccomp: 2", "lab True", "1000", "True",
                "Operation not permitted",
            ]
        )
    }

    @Test func `kernel interfaces that labs do not need are closed`() async throws {
        #if arch(x86_64)
        let numbers = """
            unshare 272 0x10000000;setns 308 0;mount 165 0;bpf 321 0;perf_event_open 298 0;keyctl 250 0;ptrace 101 0
            userfaultfd 323 0;io_uring_setup 425 1;clone3 435 0;process_vm_readv 310 1;pidfd_getfd 438 3;syslog 103 10
            kexec_load 246 0;open_by_handle_at 304 0;fsopen 430 0;personality 135 0x40000;pivot_root 155 0;swapon 167 0
            memfd_secret 447 0;future 500 0;x32 0x40000027 0;modify_ldt 154 0
            """
        #else
        let numbers = """
            unshare 97 0x10000000;setns 268 0;mount 40 0;bpf 280 0;perf_event_open 241 0;keyctl 219 0;ptrace 117 0
            userfaultfd 282 0;io_uring_setup 425 1;clone3 435 0;process_vm_readv 270 1;pidfd_getfd 438 3;future 500 0
            """
        #endif
        let found = try await lines(
            """
            import ctypes, errno, fcntl, os, pty, socket
            libc = ctypes.CDLL(None, use_errno=True)
            for entry in '''\(numbers)'''.replace('\\n', ';').split(';'):
                name, number, argument = entry.split()
                result = libc.syscall(ctypes.c_long(int(number, 0)), ctypes.c_ulong(int(argument, 0)), 0, 0, 0, 0, 0)
                print(name, result, errno.errorcode.get(ctypes.get_errno()))
            for flag in (0x20000, 0x2000000, 0x4000000, 0x8000000, 0x10000000, 0x20000000, 0x40000000):
                result = libc.syscall(ctypes.c_long(\(cloneNumber)), ctypes.c_ulong(flag | 17), 0, 0, 0, 0)
                if result == 0: os._exit(0)
                print('clone', result, errno.errorcode.get(ctypes.get_errno()))
            master, slave = pty.openpty()
            for request in (0x5412, 0x541C, 0x5423, 0xDEADBEEF00005412):
                libc.ioctl.argtypes = (ctypes.c_int, ctypes.c_ulong, ctypes.c_void_p)
                print('ioctl', libc.ioctl(slave, request, ctypes.create_string_buffer(b'x')), errno.errorcode.get(ctypes.get_errno()))
            for family, kind, protocol in ((40, 1, 0), (17, 3, 0), (38, 5, 0), (16, 3, 9), (2, 1, 132), (2, 3, 6), (29, 3, 1), (31, 3, 0)):
                try: socket.socket(family, kind, protocol); print('socket made')
                except OSError as e: print('socket', errno.errorcode.get(e.errno))
            """
        )
        let unknown: Set = ["io_uring_setup", "clone3", "future", "x32"]
        for line in found where !line.hasPrefix("socket") {
            let words = line.split(separator: " ")
            let expected = unknown.contains(String(words[0])) ? "ENOSYS" : "EPERM"
            #expect(words.count == 3 && words[1] == "-1" && words[2] == expected, "\(line)")
        }
        #expect(found.count > 30)
        for line in found.suffix(8) { #expect(line.hasPrefix("socket E"), "\(line)") }
    }

    private var cloneNumber: Int {
        #if arch(x86_64)
        56
        #else
        220
        #endif
    }

    #if arch(x86_64)
    @Test func `a program that uses 32-bit system calls is killed`() async throws {
        try await Bench.run { bench async throws in
            try await bench.box { box async throws in
                let result = try await box.python(
                    """
                    import ctypes, mmap
                    page = mmap.mmap(-1, 4096, prot=7)
                    page.write(bytes([0xb8, 20, 0, 0, 0, 0xcd, 0x80, 0xc3]))  # mov eax, 20 (getpid); int 0x80; ret
                    print(ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(page)))())
                    """
                )
                #expect(result.status == .killed(31), "\(result)")
            }
        }
    }
    #endif
}

/// A server of the host's, on loopback and on an abstract socket.
private final class HostServer: Sendable {
    let port: Int
    let name: String
    private let sockets: [Int32]

    init() throws {
        name = "atlas-test-\(UUID().uuidString)"
        let tcp = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let bound = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                bind(tcp, pointer, length) == 0 && listen(tcp, 5) == 0 && getsockname(tcp, pointer, &length) == 0
            }
        }
        try #require(bound)
        port = Int(UInt16(bigEndian: address.sin_port))
        let local = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var path = sockaddr_un()
        path.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(name.utf8)
        withUnsafeMutableBytes(of: &path.sun_path) { $0.dropFirst().copyBytes(from: bytes) }
        let size = socklen_t(MemoryLayout<sa_family_t>.size + 1 + bytes.count)
        let listens = withUnsafePointer(to: &path) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(local, $0, size) == 0 && listen(local, 5) == 0 }
        }
        try #require(listens)
        sockets = [tcp, local]
    }

    func close() { for socket in sockets { Glibc.close(socket) } }
}

extension String {
    /// Whether this is a number below `limit`.
    func isBelow(_ limit: Int) -> Bool {
        Int(trimmingCharacters(in: .whitespacesAndNewlines)).map { $0 < limit } ?? false
    }
}
