import AtlasCore
import AtlasPorts
import AtlasTestKit
import Testing

/// What a learner's program may use up, and what it must not.
@Suite(.whereBoxesRun, .serialized) struct LimitTests {
    /// With control groups where there are some, and without.
    static let ways = [true, false]

    private func box(
        _ usesControlGroups: Bool,
        _ limits: LabLimits,
        _ body: @Sendable (Bench, any LabBox) async throws -> Void
    ) async throws {
        try await Bench.run(usesControlGroups: usesControlGroups) { bench async throws in
            try await bench.box({ $0.limits = limits }) { box in try await body(bench, box) }
        }
    }

    @Test(arguments: ways)
    func `a fork bomb is stopped at the limit, and others do not notice`(usesControlGroups: Bool) async throws {
        let limits = LabLimits(processes: 30)
        try await box(usesControlGroups, limits) { bench, box async throws in
            let capabilities = await bench.runtime.capabilities()
            try #require(capabilities.processes != .none)
            let bomb = "bomb() { bomb | bomb & }; bomb 2>/dev/null; sleep 1; trap '' TERM; while :; do :; done"
            async let bombing = box.run(LabCommand(["bash", "-c", bomb], timeLimit: .seconds(3)))
            var most = 0
            try await bench.box { other async throws in
                for _ in 0..<20 {
                    most = max(most, try await box.usage().processes)
                    #expect(try await other.shell("echo fine | cat").text == "fine\n")
                }
            }
            #expect(most <= limits.processes + 2, "\(most) processes")
            #expect(try await bombing.exit == .timedOut)
            // What had left the group goes on; it goes with the box.
            await box.stop()
            #expect(await box.ended() == .stopped)
        }
    }

    @Test(arguments: ways)
    func `a program that takes too much memory is killed, the box is not`(usesControlGroups: Bool) async throws {
        let limits = LabLimits(memoryBytes: 64 << 20, homeBytes: 8 << 20, temporaryBytes: 8 << 20)
        try await box(usesControlGroups, limits) { _, box async throws in
            let result = try await box.python("x = []\nwhile True: x.append(bytearray(1 << 20))")
            #expect(result.status != .exited(0) && result.status != .timedOut, "\(result)")
            let usage = try await box.usage()
            #expect(usage.memoryLimitBytes == 80 << 20)
            #expect(usage.memoryBytes < 80 << 20)
            if let killed = usage.killedForMemory { #expect(killed >= 1) }
            #expect(try await box.shell("echo fine").text == "fine\n")
        }
    }

    @Test(arguments: ways)
    func `memory that many programs share counts too`(usesControlGroups: Bool) async throws {
        let limits = LabLimits(memoryBytes: 64 << 20, homeBytes: 8 << 20, temporaryBytes: 8 << 20)
        try await box(usesControlGroups, limits) { _, box async throws in
            let result = try await box.python(
                """
                import mmap, os, time
                for _ in range(6):
                    if not os.fork():
                        area = mmap.mmap(-1, 48 << 20)
                        for at in range(0, 48 << 20, 4096): area[at] = 1
                        time.sleep(60)
                        os._exit(0)
                # Six times 48 MiB do not fit into 80 MiB.
                print([os.wait()[1] for _ in range(4)])
                """,
                timeLimit: .seconds(50)
            )
            #expect(result.text == "[9, 9, 9, 9]\n", "\(result)")
            #expect(try await box.shell("echo fine").text == "fine\n")
        }
    }

    @Test(arguments: ways)
    func `a full disk is an error to the program, and the rest is still kept`(usesControlGroups: Bool) async throws {
        let limits = LabLimits(homeBytes: 4 << 20, temporaryBytes: 2 << 20)
        try await box(usesControlGroups, limits) { _, box async throws in
            try await box.lay(LabFiles(["work.txt": .text("work")]))
            for place in ["/home/lab", "/tmp", "/run"] {
                let filled = try await box.shell("head -c 100000000 /dev/zero > \(place)/fill")
                #expect(filled.status == .exited(1))
                #expect(filled.text.contains("No space left"))
            }
            #expect(try await box.usage().diskBytes <= 6 << 20)
            let error = await #expect(throws: AtlasError.self) {
                try await box.lay(LabFiles(["more": .file([UInt8](repeating: 1, count: 3 << 20), isExecutable: false)]))
            }
            #expect(error?.code == .tooMany)
            let snapshot = try #require(try await box.snapshot(since: nil))
            #expect(snapshot.files["work.txt"] == .text("work"))
        }
    }

