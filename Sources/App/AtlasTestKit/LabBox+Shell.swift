public import AtlasPorts

/// What tests of lab runtimes do in a box.
extension LabBox {
    /// Runs `body`, and stops the box afterwards, whatever came of it.
    public func stopping<Result>(_ body: () async throws -> Result) async throws -> Result {
        do {
            let result = try await body()
            await stop()
            return result
        } catch {
            await stop()
            throw error
        }
    }

    /// What a line of shell prints, output and errors, with its status.
    public func shell(
        _ line: String,
        timeLimit: Duration = .seconds(20)
    ) async throws -> (status: LabExit, text: String) {
        let result = try await run(LabCommand(["/bin/bash", "-c", line], timeLimit: timeLimit))
        return (result.exit, String(decoding: result.output + result.errors, as: UTF8.self))
    }
}
