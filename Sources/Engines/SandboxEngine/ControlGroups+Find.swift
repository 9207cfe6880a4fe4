import Foundation

extension ControlGroups {
    /// What of this machine's control groups this process may use.
    ///
    /// - Parameters:
    ///   - mounts: The text of `/proc/self/mountinfo`.
    ///   - memberships: The text of `/proc/self/cgroup`.
    ///   - canMake: Makes the folder if need be and tells whether groups can be made in it.
    static func find(
        mounts: String = KernelFile.text("/proc/self/mountinfo") ?? "",
        memberships: String = KernelFile.text("/proc/self/cgroup") ?? "",
        canMake: (String) -> Bool = makesFolder,
        enable: (String, Set<Controller>) -> Set<Controller> = enableControllers
    ) -> ControlGroups {
        var hierarchies: [Hierarchy] = []
        var remarks: [String] = []
        var missing = Set(Controller.allCases)
        for mount in groupMounts(mounts) {
            let own = membership(mount, memberships)
            let roots = own == "/" ? [mount.point] : [mount.point + own, mount.point]
            guard let root = roots.first(where: { isFolder($0) }) else { continue }
            let folder = root + "/atlas-labs"
            if mount.version == 2 {
                let offered = available(root).intersection(missing)
                guard !offered.isEmpty, canMake(folder) else { continue }
                let enabled = enable(root, offered)
                guard !enabled.isEmpty else {
                    remarks.append("The control groups under \(root) could not be handed on to the boxes.")
                    continue
                }
                hierarchies.append(Hierarchy(folder: folder, version: 2, controllers: enabled))
                missing.subtract(enabled.union([.cpuacct]))
            } else if !mount.controllers.isDisjoint(with: missing), canMake(folder) {
                hierarchies.append(Hierarchy(folder: folder, version: 1, controllers: mount.controllers))
                missing.subtract(mount.controllers)
            }
        }
        for controller in [Controller.memory, .pids, .cpu] where missing.contains(controller) {
            remarks.append("No control group for “\(controller.rawValue)” can be made here.")
        }
        return ControlGroups(hierarchies: hierarchies, remarks: remarks)
    }

    private struct Mount {
        let point: String
        let version: Int
        let controllers: Set<Controller>
    }

    private static func groupMounts(_ mounts: String) -> [Mount] {
        mounts.split(separator: "\n").compactMap { line in
            let halves = line.components(separatedBy: " - ")
            let left = halves[0].split(separator: " ")
            guard halves.count == 2, left.count >= 5 else { return nil }
            let right = halves[1].split(separator: " ")
            guard let kind = right.first, let options = right.last else { return nil }
            switch kind {
            case "cgroup2": return Mount(point: String(left[4]), version: 2, controllers: [])
            case "cgroup":
                let named = options.split(separator: ",").compactMap { Controller(rawValue: String($0)) }
                return named.isEmpty ? nil : Mount(point: String(left[4]), version: 1, controllers: Set(named))
            default: return nil
            }
        }
    }

    /// The own group below the mount, as in `/system.slice/atlas.service`.
    private static func membership(_ mount: Mount, _ memberships: String) -> String {
        for line in memberships.split(separator: "\n") {
            let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard parts.count == 3, !parts[2].contains("..") else { continue }
            let controllers = Set(parts[1].split(separator: ",").compactMap { Controller(rawValue: String($0)) })
            if mount.version == 2 ? parts[0] == "0" : !controllers.isDisjoint(with: mount.controllers) {
                return String(parts[2])
            }
        }
        return "/"
    }

    private static func available(_ root: String) -> Set<Controller> {
        let words = (KernelFile.text("\(root)/cgroup.controllers") ?? "").split(whereSeparator: \.isWhitespace)
        return Set(words.compactMap { Controller(rawValue: String($0)) })
    }

    private static func makesFolder(_ folder: String) -> Bool {
        let probe = "\(folder)/probe-\(getpid())"
        guard (try? FileManager.default.createDirectory(atPath: probe, withIntermediateDirectories: true)) != nil else {
            return false
        }
        return rmdir(probe) == 0
    }

    /// Hands controllers down to `root/atlas-labs`; those that arrived there.
    ///
    /// A group of version 2 that holds processes cannot hand anything on, so this process first moves into a group beside
    /// the boxes, if it is the only one in its own.
    private static func enableControllers(_ root: String, _ controllers: Set<Controller>) -> Set<Controller> {
        let wanted = controllers.map { "+\($0.rawValue)" }.sorted()
        func hand(_ folder: String) {
            for controller in wanted { try? KernelFile.write(controller, to: "\(folder)/cgroup.subtree_control") }
        }
        hand(root)
        if !controllers.isSubset(of: available("\(root)/atlas-labs")) {
            let processes = (KernelFile.text("\(root)/cgroup.procs") ?? "").split(separator: "\n")
            let own = "\(root)/atlas-server"
            if processes == [Substring(String(getpid()))],
                (try? FileManager.default.createDirectory(atPath: own, withIntermediateDirectories: true)) != nil,
                (try? KernelFile.write(String(getpid()), to: "\(own)/cgroup.procs")) != nil
            {
                hand(root)
            }
        }
        hand("\(root)/atlas-labs")
        return available("\(root)/atlas-labs").intersection(controllers)
    }
}
