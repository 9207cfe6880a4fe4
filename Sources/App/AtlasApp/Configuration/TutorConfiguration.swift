import AtlasCore

/// What the tutor is made of, as the settings say.
public struct TutorConfiguration: Sendable, Equatable {
    /// Where the Messages API of Claude is.
    public var modelURL = "https://api.anthropic.com"
    /// The key of the account that pays for the model; empty for no model.
    public var modelKey = ""
    /// As in `claude-sonnet-5`.
    public var modelName = "claude-sonnet-5"
    /// `auto`, `minilm`, `lexical` or `openai`.
    public var embedder = "auto"
    /// Where the files of all-MiniLM-L6-v2 are.
    public var embedderFolder = "build/minilm"
    /// Where OpenAI's embeddings are.
    public var embedderURL = "https://api.openai.com"
    /// The key of the account that pays for OpenAI's embeddings.
    public var embedderKey = ""
    /// As in `text-embedding-3-large`.
    public var embedderName = "text-embedding-3-large"
    /// Of OpenAI's vectors.
    public var embedderDimensions = 3_072
    /// `file:`, `pgvector:` or the address of an index of Pinecone.
    public var vectorsURL = "file:"
    /// The key of the Pinecone project.
    public var vectorsKey = ""
    /// Begins the names of the namespaces in Pinecone.
    public var vectorsNamespace = "atlas"
    /// Tokens of the model that one account may use on one day.
    public var tokensPerAccount = 60_000
    /// Tokens of the model that all accounts may use on one day.
    public var tokensPerDay = 2_000_000
    /// Words that no question may have.
    public var blockedWords: [String] = []

    /// The keys that it is read from.
    static let settings = [
        Setting(
            "tutor.model.key",
            "",
            "the key for Claude, which writes the tutor's answers; empty: answers are made from the catalogue alone",
            isSecret: true
        ),
        Setting("tutor.model.name", "claude-sonnet-5", "the model that writes the tutor's answers"),
        Setting("tutor.model.url", "https://api.anthropic.com", "where the Messages API is"),
        Setting(
            "tutor.embedder",
            "auto",
            "what finds records by their meaning: minilm, lexical (letters and words), openai, or auto (minilm if its files are there)"
        ),
        Setting("tutor.embedder.folder", "build/minilm", "model.safetensors and vocab.txt of all-MiniLM-L6-v2"),
        Setting("tutor.embedder.key", "", "with openai: the key", isSecret: true),
        Setting("tutor.embedder.name", "text-embedding-3-large", "with openai: the model"),
        Setting("tutor.embedder.dimensions", "3072", "with openai: the length of a vector"),
        Setting("tutor.embedder.url", "https://api.openai.com", "with openai: where the embeddings are"),
        Setting(
            "tutor.vectors.url",
            "file:",
            "where vectors are kept: file:PATH (without a path: vectors.index in the data folder), pgvector: (in the "
                + "PostgreSQL of database.url), or https://HOST of an index of Pinecone"
        ),
        Setting("tutor.vectors.key", "", "with Pinecone: the project's key", isSecret: true),
        Setting("tutor.vectors.namespace", "atlas", "with Pinecone: how the names of its namespaces begin"),
        Setting("tutor.tokensPerAccount", "60000", "tokens of the model that one account may use on one day in UTC"),
        Setting("tutor.tokensPerDay", "2000000", "tokens of the model that all accounts may use on one day in UTC"),
        Setting("tutor.blockedWords", "", "words that no question to the tutor may have, separated by commas"),
    ]
}
