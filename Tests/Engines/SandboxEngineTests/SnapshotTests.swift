import AtlasCore
import AtlasPorts
import AtlasTestKit
import Testing

/// What a learner may put into a home, and what becomes of it.
@Suite(.whereBoxesRun) struct SnapshotTests {
    private func snapshot(
        after program: String,
        _ body: @Sendable (any LabBox, LabSnapshot) async throws -> Void
    ) async throws {
        try await Bench.run { bench async throws in
            try await bench.box { box async throws in
                let made = try await box.python(program, timeLimit: .seconds(60))
                #expect(made.status == .exited(0), "\(made.text)")
                let snapshot = try #require(try await box.snapshot(since: nil))
                try await body(box, snapshot)
                // What was kept can be laid into a new box as it is.
                try await bench.box({ $0.home = snapshot.files }) { again async throws in
                    let second = try #require(try await again.snapshot(since: nil))
                    #expect(second.files == snapshot.files)
                    #expect(second.omittedCount == 0)
                }
            }
        }
    }

    @Test func `links are kept as links and never followed`() async throws {
        try await snapshot(
            after: """
                import os
                os.symlink('/etc/passwd', 'passwd'); os.symlink('loop', 'loop'); os.symlink('..', 'up'); os.symlink('/', 'root')
                os.mkdir('real'); open('real/file', 'w').write('1'); os.link('real/file', 'hard'); os.symlink('real', 'folder')
                os.symlink('x' * 1500, 'long'); os.symlink(b'\\xff', 'bytes')
                """
        ) { box, snapshot async throws in
            #expect(snapshot.files["passwd"] == .link("/etc/passwd"))
            #expect(snapshot.files["loop"] == .link("loop"))
            #expect(snapshot.files["root"] == .link("/"))
            #expect(snapshot.files["hard"] == .text("1"))
            #expect(snapshot.files["real/file"] == .text("1"))
            #expect(snapshot.files["folder"] == .link("real"))
            #expect(
                Set(snapshot.omissions) == [
                    "bytes: its target is not UTF-8", "long: its target is longer than 1,024 bytes",
                ]
            )
            for path in ["passwd", "root/etc/passwd", "up/lab/hard", "folder/file", "loop", "loop/x"] {
                #expect(try await box.read(path) == nil, "\(path)")
            }
            for path in ["root/tmp/x", "up/x", "folder/new", "loop/x", "hard/x"] {
                let error = await #expect(throws: AtlasError.self) { try await box.lay(LabFiles([path: .text("x")])) }
                #expect(error?.code == .conflict, "\(path)")
            }
            #expect(try await box.remove("folder/file") == false)
            try await box.lay(LabFiles(["passwd": .text("mine"), "hard": .text("2")]))
            #expect(try await box.shell("cat real/file; test -L passwd").status == .exited(1))
            #expect(try await box.read("real/file") == .text("1"))
        }
    }

    @Test func `what is no file is left out and named`() async throws {
        try await snapshot(
            after: """
                import os, socket
                os.mkfifo('pipe'); s = socket.socket(socket.AF_UNIX); s.bind('socket')
                open(b'\\xff\\xfe.txt', 'w').write('x'); open('new\\nline', 'w').write('y'); open('secret', 'w').write('z'); os.chmod('secret', 0)
                os.mkdir('closed'); open('closed/in', 'w'); os.chmod('closed', 0)
                open('sticky', 'w'); os.chmod('sticky', 0o6755); open('kept', 'w').write('kept')
                with open('sparse', 'w') as f: f.truncate(1 << 25)
                path = 'd'
                for _ in range(40):
                    os.mkdir(path); path += '/d'
                """
        ) { _, snapshot async throws in
            #expect(snapshot.files["kept"] == .text("kept"))
            #expect(snapshot.files["new\nline"] == .text("y"))
            #expect(snapshot.files["sticky"] == .file([], isExecutable: true))
            let reasons = snapshot.omissions.sorted()
            #expect(
                reasons.filter { !$0.hasPrefix("d/") } == [
                    "closed: it may not be read", "pipe: it is a pipe", "secret: it may not be read",
                    "socket: it is a socket",
                    "sparse: it is larger than 8 MiB", "\u{FFFD}\u{FFFD}.txt: its name is not UTF-8",
                ]
            )
            #expect(reasons.contains { $0.hasSuffix("d: it is deeper than 32 folders") })
            #expect(snapshot.omittedCount == reasons.count)
        }
    }

    @Test func `setuid bits do not come back`() async throws {
        try await Bench.run { bench async throws in
            try await bench.box { box async throws in
                _ = try await box.shell("cp /usr/bin/id own-id; chmod 6755 own-id")
                let snapshot = try #require(try await box.snapshot(since: nil))
                try await bench.box({ $0.home = snapshot.files }) { again async throws in
                    #expect(try await again.shell("stat -c %a own-id").text == "755\n")
                }
            }
        }
    }

    @Test func `a snapshot is as large as it may be and no larger`() async throws {
        try await snapshot(
            after: """
                import os
                for n in range(6):
                    with open(f'big{n}', 'w') as f: f.truncate(7 << 20)
                os.mkdir('many')
                for n in range(5000): open(f'many/{n:05}', 'w')
                """
        ) { _, snapshot async throws in
            #expect(snapshot.files["big0"]?.bytes?.count == 7 << 20)
            #expect(snapshot.files["big3"] != nil)
            #expect(snapshot.files["big4"] == nil)
            #expect(snapshot.files.count == LabBoxLimits.entries)
            #expect(snapshot.omissions.count == LabBoxLimits.omissions)
            #expect(snapshot.omittedCount == 2 + 5_000 - (LabBoxLimits.entries - 5))
        }
    }

    @Test func `a million names do not hold the box up`() async throws {
        try await Bench.run { bench async throws in
            try await bench.box { box async throws in
                _ = try await box.python("for n in range(60000): open(f'{n}', 'w')", timeLimit: .seconds(60))
                let clock = ContinuousClock()
                let start = clock.now
                let snapshot = try #require(try await box.snapshot(since: nil))
                #expect(snapshot.files.count == LabBoxLimits.entries)
                #expect(snapshot.omittedCount >= 40_000)
                #expect(try await box.shell("echo fine").text == "fine\n")
                #expect(clock.now - start < .seconds(20))
            }
        }
    }

    @Test func `files that change under the snapshot's hands do no harm`() async throws {
        try await Bench.run { bench async throws in
            try await bench.box { box async throws in
                let swapping = """
                    import os
                    os.makedirs('real/sub'); open('real/sub/f', 'w').write('inside'); os.makedirs('/tmp/other/sub')
                    open('/tmp/other/sub/f', 'w').write('outside'); open('g', 'w').write('g')
                    print('up', flush=True)
                    while True:
                        os.rename('real', 'moved'); os.symlink('/tmp/other', 'real'); os.unlink('real'); os.rename('moved', 'real')
                        os.rename('g', 'h'); os.mkfifo('g'); os.unlink('g'); os.rename('h', 'g')
                        with open('grow', 'a') as f: f.truncate(os.path.getsize('grow') + 100000)
                        if os.path.getsize('grow') > 9 << 20: os.unlink('grow')
                    """
                async let swapped = box.python(swapping, timeLimit: .seconds(4))
                _ = try await box.shell("until [ -e g ]; do :; done")
                for _ in 0..<60 {
                    let snapshot = try #require(try await box.snapshot(since: nil))
                    for path in snapshot.files.paths {
                        #expect(snapshot.files[path]?.bytes != Array("outside".utf8), "\(path)")
                    }
                    #expect(try await box.read("real/sub/f")?.bytes != Array("outside".utf8))
                }
                #expect(try await swapped.status == .timedOut)
            }
        }
    }
}
