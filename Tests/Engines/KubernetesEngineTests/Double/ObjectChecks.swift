@testable import KubernetesEngine

/// What a cluster operator would look for in the objects that labs make; what is missing is told in words.
enum ObjectChecks {
    static func problems(of object: JSON, kind: String) -> [String] {
        switch kind {
        case "namespaces": namespace(object)
        case "pods": pod(object)
        case "networkpolicies":
            check([
                ("selects all pods", object["spec"]?["podSelector"] == [:]),
                ("denies both ways", object["spec"]?["policyTypes"] == ["Ingress", "Egress"]),
                ("lets nothing in", object["spec"]?["ingress"] == nil),
                ("lets nothing out", object["spec"]?["egress"] == nil),
            ])
        case "resourcequotas":
            check(
                ["pods", "limits.cpu", "limits.memory", "requests.cpu", "requests.memory"].map {
                    ("limits \($0)", object["spec"]?["hard"]?[$0]?.string != nil)
                }
            )
        case "limitranges":
            check([
                ("has defaults", object["spec"]?["limits"]?[0]?["default"]?["memory"] != nil),
                ("is for containers", object["spec"]?["limits"]?[0]?["type"] == "Container"),
            ])
        case "serviceaccounts": check([("has no token", object["automountServiceAccountToken"] == false)])
        case "configmaps": check([("cannot be changed", object["immutable"] == true)])
        case "leases": check([("is held", object["spec"]?["holderIdentity"]?.string?.isEmpty == false)])
        default: ["objects of kind \(kind) are none of labs'"]
        }
    }

    private static func namespace(_ object: JSON) -> [String] {
        let labels = object["metadata"]?["labels"]
        return check([
            ("is named for labs", object["metadata"]?["name"]?.string?.hasPrefix("atlas-lab-") == true),
            ("is managed", labels?["app.kubernetes.io/managed-by"] == "atlas"),
            ("has an instance", labels?["atlas.dev/instance"]?.string != nil),
            ("has an owner", labels?["atlas.dev/owner"]?.string != nil),
            ("is restricted", labels?["pod-security.kubernetes.io/enforce"] == "restricted"),
        ])
    }

    private static func pod(_ object: JSON) -> [String] {
        let spec = object["spec"]
        let security = spec?["securityContext"]
        let container = spec?["containers"]?[0]
        let inner = container?["securityContext"]
        let labels = object["metadata"]?["labels"]
        let volumes = spec?["volumes"]?.array ?? []
        return check([
            ("is managed", labels?["app.kubernetes.io/managed-by"] == "atlas"),
            ("has a process", labels?["atlas.dev/process"]?.string != nil),
            ("has a lab", labels?["atlas.dev/lab"]?.string != nil),
            ("does not run as root", security?["runAsNonRoot"] == true && inner?["runAsNonRoot"] == true),
            ("has a seccomp profile", security?["seccompProfile"]?["type"] == "RuntimeDefault"),
            ("has no capabilities", inner?["capabilities"]?["drop"] == ["ALL"]),
            ("cannot gain rights", inner?["allowPrivilegeEscalation"] == false),
            ("is read-only", inner?["readOnlyRootFilesystem"] == true),
            ("has no token", spec?["automountServiceAccountToken"] == false),
            ("has the account of labs", spec?["serviceAccountName"] == "lab"),
            ("is not restarted", spec?["restartPolicy"] == "Never"),
            ("has no links", spec?["enableServiceLinks"] == false),
            ("has a deadline", spec?["activeDeadlineSeconds"] != nil),
            ("has no host network", spec?["hostNetwork"] == nil),
            ("has one container", spec?["containers"]?.array.count == 1),
            ("has limits", container?["resources"]?["limits"]?["memory"] != nil),
            ("has requests", container?["resources"]?["requests"]?["cpu"] != nil),
            (
                "limits what it may write",
                volumes.allSatisfy { $0["emptyDir"] == nil || $0["emptyDir"]?["sizeLimit"]?.string != nil }
            ), ("uses no volume of the host", volumes.allSatisfy { $0["hostPath"] == nil }),
        ])
    }

    private static func check(_ claims: [(String, Bool)]) -> [String] {
        claims.filter { !$0.1 }.map { "it is not true that it \($0.0)" }
    }
}
