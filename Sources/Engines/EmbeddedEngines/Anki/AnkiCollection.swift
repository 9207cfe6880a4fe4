import AtlasCore
import AtlasPorts
import Foundation
import GRDB

/// The tables of a collection, schema 11.
///
/// Source: ankitects/anki, `rslib/src/storage/schema11.sql`, and its "Database structure" in the manual for add-ons.
enum AnkiCollection {
    private static let modelID: Int64 = 1_767_225_600_001
    private static let dayMilliseconds: Int64 = 86_400_000

    // MARK: - Writing

    static func write(_ deck: AnkiDeck, at now: Timestamp, to db: GRDB.Database) throws {
        try db.execute(sql: schema)
        let earliest = deck.notes.compactMap(\.reviews.first?.at.milliseconds).min() ?? now.milliseconds
        // Days are counted from here; four in the morning, as Anki does.
        let created =
            (min(earliest, now.milliseconds) / dayMilliseconds) * dayMilliseconds - dayMilliseconds + 14_400_000
        let decks = deckIDs(deck)
        try writeCollection(decks, created: created, now: now, to: db)
        let writer = Writer(db: db, decks: decks, created: created, now: now)
        try writer.write(deck.notes)
    }

    /// Numbers of decks by name; the same name has the same number in every package.
    private static func deckIDs(_ deck: AnkiDeck) -> [String: Int64] {
        var ids: [String: Int64] = [:]
        for name in Set(deck.notes.map(\.deck)).sorted() {
            let hash = SHA1.of(Array(name.utf8)).prefix(4).reduce(Int64(0)) { $0 << 8 | Int64($1) }
            ids[name] = 1_400_000_000_000 + hash
        }
        return ids
    }

    private static func writeCollection(
        _ decks: [String: Int64],
        created: Int64,
        now: Timestamp,
        to db: GRDB.Database
    ) throws {
        var all = ["1": deckJSON(1, "Default", now)]
        for (name, id) in decks { all["\(id)"] = deckJSON(id, name, now) }
        try db.execute(
            sql: "INSERT INTO col VALUES (1, ?, ?, ?, 11, 0, 0, 0, ?, ?, ?, ?, '{}')",
            arguments: [
                created / 1_000, now.milliseconds, now.milliseconds, try json(configuration),
                try json(["\(modelID)": model(now)]), try json(all), try json(["1": options]),
            ]
        )
    }

    private static func json(_ value: Any) throws -> String {
        let data = try JSONSerialization.data(withJSONObject: value, options: [.sortedKeys, .withoutEscapingSlashes])
        return String(decoding: data, as: UTF8.self)
    }

    private static func deckJSON(_ id: Int64, _ name: String, _ now: Timestamp) -> [String: Any] {
        [
            "id": id, "name": name, "mod": now.milliseconds / 1_000, "usn": 0, "collapsed": false, "desc": "", "dyn": 0,
            "conf": 1, "extendNew": 0, "extendRev": 0, "newToday": [0, 0], "revToday": [0, 0], "lrnToday": [0, 0],
            "timeToday": [0, 0], "browserCollapsed": false,
        ]
    }

    private static func model(_ now: Timestamp) -> [String: Any] {
        func field(_ name: String, _ place: Int) -> [String: Any] {
            [
                "name": name, "ord": place, "sticky": false, "rtl": false, "font": "Arial", "size": 20,
                "media": [String](),
            ]
        }
        let template: [String: Any] = [
            "name": "Card 1", "ord": 0, "qfmt": "{{Front}}", "afmt": "{{FrontSide}}<hr id=answer>{{Back}}",
            "did": NSNull(),
            "bqfmt": "", "bafmt": "",
        ]
        return [
            "id": modelID, "name": "Atlas", "type": 0, "mod": now.milliseconds / 1_000, "usn": 0, "sortf": 0, "did": 1,
            "tmpls": [template], "flds": [field("Front", 0), field("Back", 1)], "tags": [String](), "vers": [String](),
            "css":
                ".card { font-family: sans-serif; font-size: 18px; text-align: left; max-width: 40em; margin: auto; }",
            "latexPre": "", "latexPost": "", "req": [[0, "any", [0]] as [Any]],
        ]
    }

