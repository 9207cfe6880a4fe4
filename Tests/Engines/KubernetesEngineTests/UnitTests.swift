import AtlasCore
import AtlasPorts
import Foundation
import Testing

@testable import KubernetesEngine

@Suite struct UnitTests {
    @Test func `the hash of names is SHA-256`() {
        #expect(SHA256.hex("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
        #expect(SHA256.hex("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        #expect(
            SHA256.hex("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")
                == "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        )
    }

    @Test func `lines are put together however they are cut`() throws {
        let text = Array("{\"a\":1}\n\n{\"b\":2}\r\n{\"c\"".utf8)
        for size in 1...text.count {
            var splitter = LineSplitter(limit: 20)
            var lines: [[UInt8]] = []
            for start in stride(from: 0, to: text.count, by: size) {
                lines += try splitter.take(text[start..<min(text.count, start + size)])
            }
            #expect(lines.map { String(decoding: $0, as: UTF8.self) } == ["{\"a\":1}", "{\"b\":2}"])
        }
        var splitter = LineSplitter(limit: 20)
        #expect(throws: APIError.self) { try splitter.take([UInt8](repeating: 97, count: 21)) }
    }

    @Test func `messages of a command are read in pieces, and its end is told`() {
        var decoder = ExecDecoder()
        #expect(decoder.take([1], isLast: true) == nil)
        #expect(decoder.take([1, 65], isLast: false) == .output([65]))
        #expect(decoder.take([66], isLast: true) == .output([66]))
        #expect(decoder.take([2, 67], isLast: true) == .errors([67]))
        #expect(decoder.take([255, 1], isLast: true) == nil)
        #expect(decoder.take([], isLast: true) == nil)
        let status = Array(
            "{\"status\":\"Failure\",\"reason\":\"NonZeroExitCode\",\"details\":{\"causes\":[{\"reason\":\"ExitCode\",\"message\":\"7\"}]}}"
                .utf8
        )
        #expect(decoder.take([3] + status.prefix(10), isLast: false) == nil)
        #expect(decoder.take(Array(status.dropFirst(10)), isLast: true) == .ended(.exited(7)))
        var other = ExecDecoder()
        #expect(other.take([3] + Array("{\"status\":\"Success\"}".utf8), isLast: true) == .ended(.exited(0)))
        var third = ExecDecoder()
        let broken = Array("{\"status\":\"Failure\",\"message\":\"OCI runtime exec failed\"}".utf8)
        #expect(third.take([3] + broken, isLast: true) == .ended(.failed("OCI runtime exec failed")))
    }

    @Test func `an answer to an upgrade is read however it is cut, with the frames behind it`() {
        let good = Array(
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: WebSocket\r\nSec-WebSocket-Protocol: v5.channel.k8s.io\r\n\r\nXY"
                .utf8
        )
        for cut in 0...good.count {
            var reader = UpgradeReader()
            var rest: [UInt8] = []
            var version: ExecVersion?
            for piece in [good[..<cut], good[cut...]] {
                switch reader.take(piece) {
                case .incomplete: continue
                case .refused(let error): Issue.record("\(error)")
                case .upgraded(let found, let more): (version, rest) = (found, more)
                }
                if cut < good.count, cut >= good.count - 2 { break }
            }
            #expect(version == .v5)
            #expect("XY".utf8.starts(with: rest))
        }
        let status = "{\"message\":\"no\",\"reason\":\"Forbidden\"}"
        for text in [
            "HTTP/1.1 403 Forbidden\r\nContent-Length: \(status.utf8.count)\r\n\r\n\(status)",
            "HTTP/1.1 403 Forbidden\r\nTransfer-Encoding: chunked\r\n\r\n25\r\n\(status)\r\n0\r\n\r\n",
        ] {
            var reader = UpgradeReader()
            guard case .refused(let error) = reader.take(text.utf8) else {
                Issue.record("a refusal is waited for")
                continue
            }
            #expect(error.status == 403 && error.reason == "Forbidden" && error.message == "no")
        }
        var reader = UpgradeReader()
        guard case .refused = reader.take("SSH-2.0\r\n\r\n".utf8) else {
            Issue.record("something else is taken for an answer")
            return
        }
    }

