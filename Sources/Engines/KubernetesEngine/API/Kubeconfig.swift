import AtlasCore
import Foundation
import Yams

// Source: Kubernetes documentation, "kubeconfig (v1)".

private struct KubeconfigFile: Decodable {
    struct Named<Value: Decodable>: Decodable {
        let name: String
        let value: Value

        private struct Key: CodingKey {
            let stringValue: String
            var intValue: Int? { nil }
            init(stringValue: String) { self.stringValue = stringValue }
            init?(intValue: Int) { nil }
        }

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: Key.self)
            name = try container.decode(String.self, forKey: Key(stringValue: "name"))
            let word = container.allKeys.first { ["cluster", "context", "user"].contains($0.stringValue) }
            value = try container.decode(Value.self, forKey: word ?? Key(stringValue: "cluster"))
        }
    }

    struct Cluster: Decodable {
        let server: String
        let authorityData: String?
        let authorityFile: String?
        let serverName: String?
        let isInsecure: Bool?
        let proxy: String?

        private enum CodingKeys: String, CodingKey {
            case server
            case authorityData = "certificate-authority-data"
            case authorityFile = "certificate-authority"
            case serverName = "tls-server-name"
            case isInsecure = "insecure-skip-tls-verify"
            case proxy = "proxy-url"
        }
    }

    struct Context: Decodable {
        let cluster: String
        let user: String
        let namespace: String?
    }

    struct User: Decodable {
        let token: String?
        let tokenFile: String?
        let certificateData: String?
        let certificateFile: String?
        let keyData: String?
        let keyFile: String?
        let exec: Plugin?
        let authProvider: Plugin?
        let username: String?

        private enum CodingKeys: String, CodingKey {
            case token, tokenFile, exec, username
            case certificateData = "client-certificate-data"
            case certificateFile = "client-certificate"
            case keyData = "client-key-data"
            case keyFile = "client-key"
            case authProvider = "auth-provider"
        }
    }

    struct Plugin: Decodable {
        let command: String?
    }

    let currentContext: String?
    let clusters: [Named<Cluster>]?
    let contexts: [Named<Context>]?
    let users: [Named<User>]?

    private enum CodingKeys: String, CodingKey {
        case clusters, contexts, users
        case currentContext = "current-context"
    }
}

extension ClusterAccess {
    /// As the current context of a kubeconfig file says.
    ///
    /// - Parameter context: Another context of the file; empty for the current one.
    /// - Throws: `AtlasError` `.unavailable` that names the file and what is wrong with it, also for what Atlas does not do:
    ///   plug-ins, passwords, proxies, connections without TLS or without a check of the certificate.
    public static func kubeconfig(path: String, context: String = "") throws -> ClusterAccess {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw AtlasError(.unavailable, "The kubeconfig file \(path) cannot be read.")
        }
        let file: KubeconfigFile
        do {
            file = try YAMLDecoder().decode(KubeconfigFile.self, from: String(decoding: data, as: UTF8.self))
        } catch {
            throw AtlasError(.unavailable, "The kubeconfig file \(path) cannot be understood.", cause: error)
        }
        let name = context.isEmpty ? file.currentContext ?? "" : context
        func refusal(_ text: String) -> AtlasError { AtlasError(.unavailable, "The kubeconfig file \(path): \(text)") }
        guard let chosen = file.contexts?.first(where: { $0.name == name })?.value else {
            throw refusal("there is no context “\(name)”.")
        }
        guard let cluster = file.clusters?.first(where: { $0.name == chosen.cluster })?.value else {
            throw refusal("there is no cluster “\(chosen.cluster)”.")
        }
        guard let user = file.users?.first(where: { $0.name == chosen.user })?.value else {
            throw refusal("there is no user “\(chosen.user)”.")
        }
        let folder = URL(filePath: path).deletingLastPathComponent()
        var access = try place(cluster, folder, refusal)
        access.credential = try credential(user, folder, refusal)
        access.namespace = chosen.namespace ?? "default"
        return access
    }

    private static func place(
        _ cluster: KubeconfigFile.Cluster,
        _ folder: URL,
        _ refusal: (String) -> AtlasError
    ) throws -> ClusterAccess {
        guard let url = URL(string: cluster.server), url.scheme == "https", let host = url.host, !host.isEmpty else {
            throw refusal(
                "the server “\(cluster.server)” is no https address, and Atlas speaks to clusters over TLS only."
            )
        }
        guard cluster.isInsecure != true else {
            throw refusal("insecure-skip-tls-verify is set. Atlas does not skip that; give the authority instead.")
        }
        guard cluster.proxy == nil else { throw refusal("proxy-url is set, and Atlas uses no proxies.") }
        let authority = try bytes(
            cluster.authorityData,
            cluster.authorityFile,
            folder,
            "certificate-authority",
            refusal
        )
        var path = url.path
        while path.hasSuffix("/") { path.removeLast() }
        let bare = host.hasPrefix("[") && host.hasSuffix("]") ? String(host.dropFirst().dropLast()) : host
        return ClusterAccess(
            host: bare,
            port: url.port ?? 443,
            basePath: path,
            serverName: cluster.serverName,
            authority: authority
        )
    }

    private static func credential(
        _ user: KubeconfigFile.User,
        _ folder: URL,
        _ refusal: (String) -> AtlasError
    ) throws -> Credential {
        if let plugin = user.exec {
            throw refusal(
                "the user gets its token from the program “\(plugin.command ?? "?")”. Atlas runs no plug-ins; use the token or "
                    + "certificate of a service account (docs/labs-kubernetes.md)."
            )
        }
        guard user.authProvider == nil else {
            throw refusal("auth-provider is no longer part of Kubernetes; use a token.")
        }
        guard user.username == nil else { throw refusal("passwords are no longer part of Kubernetes; use a token.") }
        if let file = user.tokenFile { return .tokenFile(resolved(file, folder)) }
        if let token = user.token, !token.isEmpty { return .token(token) }
        let certificate = try bytes(user.certificateData, user.certificateFile, folder, "client-certificate", refusal)
        let key = try bytes(user.keyData, user.keyFile, folder, "client-key", refusal)
        guard let certificate, let key else {
            throw refusal("the user has neither a token nor a certificate with its key.")
        }
        return .certificate(certificate, key: key)
    }

    /// What stands in the file itself, in base 64, or in another file beside it.
    private static func bytes(
        _ data: String?,
        _ file: String?,
        _ folder: URL,
        _ name: String,
        _ refusal: (String) -> AtlasError
    ) throws -> [UInt8]? {
        if let data {
            guard let bytes = Data(base64Encoded: data, options: .ignoreUnknownCharacters), !bytes.isEmpty else {
                throw refusal("\(name)-data is not base 64.")
            }
            return [UInt8](bytes)
        }
        guard let file else { return nil }
        guard let bytes = FileManager.default.contents(atPath: resolved(file, folder)) else {
            throw refusal("\(name) points to \(file), which cannot be read.")
        }
        return [UInt8](bytes)
    }

    private static func resolved(_ path: String, _ folder: URL) -> String {
        path.hasPrefix("/") ? path : folder.appending(path: path).path
    }
}