    private static let configuration: [String: any Sendable] = [
        "nextPos": 1, "estTimes": true, "activeDecks": [1], "sortType": "noteFld", "timeLim": 0, "sortBackwards": false,
        "addToCur": true, "curDeck": 1, "newBury": true, "newSpread": 0, "dueCounts": true, "curModel": "\(modelID)",
        "collapseTime": 1_200,
    ]

    private static let options: [String: any Sendable] = [
        "id": 1, "name": "Default", "mod": 0, "usn": 0, "maxTaken": 60, "autoplay": true, "timer": 0, "replayq": true,
        "dyn": false,
        "new": [
            "bury": true, "delays": [1, 10], "initialFactor": 2_500, "ints": [1, 4, 7], "order": 1, "perDay": 20,
            "separate": true,
        ] as [String: any Sendable],
        "rev": [
            "bury": true, "ease4": 1.3, "fuzz": 0.05, "ivlFct": 1, "maxIvl": 36_500, "minSpace": 1, "perDay": 200,
        ] as [String: any Sendable],
        "lapse": ["delays": [10], "leechAction": 1, "leechFails": 8, "minInt": 1, "mult": 0] as [String: any Sendable],
    ]

    /// Writes notes, cards and reviews.
    private struct Writer {
        let db: GRDB.Database
        let decks: [String: Int64]
        let created: Int64
        let now: Timestamp

        func write(_ notes: [AnkiNote]) throws {
            var reviewIDs: Set<Int64> = []
            for (position, note) in notes.enumerated() {
                // Numbers are moments in Anki; these are unique in the package and lie in the past.
                let id = now.milliseconds - Int64(notes.count) + Int64(position)
                try write(note, id: id)
                try write(note.card, of: note, id: id, position: position)
                for review in note.reviews {
                    var key = review.at.milliseconds
                    while !reviewIDs.insert(key).inserted { key += 1 }
                    try write(review, of: id, key: key)
                }
            }
        }

        private func write(_ note: AnkiNote, id: Int64) throws {
            let plain = AnkiCollection.plain(note.front)
            let checksum = SHA1.of(Array(plain.utf8)).prefix(4).reduce(Int64(0)) { $0 << 8 | Int64($1) }
            let tags = note.tags.isEmpty ? "" : " \(note.tags.joined(separator: " ")) "
            try db.execute(
                sql: "INSERT INTO notes VALUES (?, ?, ?, ?, -1, ?, ?, ?, ?, 0, '')",
                arguments: [
                    id, note.guid, modelID, now.milliseconds / 1_000, tags, "\(note.front)\u{1F}\(note.back)", plain,
                    checksum,
                ]
            )
        }

        private func write(_ card: AnkiCard, of note: AnkiNote, id: Int64, position: Int) throws {
            let queue = card.isSuspended ? -1 : card.phase == .relearning ? 1 : card.phase.rawValue
            let due: Int64 =
                switch card.phase {
                case .new: Int64(position + 1)
                case .learning, .relearning: (card.due ?? now).milliseconds / 1_000
                case .review: ((card.due ?? now).milliseconds - created) / dayMilliseconds
                }
            let data = try card.memory.map { try AnkiCollection.json(["s": $0.stability, "d": $0.difficulty]) } ?? ""
            try db.execute(
                sql: "INSERT INTO cards VALUES (?, ?, ?, 0, ?, -1, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0, 0, ?)",
                arguments: [
                    id, id, decks[note.deck] ?? 1, now.milliseconds / 1_000, card.phase.rawValue, queue, due,
                    card.intervalDays, card.phase == .new ? 0 : 2_500, note.reviews.count, card.lapses,
                    card.phase == .learning || card.phase == .relearning ? 1_001 : 0, data,
                ]
            )
        }