    @Test func `garbage of a command is no end and no crash`() {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<2_000 {
            var decoder = ExecDecoder()
            for _ in 0..<4 {
                let bytes = (0..<Int.random(in: 0...40, using: &generator)).map { _ in
                    UInt8.random(in: 0...255, using: &generator)
                }
                if case .ended(.exited)? = decoder.take(bytes, isLast: Bool.random(using: &generator)) {
                    Issue.record("an end out of garbage")
                }
            }
        }
    }

    @Test func `amounts are written and read as Kubernetes does`() {
        #expect(Quantity.bytes(256 << 20) == "256Mi")
        #expect(Quantity.bytes(1_500) == "1500")
        #expect(Quantity.processors(0.25) == "250m")
        #expect(Quantity.processors(.nan) == "1")
        #expect(Quantity.value("250m") == 0.25)
        #expect(Quantity.value("12345n").map { ($0 * 1e9).rounded() } == 12_345)
        #expect(Quantity.value("1536Ki") == 1_572_864)
        #expect(Quantity.value("2") == 2)
        #expect(Quantity.value("many") == nil)
    }

    @Test func `texts become labels that the API takes`() {
        #expect(Names.label("ring") == "ring")
        #expect(Names.label("..a/b ö..") == "a-b")
        #expect(Names.label("---") == "none")
        #expect(Names.label(String(repeating: "x", count: 100)).count == 63)
    }

    @Test func `a namespace tells its owner to nobody, and installations never share one`() {
        let (one, other) = (Names(instance: "one", process: "p"), Names(instance: "other", process: "p"))
        #expect(one.namespace(of: "ada").hasPrefix("atlas-lab-"))
        #expect(one.namespace(of: "ada").count <= 63)
        #expect(!one.namespace(of: "ada").contains("ada"))
        #expect(one.namespace(of: "ada") == one.namespace(of: "ada"))
        #expect(one.namespace(of: "ada") != one.namespace(of: "bob"))
        #expect(one.namespace(of: "ada") != other.namespace(of: "ada"))
    }

    @Test func `a listing says what can be kept, and why the rest cannot`() {
        func entry(_ kind: String, _ size: Int, _ path: [UInt8], target: String = "") -> [UInt8] {
            var bytes: [UInt8] = []
            for field in [
                Array(kind.utf8), Array("\(size)".utf8), Array("644".utf8), Array("1.5".utf8), Array(target.utf8), path,
            ] {
                bytes += field + [0]
            }
            return bytes
        }
        let output =
            entry("d", 0, Array("src".utf8)) + entry("f", 3, Array("src/a".utf8)) + entry("d", 0, Array("empty".utf8))
            + entry("p", 0, Array("pipe".utf8)) + entry("f", 9 << 20, Array("big".utf8)) + entry("f", 1, [255, 254])
            + entry("l", 3, Array("link".utf8), target: "src/a")
        let listing = HomeListing(output + Array("f\u{0}3".utf8))
        let selection = listing.selection()
        #expect(selection.paths == ["src/a", "empty", "link"])
        #expect(selection.omittedCount == 3)
        #expect(selection.omissions.contains { $0.hasPrefix("big: is larger") })
        #expect(listing.fingerprint != HomeListing(output).fingerprint)
    }

    @Test func `files are not laid where a folder or a link is in the way`() throws {
        func listing(_ entries: [(String, String)]) -> HomeListing {
            HomeListing(
                entries.flatMap { kind, path in Array("\(kind)\u{0}1\u{0}644\u{0}1\u{0}\u{0}\(path)\u{0}".utf8) }
            )
        }
        let files = try LabFiles(["a/b": .text("x")])
        #expect(listing([]).conflict(with: files) == nil)
        #expect(listing([("d", "a"), ("f", "a/b")]).conflict(with: files) == nil)
        #expect(listing([("f", "a")]).conflict(with: files) == "a/b")
        #expect(listing([("l", "a")]).conflict(with: files) == "a/b")
        #expect(listing([("d", "a"), ("d", "a/b")]).conflict(with: files) == "a/b")
    }

