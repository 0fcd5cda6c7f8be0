namespace Appliance.Daemon.Host.Configuration;

/// <summary>Something in a configuration that cannot be used.</summary>
/// <param name="Path">Where, e.g. <c>Cameras[1].Source</c>; empty = the document as a whole.</param>
/// <param name="Reason">What is wrong and what is allowed.</param>
internal sealed record ConfigFault(string Path, string Reason)
{
    public override string ToString() => Path.Length == 0 ? Reason : $"{Path}: {Reason}";
}
