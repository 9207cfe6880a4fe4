/// What an API server asks of a kubelet, as its own clients would ask.
///
/// Source: Kubernetes, pkg/registry/core/pod/strategy.go, `streamParams`; pkg/kubelet/server/server.go.
extension FakeCluster {
    /// `/exec/NAMESPACE/POD/CONTAINER` as the path of the API; `nil` for anything else.
    static func asKubelet(_ path: String) -> String? {
        let parts = path.split(separator: "/")
        guard parts.count == 4, parts[0] == "exec" else { return nil }
        return "/api/v1/namespaces/\(parts[1])/pods/\(parts[2])/exec"
    }

    static func asKubelet(_ path: String, _ query: [(name: String, value: String)]) -> [(name: String, value: String)] {
        func isSet(_ name: String) -> String { String(query.contains { $0.name == name && $0.value == "1" }) }
        let streams = [
            (name: "stdin", value: isSet("input")), (name: "stdout", value: isSet("output")),
            (name: "stderr", value: isSet("error")), (name: "tty", value: isSet("tty")),
            (name: "container", value: String(path.split(separator: "/").last ?? "")),
        ]
        return streams + query.filter { $0.name == "command" }
    }
}
