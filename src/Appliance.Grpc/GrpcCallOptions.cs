namespace Appliance.Grpc;

/// <summary>What one call asks for.</summary>
public sealed record GrpcCallOptions
{
    public static readonly GrpcCallOptions None = new();

    /// <summary>Longest time until the call has ended; null = none. The server is told.</summary>
    public TimeSpan? Deadline { get; init; }

    /// <summary>Metadata; names ending in <c>-bin</c> carry base64 (<see cref="GrpcMetadata.Binary"/>).</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Metadata { get; init; } = [];
}