    @Test func `output beyond the limit is dropped, and time runs out`() async throws {
        try await box(true, LabLimits()) { _, box async throws in
            let result = try await box.run(
                LabCommand(["bash", "-c", "yes & yes >&2"], timeLimit: .milliseconds(700), outputBytes: 1_000)
            )
            #expect(result.exit == .timedOut)
            #expect(result.output.count == 1_000 && result.errors.count == 1_000)
            #expect(result.outputIsCut && result.errorsAreCut)
            #expect(result.duration >= .milliseconds(700))
            #expect(try await box.shell("pgrep -x yes").status == .exited(1))
        }
    }

    @Test func `a command that is cancelled is killed`() async throws {
        try await box(true, LabLimits()) { _, box async throws in
            let running = Task { try await box.shell("exec sleep 4321", timeLimit: .seconds(60)) }
            _ = try await box.shell("until pgrep -f 'sleep 432[1]'; do :; done")
            running.cancel()
            #expect(try await running.value.status == .killed(9))
        }
    }

    @Test(.whereProcessorsAreLimited)
    func `a spinning program gets its share and no more`() async throws {
        try await box(true, LabLimits(processors: 0.2)) { _, box async throws in
            let before = try await box.usage().processorTime
            let clock = ContinuousClock()
            let start = clock.now
            _ = try await box.shell("timeout 2 sh -c 'while :; do :; done' & timeout 2 sh -c 'while :; do :; done'")
            let used = try await box.usage().processorTime - before
            let passed = clock.now - start
            #expect(used < passed * 0.35, "\(used) of \(passed)")
        }
    }

    @Test func `hoarding pseudo-terminals is noticed and stopped`() async throws {
        try await box(true, LabLimits()) { _, box async throws in
            let terminal = try await box.openTerminal(LabTerminalSize(columns: 80, rows: 24))
            let program = "import pty, time\nx = [pty.openpty() for _ in range(200)]\ntime.sleep(60)"
            let result = try await box.python(program, timeLimit: .seconds(30))
            #expect(result.status == .killed(9), "\(result)")
            _ = await terminal.ended()
            _ = try await box.openTerminal(LabTerminalSize(columns: 80, rows: 24))
        }
    }

    @Test func `places, ids and commands are limited`() async throws {
        try await Bench.run(places: 2) { bench async throws in
            try await bench.box({ $0.id = "one" }) { (first: any LabBox) async throws in
                let twice = await #expect(throws: AtlasError.self) { try await bench.box({ $0.id = "one" }) { _ in } }
                #expect(twice?.code == .conflict)
                try await bench.box { (_: any LabBox) async throws in
                    let third = await #expect(throws: AtlasError.self) { try await bench.box { _ in } }
                    #expect(third?.code == .tooMany)
                }
                try await bench.box { _ in }
                try await withThrowingTaskGroup { group in
                    for _ in 0..<LabBoxLimits.commands { group.addTask { _ = try await first.shell("sleep 5000") } }
                    _ = try await first.shell("true")
                    group.cancelAll()
                }
            }
        }
    }

