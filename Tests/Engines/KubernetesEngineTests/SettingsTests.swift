import AtlasCore
import AtlasPorts
import AtlasTestKit
import Foundation
import KubernetesEngine
import Logging
import Testing

@testable import AtlasApp

@Suite struct SettingsTests {
    private func configuration(_ settings: [String: String]) async throws -> AtlasConfiguration {
        let fixed = ["catalogue.folder": "", "lab.runtime": "kubernetes"]
        return try AtlasConfiguration(
            try await SettingSources(
                arguments: fixed.merging(settings) { $1 },
                file: FileManager.default.temporaryDirectory.path + "/there-is-no-such-file.json",
                environment: [:]
            )
        )
    }

    private func runtime(_ settings: [String: String]) async throws -> any LabRuntime {
        let logger = Logger(label: "labs") { _ in SwiftLogNoOpLogHandler() }
        return try Atlas.labRuntime(try await configuration(settings), folder: "/nowhere", places: 5, logger)
    }

    @Test func `the settings lead to the cluster`() async throws {
        try await Bench.run { bench async throws in
            try await withTemporaryFolder { folder in
                let authority = Data(bench.cluster.certificates.authority).base64EncodedString()
                let text = """
                    current-context: here
                    contexts: [{name: here, context: {cluster: c, user: u, namespace: atlas}}]
                    clusters:
                    - {name: c, cluster: {server: "https://127.0.0.1:\(bench.cluster.port)", certificate-authority-data: \(authority)}}
                    users: [{name: u, user: {token: secret}}]
                    """
                let path = folder + "/kubeconfig"
                try Data(text.utf8).write(to: URL(filePath: path))
                let runtime = try await runtime([
                    "lab.kubernetes.kubeconfig": path, "lab.kubernetes.image": "lab:1",
                    "lab.kubernetes.images": "special-server=special:2",
                ])
                let found = await runtime.capabilities()
                #expect(found.unavailable == nil)
                #expect(found.places == 5)
                #expect(await runtime.missing(["special-server"]) == [])
            }
        }
    }

    @Test(
        arguments: [
            (["lab.kubernetes.images": "x"], "lab.kubernetes.images"),
            (["lab.kubernetes.learnerPods": "1"], "lab.kubernetes.learnerPods"),
            (["lab.kubernetes.kubeconfig": "/nowhere/config"], "/nowhere/config"),
            (["lab.runtime": "docker"], "none of sandbox, kubernetes, none"),
        ]
    )
    func `settings that are wrong are named`(settings: [String: String], words: String) async throws {
        let error = await #expect(throws: AtlasError.self) { try await runtime(settings) }
        #expect(error?.message.contains(words) == true, "\(error?.message ?? "")")
    }
}
