import AtlasCore
public import AtlasPorts
import CLabBox
import Foundation
public import Logging
import Synchronization

/// Runs labs in boxes of bubblewrap on this machine; docs/lab-sandbox.md says what the walls are.
public final class SandboxRuntime: LabRuntime {
    private let settings: SandboxSettings
    private let logger: Logger
    private let programs = Programs()
    private let leases: UserLeases
    private let groups: ControlGroups
    private let instance: Instance
    private let state = Mutex(State())
    private let probing = FairLock()

    private struct State {
        var ids: Set<String> = []
        var foundation: Foundation?
    }

    /// What was found out about the machine by trying.
    private struct Foundation {
        let capabilities: LabCapabilities
        /// What starts boxes; `nil` if none can be.
        let base: Base?
        let foundAt = ContinuousClock.now
    }

    private struct Base: Sendable {
        let boxProgram: String
        let bubblewrap: String
        let filter: [UInt8]
        var walls = BoxArguments.Walls()
    }

    /// A runtime for this process.
    ///
    /// Makes the state folder; tries no box yet.
    /// - Throws: `AtlasError` `.unavailable` if the state folder cannot be used.
    public init(_ settings: SandboxSettings, logger: Logger) throws {
        self.settings = settings
        self.logger = logger
        groups =
            settings.usesControlGroups
            ? ControlGroups.find() : ControlGroups(remarks: ["Control groups are switched off in the settings."])
        instance = try Instance(folder: settings.stateFolder, groups: groups)
        leases = UserLeases(
            folders: [settings.userLockFolder, "\(settings.stateFolder)/users"],
            users: settings.users
        )
    }

    /// What this machine offers.
    public func capabilities() async -> LabCapabilities { await foundation().capabilities }

    /// Of `programs`, those that this machine does not have.
    public func missing(_ programs: [String]) async -> [LabMissingProgram] { self.programs.missing(programs) }

    /// Starts a box.
    public func start(_ spec: LabBoxSpec) async throws -> any LabBox {
        try spec.check()
        let foundation = await foundation()
        guard let base = foundation.base else {
            throw AtlasError(.unavailable, foundation.capabilities.unavailable ?? "Labs cannot run on this machine.")
        }
        if let gap = programs.missing(spec.needs).first {
            let remedy = gap.remedy.map { " The operator can install it with “\($0)”." } ?? ""
            throw AtlasError(.unavailable, "This lab needs “\(gap.program)”, which is not on this machine.\(remedy)")
        }
        return try await start(spec, on: base)
    }

    /// Removes control groups of Atlas processes that are gone, with what still runs in them.
    @discardableResult
    public func removeLeftovers() async throws -> Int {
        var count = 0
        for dead in try instance.takeDead() {
            var isClean = true
            for group in await BoxThread.groups.run({ dead.groups() }) {
                await BoxThread.groups.run { group.kill() }
                guard await remove(group) else {
                    isClean = false
                    continue
                }
                count += 1
                logger.notice("removed what was left of a lab's box", metadata: ["group": "\(group.name)"])
            }
            dead.release(forgetting: isClean)
        }
        return count
    }

    // MARK: Starting

    private func start(_ spec: LabBoxSpec, on base: Base) async throws -> SandboxBox {
        try takePlace(spec.id)
        let held: Held
        do { held = try await BoxThread.starts.run { [self] in try hold(spec, on: base) } } catch {
            givePlace(spec.id)
            throw error
        }
        let link = BoxLink(socket: held.socket, name: spec.id)
        let box = SandboxBox(spec, link: link, process: held.process, group: held.group)
        watch(box, held)
        do {
            try await box.begin()
            try await box.lay(spec.home)
        } catch {
            await box.stop()
            let complaint = held.process.complaint
            logger.error("a lab's box did not start", metadata: ["box": "\(spec.id)", "said": "\(complaint)"])
            throw AtlasError.wrap(error, while: "starting the box \(spec.id): \(complaint)")
        }
        return box
    }

    /// What a box has of the machine, to be given back at its end.
    private struct Held: Sendable {
        let lease: UserLeases.Lease?
        let group: BoxGroup?
        let process: BoxProcess
        let socket: Int32
    }