        private func write(_ review: AnkiReview, of card: Int64, key: Int64) throws {
            let kind =
                switch review.phase {
                case .new, .learning: 0
                case .review: 1
                case .relearning: 2
                }
            try db.execute(
                sql: "INSERT INTO revlog VALUES (?, ?, -1, ?, ?, ?, 2500, ?, ?)",
                arguments: [
                    key, card, review.rating, review.interval, review.lastInterval,
                    min(review.duration.wholeMilliseconds, 60_000), kind,
                ]
            )
        }
    }

    /// Text without tags, as Anki sorts and compares it.
    private static func plain(_ html: String) -> String {
        var (text, isTag) = ("", false)
        for character in html {
            if character == "<" {
                isTag = true
            } else if character == ">" {
                isTag = false
            } else if !isTag {
                text.append(character)
            }
        }
        return text
    }

    // MARK: - Reading

    static func read(from db: GRDB.Database) throws -> AnkiDeck {
        try checkTables(db)
        // Any column may hold any type; one that is read as another than it holds would trap.
        let collection = try GRDB.Row.fetchOne(
            db,
            sql: """
                SELECT CAST(crt AS INTEGER) AS crt, CAST(ver AS INTEGER) AS ver, CAST(decks AS TEXT) AS decks
                FROM col LIMIT 1
                """
        )
        guard let row = collection, row["ver"] as Int64? == 11 else {
            throw invalid("its collection is not of schema 11")
        }
        let created = (row["crt"] as Int64? ?? 0) &* 1_000
        let reviews = try self.reviews(db)
        let names = deckNames(row["decks"] as String? ?? "")
        var notes: [AnkiNote] = []
        // One card of each note: Atlas's notes have one. Note after note, in the order of their ids: sorting what a strange
        // table joins to would have no bound.
        let cursor = try GRDB.Row.fetchCursor(
            db,
            sql: """
                SELECT n.guid, n.flds, n.tags, c.id, c.did, c.type, c.queue, c.due, c.ivl, c.lapses, c.data
                FROM notes AS n CROSS JOIN cards AS c ON c.nid = n.id AND c.ord = 0
                """
        )
        while let row = try cursor.next() {
            guard notes.count < AnkiLimits.notes else {
                throw invalid("it holds more than \(AnkiLimits.notes) notes")
            }
            notes.append(try note(row, created: created, names: names, reviews: reviews))
        }
        return AnkiDeck(notes: notes)
    }

    /// A view, a virtual table or a generated column of one of the names would run what its maker wrote.
    private static func checkTables(_ db: GRDB.Database) throws {
        for name in ["col", "notes", "cards", "revlog"] {
            let row = try GRDB.Row.fetchOne(
                db,
                sql: "SELECT CAST(type AS TEXT) AS type, CAST(sql AS TEXT) AS sql FROM sqlite_master WHERE name = ?",
                arguments: [name]
            )
            let sql = (row?["sql"] as String? ?? "").uppercased()
            let words = sql.split { !$0.isLetter }
            guard row?["type"] as String? == "table", !words.contains("VIRTUAL"), !words.contains("AS") else {
                throw invalid("its collection has no table “\(name)”")
            }
        }
    }

