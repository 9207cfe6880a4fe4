/// One configuration key.
public struct Setting: Sendable {
    /// Dotted, as in `database.url`; in the environment `ATLAS_DATABASE_URL`.
    public let key: String
    /// The value when nothing is set, as text.
    public let fallback: String
    /// What it means, with its unit.
    public let meaning: String
    /// Whether its value is never shown.
    public let isSecret: Bool

    init(_ key: String, _ fallback: String, _ meaning: String, isSecret: Bool = false) {
        self.key = key
        self.fallback = fallback
        self.meaning = meaning
        self.isSecret = isSecret
    }

    /// Every key there is.
    ///
    /// A key in `atlas.json` that is not here stops the start.
    public static let all: [Setting] = main + TutorConfiguration.settings

    private static let main = [
        Setting("data.folder", "data", "where the embedded engines keep everything"),
        Setting("http.host", "127.0.0.1", "the address to listen on"),
        Setting("http.port", "8080", "the port to listen on; 0 picks a free one"),
        Setting("http.secure", "false", "true behind TLS: cookies are Secure and HSTS is sent"),
        Setting("http.publicOrigin", "", "https://HOST as people type it, for the site map"),
        Setting("http.trustedProxies", "", "addresses whose X-Forwarded-For is believed, separated by commas"),
        Setting("http.requestsPerMinute", "100", "GraphQL requests per minute of one account"),
        Setting(
            "http.visitorRequestsPerMinute",
            "300",
            "GraphQL requests per minute of one address without an account"
        ),
        Setting("graphql.costPerMinute", "200000", "what the GraphQL requests of one account may cost per minute"),
        Setting(
            "graphql.visitorCostPerMinute",
            "400000",
            "what the GraphQL requests of one address without an account may cost per minute"
        ),
        Setting(
            "graphql.allowedDocuments",
            "",
            "a JSON file {SHA-256: document} of the only GraphQL documents that are answered; empty: every document"
        ),
        Setting(
            "database.url",
            "sqlite:",
            "sqlite:PATH (without a path: atlas.sqlite in the data folder) or postgres://…",
            isSecret: true
        ),
        Setting(
            "database.replicaURLs",
            "",
            "postgres:// addresses of read replicas, separated by commas",
            isSecret: true
        ),
        Setting("database.connections", "8", "connections to PostgreSQL, at most"),
        Setting(
            "cache.url",
            "memory:",
            "memory: for this process alone, or redis://… for what several processes remember together",
            isSecret: true
        ),
        Setting(
            "pubsub.url",
            "memory:",
            "memory: for one process, or redis://… so that several hear each other at once",
            isSecret: true
        ),
        Setting(
            "timeseries.url",
            "sqlite:",
            "sqlite:PATH of the time series (without a path: timeseries.sqlite in the data folder), or influxdb://…",
            isSecret: true
        ),
        Setting("timeseries.token", "", "token of an InfluxDB 2; empty: name and password of the URL", isSecret: true),
        Setting(
            "auth.secret",
            "",
            "seals the signing keys; empty: a file in the data folder, made at the first start",
            isSecret: true
        ),
        Setting("catalogue.folder", "catalogue", "the files that `atlas serve` imports at its start; empty: none"),
        Setting(
            "lab.runtime",
            "sandbox",
            "what labs run in: sandbox (needs bubblewrap), kubernetes (docs/labs-kubernetes.md), or none"
        ),
        Setting("lab.maximum", "20", "labs that run at once; more wait in a queue"),
        Setting("lab.perAccount", "2", "labs of one account that run or wait"),
        Setting(
            "lab.memoryMB",
            "0",
            "memory that all running labs may use together, in MiB; 0: half of what is available at the start"
        ),
        Setting("lab.minutes", "120", "how long a lab runs before it is extended, in minutes"),
        Setting("lab.answerSeconds", "20", "how long a request waits for a check before it is told that it goes on"),
        Setting("lab.idleMinutes", "30", "after how many minutes without a sign of its learner a lab is stopped"),
        Setting(
            "lab.snapshotSeconds",
            "30",
            "how often the files of running labs are kept if they changed, in seconds"
        ),
        Setting("lab.kubernetes.kubeconfig", "", "the kubeconfig file; empty: the service account of Atlas's own pod"),
        Setting("lab.kubernetes.context", "", "the context of the kubeconfig file; empty: its current one"),
        Setting("lab.kubernetes.namespace", "", "where Atlas keeps its lease; empty: that of the account or context"),
        Setting("lab.kubernetes.instance", "atlas", "names this Atlas among those that share the cluster"),
        Setting("lab.kubernetes.image", "", "the image that labs run in; docs/labs-kubernetes.md says what it needs"),
        Setting(
            "lab.kubernetes.images",
            "",
            "PROGRAM=IMAGE, separated by commas: another image for labs that need that program"
        ),
        Setting("lab.kubernetes.runtimeClass", "", "the runtime class of the pods, as in gvisor; empty: the usual one"),
        Setting("lab.kubernetes.learnerPods", "6", "pods of one learner at once, those that set up and grade included"),
        Setting("lab.kubernetes.learnerMemoryMB", "4096", "memory of one learner's pods together, in MiB"),
        Setting("lab.kubernetes.learnerProcessors", "6", "processors of one learner's pods together"),
        Setting("lab.kubernetes.startSeconds", "120", "how long a pod may take to run, its image and a node included"),
        Setting("web.folder", "build/web", "the built web client"),
        Setting("development", "false", "introspection, and files are watched for changes"),
        Setting(
            "trace.endpoint",
            "",
            "http://HOST:PORT of an OpenTelemetry collector that takes OTLP as JSON; empty: nothing is traced"
        ),
        Setting("trace.ratio", "0", "the share of GraphQL requests without a traceparent that are traced, 0 to 1"),
        Setting(
            "metrics.token",
            "",
            "reads /metrics as a Bearer token, at least 32 characters; empty: only this machine may, and nobody behind a proxy",
            isSecret: true
        ),
        Setting("log.level", "info", "trace, debug, info, notice, warning or error"),
    ]

    /// The known key that is nearest to `key` in edits.
    public static func nearest(to key: String) -> String {
        all.map(\.key).min { distance($0, key) < distance($1, key) } ?? ""
    }

    private static func distance(_ left: String, _ right: String) -> Int {
        let (left, right) = (Array(left.utf8.prefix(64)), Array(right.utf8.prefix(64)))
        var row = Array(0...right.count)
        for (i, a) in left.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for (j, b) in right.enumerated() {
                let above = row[j + 1]
                row[j + 1] = min(above + 1, row[j] + 1, diagonal + (a == b ? 0 : 1))
                diagonal = above
            }
        }
        return row[right.count]
    }
}
