import Yams

/// The keys of a file's front matter.
enum FrontMatter {
    /// Reads YAML, after making sure that it is neither deep nor able to grow.
    ///
    /// - Returns: The mapping, or `nil` if there is none; the findings say why.
    static func read(_ part: SourceFile.Part, findings: FindingList) -> Node.Mapping? {
        guard isHarmless(part, findings) else { return nil }
        do {
            // Empty lines in front make YAML's line numbers those of the file.
            let text = String(repeating: "\n", count: part.line - 1) + part.text
            guard let node = try compose(yaml: text, .basic, .default, .utf8) else {
                findings.error(.start, "The front matter is empty.", remedy: "Write at least id, title and summary.")
                return nil
            }
            guard case .mapping(let mapping) = node else {
                findings.error(
                    Place(line: part.line),
                    "The front matter is not a list of keys.",
                    remedy: "Write a key on each line, as in “title: Caching”."
                )
                return nil
            }
            return isSmall(node, findings) ? mapping : nil
        } catch let error as YamlError {
            report(error, findings)
            return nil
        } catch {
            findings.error(.start, "The front matter cannot be read.", remedy: "Check its indentation and quotes.")
            return nil
        }
    }

    /// Refuses what could overflow a stack or multiply: deep nesting, anchors.
    private static func isHarmless(_ part: SourceFile.Part, _ findings: FindingList) -> Bool {
        var brackets = 0
        let lines = part.text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        for (offset, text) in lines.enumerated() {
            let line = Array(text)
            func place(_ column: Int) -> Place {
                let before = String(decoding: line[..<column], as: UTF8.self).unicodeScalars.count
                return Place(line: part.line + offset, column: before + 1)
            }
            if line.prefix(while: leads.contains).count > ContentLimits.leadColumns {
                findings.error(place(0), "This line is indented too far.", remedy: "Indent by two spaces per level.")
                return false
            }
            for (column, byte) in line.enumerated() {
                if byte == UInt8(ascii: "[") || byte == UInt8(ascii: "{") { brackets += 1 }
                guard brackets <= ContentLimits.brackets else {
                    findings.error(
                        place(column),
                        "There are more than \(ContentLimits.brackets) brackets.",
                        remedy: "Write lists and records on lines of their own."
                    )
                    return false
                }
                guard byte != UInt8(ascii: "&") || !isAnchor(line, column) else {
                    findings.error(
                        place(column),
                        "“&” starts an anchor, and anchors are not allowed.",
                        remedy: "Write the value again in full; in prose write “and”."
                    )
                    return false
                }
            }
        }
        return true
    }

    /// Refuses records with very many keys, each of which would be compared with all that are known.
    ///
    /// Recursion is bounded by what `isHarmless` lets through.
    private static func isSmall(_ node: Node, _ findings: FindingList) -> Bool {
        switch node {
        case .mapping(let mapping):
            guard mapping.count <= ContentLimits.keys else {
                findings.error(
                    Place(node.mark) ?? .start,
                    "There are \(mapping.count) keys in one record.",
                    remedy: "Leave at most \(ContentLimits.keys)."
                )
                return false
            }
            return mapping.allSatisfy { isSmall($0.key, findings) && isSmall($0.value, findings) }
        case .sequence(let sequence): return sequence.allSatisfy { isSmall($0, findings) }
        default: return true
        }
    }

    private static let leads = Set(" \t-?:".utf8)

    /// An anchor's name follows the sign at once, and no other word ends there.
    private static func isAnchor(_ line: [UInt8], _ column: Int) -> Bool {
        let before = column > 0 ? line[column - 1] : .space
        let after = column + 1 < line.count ? line[column + 1] : .space
        return !isNameByte(before) && isNameByte(after)
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-") || !byte.isASCIIPunctuation && byte > .space
    }

    private static func report(_ error: YamlError, _ findings: FindingList) {
        switch error {
        case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _),
            .composer(let context, let problem, let mark, _):
            let before = context.map { "\($0.text): " } ?? ""
            findings.error(
                Place(line: mark.line, column: mark.column),
                "The front matter is not YAML: \(before)\(problem).",
                remedy: "Quote text that contains “: ” or starts with a special character; indent with spaces."
            )
        case .duplicatedKeysInMapping(let duplicates, let context):
            findings.error(
                Place(line: context.mark.line, column: context.mark.column),
                "The key \(duplicates.prefix(3).map { "“\($0)”" }.joined(separator: ", ")) is written twice.",
                remedy: "Remove one of them."
            )
        default:
            findings.error(.start, "The front matter cannot be read.", remedy: "Check its characters and quotes.")
        }
    }
}
