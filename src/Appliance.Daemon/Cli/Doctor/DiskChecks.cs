namespace Appliance.Daemon.Cli.Doctor;

/// <summary>The data folder and the room on its disk.</summary>
internal static class DiskChecks
{
    private const long Scarce = 1L << 30;
    private const long TooLittle = 64L << 20;

    public static IEnumerable<Check> All(string folder)
    {
        // Not made yet: the nearest folder above decides whether it can be.
        var existing = folder;
        while (!Directory.Exists(existing) && Path.GetDirectoryName(existing) is { } above)
            existing = above;
        yield return Writable(folder, existing);
        yield return Room(existing);
        if (existing == folder && (File.GetUnixFileMode(folder) & (UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite)) != 0)
            yield return Check.Warn("data folder mode", $"{folder} can be read or written by others", $"chmod 0700 {folder}");
    }

    private static Check Writable(string folder, string existing)
    {
        var probe = Path.Combine(existing, $".watchpost-doctor-{Environment.ProcessId}");
        try
        {
            File.WriteAllBytes(probe, []);
            File.Delete(probe);
            return Check.Ok("data folder", existing == folder ? folder : $"{folder} will be made");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return Check.Fail("data folder", error.Message, $"run as the service's user, or: chown watchpost {folder}");
        }
    }

    private static Check Room(string folder)
    {
        var free = new DriveInfo(folder).AvailableFreeSpace;
        var found = FormattableString.Invariant($"{free / 1e9:0.0} GB free at {folder}");
        return free switch
        {
            < TooLittle => Check.Fail("disk", found, "free some space: alerts cannot be kept"),
            < Scarce => Check.Warn("disk", found, "free some space, or shorten Store.AlertRetention"),
            _ => Check.Ok("disk", found),
        };
    }
}
