/// A whiteboard's server without socket and database, one JSON object a line from standard input to standard output.
///
/// `Tests/Realtime/board.mjs` holds the client of the browser against it.
@main
struct WhiteboardTool {
    static func main() {
        var server = BoardServer()
        while let line = readLine() {
            guard !line.isEmpty else { continue }
            print(String(decoding: server.answer(Array(line.utf8)), as: UTF8.self))
            flush()
        }
    }
}
