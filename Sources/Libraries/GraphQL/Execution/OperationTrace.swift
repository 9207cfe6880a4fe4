/// Takes notes of the parts of one request: parsing, validating, planning, and every resolver that waits.
///
/// An engine asks `EngineOptions.trace` for it once per request; a request without one pays a branch at each part.
public protocol OperationTrace: AnyObject, Sendable {
    /// A part begins.
    ///
    /// - Parameters:
    ///   - name: `parse`, `validate`, `plan`, or a resolver as `Type.field`.
    ///   - path: Where in the response the resolver's value belongs, as `diagrams[0].category`; empty for other parts.
    /// - Returns: What to call when the part ends, with whether it failed; `nil` when no more parts are noted.
    func begin(_ name: String, path: () -> String) -> (@Sendable (_ failed: Bool) -> Void)?
}

extension (any OperationTrace)? {
    /// Runs a part of a request and notes it.
    func part<Result, Failure: Error>(
        _ name: String,
        _ body: () throws(Failure) -> Result
    ) throws(Failure) -> Result {
        guard let trace = self else { return try body() }
        let end = trace.begin(name) { "" }
        do throws(Failure) {
            let result = try body()
            end?(false)
            return result
        } catch {
            end?(true)
            throw error
        }
    }
}
