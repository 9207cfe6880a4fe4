/// A `@defer` as it was met while the fields of one object were collected.
struct DeferUsage: Sendable {
    /// Index in `Planner.usages` of the deferred fragment around this one, else -1.
    let parent: Int
}

/// The deferred fragment that a selection came in by.
struct Deferral: Sendable, Hashable {
    /// Number of the fragment in its plan, or -1 outside of any.
    let usage: Int

    /// How many steps of the response's path lead from the object in which the fragment stands to the one that has the
    /// selection.
    let distance: Int

    static let none = Deferral(usage: -1, distance: 0)

    var isNone: Bool { usage < 0 }

    /// The same fragment, seen from further down.
    func deeper(by steps: Int) -> Deferral { isNone ? self : Deferral(usage: usage, distance: distance + steps) }
}

/// What is delivered later of one object.
///
/// A field that several fragments select belongs to all of them and is delivered with the first that is complete.
@usableFromInline
final class DeferralPlan: Sendable {
    /// A fragment that stands in this object.
    struct Fragment: Sendable {
        let usage: Int
        let label: String?

        /// The deferred fragment around it, which is delivered first.
        let parent: Deferral?
    }

    /// Fields that wait for the same fragments.
    struct Group: Sendable {
        let fragments: [Deferral]
        let selection: any SelectionPlan
    }

    let fragments: [Fragment]
    let groups: [Group]

    /// Where the first of the fragments stands in the document.
    let location: SourceLocation?

    init(fragments: [Fragment], groups: [Group], location: SourceLocation?) {
        self.fragments = fragments
        self.groups = groups
        self.location = location
    }
}

/// How a list is delivered whose field has `@stream`.
@usableFromInline
final class StreamPlan: Sendable {
    let label: String?
    let item: ValuePosition

    /// Index in `Execution.arguments` of the directive's arguments.
    let argumentSlot: Int

    init(label: String?, item: ValuePosition, argumentSlot: Int) {
        self.label = label
        self.item = item
        self.argumentSlot = argumentSlot
    }

    /// How many items the list has at first.
    func initialCount(_ execution: Execution) throws(GraphQLError) -> Int {
        let count = try execution.arguments[argumentSlot].get().int("initialCount")
        guard count >= 0 else { throw GraphQLError("initialCount must be a positive integer") }
        return count
    }
}

/// A part of a response that is delivered later, where it was left out.
struct LaterPart: Sendable {
    /// The object whose fields, or the list whose items, are left out.
    let path: [PathElement]
    let work: LaterWork
}

/// What was left out.
@usableFromInline
enum LaterWork: Sendable {
    /// Groups of an object's fields.
    case fields(DeferralPlan, write: @Sendable (_ group: Int, _ output: inout ResponseOutput) -> Bool)
    /// The items of a list from `start` on.
    case items(StreamPlan, Range<Int>, write: @Sendable (_ index: Int, _ output: inout ResponseOutput) -> Bool)

    /// How many fragments and lists it is.
    var count: Int {
        if case .fields(let plan, _) = self { max(1, plan.fragments.count) } else { 1 }
    }
}

extension ResponseOutput {
    /// Leaves a part for later, unless the request has left too many already.
    mutating func leave(_ work: LaterWork, at location: SourceLocation?) -> Bool {
        guard execution.mayLeave(work.count) else {
            var error = GraphQLError(
                "More than \(execution.maxParts) fragments and lists are delivered in parts.",
                code: "TOO_COMPLEX"
            )
            error.locations = location.map { [$0] } ?? []
            return record(error)
        }
        return postpone(.later(work), nil)
    }
}
