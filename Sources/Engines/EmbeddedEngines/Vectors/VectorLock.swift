import AtlasCore
import Foundation

/// That a process has an index to itself, also before there is a file and while it is written anew.
///
/// The lock is on a file beside the index that is never taken away: of one that is replaced, two could each have a lock.
final class VectorLock: Sendable {
    private let descriptor: Int32

    private init(_ descriptor: Int32) { self.descriptor = descriptor }

    deinit { VectorLog.release(descriptor) }

    /// Takes the lock.
    ///
    /// - Parameter path: The file of the index.
    /// - Returns: `nil` where no file can be made, for nobody can begin an index there either.
    /// - Throws: `AtlasError.unavailable` if another process has it.
    static func take(_ path: String) throws(AtlasError) -> VectorLock? {
        let file = path + ".lock"
        // To read only: it may lie where nothing can be written.
        let descriptor = Foundation.open(file, O_RDONLY | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            let (reason, failure) = (errno, DurableFile.failure("open", file))
            let isBarred = reason == ENOENT || reason == EACCES || reason == EROFS
            guard isBarred, !FileManager.default.fileExists(atPath: file) else { throw failure }
            return nil
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            Foundation.close(descriptor)
            throw AtlasError(.unavailable, "Another process uses the vector index.", detail: file)
        }
        return VectorLock(descriptor)
    }
}