    @Test func `a box that needs what is missing says so`() async throws {
        try await Bench.run { bench async throws in
            #expect(
                await bench.runtime.missing(["sh", "no-such-program", "/bin/sh"]).map(\.program) == [
                    "no-such-program", "/bin/sh",
                ]
            )
            let error = await #expect(throws: AtlasError.self) {
                try await bench.box({ $0.needs = ["sh", "no-such-program"] }) { _ in }
            }
            #expect(error?.code == .unavailable)
            #expect(error?.message.contains("no-such-program") == true)
        }
    }

    @Test(arguments: ["", "a b", "../x", "a/b", "ä", String(repeating: "x", count: 65)])
    func `ids that are none are refused`(id: String) async throws {
        try await Bench.run { bench async throws in
            let error = await #expect(throws: AtlasError.self) { try await bench.box({ $0.id = id }) { _ in } }
            #expect(error?.code == .invalid)
        }
    }

    @Test(arguments: ["lab", "/", "/usr/x", "/etc", "/proc/x", "/a/../etc", "/home/lab/x", "/tmp/x", "/opt", "/lab/"])
    func `folders of the system are not to be replaced`(folder: String) async throws {
        try await Bench.run { bench async throws in
            let error = await #expect(throws: AtlasError.self) {
                try await bench.box({ $0.folders = [folder: LabFiles()] }) { _ in }
            }
            #expect(error?.code == .invalid)
        }
    }

    @Test func `the programs of tiers R, P and N start in a box`() async throws {
        try await Bench.run { bench async throws in
            let programs = ["redis-server", "redis-cli", "initdb", "pg_ctl", "psql", "nginx"]
            let missing = await bench.runtime.missing(programs)
            try #require(missing.isEmpty, "scripts/setup.sh test installs them: \(missing)")
            try await bench.box({ $0.needs = programs }) { box async throws in
                let redis = try await box.shell(
                    """
                    cd /tmp; redis-server --port 0 --unixsocket r.sock --daemonize yes --dir /tmp >/dev/null
                    until redis-cli -s r.sock ping 2>/dev/null; do :; done
                    """
                )
                #expect(redis.text == "PONG\n")
                let postgres = try await box.shell(
                    """
                    initdb -D /tmp/pg --no-sync -A trust >/dev/null &&
                    pg_ctl -D /tmp/pg -o '-c listen_addresses= -c unix_socket_directories=/tmp -c fsync=off' -l /tmp/log -w start >/dev/null &&
                    psql -h /tmp -d postgres -Atc 'select 6 * 7'
                    """,
                    timeLimit: .seconds(120)
                )
                #expect(postgres.text == "42\n")
                let nginx = try await box.shell(
                    """
                    cd /tmp; mkdir n; echo 'daemon on; pid /tmp/n/pid; error_log /tmp/n/log; events {} http { access_log off;
                      client_body_temp_path /tmp/n/b; proxy_temp_path /tmp/n/p; fastcgi_temp_path /tmp/n/f; uwsgi_temp_path /tmp/n/u;
                      scgi_temp_path /tmp/n/s; server { listen 127.0.0.1:8080; location / { return 200 "nginx\\n"; } } }' > n/conf
                    nginx -c /tmp/n/conf -e /tmp/n/log && curl -s http://127.0.0.1:8080/
                    """
                )
                #expect(nginx.text == "nginx\n")
            }
        }
    }

    @Test func `a command is answered although many before it were ended while they waited`() async throws {
        try await Bench.run { bench async throws in
            // Nobody answers here, as while a long check is under way.
            try await bench.box({ $0.commands = ["check"] }) { box async throws in
                let result = try await box.python(
                    """
                    import socket
                    def ask():
                        s = socket.socket(socket.AF_UNIX)
                        s.connect('\\0atlas-lab-box'); s.sendall(b'check\\0\\0')
                        return s
                    for _ in range(6): ask().close()
                    print(ask().recv(1000)[0])
                    """
                )
                #expect(result.text == "75\n")
            }
        }
    }

    @Test func `commands of the box are answered by Atlas`() async throws {
        try await Bench.run { bench async throws in
            try await bench.box({ $0.commands = ["check"] }) { box async throws in
                let answering = Task {
                    for await request in box.requests {
                        await request.respond(status: 4, "\(request.command) \(request.arguments)\n")
                        await request.respond(status: 0, "twice")
                    }
                }
                let result = try await box.shell("check one 'two words'")
                #expect(result.status == .exited(4))
                #expect(result.text == "check [\"one\", \"two words\"]\n")
                let other = try await box.python(
                    """
                    import socket
                    s = socket.socket(socket.AF_UNIX); s.connect('\\0atlas-lab-box'); s.sendall(b'rm\\0-rf\\0\\0'); print(s.recv(1000)[0])
                    for garbage in (b'x' * 10000, b'\\0\\0', b''):
                        s = socket.socket(socket.AF_UNIX); s.connect('\\0atlas-lab-box')
                        try: s.sendall(garbage); s.shutdown(1); s.recv(10)
                        except OSError: pass
                    """
                )
                #expect(other.text == "127\n")
                #expect(try await box.shell("check again").status == .exited(4))
                await box.stop()
                await answering.value
            }
        }
    }
}
