import AtlasCore
import AtlasPorts
import Testing

@Suite struct VocabularyTests {
    @Test(arguments: [
        (Int64(0), "1970-01-01T00:00:00.000Z"), (1_700_000_000_123, "2023-11-14T22:13:20.123Z"),
        (951_782_400_000, "2000-02-29T00:00:00.000Z"), (4_107_542_399_999, "2100-02-28T23:59:59.999Z"),
        (-1, "1969-12-31T23:59:59.999Z"), (-62_135_596_800_000, "0001-01-01T00:00:00.000Z"),
    ])
    func `a moment is written as ISO 8601`(milliseconds: Int64, text: String) {
        #expect(Timestamp(milliseconds: milliseconds).description == text)
    }

    @Test func `time arithmetic saturates`() {
        #expect(Timestamp(milliseconds: .max) + .seconds(1) == Timestamp(milliseconds: .max))
        #expect(Timestamp(milliseconds: .min) + .seconds(-1) == Timestamp(milliseconds: .min))
        #expect(Timestamp(milliseconds: 5) - Timestamp(milliseconds: 2) == .milliseconds(3))
    }

    @Test func `a duration is rounded towards zero and saturates`() {
        #expect(Duration.microseconds(1_999).wholeMilliseconds == 1)
        #expect(Duration.microseconds(-1_999).wholeMilliseconds == -1)
        #expect(Duration.seconds(Int64.max).wholeMilliseconds == .max)
        #expect(Duration.seconds(Int64.min).wholeMilliseconds == .min)
    }

    @Test func `an id is its text, and carries whose it is in its type`() {
        #expect(UserID("a") == UserID("a"))
        #expect(UserID("a") != UserID("b"))
        #expect("\(SessionID("s"))" == "s")
        #expect(UserID("u").sqlValue == .text("u"))
    }

    @Test func `wrapping keeps a known error and hides an unknown one`() {
        struct Odd: Error {}
        let known = AtlasError(.tooMany, "Wait.", detail: "9 of 9", retryAfter: .seconds(3), field: "input.x")
        let wrapped = AtlasError.wrap(known, while: "counting")
        #expect(wrapped.code == .tooMany)
        #expect(wrapped.message == "Wait.")
        #expect(wrapped.detail == "counting: 9 of 9")
        #expect(wrapped.retryAfter == .seconds(3))
        #expect(wrapped.field == "input.x")
        let hidden = AtlasError.wrap(Odd(), while: "counting")
        #expect(hidden.code == .internalError)
        #expect(!hidden.message.contains("Odd"))
        #expect(hidden.description.contains("Odd"))
    }

    @Test func `ids sort by time and never repeat`() {
        let clock = ManualClock()
        let source = RandomIDSource(clock: clock)
        var ids: [String] = []
        for _ in 0..<200 {
            ids.append(source.next())
            clock.advance(by: .milliseconds(1))
        }
        #expect(ids == ids.sorted())
        #expect(Set(ids).count == 200)
        #expect(ids.allSatisfy { $0.count == 26 })
    }

    @Test func `a caller is let in by role and by ownership`() {
        func account(_ name: String, _ role: Role) -> Caller {
            Caller(account: .init(user: UserID(name), role: role, session: SessionID("s")))
        }
        #expect(throws: AtlasError.self) { try Caller().require(.learner) }
        #expect(throws: AtlasError.self) { try account("a", .learner).require(.instructor) }
        #expect(throws: Never.self) { try account("a", .admin).require(.instructor) }
        #expect(throws: Never.self) { try Caller.system.require(.admin) }
        #expect(throws: Never.self) { try account("a", .learner).requireSelf(UserID("a")) }
        #expect(throws: AtlasError.self) { try account("a", .instructor).requireSelf(UserID("b")) }
        #expect(throws: Never.self) { try account("a", .admin).requireSelf(UserID("b")) }
        #expect(account("a", .admin).has(.instructor))
        #expect(!account("a", .learner).has(.instructor))
        #expect(!Caller().has(.learner))
    }

    @Test func `a refusal says no more than the caller may know`() {
        let stranger = Caller(account: .init(user: UserID("a"), role: .learner, session: SessionID("s")))
        let errors: [AtlasError?] = [
            #expect(throws: AtlasError.self) { try Caller().require(.admin) },
            #expect(throws: AtlasError.self) { try stranger.require(.admin) },
            #expect(throws: AtlasError.self) { try stranger.requireSelf(UserID("b")) },
        ]
        #expect(errors.map { $0?.code } == [.unauthenticated, .forbidden, .notFound])
    }
}

@Suite struct QueryTests {
    @Test func `values are bound in order and parts are renumbered`() {
        let (name, level) = ("x'y", 3)
        var query: Query = "SELECT * FROM t WHERE name = \(name)"
        query += " AND level = \(level) AND id IN (\(list: ["a", "b"]))"
        let outer: Query = "WITH q AS (SELECT \(1)) SELECT * FROM (\(query)) WHERE ok = \(true)"
        #expect(query.text == "SELECT * FROM t WHERE name = $1 AND level = $2 AND id IN ($3, $4)")
        #expect(query.parameters == [.text(name), .integer(3), .text("a"), .text("b")])
        #expect(
            outer.text
                == "WITH q AS (SELECT $1) SELECT * FROM (SELECT * FROM t WHERE name = $2 AND level = $3 AND id IN ($4, $5)) WHERE ok = $6"
        )
    }

    @Test func `parts of parts are numbered in order, and other dollars stay`() {
        let inner: Query = "a = \(1) AND b = '$x' AND c = \(2)"
        let many: Query = "\(0) \(inner) \(inner) \(list: Array(3...9))"
        #expect(
            many.text
                == "$1 a = $2 AND b = '$x' AND c = $3 a = $4 AND b = '$x' AND c = $5 $6, $7, $8, $9, $10, $11, $12"
        )
        #expect(many.parameters.count == 12)
        let missing: String? = nil
        let moment = Timestamp(milliseconds: 7)
        let values: Query = "\(missing) \(moment) \(true) \([UInt8(1)]) \(0.5)"
        #expect(values.parameters == [.null, .integer(7), .boolean(true), .blob([1]), .real(0.5)])
    }

    @Test func `an empty list matches nothing and NUL never reaches the database`() {
        let query: Query = "SELECT 1 WHERE id IN (\(list: [String]()))"
        #expect(query.text == "SELECT 1 WHERE id IN (NULL)")
        #expect("a\0b".sqlValue == .text("a\u{FFFD}b"))
    }

    @Test func `a part for one engine ends with the step`() {
        let step = Migration(owner: "t", number: 1, reason: "", sql: "A\n    -- only: postgres\n    B")
        #expect(step.statements(for: .sqlite) == "A")
        #expect(step.statements(for: .postgres) == "A\n    B")
    }

    @Test func `a migration has parts for one engine`() {
        let step = Migration(
            owner: "t",
            number: 1,
            reason: "",
            sql: "A BLOBTYPE\n-- only: sqlite\nB\n-- end\n-- only: postgres\nC\n-- end\nD"
        )
        #expect(step.statements(for: .sqlite) == "A BLOB\nB\nD")
        #expect(step.statements(for: .postgres) == "A BYTEA\nC\nD")
    }
}
