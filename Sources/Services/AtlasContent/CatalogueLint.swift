public import AtlasAPI

/// Checks files of the catalogue, each alone and all against one another.
public enum CatalogueLint {
    /// Everything that is wrong with `files`, by path and line.
    ///
    /// Takes about a millisecond per file.
    public static func check(_ files: [CatalogueFile]) -> [(path: String, finding: Finding)] {
        var found: [(path: String, finding: Finding)] = []
        var sources: [LinkedItem] = []
        for file in files {
            let reading = CatalogueReader.read(file.kind, source: file.source, path: file.path)
            found += reading.findings.map { (file.path, $0) }
            if let item = reading.item { sources.append(LinkedItem(links: item.links, path: file.path)) }
        }
        // What could not be read is not reported again as missing.
        let unread = Set(files.map { ItemKey(kind: $0.kind, id: CatalogueReader.fileID($0.path)) })
        found += check(sources, others: unread).map { ($0.path ?? "", $0.finding) }
        return found.enumerated().sorted {
            ($0.element.path, $0.element.finding.line, $0.offset) < (
                $1.element.path, $1.element.finding.line, $1.offset
            )
        }
        .map(\.element)
    }

    /// The labs among `files`, without those that have errors, in the order of the files.
    public static func labs(_ files: [CatalogueFile]) -> [Lab] {
        files.filter { $0.kind == .lab }.compactMap { file in
            guard case .lab(let lab)? = CatalogueReader.read(.lab, source: file.source, path: file.path).item?.item
            else {
                return nil
            }
            return lab
        }
    }

    /// What is wrong between items.
    ///
    /// - Parameters:
    ///   - others: Items that exist without being checked here.
    ///   - hidden: Items that cannot be seen; a reference to one is a warning.
    ///   - missing: How bad a reference to nothing is.
    static func check(
        _ items: [LinkedItem],
        others: Set<ItemKey> = [],
        hidden: Set<ItemKey> = [],
        missing: Finding.Severity = .error
    ) -> [(path: String?, finding: Finding)] {
        var found: [(path: String?, finding: Finding)] = []
        var byKey: [ItemKey: LinkedItem] = [:]
        for item in items {
            if let first = byKey[item.links.key] {
                found.append(
                    item.error(
                        item.links.idPlace,
                        "The id is taken" + (first.path.map { " by \($0)" } ?? "") + ".",
                        "Choose another."
                    )
                )
            } else {
                byKey[item.links.key] = item
            }
        }
        found += dangling(items, known: others.union(byKey.keys), hidden: hidden, missing: missing)
        found += cycles(items, byKey)
        found += strangers(items)
        return found
    }

    /// References to what is not among `known`.
    static func dangling(
        _ items: [LinkedItem],
        known: Set<ItemKey>,
        hidden: Set<ItemKey> = [],
        missing: Finding.Severity = .error
    ) -> [(path: String?, finding: Finding)] {
        let ids = known.filter { $0.kind == .diagram }.map(\.id).sorted()
        return items.flatMap { item in
            item.links.references.compactMap { reference in
                let target = ItemKey(kind: .diagram, id: reference.target)
                guard !known.contains(target) else { return nil }
                let near = EditDistance.nearest(to: reference.target, in: ids)
                let finding = Finding(
                    hidden.contains(target) ? .warning : missing,
                    line: reference.place.line,
                    column: reference.place.column,
                    "“\(reference.field)” names “\(reference.target.shortened)”, which is no diagram.",
                    remedy: near.map { "Did you mean “\($0)”?" } ?? "Write that diagram, or remove its id here."
                )
                return (item.path, finding)
            }
        }
    }

    /// Prerequisites that lead back to where they start.
    private static func cycles(_ items: [LinkedItem], _ byKey: [ItemKey: LinkedItem]) -> [(String?, Finding)] {
        // Taking away what needs nothing, over and over, leaves the cycles and what builds on them.
        var waiting: [ItemKey: Set<ItemKey>] = [:]
        var dependents: [ItemKey: [ItemKey]] = [:]
        for item in byKey.values {
            let needs = Set(
                item.links.references("prerequisites").map { ItemKey(kind: .diagram, id: $0.target) }
                    .filter { byKey[$0] != nil }
            )
            waiting[item.links.key] = needs
            for need in needs { dependents[need, default: []].append(item.links.key) }
        }
        var free = waiting.filter { $0.value.isEmpty }.map(\.key)
        while let key = free.popLast() {
            waiting[key] = nil
            for dependent in dependents[key] ?? [] {
                waiting[dependent]?.remove(key)
                if waiting[dependent]?.isEmpty == true { free.append(dependent) }
            }
        }
        return items.compactMap { item in
            guard let needs = waiting[item.links.key], !needs.isEmpty,
                let reference = item.links.references("prerequisites").first(where: {
                    reaches(item.links.key, from: ItemKey(kind: .diagram, id: $0.target), waiting)
                })
            else { return nil }
            return item.error(
                reference.place,
                "The prerequisite “\(reference.target)” builds on this diagram itself.",
                "Remove one of the prerequisites on the way round."
            )
        }
    }

    private static func reaches(_ goal: ItemKey, from start: ItemKey, _ needs: [ItemKey: Set<ItemKey>]) -> Bool {
        var seen: Set<ItemKey> = [start]
        var open = [start]
        while let key = open.popLast() {
            if key == goal { return true }
            for next in needs[key] ?? [] where seen.insert(next).inserted { open.append(next) }
        }
        return false
    }

    /// Parts in another view of a topic that its structure view does not have; states, classes, entities and times
    /// are no parts.
    private static func strangers(_ items: [LinkedItem]) -> [(String?, Finding)] {
        var structures: [String: Set<String>] = [:]
        for item in items where item.links.view == .structure && item.links.kind?.showsParts == true {
            guard let topic = item.links.topics.first else { continue }
            structures[topic, default: []].formUnion(item.links.nodes.map(\.id))
        }
        return items.filter { $0.links.view != .structure && $0.links.kind?.showsParts == true }.flatMap {
            item -> [(String?, Finding)] in
            guard let topic = item.links.topics.first, let known = structures[topic] else { return [] }
            return item.links.nodes.filter { !known.contains($0.id) }.map { node in
                item.error(
                    node.place,
                    "The structure view of \(topic) has no node “\(node.id)”.",
                    EditDistance.nearest(to: node.id, in: known.sorted()).map { "Did you mean “\($0)”?" }
                        ?? "Use the same ids in all views of a topic."
                )
            }
        }
    }
}

/// An item's links, and the file they are written in.
struct LinkedItem {
    let links: ItemLinks
    let path: String?

    fileprivate func error(_ place: Place, _ message: String, _ remedy: String) -> (String?, Finding) {
        (path, Finding(.error, line: place.line, column: place.column, message, remedy: remedy))
    }
}