    @Test func `a request of a box is read without trust`() {
        let words = Data("check\u{0}--fast\u{0}".utf8).base64EncodedString()
        #expect(KubernetesBox.request(Array("r.Ab12cd \(words)".utf8))?.words == ["check", "--fast"])
        for line in [
            "", "r.Ab12cd", "r.Ab12cd !!!", "../etc/x \(words)", "r.Ab/2cd \(words)", "r.Ab12cd \(words) more",
            "r.Ab12cd \(Data("check".utf8).base64EncodedString())",
            "r.Ab12cd \(Data(repeating: 0, count: 5_000).base64EncodedString())",
        ] {
            #expect(KubernetesBox.request(Array(line.utf8)) == nil, "\(line.prefix(40))")
        }
    }

    @Test func `folders become config maps that are small enough`() throws {
        var spec = LabBoxSpec(id: "b", commands: ["check"])
        spec.folders["/lab"] = try LabFiles([
            "check": .file(Array("#!/bin/sh\n".utf8), isExecutable: true),
            "data/one": .file(.init(repeating: 1, count: 600_000), isExecutable: false),
            "data/two": .file(.init(repeating: 2, count: 600_000), isExecutable: false),
        ])
        let maps = try FolderMaps(spec, names: Names(instance: "i", process: "p"), namespace: "n")
        #expect(maps.maps.count == 3)
        #expect(maps.volumes.count == 2)
        #expect(maps.mounts.allSatisfy { $0["readOnly"] == true })
        spec.folders["/lab"] = try LabFiles(["link": .link("x")])
        #expect(throws: AtlasError.self) {
            try FolderMaps(spec, names: Names(instance: "i", process: "p"), namespace: "n")
        }
    }

    @Test func `what a box uses is read from what its files say`() {
        let reading = KubernetesBox.reading(
            "memory 1024\nprocesses 3\nmicroseconds 2000000\nkilled 1\ndisk 10\ndisk 5\nx -1\nmemory\n"
        )
        #expect(
            reading
                == Meter.Reading(
                    processorTime: .seconds(2),
                    memoryBytes: 1_024,
                    processes: 3,
                    diskBytes: 15,
                    killedForMemory: 1
                )
        )
        #expect(KubernetesBox.reading("") == Meter.Reading())
    }

    private func state(_ status: String) throws -> PodState {
        PodState(try JSONDecoder().decode(Pod.self, from: Data("{\"metadata\":{},\"status\":\(status)}".utf8)))
    }

    @Test func `the state of a pod is told in words`() throws {
        func container(_ state: String) -> String {
            "{\"phase\":\"Pending\",\"containerStatuses\":[{\"name\":\"lab\",\"state\":\(state)}]}"
        }
        #expect(try state("{}") == .waiting(nil))
        #expect(try state(container("{\"running\":{}}")) == .running)
        guard
            case .refused(let text, let detail) = try state(
                container("{\"waiting\":{\"reason\":\"ImagePullBackOff\",\"message\":\"no such image\"}}")
            )
        else {
            Issue.record("an image that cannot be fetched is waited for")
            return
        }
        #expect(text.contains("image"))
        #expect(detail.contains("no such image"))
        #expect(try state(container("{\"waiting\":{\"reason\":\"ErrImagePull\"}}")) == .waiting("ErrImagePull: "))
        let waiting = try state(
            "{\"phase\":\"Pending\",\"conditions\":[{\"type\":\"PodScheduled\",\"status\":\"False\",\"reason\":\"Unschedulable\",\"message\":\"0/3 nodes\"}]}"
        )
        #expect(waiting == .waiting("Unschedulable: 0/3 nodes"))
        #expect(
            try state(container("{\"terminated\":{\"exitCode\":137,\"reason\":\"OOMKilled\"}}")) == .over(.outOfMemory)
        )
        let evicted = try state("{\"phase\":\"Failed\",\"reason\":\"Evicted\",\"message\":\"low on memory\"}")
        #expect(evicted == .over(.failed("the cluster evicted the pod: low on memory")))
    }
}
