using System.Diagnostics;

namespace Appliance.IntegrationTests.Store;

/// <summary>A memory file system of a few megabytes, mounted for one test.</summary>
internal sealed class SmallDisk : IDisposable
{
    private SmallDisk(string path) => Path = path;

    public string Path { get; }

    public static SmallDisk Mount(int megabytes)
    {
        var path = Directory.CreateTempSubdirectory("watchpost-disk-").FullName;
        return Run("mount", "-t", "tmpfs", "-o", $"size={megabytes}m", "tmpfs", path)
            ? new(path)
            : throw new InvalidOperationException("mount failed");
    }

    /// <summary>Null = mounting works here.</summary>
    public static string? WhyNot()
    {
        if (Environment.UserName != "root")
            return "mounting a small disk needs root";
        try
        {
            Mount(1).Dispose();
            return null;
        }
        catch (Exception error) when (error is InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            return "this machine does not let a test mount a file system";
        }
    }

    public void Fill()
    {
        using var file = File.Create(System.IO.Path.Combine(Path, "filler"));
        var block = new byte[4096];
        try
        {
            while (true)
            {
                file.Write(block);
                file.Flush();
            }
        }
        catch (IOException)
        {
            // Full: that is the point.
        }
    }

    public void MakeReadOnly() => Assert.True(Run("mount", "-o", "remount,ro", Path));

    public void Dispose()
    {
        Run("umount", "-l", Path);
        Directory.Delete(Path);
    }

    private static bool Run(string command, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(command, arguments) { RedirectStandardError = true })!;
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}

/// <summary>Skipped, with the reason, where no small disk can be mounted.</summary>
internal sealed class SmallDiskFactAttribute : FactAttribute
{
    public SmallDiskFactAttribute() => Skip = SmallDisk.WhyNot();
}
