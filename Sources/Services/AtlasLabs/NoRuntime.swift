import AtlasCore
public import AtlasPorts

/// Boxes on a machine that cannot or shall not have any: everything else about labs goes on.
public struct NoRuntime: LabRuntime {
    private let reason: String

    /// - Parameter reason: Why, and what the operator can do about it.
    public init(reason: String) {
        self.reason = reason
    }

    /// Says why.
    public func capabilities() async -> LabCapabilities { LabCapabilities(runtime: "none", unavailable: reason) }

    /// All of them.
    public func missing(_ programs: [String]) async -> [LabMissingProgram] {
        programs.map { LabMissingProgram(program: $0, remedy: nil) }
    }

    /// Refuses.
    public func start(_ spec: LabBoxSpec) async throws -> any LabBox { throw AtlasError(.unavailable, reason) }

    /// None.
    public func removeLeftovers() async throws -> Int { 0 }
}
