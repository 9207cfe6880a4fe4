import AtlasCore
import Foundation
import Testing

@testable import KubernetesEngine

@Suite struct AccessTests {
    private func file(_ text: String, _ body: (String) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "atlas-kubeconfig-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try Data("authority".utf8).write(to: folder.appending(path: "ca.pem"))
        let path = folder.appending(path: "config")
        try Data(text.utf8).write(to: path)
        try body(path.path)
    }

    private func config(
        cluster: String = "certificate-authority: ca.pem",
        user: String,
        server: String = "https://k8s.example:6443/base/"
    ) -> String {
        """
        apiVersion: v1
        kind: Config
        current-context: two
        contexts:
        - {name: one, context: {cluster: none, user: none}}
        - {name: two, context: {cluster: c, user: u, namespace: atlas}}
        clusters:
        - name: c
          cluster:
            server: \(server)
            \(cluster)
        users:
        - name: u
          user: \(user)
        """
    }

    @Test func `the current context of a kubeconfig is used`() throws {
        try file(config(user: "{token: abc}")) { path in
            let access = try ClusterAccess.kubeconfig(path: path)
            #expect(access.host == "k8s.example")
            #expect(access.port == 6_443)
            #expect(access.basePath == "/base")
            #expect(access.namespace == "atlas")
            #expect(access.authority == Array("authority".utf8))
            guard case .token("abc") = access.credential else {
                Issue.record("the token is not used")
                return
            }
        }
    }

    @Test func `certificates may stand in the file itself`() throws {
        let data = Data("PEM".utf8).base64EncodedString()
        let user = "{client-certificate-data: \(data), client-key-data: \(data)}"
        try file(config(cluster: "certificate-authority-data: \(data)", user: user)) { path in
            let access = try ClusterAccess.kubeconfig(path: path)
            #expect(access.authority == Array("PEM".utf8))
            guard case .certificate(let certificate, let key) = access.credential else {
                Issue.record("the certificate is not used")
                return
            }
            #expect(certificate == Array("PEM".utf8))
            #expect(key == Array("PEM".utf8))
        }
    }

    @Test(
        arguments: [
            ("{exec: {command: aws, apiVersion: v1}}", "https://k", "", "runs no plug-ins"),
            ("{auth-provider: {name: gcp}}", "https://k", "", "auth-provider"),
            ("{username: a, password: b}", "https://k", "", "passwords"), ("{}", "https://k", "", "neither a token"),
            ("{token: a}", "http://k", "", "over TLS only"),
            ("{token: a}", "https://k", "insecure-skip-tls-verify: true", "does not skip"),
            ("{token: a}", "https://k", "proxy-url: http://p", "no proxies"),
        ]
    )
    func `what Atlas does not do is refused with a reason`(
        user: String,
        server: String,
        cluster: String,
        words: String
    ) throws {
        let text = config(
            cluster: cluster.isEmpty ? "certificate-authority: ca.pem" : cluster,
            user: user,
            server: server
        )
        try file(text) { path in
            let error = #expect(throws: AtlasError.self) { try ClusterAccess.kubeconfig(path: path) }
            #expect(error?.code == .unavailable)
            #expect(error?.message.contains(words) == true, "\(error?.message ?? "")")
        }
    }

    @Test func `files that are none are refused`() throws {
        #expect(throws: AtlasError.self) { try ClusterAccess.kubeconfig(path: "/nowhere/config") }
        try file("current-context: [") { path in
            #expect(throws: AtlasError.self) { try ClusterAccess.kubeconfig(path: path) }
        }
        try file(config(user: "{token: a}")) { path in
            let error = #expect(throws: AtlasError.self) { try ClusterAccess.kubeconfig(path: path, context: "three") }
            #expect(error?.message.contains("“three”") == true)
        }
    }

    @Test func `in a cluster the service account is used`() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "atlas-account-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let environment = ["KUBERNETES_SERVICE_HOST": "10.96.0.1", "KUBERNETES_SERVICE_PORT": "443"]
        #expect(throws: AtlasError.self) {
            try ClusterAccess.inCluster(environment: environment, folder: folder.path)
        }
        for (name, text) in [("ca.crt", "authority"), ("token", "t\n"), ("namespace", "atlas\n")] {
            try Data(text.utf8).write(to: folder.appending(path: name))
        }
        let access = try ClusterAccess.inCluster(environment: environment, folder: folder.path)
        #expect(access.host == "10.96.0.1")
        #expect(access.namespace == "atlas")
        guard case .tokenFile = access.credential else {
            Issue.record("the token's file is not read again")
            return
        }
        #expect(throws: AtlasError.self) { try ClusterAccess.inCluster(environment: [:], folder: folder.path) }
    }
}
