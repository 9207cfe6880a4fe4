import AtlasAPI
import AtlasCore
import GraphQL

/// Accounts, sessions and sign-in.
struct PeopleResolvers {
    let auth: any Auth
    let progress: ProgressResolvers

    func bind(_ resolvers: inout Resolvers<RequestContext>) {
        bindTypes(&resolvers)
        resolvers.query { [auth] query in
            query.asyncField("currentUser") { _, _, context -> User in
                let account = try context.caller.signedIn()
                guard let user = try await auth.users([account.user], as: context.caller).first ?? nil else {
                    throw AtlasError(.unauthenticated, "This account no longer exists.")
                }
                return user
            }
            query.asyncField("sessions") { _, _, context -> [OwnSession] in
                let current = try context.caller.signedIn().session
                return try await auth.sessions(as: context.caller)
                    .map { OwnSession(session: $0, isCurrent: $0.id == current) }
            }
        }
        bindSignIn(&resolvers)
    }

    private func bindSignIn(_ resolvers: inout Resolvers<RequestContext>) {
        resolvers.mutation { [auth] mutation in
            mutation.asyncField("register") { _, arguments, context -> SignIn in
                let input = try arguments.object("input")
                let registration = Registration(
                    email: try input.string("email"),
                    password: try input.string("password"),
                    displayName: try input.string("displayName")
                )
                return context.remember(
                    try await auth.register(registration, device: context.device, as: context.caller)
                )
            }
            mutation.asyncField("login") { _, arguments, context -> SignIn in
                let (email, password) = (try arguments.string("email"), try arguments.string("password"))
                return context.remember(
                    try await auth.logIn(email: email, password: password, device: context.device, as: context.caller)
                )
            }
            mutation.asyncField("refreshSession") { _, arguments, context -> SignIn in
                guard let token = arguments.optionalString("refreshToken") ?? context.refreshCookie else {
                    throw AtlasError(.unauthenticated, "There is no refresh token.")
                }
                do {
                    return context.remember(
                        try await auth.refresh(token, device: context.device, as: context.caller)
                    )
                } catch let error as AtlasError where error.code == .unauthenticated {
                    context.setCookie(.clear)
                    throw error
                }
            }
            mutation.asyncField("logout") { _, arguments, context -> Bool in
                try await auth.logOut(everywhere: arguments.optionalBool("everywhere") ?? false, as: context.caller)
                context.setCookie(.clear)
                return true
            }
            mutation.asyncField("endSession") { _, arguments, context -> Bool in
                let id = SessionID(try arguments.string("id"))
                let isEnded = try await auth.endSession(id, as: context.caller)
                if isEnded, context.caller.account?.session == id { context.setCookie(.clear) }
                return isEnded
            }
        }
    }

    private func bindTypes(_ resolvers: inout Resolvers<RequestContext>) {
        resolvers.type("User", User.self) { [progress] user in
            user.field("id") { $0.id.rawValue }
            user.field("email") { $0.email }
            user.field("displayName") { $0.displayName }
            user.field("role") { $0.role }
            user.field("createdAt") { $0.createdAt }
            user.asyncField("progress") { user, _, context -> ProgressView in
                try await progress.view(of: user.id, context: context)
            }
        }
        resolvers.type("AuthPayload", SignIn.self) { payload in
            payload.field("accessToken") { $0.accessToken }
            payload.field("refreshToken") { $0.refreshToken }
            payload.field("expiresIn") { Int($0.expiresIn.components.seconds) }
            payload.field("user") { $0.user }
        }
        resolvers.type("Session", OwnSession.self) { session in
            session.field("id") { $0.session.id.rawValue }
            session.field("device") { $0.session.device }
            session.field("createdAt") { $0.session.createdAt }
            session.field("lastUsedAt") { $0.session.lastUsedAt }
            session.field("current") { $0.isCurrent }
        }
    }
}

extension RequestContext {
    /// Puts the refresh token into the browser's cookie.
    fileprivate func remember(_ signIn: SignIn) -> SignIn {
        setCookie(.set(signIn.refreshToken, life: signIn.refreshExpiresIn))
        return signIn
    }
}
