public import AtlasPorts

/// The programs and files of labs: what is beside `lab.md`.
public protocol LabSources: Sendable {
    /// Everything in the folder of the lab called `id` but `solution` and `broken`; `nil` if there is no such folder.
    ///
    /// - Throws: `AtlasError` `.invalid` that says what is wrong with it.
    func files(of id: String) async throws -> LabFiles?
}

/// A file in a home; the lab's own description has a `LabFile`, too.
typealias HomeFile = AtlasPorts.LabFile
