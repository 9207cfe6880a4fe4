import Foundation
import Testing

@testable import Learning

/// 7,916 simulated answers, with the predictions of the reference in Python.
private struct Golden {
    var log: AnswerLog
    var split: AnswerLog
    var columns: [String: [Double]]
    var weights: [String: [Double]]

    init() throws {
        let csv = try Files.vectors("kt-golden-simulated.csv.gz")
        log = try AnswerLog(csv: csv, hasSplit: false)
        let lines = String(decoding: csv, as: UTF8.self).split(separator: "\n").map { $0.split(separator: ",") }
        let heading = lines[0].map(String.init)
        columns = [:]
        for (place, name) in heading.enumerated() where name == "test" || name.hasPrefix("p_") {
            columns[name] = try lines.dropFirst().map { try #require(Double($0[place])) }
        }
        let test = try #require(heading.firstIndex(of: "test"))
        let renamed = lines.dropFirst().map { line in
            (line[..<test] + [line[test] == "1" ? "test" : "train"]).joined(separator: ",")
        }
        let withSplit = (["user,item,skills,correct,split"] + renamed).joined(separator: "\n")
        split = try AnswerLog(csv: Array(withSplit.utf8), hasSplit: true)
        let json = try JSONSerialization.jsonObject(with: Data(Files.vectors("kt-golden-simulated-weights.json")))
        weights = (json as? [String: Any] ?? [:]).compactMapValues { $0 as? [Double] }
    }

    func largestError(_ predictions: [Double], _ column: String) throws -> Double {
        let expected = try #require(columns[column])
        try #require(expected.count == 7_916 && predictions.count == expected.count)
        return zip(predictions, expected).map { abs($0 - $1) }.max() ?? 1
    }
}

@Suite struct KnowledgeVectorTests {
    @Test(arguments: [KnowledgeVariant.base, .full])
    func `every prediction and weight of the reference is met to 1e-9`(_ variant: KnowledgeVariant) throws {
        let golden = try Golden()
        var model = KnowledgeModel(variant)
        let predictions = KnowledgeTrace.trace(golden.log, with: &model)
        #expect(try golden.largestError(predictions, "p_\(variant.rawValue)_online") < 1e-9)
        let expected = try #require(golden.weights["w_\(variant.rawValue)_online"])
        for (weight, reference) in zip(model.sharedWeights, expected) { #expect(abs(weight - reference) < 1e-9) }
    }

    @Test func `a frozen model predicts as the reference does after three passes`() throws {
        let golden = try Golden()
        let predictions = KnowledgeTrace.predictions(golden.split, .full, .frozen)
        #expect(try golden.largestError(predictions, "p_full_frozen_3epochs") < 1e-9)
    }
}
