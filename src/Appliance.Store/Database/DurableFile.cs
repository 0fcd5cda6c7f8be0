namespace Appliance.Store.Database;

/// <summary>Files that are whole or not there, whatever happens to the power.</summary>
internal static class DurableFile
{
    internal const UnixFileMode OwnerFolder = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    internal const UnixFileMode OwnerFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Writes beside, syncs, renames over, syncs the folder. Mode 0600.</summary>
    internal static void Write(string path, ReadOnlySpan<byte> content)
    {
        var beside = path + ".new";
        File.Delete(beside);
        using (var file = Create(beside))
        {
            file.Write(content);
            file.Flush(flushToDisk: true);
        }

        File.Move(beside, path, overwrite: true);
        SyncFolder(Path.GetDirectoryName(path)!);
    }

    /// <summary>Overwrites, syncs and removes: what a file system that writes in place forgets. Flash may keep a copy.</summary>
    internal static void Destroy(string path)
    {
        using (var file = new FileStream(path, FileMode.Open, FileAccess.Write))
        {
            file.Write(new byte[file.Length]);
            file.Flush(flushToDisk: true);
        }

        File.Delete(path);
        SyncFolder(Path.GetDirectoryName(path)!);
    }

    internal static FileStream Create(string path, long preallocate = 0) => new(path, new FileStreamOptions
    {
        Mode = FileMode.CreateNew,
        Access = FileAccess.ReadWrite,
        UnixCreateMode = OwnerFile,
        PreallocationSize = preallocate,
    });

    /// <summary>Makes a rename or removal in the folder durable.</summary>
    internal static void SyncFolder(string folder) => FolderSync.Run(folder);
}
