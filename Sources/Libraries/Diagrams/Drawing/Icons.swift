extension NodeKind {
    /// Lines of the kind's icon in a square from -7 to 7; `nil` for none.
    var icon: String? {
        switch self {
        case .client: "M-6-5H6V3H-6ZM-3 6H3M0 3V6"
        case .dns: "M-6 0A6 6 0 0 1 6 0A6 6 0 0 1-6 0ZM-6 0H6M0-6C-4-2-4 2 0 6C4 2 4-2 0-6"
        case .cdn:
            "M0-2A2 2 0 0 1 0 2A2 2 0 0 1 0-2ZM0-2V-6M1.8 1L5.2 3.5M-1.8 1L-5.2 3.5M-2-6H2M4 5.4L6.4 1.8M-4 5.4L-6.4 1.8"
        case .lb: "M-6.5 0H-1M5.5-5H3C0-5 2 0-1 0C2 0 0 5 3 5H5.5M-1 0H5.5"
        case .gateway: "M-5 6V-1A5 5 0 0 1 5-1V6M-6.5 6H6.5M-2 3H2.5M0.5 1L2.5 3L0.5 5"
        case .service: "M0-6.5L5.6-3.25V3.25L0 6.5L-5.6 3.25V-3.25ZM-5.6-3.25L0 0L5.6-3.25M0 0V6.5"
        case .cache: "M1-6.5L-4.5 1H-0.5L-1 6.5L4.5-1H0.5Z"
        case .dbLeader: "M-5-4A5 2 0 0 1 5-4A5 2 0 0 1-5-4V4A5 2 0 0 0 5 4V-4M-2 3L0 0L2 3"
        case .dbReplica: "M-5-4A5 2 0 0 1 5-4A5 2 0 0 1-5-4V4A5 2 0 0 0 5 4V-4M-5 0A5 2 0 0 0 5 0"
        case .queue: "M-6.5-3H-3V3H-6.5ZM-1-3H2.5V3H-1ZM4.5 0H6.5"
        case .stream: "M-6.5-4C-4-6-2-2 0-4S4-6 6.5-4M-6.5 0C-4-2-2 2 0 0S4-2 6.5 0M-6.5 4C-4 2-2 6 0 4S4 2 6.5 4"
        case .worker:
            "M-3 0A3 3 0 0 1 3 0A3 3 0 0 1-3 0ZM0-3V-6M0 3V6M-3 0H-6M3 0H6M-2.1-2.1L-4.2-4.2M2.1 2.1L4.2 4.2"
                + "M-2.1 2.1L-4.2 4.2M2.1-2.1L4.2-4.2"
        case .store: "M-6-5.5H6V-2H-6ZM-5-2V5.5H5V-2M-2 1H2"
        case .lock: "M-4.5-1H4.5V6H-4.5ZM-2.8-1V-3.5A2.8 2.8 0 0 1 2.8-3.5V-1M0 1.5V3.5"
        case .scheduler: "M-6 0A6 6 0 0 1 6 0A6 6 0 0 1-6 0ZM0-3.5V0L2.5 1.5"
        case .external: "M-1-5H-5V5H5V1M1.5-5.5H5.5V-1.5M5.5-5.5L-0.5 0.5"
        case .unknown: nil
        }
    }

    /// The colour of the kind when the page sets none: `--dg-kind-…` in the stylesheet.
    var accent: String {
        switch self {
        case .client: "#475569"
        case .dns: "#0e7490"
        case .cdn: "#0369a1"
        case .lb: "#4338ca"
        case .gateway: "#6d28d9"
        case .service: "#1d4ed8"
        case .cache: "#c2410c"
        case .dbLeader: "#047857"
        case .dbReplica: "#0f766e"
        case .queue: "#a21caf"
        case .stream: "#be185d"
        case .worker: "#4d7c0f"
        case .store: "#15803d"
        case .lock: "#b91c1c"
        case .scheduler: "#a16207"
        case .external: "#57534e"
        case .unknown: "#64748b"
        }
    }
}
