import AtlasCore
import AtlasPorts
import CLabBox
import Foundation

extension LabCommand {
    /// The payload of RUN.
    ///
    /// - Throws: `AtlasError` `.invalid` if it is over a limit.
    func payload() throws -> [UInt8] {
        try check()
        let variables = environment.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        var strings: [UInt8] = []
        for text in [directory] + words + variables { strings += Array(text.utf8) + [0] }
        let time = min(max(timeLimit, .zero), LabBoxLimits.commandTime).wholeMilliseconds
        let kept = min(max(outputBytes, 0), LabBoxLimits.commandOutputBytes)
        var payload: [UInt8] = []
        for number in [Int(time), kept, input.count] { payload += UInt32(number).littleEndianBytes }
        for number in [words.count, variables.count] { payload += UInt16(number).littleEndianBytes }
        return payload + strings
    }

    /// Why it was not started.
    func error(_ reply: BoxReply) -> AtlasError {
        let name = words.first ?? ""
        let detail = String(cString: strerror(reply.errno))
        switch (reply.rest.first, reply.errno) {
        case (2, _): return AtlasError(.invalid, "The directory “\(directory)” is not there.", detail: detail)
        case (3, ENOENT): return AtlasError(.invalid, "There is no program “\(name)” in the box.", detail: detail)
        case (3, EACCES), (3, ENOEXEC):
            return AtlasError(.invalid, "“\(name)” cannot be run; is it executable?", detail: detail)
        default: return SandboxBox.error(reply.errno, "run “\(name)”")
        }
    }
}
