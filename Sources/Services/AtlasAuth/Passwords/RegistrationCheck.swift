import AtlasAPI
import AtlasCore
import Foundation

extension Registration {
    /// The registration with its parts brought to one form, or an error that names the field.
    ///
    /// - Throws: `AtlasError.invalid`.
    func checked() throws(AtlasError) -> Registration {
        let name = displayName.trimmed()
        guard AuthLimits.displayNameCharacters.contains(name.count), name.unicodeScalars.contains(where: \.isVisible)
        else {
            throw AtlasError(.invalid, "A name has 1 to 60 characters.", field: "input.displayName")
        }
        guard !name.unicodeScalars.contains(where: { $0.isControl && !$0.joinsEmoji }) else {
            throw AtlasError(.invalid, "The name has a character that cannot be used.", field: "input.displayName")
        }
        let address = try EmailAddress.normalised(email, field: "input.email")
        guard AuthLimits.passwordCharacters.contains(password.count) else {
            throw AtlasError(.invalid, "A password has 8 to 128 characters.", field: "input.password")
        }
        let local = address.prefix { $0 != "@" }
        guard !CommonPasswords.contains(password), password.lowercased() != local, password.lowercased() != address
        else {
            throw AtlasError(
                .invalid,
                "This password is among the first that anybody would try. Take three or four unrelated words.",
                field: "input.password"
            )
        }
        return Registration(email: address, password: password, displayName: name)
    }
}

/// The form of e-mail addresses that Atlas takes: enough to catch slips, no more; the mail server knows the rest.
enum EmailAddress {
    static func normalised(_ text: String, field: String) throws(AtlasError) -> String {
        // Compatibility composition, so that two spellings that look alike are one account.
        let address = text.trimmed().precomposedStringWithCompatibilityMapping.lowercased()
        let parts = address.split(separator: "@", omittingEmptySubsequences: false)
        guard address.utf8.count <= AuthLimits.emailBytes, parts.count == 2, !parts[0].isEmpty,
            !parts[0].contains(where: { "<>\"(),:;\\[]".contains($0) }),
            isDomain(parts[1]), !address.unicodeScalars.contains(where: { $0.isControl || $0.properties.isWhitespace })
        else {
            throw AtlasError(.invalid, "This does not look like an e-mail address.", field: field)
        }
        return address
    }

    private static func isDomain(_ text: Substring) -> Bool {
        let labels = text.split(separator: ".", omittingEmptySubsequences: false)
        return labels.count >= 2
            && labels.allSatisfy { label in
                !label.isEmpty && label.first != "-" && label.last != "-"
                    && label.allSatisfy { $0.isLetter || $0.isNumber || $0 == "-" }
            }
    }
}

extension String {
    func trimmed() -> String {
        let body = drop(while: \.isWhitespace)
        guard let last = body.lastIndex(where: { !$0.isWhitespace }) else { return "" }
        return String(body[...last])
    }
}

extension Unicode.Scalar {
    /// Something that a person sees.
    var isVisible: Bool {
        !isControl && !properties.isWhitespace && !properties.isDefaultIgnorableCodePoint
    }

    /// Holds the parts of one emoji together.
    var joinsEmoji: Bool { value == 0x200D || value == 0xFE0F }

    var isControl: Bool { properties.generalCategory == .control || properties.generalCategory == .format }
}
