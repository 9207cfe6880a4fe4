import AtlasAPI
import AtlasCore
import AtlasPorts
import Foundation
import Logging

/// What every part of the service works with.
struct LabsContext: Sendable {
    let settings: LabSettings
    let runtime: any LabRuntime
    let content: any Content
    let sources: any LabSources
    let pubSub: any PubSub
    let clock: any WallClock
    let ids: any IDSource
    let logger: Logger
    /// Names this process among those that share the database.
    let process: String
    let grader: LabGrader
    let homes: HomeStore
    let work: WorkRows
    let runs: RunRows
    let attempts: AttemptRows
    let recordings: RecordingRows

    /// The lab, if it is published to `caller`.
    func lab(_ id: LabID, as caller: Caller) async throws -> Lab {
        guard let lab = try await content.labs([id], as: caller).first ?? nil else {
            throw AtlasError(.notFound, "There is no lab \(id).", field: "labId")
        }
        return lab
    }

    /// The lab with what it takes to run it.
    func assignment(_ lab: Lab, seed: Int, owner: UserID? = nil) async throws -> LabGrader.Assignment {
        guard let files = try await sources.files(of: lab.id.rawValue), files["setup"] != nil, files["check"] != nil
        else {
            throw AtlasError(.unavailable, "The programs of this lab are not installed here.", detail: "lab \(lab.id)")
        }
        return LabGrader.Assignment(lab: lab, sources: files, seed: seed, owner: owner?.rawValue)
    }

    /// Tells whoever follows.
    func publish(_ status: LabStatus, to user: UserID) async {
        do {
            try await pubSub.publish([UInt8](try JSONEncoder().encode(status)), to: Self.channel(user))
        } catch {
            logger.error("the status of a lab was not told", metadata: ["error": "\(error)"])
        }
    }

    /// Where changes of an account's runs are told.
    static func channel(_ user: UserID) -> String { "lab-status:\(user)" }
}
