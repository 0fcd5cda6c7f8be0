using System.Net.Sockets;
using Appliance.Capture.Cameras;
using Appliance.Daemon.Cameras;

namespace Appliance.Daemon.Cli.Doctor;

/// <summary>Whether each camera's source can be reached; what it sends is seen when the daemon runs.</summary>
internal static class CameraChecks
{
    public static async Task<IEnumerable<Check>> All(IReadOnlyList<CameraOptions> cameras, CancellationToken cancel) =>
        await Task.WhenAll(cameras.Where(camera => camera.Enabled).Select(camera => One(camera, cancel)));

    private static async Task<Check> One(CameraOptions camera, CancellationToken cancel)
    {
        var name = $"camera {camera.Id}";
        var source = SourceText.Clean(camera.Source);
        if (source.StartsWith("test://", StringComparison.OrdinalIgnoreCase))
            return Check.Ok(name, source);
        if (!source.Contains("://", StringComparison.Ordinal) || source.StartsWith("file://", StringComparison.OrdinalIgnoreCase))
            return Local(name, source.StartsWith("file://", StringComparison.OrdinalIgnoreCase) ? source[7..] : source);
        if (!Uri.TryCreate(source, UriKind.Absolute, out var address) || address.Host.Length == 0)
            return Check.Fail(name, $"{source} is no address", "correct Cameras[].Source");

        var port = address.Port > 0 ? address.Port : address.Scheme.StartsWith("rtsps", StringComparison.Ordinal) ? 322 : 554;
        return await Reach.Tcp(address.Host, port, cancel) is { } fault
            ? Check.Fail(name, $"{source}: {fault}", "check power, cable, address and the camera's firewall")
            : Check.Ok(name, $"{source} answers");
    }

    private static Check Local(string name, string path)
    {
        try
        {
            using var opened = File.Open(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            return Check.Ok(name, path);
        }
        catch (UnauthorizedAccessException)
        {
            return Check.Fail(name, $"{path}: access denied", "usermod -aG video watchpost, then restart the service");
        }
        catch (Exception error) when (error is IOException or ArgumentException)
        {
            return Check.Fail(name, error.Message, "check the path, and that the camera is plugged in");
        }
    }
}

/// <summary>Whether somebody listens.</summary>
internal static class Reach
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(3);

    /// <summary>Null: connected; else why not.</summary>
    public static async Task<string?> Tcp(string host, int port, CancellationToken cancel)
    {
        using var client = new TcpClient();
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        patience.CancelAfter(s_patience);
        try
        {
            await client.ConnectAsync(host, port, patience.Token);
            return null;
        }
        catch (SocketException error)
        {
            return error.Message;
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return $"no answer within {s_patience.TotalSeconds:0} s";
        }
    }
}