    /// Takes a user and a group, and starts the process.
    ///
    /// If that fails, nothing is held.
    private func hold(_ spec: LabBoxSpec, on base: Base) throws -> Held {
        let lease = getuid() == 0 ? try leases.take() : nil
        var group: BoxGroup?
        do {
            if !groups.hierarchies.isEmpty {
                group = try groups.make("box-\(instance.name).\(spec.id)", limits: spec.limits)
            }
            let (process, socket) = try BoxProcess.start(plan(spec, on: base, lease: lease, group: group))
            return Held(lease: lease, group: group, process: process, socket: socket)
        } catch {
            group?.remove()
            lease?.release()
            throw error
        }
    }

    private func plan(
        _ spec: LabBoxSpec,
        on base: Base,
        lease: UserLeases.Lease?,
        group: BoxGroup?
    ) -> BoxProcess.Plan {
        BoxProcess.Plan(
            boxProgram: base.boxProgram,
            bubblewrap: base.bubblewrap,
            arguments: BoxArguments(spec, programs: programs, walls: base.walls, watch: watch(for: spec.limits)),
            filter: base.filter,
            joins: group?.joins ?? [],
            limits: processLimits(spec.limits),
            user: lease?.user,
            isNice: groups.enforcement(.cpu) == nil
        )
    }

    private func watch(for limits: LabLimits) -> BoxArguments.Watch {
        var watch = BoxArguments.Watch()
        if groups.enforcement(.memory) == nil { watch.memoryBytes = limits.totalMemoryBytes }
        if Kernel.countsProcessesPerNamespace { watch.processes = limits.processes }
        return watch
    }

    /// Limits per process, or per user; some have no counterpart in control groups, others stand in for them.
    private func processLimits(_ limits: LabLimits) -> [String] {
        // A core limit of one byte also keeps programs of the host from being started with the dump; zero would not.
        var list = ["core:1", "nofile:1024", "memlock:\(8 << 20)", "rtprio:0", "msgqueue:\(64 << 10)"]
        list.append("sigpending:1024")
        list.append("fsize:\(max(limits.homeBytes, limits.temporaryBytes, limits.memoryBytes))")
        if groups.enforcement(.memory) == nil { list.append("data:\(limits.memoryBytes)") }
        if groups.enforcement(.pids) == nil, getuid() == 0, !Kernel.countsProcessesPerNamespace {
            // The user is the box's own, so all that counts is the box's.
            list.append("nproc:\(limits.processes + BoxGroup.ownProcesses)")
        }
        return list
    }

    /// Gives everything back when the box has ended.
    private func watch(_ box: SandboxBox, _ held: Held) {
        Task { [self] in
            let status = await held.process.ended.value()
            box.cut()
            let killed = await held.group?.facts().killedForMemory ?? 0
            if let group = held.group, await !remove(group) {
                logger.error("a lab's control group could not be removed", metadata: ["group": "\(group.name)"])
            }
            held.lease?.release()
            givePlace(box.id)
            let how: LabBoxEnd =
                box.wasStopped
                ? .stopped
                : killed > 0 && Self.wasKilled(status)
                    ? .outOfMemory : .failed("status \(status): \(held.process.complaint)")
            box.finish(how)
        }
    }

    /// Whether the status of `waitpid` tells that bubblewrap or the box's first process was killed.
    private static func wasKilled(_ status: Int32) -> Bool {
        status & 0x7F == SIGKILL || status >> 8 & 0xFF == 128 + SIGKILL
    }

    /// Removes a group when the last of its processes is gone, which takes the kernel a moment.
    private func remove(_ group: BoxGroup) async -> Bool {
        for attempt in 0..<Self.removalAttempts {
            let isGone = await BoxThread.groups.run {
                if attempt > Self.gentleAttempts { group.kill() }
                return group.remove()
            }
            if isGone { return true }
            try? await Task.sleep(for: .milliseconds(attempt < Self.gentleAttempts ? 5 : 50))
        }
        return false
    }

    private static let gentleAttempts = 10
    private static let removalAttempts = 100

