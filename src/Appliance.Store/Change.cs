namespace Appliance.Store;

/// <summary>How a requested change ended.</summary>
public enum ChangeStatus
{
    Done,
    NotFound,

    /// <summary>The version asked for (If-Match) is not the current one; <see cref="Change{T}.Value"/> is the current one.</summary>
    VersionConflict,

    /// <summary>Not allowed in this state; <see cref="Change{T}.Reason"/> says why.</summary>
    Refused,
}

/// <summary>The answer to a change: expected outcomes are values, faults of the disk are <see cref="StoreException"/>.</summary>
public readonly record struct Change<T>(ChangeStatus Status, T? Value, string? Reason)
{
    public bool IsDone => Status == ChangeStatus.Done;

    public static Change<T> Done(T value) => new(ChangeStatus.Done, value, null);

    public static Change<T> NotFound() => new(ChangeStatus.NotFound, default, null);

    public static Change<T> Conflict(T current) => new(ChangeStatus.VersionConflict, current, null);

    public static Change<T> Refused(string reason, T? current = default) => new(ChangeStatus.Refused, current, reason);
}

/// <summary>One page of a list; <paramref name="Next"/> is the cursor of the following one, null at the end.</summary>
public sealed record Page<T>(IReadOnlyList<T> Items, string? Next);
