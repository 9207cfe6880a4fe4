import AtlasAPI
import AtlasCore
import SocketIO
import Synchronization

/// Cursors on their way: only the newest of each account and place is sent, in one message per place.
final class Pointers: Sendable {
    /// What the people at one place are told.
    struct Frame: Sendable {
        let place: Place
        /// `{userId, name, x, y, selected?}` each.
        let cursors: [JSONText]
        /// Who is not there any more.
        let gone: [UserID]
    }

    private struct Waiting {
        var cursors: [UserID: JSONText] = [:]
        var gone: Set<UserID> = []
    }

    private let interval: Duration
    private let waiting = Mutex<[Place: Waiting]>([:])
    private let (rings, bell) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))

    init(interval: Duration) { self.interval = interval }

    /// A cursor has moved.
    func move(_ user: UserID, at place: Place, _ cursor: JSONText) {
        waiting.withLock { waiting in
            waiting[place, default: Waiting()].cursors[user] = cursor
            waiting[place]?.gone.remove(user)
        }
        bell.yield()
    }

    /// Somebody has left a place.
    func leave(_ user: UserID, _ place: Place) {
        waiting.withLock { waiting in
            waiting[place, default: Waiting()].cursors[user] = nil
            waiting[place]?.gone.insert(user)
        }
        bell.yield()
    }

    /// Hands over what waits, at most once per interval, until the task is cancelled.
    func run(_ send: (Frame) -> Void) async {
        for await _ in rings {
            let all = waiting.withLock { waiting in
                defer { waiting = [:] }
                return waiting
            }
            for (place, frame) in all {
                send(Frame(place: place, cursors: Array(frame.cursors.values), gone: Array(frame.gone)))
            }
            guard (try? await Task.sleep(for: interval)) != nil else { return }
        }
    }
}

/// Where people see each other's cursors.
enum Place: Sendable, Hashable {
    case board(GroupID)
    case diagram(GroupID, String)

    /// The room of the sockets that are there.
    var room: String {
        switch self {
        case .board(let group): "board:\(group)"
        case .diagram(let group, let diagram): "view:\(group):\(diagram)"
        }
    }

    var group: GroupID {
        switch self {
        case .board(let group), .diagram(let group, _): group
        }
    }

    var diagram: String? {
        switch self {
        case .board: nil
        case .diagram(_, let diagram): diagram
        }
    }
}
