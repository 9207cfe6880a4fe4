/// The colour in front of the title of a box, which Atlas leaves to the theme.
enum BoxColour {
    /// The title without the colour.
    static func removed(from text: String) -> String {
        let bytes = Array(text.utf8)
        let word = Array(bytes.prefix { !$0.isSpace && $0 != UInt8(of: "(") }).map { $0.lowercase }
        let name = String(bytes: word)
        var length = 0
        if ["rgb", "rgba", "hsl", "hsla"].contains(name), let close = bytes.firstIndex(of: UInt8(of: ")")) {
            length = close + 1
        } else if name == "transparent" || word.first == UInt8(of: "#") || names.contains(name) {
            length = word.count
        }
        return String(bytes: Array(bytes.dropFirst(length)).trimmed)
    }

    private static let names = [
        "aqua", "aquamarine", "azure", "beige", "bisque", "black", "blue", "brown", "coral", "cyan", "gold", "gray",
        "green", "grey", "indigo", "ivory", "khaki", "lavender", "lightblue", "lightcyan", "lightgray", "lightgreen",
        "lightgrey", "lightpink", "lightyellow", "lime", "linen", "magenta", "maroon", "navy", "olive", "orange",
        "orchid", "pink", "plum", "purple", "red", "salmon", "silver", "skyblue", "snow", "tan", "teal", "thistle",
        "tomato", "turquoise", "violet", "wheat", "white", "yellow",
    ]
}
