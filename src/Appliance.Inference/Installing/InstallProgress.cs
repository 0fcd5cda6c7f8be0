namespace Appliance.Inference.Installing;

/// <summary>How far a pull is.</summary>
/// <param name="Bytes">Bytes of the file that are here.</param>
/// <param name="Total">Bytes of the whole file.</param>
public readonly record struct InstallProgress(long Bytes, long Total);

/// <summary>What is asked for.</summary>
/// <param name="AcceptedLicence">The licence, in the catalogue's words, that somebody says yes to; null = nobody did.</param>
/// <param name="From">Folder (or file) to take it from; null = the catalogue's address.</param>
public sealed record InstallRequest(string? AcceptedLicence = null, string? From = null);

/// <summary>A model's file as it now lies in the store.</summary>
/// <param name="Path">Where.</param>
/// <param name="From">The address or file it came from.</param>
/// <param name="Accepted">Whether a licence was accepted for it, which belongs into the audit log.</param>
public sealed record InstalledModel(string Path, string From, bool Accepted);
