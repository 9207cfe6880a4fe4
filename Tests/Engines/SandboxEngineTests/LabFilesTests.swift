import AtlasCore
import AtlasPorts
import Foundation
import Testing

@Suite struct LabFilesTests {
    @Test func `an archive gives back what went in, whatever the names`() throws {
        let long = (0..<8).map { String(repeating: "ordner\($0)", count: 14) }.joined(separator: "/") + "/datei"
        var files = try LabFiles([
            "a": .text("x"), "b/run": .file([0, 255, 10], isExecutable: true), "b/ü": .link("../a"), "leer": .folder,
            long: .text("long"), "l": .link(String(repeating: "z", count: 500)),
        ])
        // To Swift these two are equal, to a file system they are not.
        for (index, name) in ["cafe\u{301}", "café"].enumerated() { try files.set(.text("\(index)"), at: name) }
        #expect(files.count == 8)
        let archive = files.tar()
        #expect(archive.count % 512 == 0)
        #expect(try LabFiles(tar: archive) == files)
        #expect(try LabFiles(tar: archive).tar() == archive)
    }

    @Test func `tar itself reads and writes these archives`() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "atlas-tar-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder.appending(path: "in/sub"), withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        func shell(_ line: String) throws -> Int32 {
            let process = Process()
            process.executableURL = URL(filePath: "/bin/sh")
            process.arguments = ["-c", line]
            process.currentDirectoryURL = folder
            try process.run()
            process.waitUntilExit()
            return process.terminationStatus
        }
        let long = String(repeating: "n", count: 120)
        #expect(
            try shell(
                "cd in && echo hi > sub/\(long) && ln -s sub l && chmod +x sub/\(long) && tar --format=pax -cf ../a.tar ."
            ) == 0
        )
        let read = try LabFiles(tar: Array(Data(contentsOf: folder.appending(path: "a.tar"))))
        #expect(read["sub/\(long)"] == .file(Array("hi\n".utf8), isExecutable: true))
        #expect(read["l"] == .link("sub"))
        try Data(read.tar()).write(to: folder.appending(path: "b.tar"))
        #expect(try shell("mkdir out && cd out && tar xf ../b.tar && diff -r . ../in && test -x sub/\(long)") == 0)
        #expect(try shell("cd in && ln sub/\(long) hard && tar --format=pax -cf ../c.tar .") == 0)
        #expect(throws: AtlasError.self) { try LabFiles(tar: Array(Data(contentsOf: folder.appending(path: "c.tar")))) }
    }

    @Test(arguments: [
        "", "/etc/passwd", "..", "a/../b", "./a", "a/./b", "a//b", "a/", "../a", "a\u{0}b",
        String(repeating: "x", count: 256), String(repeating: "a/", count: 32) + "a",
        String(repeating: "abc/", count: 260) + "a",
    ])
    func `paths that could lead outside are refused`(path: String) {
        let error = #expect(throws: AtlasError.self) { try LabFiles([path: .text("")]) }
        #expect(error?.code == .invalid)
    }

    @Test func `nothing stands below a file or link`() throws {
        var files = try LabFiles(["a": .link("/etc"), "b/c/d": .text("")])
        #expect(throws: AtlasError.self) { try files.set(.text(""), at: "a/passwd") }
        #expect(throws: AtlasError.self) { try files.set(.text(""), at: "b/c") }
        #expect(throws: AtlasError.self) { try files.set(.link("x"), at: "b") }
        try files.set(.folder, at: "b/c")
        files.remove("b/c/d")
        try files.set(.text("now"), at: "b/c")
        #expect(files["b/c"] == .text("now"))
    }

    @Test func `sizes are limited and counted`() throws {
        var files = LabFiles()
        let big = LabFile.file([UInt8](repeating: 0, count: LabBoxLimits.fileBytes), isExecutable: false)
        for index in 0..<4 { try files.set(big, at: "f\(index)") }
        #expect(files.totalBytes == LabBoxLimits.totalBytes)
        #expect(throws: AtlasError.self) { try files.set(.text("x"), at: "one-more") }
        try files.set(.text("x"), at: "f0")
        try files.set(.text("x"), at: "one-more")
        #expect(throws: AtlasError.self) {
            try files.set(.file([UInt8](repeating: 0, count: LabBoxLimits.fileBytes + 1), isExecutable: false), at: "g")
        }
        files.remove("f1")
        files.remove("f1")
        #expect(files.totalBytes == 2 * LabBoxLimits.fileBytes + 2)
    }

    @Test func `broken archives are refused and never trap`() throws {
        let archive = try LabFiles([
            "dir/file": .text("content"), "link": .link("dir"), String(repeating: "p", count: 150): .text("1"),
        ]).tar()
        var random = SeededRandom(state: 3)
        var refused = 0
        for round in 0..<3_000 {
            var broken = archive
            if round % 3 == 0 { broken.removeLast(Int.random(in: 1..<broken.count, using: &random)) }
            for _ in 0..<Int.random(in: 1...4, using: &random) where !broken.isEmpty {
                broken[Int.random(in: 0..<broken.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            do { _ = try LabFiles(tar: broken) } catch let error as AtlasError {
                #expect(error.code == .invalid)
                refused += 1
            }
        }
        #expect(refused > 1_000)
    }
}
