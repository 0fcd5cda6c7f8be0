namespace Appliance.Capture.Serving;

/// <summary>One stream of an <see cref="RtspServer"/>, with the faults a real camera can have.</summary>
public sealed class RtspMount
{
    internal RtspMount(string url) => Url = url;

    /// <summary><c>rtsp://127.0.0.1:port/path</c>, without credentials.</summary>
    public string Url { get; }

    /// <summary>Drops all clients and refuses new ones, as a camera that lost power.</summary>
    public void Kill() => throw new NotImplementedException();

    /// <summary>Brings a killed mount back.</summary>
    public void Revive() => throw new NotImplementedException();

    /// <summary>While true, stays connected but sends nothing.</summary>
    public bool Silent { get; set; }

    /// <summary>While true, bytes of every packet are damaged.</summary>
    public bool Corrupt { get; set; }
}