    private func takePlace(_ id: String) throws {
        try state.withLock { state in
            guard !state.ids.contains(id) else { throw AtlasError(.conflict, "A box “\(id)” runs already.") }
            guard state.ids.count < settings.places else {
                throw AtlasError(
                    .tooMany,
                    "All \(settings.places) places for labs are taken.",
                    retryAfter: .seconds(30)
                )
            }
            state.ids.insert(id)
        }
    }

    private func givePlace(_ id: String) { _ = state.withLock { $0.ids.remove(id) } }

    // MARK: Finding out

    private func foundation() async -> Foundation {
        await probing.hold {
            let known = state.withLock { $0.foundation }
            if let known, known.base != nil || .now - known.foundAt < settings.failureLife { return known }
            let found = await probe()
            state.withLock { $0.foundation = found }
            return found
        }
    }

    private func probe() async -> Foundation {
        let found = findBase()
        guard case .success(var base) = found else {
            if case .failure(let error) = found {
                return Foundation(capabilities: capabilities(error.message), base: nil)
            }
            return Foundation(capabilities: capabilities("Labs cannot run here."), base: nil)
        }
        var failure = ""
        for (number, walls) in BoxArguments.Walls.attempts(base.boxProgram).enumerated() {
            base.walls = walls
            do {
                let box = try await start(LabBoxSpec(id: "probe-\(number)"), on: base)
                await box.stop()
                return Foundation(capabilities: capabilities(nil, base), base: base)
            } catch { failure = (error as? AtlasError)?.detail ?? "\(error)" }
        }
        let reason =
            "Labs cannot run here: \(failure). Does the kernel let users make namespaces "
            + "(kernel.unprivileged_userns_clone=1, kernel.apparmor_restrict_unprivileged_userns=0)?"
        return Foundation(capabilities: capabilities(reason), base: nil)
    }

    private func findBase() -> Result<Base, AtlasError> {
        guard let architecture = SystemCalls.Architecture.current else {
            return .failure(
                AtlasError(.unavailable, "Labs run on x86-64 and ARM64 only; there is no filter for this machine.")
            )
        }
        guard let bubblewrap = settings.bubblewrap ?? Programs.find("bwrap") else {
            return .failure(
                AtlasError(
                    .unavailable,
                    "Labs need bubblewrap. The operator can install it with “apt-get install bubblewrap”."
                )
            )
        }
        let program = settings.boxProgram ?? Self.programBesideThisOne()
        guard FileManager.default.isExecutableFile(atPath: program) else {
            return .failure(AtlasError(.unavailable, "The program “\(program)”, which belongs to Atlas, is missing."))
        }
        let filter = SeccompFilter(
            architecture: architecture,
            countsUnmappedMemory: groups.enforcement(.memory) != nil
        )
        return .success(Base(boxProgram: program, bubblewrap: bubblewrap, filter: filter.program.bytes))
    }

    private static func programBesideThisOne() -> String {
        let own = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        return URL(filePath: own).deletingLastPathComponent().appending(path: "atlas-lab-box").path
    }

    private func capabilities(_ unavailable: String?, _ base: Base? = nil) -> LabCapabilities {
        var remarks = groups.remarks
        let limitsProcesses = getuid() == 0 || Kernel.countsProcessesPerNamespace
        if groups.enforcement(.pids) == nil, !limitsProcesses {
            remarks.append("Processes are not limited: that takes control groups, Atlas as root, or Linux 5.14.")
        }
        if getuid() != 0 {
            remarks.append("Boxes run as the user of Atlas, for only root can give each one its own.")
        }
        if base?.walls.forbidsUserNamespaces == false {
            remarks.append("This bubblewrap cannot forbid namespaces inside a box; the filter of system calls does.")
        }
        return LabCapabilities(
            runtime: "bubblewrap",
            unavailable: unavailable,
            ownUserPerBox: getuid() == 0,
            memory: groups.enforcement(.memory) ?? .watched,
            processes: groups.enforcement(.pids) ?? (limitsProcesses ? .processLimit : .none),
            processors: groups.enforcement(.cpu) ?? .none,
            disk: .fileSystem,
            places: settings.places,
            remarks: remarks
        )
    }
}
