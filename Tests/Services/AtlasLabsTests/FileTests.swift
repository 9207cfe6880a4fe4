import AtlasAPI
import AtlasCore
@testable import AtlasLabs
import AtlasPorts
import AtlasTestKit
import EmbeddedEngines
import Testing

@Suite struct FileTests {
    @Test(arguments: [true, false])
    func `files are listed, read, written and removed, running or kept`(isRunning: Bool) async throws {
        try await LabBench.run { bench in
            let (ada, labs, ring) = (bench.person("ada"), bench.labs, LabBench.ring)
            #expect(await code { _ = try await labs.files(of: ring, as: ada) } == .conflict)
            let seed = try await bench.running(as: ada).seed
            try bench.box().change { home in
                try home.set(.file([0, 1, 255], isExecutable: true), at: "bin/tool")
                try home.set(.link("/etc/passwd"), at: "link")
            }
            if !isRunning { _ = try await labs.stop(ring, as: ada) }
            let files = try await labs.files(of: ring, as: ada)
            #expect(files.map(\.path) == ["bin/tool", "ring.py"] && files.map(\.isText) == [false, true])
            let read = try await labs.file("ring.py", of: ring, as: ada)
            #expect(read.content == "seed \(seed)\n" && !read.isTruncated && read.version == files[1].version)

            let saved = try await labs.save("ring.py", content: "new", version: read.version, in: ring, as: ada)
            #expect(try await labs.file("ring.py", of: ring, as: ada).version == saved.version)
            let stale = await code {
                _ = try await labs.save("ring.py", content: "other", version: read.version, in: ring, as: ada)
            }
            #expect(stale == .conflict)
            #expect(
                await code { _ = try await labs.save("ring.py", content: "x", version: nil, in: ring, as: ada) }
                    == .conflict
            )
            #expect(
                await code { _ = try await labs.save("y", content: "x", version: "1", in: ring, as: ada) } == .conflict
            )
            #expect(
                await code { _ = try await labs.save("link", content: "x", version: "1", in: ring, as: ada) }
                    == .conflict
            )
            _ = try await labs.save("a/b/c.txt", content: "deep", version: nil, in: ring, as: ada)
            let tool = try #require(files.first)
            _ = try await labs.save(tool.path, content: "#!/bin/sh", version: tool.version, in: ring, as: ada)
            #expect(try await labs.delete("a/b/c.txt", in: ring, as: ada))
            #expect(try await labs.delete("a/b/c.txt", in: ring, as: ada) == false)
            #expect(await code { _ = try await labs.file("a/b/c.txt", of: ring, as: ada) } == .notFound)
            #expect(await code { _ = try await labs.file("link", of: ring, as: ada) } == .notFound)

            if !isRunning { try await bench.running(as: ada) }
            #expect(try bench.box().home["ring.py"] == .text("new"))
            #expect(try bench.box().home["bin/tool"] == .file(Array("#!/bin/sh".utf8), isExecutable: true))
        }
    }

    @Test(arguments: [
        "../x", "/etc/passwd", "a/../../x", "a//b", ".", "..", "", "a/./b", "a\u{0}b", "a\nb", "a/",
        String(repeating: "x", count: 600), String(repeating: "a/", count: 40) + "b",
    ])
    func `a path that is none of the home's is refused`(path: String) async throws {
        try await LabBench.run { bench in
            let (ada, labs) = (bench.person("ada"), bench.labs)
            try await bench.running(as: ada)
            let acts: [@Sendable () async throws -> Void] = [
                { _ = try await labs.file(path, of: LabBench.ring, as: ada) },
                { _ = try await labs.save(path, content: "", version: nil, in: LabBench.ring, as: ada) },
                { _ = try await labs.delete(path, in: LabBench.ring, as: ada) },
            ]
            for act in acts { #expect(await code(act) == .invalid) }
            #expect(try bench.box().home.paths == ["ring.py"])
        }
    }

    @Test func `what is too large is refused or cut`() async throws {
        try await LabBench.run { bench in
            let (ada, labs, ring) = (bench.person("ada"), bench.labs, LabBench.ring)
            try await bench.running(as: ada)
            let big = String(repeating: "x", count: LabFileLimits.contentBytes + 1)
            #expect(
                await code { _ = try await labs.save("big", content: big, version: nil, in: ring, as: ada) } == .invalid
            )
            try bench.box().change { try $0.set(.text(big), at: "big") }
            let cut = try await labs.file("big", of: ring, as: ada)
            #expect(cut.isTruncated && cut.content.utf8.count == LabFileLimits.contentBytes)
            try bench.box().change { home in
                for number in 0..<700 { try home.set(.text("1"), at: "many/\(number)") }
            }
            #expect(try await labs.files(of: ring, as: ada).count == LabFileLimits.listed)
        }
    }

    @Test func `who is not signed in is refused, and nobody gets at another's work`() async throws {
        try await LabBench.run { bench in
            let (ada, bob, labs, ring) = (bench.person("ada"), bench.person("bob"), bench.labs, LabBench.ring)
            try await bench.running(as: ada)
            try bench.box().change { try $0.set(.text("secret"), at: "notes") }
            let size = LabScreenSize(columns: 80, rows: 24)
            typealias Act = @Sendable (Caller, LabID) async throws -> Void
            let acts: [(name: String, asOther: AtlasError.Code?, act: Act)] = [
                ("run", nil, { caller, lab async throws in #expect(try await labs.run(of: lab, as: caller) == nil) }),
                ("changes", nil, { _ = try await labs.changes(of: $1, as: $0) }),
                ("files", .conflict, { _ = try await labs.files(of: $1, as: $0) }),
                ("file", .conflict, { _ = try await labs.file("notes", of: $1, as: $0) }),
                ("save", .conflict, { _ = try await labs.save("n", content: "", version: nil, in: $1, as: $0) }),
                ("delete", .conflict, { _ = try await labs.delete("notes", in: $1, as: $0) }),
                ("check", .conflict, { _ = try await labs.check($1, as: $0) }),
                ("attach", .conflict, { _ = try await labs.attach($1, size: size, from: nil, as: $0) }),
                ("recording", .notFound, { _ = try await labs.recording(of: $1, attempt: nil, as: $0) }),
                ("extend", .conflict, { _ = try await labs.extend($1, as: $0) }),
                ("stay", .conflict, { _ = try await labs.stay($1, as: $0) }),
                ("restore", .conflict, { _ = try await labs.restore($1, as: $0) }),
                ("stop", nil, { _ = try await labs.stop($1, as: $0) }),
                (
                    "attempts", nil,
                    { caller, lab async throws in
                        #expect(try await labs.attempts(of: lab, limit: 1, as: caller).isEmpty)
                    }
                ),
                (
                    "hints", nil,
                    { caller, lab async throws in #expect(try await labs.hints(of: lab, as: caller).isEmpty) }
                ),
                ("start", nil, { _ = try await labs.start($1, as: $0) }),
                ("reset", nil, { _ = try await labs.reset($1, newSeed: false, as: $0) }),
                ("complete", nil, { _ = try await labs.complete($1, solution: "x", as: $0) }),
                ("hint", nil, { _ = try await labs.revealHint("a", of: $1, as: $0) }),
            ]
            for (name, asOther, act) in acts where name != "start" && name != "reset" {
                #expect(await code { try await act(bob, ring) } == asOther, "\(name)")
            }
            for (name, _, act) in acts {
                #expect(await code { try await act(Caller(), ring) } == .unauthenticated, "\(name)")
                #expect(await code { try await act(ada, LabID("none")) } == .notFound, "\(name)")
            }
            #expect(await code { _ = try await labs.runs(as: Caller()) } == .unauthenticated)
            #expect(await code { _ = try await labs.progress(of: UserID("ada"), as: bob) } == .notFound)
            #expect(await code { _ = try await labs.progress(of: UserID("ada"), as: Caller()) } == .unauthenticated)
            #expect(await code { _ = try await labs.host(as: ada) } == .forbidden)
            #expect(await code { _ = try await labs.host(as: Caller()) } == .unauthenticated)
            #expect(try await labs.run(of: ring, as: ada)?.state == .running)
            #expect(try bench.box().home["notes"] == .text("secret"))
        }
    }
}

@Suite struct PersonalDataTests {
    @Test func `an export has the files up to a limit, and names those beyond it`() async throws {
        try await LabBench.run { bench in
            let (ada, large) = (bench.person("ada"), LabServiceLimits.exportedBytes * 3 / 4)
            try await bench.running(as: ada)
            try bench.box().change { home in
                for name in ["a", "b"] { try home.set(.text(String(repeating: "\u{1}", count: large)), at: name) }
            }
            _ = try await bench.labs.stop(LabBench.ring, as: ada)
            let tables = try await bench.labs.export(of: UserID("ada"))
            let files = try #require(tables.first { $0.name == "lab_files" })
            #expect(files.rows.map { $0[1] } == [.text("a"), .text("b"), .text("ring.py")])
            #expect(files.rows[1][2...] == [.integer(Int64(large)), .null])
            #expect(files.rows[0][3] != .null && files.rows[2][3] != .null)
        }
    }

    @Test(arguments: TestEngine.all)
    func `what is known of an account is handed out and forgotten, running or not`(engine: TestEngine) async throws {
        try await LabBench.run(engine) { bench in
            let (ada, bob, user) = (bench.person("ada"), bench.person("bob"), UserID("ada"))
            try await bench.running(as: ada)
            try await bench.running(as: bob)
            _ = try await bench.labs.check(LabBench.ring, as: ada)
            _ = try await bench.labs.revealHint("a", of: LabBench.ring, as: ada)
            let tables = try await bench.labs.export(of: user)
            let counts = Dictionary(uniqueKeysWithValues: tables.map { ($0.name, $0.rows.count) })
            #expect(counts["lab_work"] == 1 && counts["lab_attempts"] == 1 && counts["lab_hints"] == 1)
            #expect(tables.allSatisfy { table in table.rows.allSatisfy { $0.count == table.columns.count } })
            #expect(tables.first { $0.name == "lab_files" }?.rows.first?[1] == .text("ring.py"))
            for _ in 0..<2 { try await bench.labs.delete(of: user) }
            #expect(try await bench.labs.export(of: user).allSatisfy(\.rows.isEmpty))
            #expect(try await bench.blobs.keys(under: "labs/ada/", limit: 10).isEmpty)
            #expect(bench.runtime.boxes.count == 1)
            #expect(try await bench.labs.run(of: LabBench.ring, as: ada) == nil)
            #expect(try await bench.labs.run(of: LabBench.ring, as: bob)?.state == .running)
        }
    }
}
