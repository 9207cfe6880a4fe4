public import AtlasCore

/// A marker for identifiers of study groups.
public enum GroupEntity {}
/// The id of a study group.
public typealias GroupID = Identifier<GroupEntity>