    private static func reviews(_ db: GRDB.Database) throws -> [Int64: [AnkiReview]] {
        var (found, count): ([Int64: [AnkiReview]], Int) = ([:], 0)
        let cursor = try GRDB.Row.fetchCursor(
            db,
            sql: "SELECT id, cid, ease, ivl, lastIvl, time, type FROM revlog ORDER BY id"
        )
        while let row = try cursor.next() {
            count += 1
            guard count <= AnkiLimits.reviews else { throw invalid("it holds more than \(AnkiLimits.reviews) reviews") }
            // What was set by hand was not recalled.
            guard let id: Int64 = row["id"], let card: Int64 = row["cid"], let ease: Int64 = row["ease"],
                (1...4).contains(ease), let kind: Int64 = row["type"], (0...3).contains(kind)
            else { continue }
            let time = min(max(row["time"] as Int64? ?? 0, 0), 3_600_000)
            found[card, default: []].append(
                AnkiReview(
                    at: Timestamp(milliseconds: id),
                    rating: Int(ease),
                    duration: .milliseconds(time),
                    phase: kind == 0 ? .learning : kind == 2 ? .relearning : .review,
                    interval: Int(row["ivl"] as Int64? ?? 0),
                    lastInterval: Int(row["lastIvl"] as Int64? ?? 0)
                )
            )
        }
        return found
    }

    private static func deckNames(_ json: String) -> [Int64: String] {
        guard let decks = (try? JSONSerialization.jsonObject(with: Data(json.utf8))) as? [String: Any] else {
            return [:]
        }
        var names: [Int64: String] = [:]
        for (key, value) in decks {
            guard let id = Int64(key), let name = (value as? [String: Any])?["name"] as? String else { continue }
            names[id] = name
        }
        return names
    }

    private static func note(
        _ row: GRDB.Row,
        created: Int64,
        names: [Int64: String],
        reviews: [Int64: [AnkiReview]]
    ) throws -> AnkiNote {
        guard let guid: String = row["guid"], let fields: String = row["flds"], let card: Int64 = row["id"],
            fields.utf8.count <= 2 * AnkiLimits.fieldBytes
        else { throw invalid("a note in it is damaged or too long") }
        let parts = fields.split(separator: "\u{1F}", omittingEmptySubsequences: false).map(String.init)
        let phase = AnkiCard.Phase(rawValue: Int(truncatingIfNeeded: row["type"] as Int64? ?? 0)) ?? .new
        let due: Int64 = row["due"] ?? 0
        let moment: Timestamp? =
            switch phase {
            case .new: nil
            case .learning, .relearning: Timestamp(milliseconds: due &* 1_000)
            case .review: Timestamp(milliseconds: created &+ due &* dayMilliseconds)
            }
        return AnkiNote(
            guid: guid,
            deck: names[row["did"] as Int64? ?? 1] ?? "Default",
            front: parts.first ?? "",
            back: parts.dropFirst().first ?? "",
            tags: (row["tags"] as String? ?? "").split(separator: " ").map(String.init),
            card: AnkiCard(
                phase: phase,
                isSuspended: row["queue"] as Int64? == -1,
                due: moment,
                intervalDays: Int(truncatingIfNeeded: row["ivl"] as Int64? ?? 0),
                lapses: Int(truncatingIfNeeded: row["lapses"] as Int64? ?? 0),
                memory: memory(row["data"] as String? ?? "")
            ),
            reviews: reviews[card] ?? []
        )
    }

    private static func memory(_ json: String) -> (stability: Double, difficulty: Double)? {
        guard let data = (try? JSONSerialization.jsonObject(with: Data(json.utf8))) as? [String: Any],
            let stability = data["s"] as? Double, let difficulty = data["d"] as? Double
        else { return nil }
        return (stability, difficulty)
    }

    private static func invalid(_ what: String) -> AtlasError {
        AtlasError(.invalid, "The package cannot be read: \(what).", field: "package")
    }

    // MARK: - Schema

