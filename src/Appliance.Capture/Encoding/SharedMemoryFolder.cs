namespace Appliance.Capture.Encoding;

/// <summary>
/// Short-lived files that must not reach a disk in the clear: a folder of this process in <c>/dev/shm</c>, mode 0700. What a killed
/// process left is removed by the next one.
/// </summary>
public static class SharedMemoryFolder
{
    private const string Root = "/dev/shm";
    private const string Prefix = "watchpost-";

    private static readonly Lazy<string> s_folder = new(Make);

    /// <summary>A path that does not exist yet; whoever asked removes the file.</summary>
    /// <exception cref="CaptureException">There is no memory file system.</exception>
    public static string NewFile(string extension) => Path.Combine(s_folder.Value, Guid.NewGuid().ToString("N") + extension);

    private static string Make()
    {
        try
        {
            foreach (var left in Directory.EnumerateDirectories(Root, Prefix + "*"))
            {
                if (int.TryParse(Path.GetFileName(left).AsSpan(Prefix.Length), out var process) && !Directory.Exists($"/proc/{process}"))
                    Directory.Delete(left, recursive: true);
            }

            var folder = Path.Combine(Root, $"{Prefix}{Environment.ProcessId}");
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            AppDomain.CurrentDomain.ProcessExit += (_, _) => Remove(folder);
            return folder;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new CaptureException($"{Root} cannot be used, and pictures are not written to a disk in the clear: {error.Message}", error);
        }
    }

    private static void Remove(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (IOException)
        {
            // It is memory: gone with the next boot, or removed by the next start.
        }
    }
}
