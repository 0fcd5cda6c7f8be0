using Appliance.Core.Alerts;
using Appliance.Store.Evidence.Files;

namespace Appliance.Store.Evidence;

/// <summary>All that makes a finished record.</summary>
public sealed record EvidenceSealing
{
    public required AlertId Alert { get; init; }

    /// <summary>The canonical manifest for the address of the key that will sign it. Called on the store's writer; perhaps twice.</summary>
    public required Func<string, byte[]> Manifest { get; init; }

    public required IReadOnlyList<FinishedArtefact> Artefacts { get; init; }

    /// <summary>What is missing; empty = nothing.</summary>
    public string Reason { get; init; } = "";

    public required DateTimeOffset KeepUntil { get; init; }

    /// <summary>Close the batch with this leaf.</summary>
    public bool CloseBatch { get; init; }
}