    private static let schema = """
        CREATE TABLE col (
            id integer PRIMARY KEY, crt integer NOT NULL, mod integer NOT NULL, scm integer NOT NULL, ver integer NOT NULL,
            dty integer NOT NULL, usn integer NOT NULL, ls integer NOT NULL, conf text NOT NULL, models text NOT NULL,
            decks text NOT NULL, dconf text NOT NULL, tags text NOT NULL
        );
        CREATE TABLE notes (
            id integer PRIMARY KEY, guid text NOT NULL, mid integer NOT NULL, mod integer NOT NULL, usn integer NOT NULL,
            tags text NOT NULL, flds text NOT NULL, sfld integer NOT NULL, csum integer NOT NULL, flags integer NOT NULL,
            data text NOT NULL
        );
        CREATE TABLE cards (
            id integer PRIMARY KEY, nid integer NOT NULL, did integer NOT NULL, ord integer NOT NULL, mod integer NOT NULL,
            usn integer NOT NULL, type integer NOT NULL, queue integer NOT NULL, due integer NOT NULL, ivl integer NOT NULL,
            factor integer NOT NULL, reps integer NOT NULL, lapses integer NOT NULL, left integer NOT NULL,
            odue integer NOT NULL, odid integer NOT NULL, flags integer NOT NULL, data text NOT NULL
        );
        CREATE TABLE revlog (
            id integer PRIMARY KEY, cid integer NOT NULL, usn integer NOT NULL, ease integer NOT NULL, ivl integer NOT NULL,
            lastIvl integer NOT NULL, factor integer NOT NULL, time integer NOT NULL, type integer NOT NULL
        );
        CREATE TABLE graves (usn integer NOT NULL, oid integer NOT NULL, type integer NOT NULL);
        CREATE INDEX ix_notes_usn ON notes (usn);
        CREATE INDEX ix_cards_usn ON cards (usn);
        CREATE INDEX ix_revlog_usn ON revlog (usn);
        CREATE INDEX ix_cards_nid ON cards (nid);
        CREATE INDEX ix_cards_sched ON cards (did, queue, due);
        CREATE INDEX ix_revlog_cid ON revlog (cid);
        CREATE INDEX ix_notes_csum ON notes (csum);
        """
}

/// The hash by which Anki compares notes; not for secrets.
///
/// Source: FIPS 180-4, section 6.1.
enum SHA1 {
    static func of(_ bytes: [UInt8]) -> [UInt8] {
        var message = bytes + [0x80]
        while message.count % 64 != 56 { message.append(0) }
        for shift in stride(from: 56, through: 0, by: -8) {
            message.append(UInt8(truncatingIfNeeded: (UInt64(bytes.count) &* 8) >> UInt64(shift)))
        }
        var hash: [UInt32] = [0x6745_2301, 0xEFCD_AB89, 0x98BA_DCFE, 0x1032_5476, 0xC3D2_E1F0]
        for start in stride(from: 0, to: message.count, by: 64) {
            var words = (0..<16).map { index in
                (0..<4).reduce(UInt32(0)) { $0 << 8 | UInt32(message[start + index * 4 + $1]) }
            }
            for index in 16..<80 {
                words.append(rotate(words[index - 3] ^ words[index - 8] ^ words[index - 14] ^ words[index - 16], 1))
            }
            var (a, b, c, d, e) = (hash[0], hash[1], hash[2], hash[3], hash[4])
            for index in 0..<80 {
                let (function, constant): (UInt32, UInt32) =
                    switch index {
                    case 0..<20: (b & c | ~b & d, 0x5A82_7999)
                    case 20..<40: (b ^ c ^ d, 0x6ED9_EBA1)
                    case 40..<60: (b & c | b & d | c & d, 0x8F1B_BCDC)
                    default: (b ^ c ^ d, 0xCA62_C1D6)
                    }
                let next = rotate(a, 5) &+ function &+ e &+ constant &+ words[index]
                (e, d, c, b, a) = (d, c, rotate(b, 30), a, next)
            }
            for (index, value) in [a, b, c, d, e].enumerated() { hash[index] = hash[index] &+ value }
        }
        return hash.flatMap { word in (0..<4).map { UInt8(truncatingIfNeeded: word >> UInt32(24 - $0 * 8)) } }
    }

    private static func rotate(_ value: UInt32, _ count: UInt32) -> UInt32 { value << count | value >> (32 - count) }
}
