namespace Appliance.Store.Database;

/// <summary>
/// A file of real blocks held back beside the database. When the disk is full it is given up, so that alerts go on being
/// stored while the operator makes room.
/// </summary>
internal sealed class DiskReserve(string folder, long bytes)
{
    private readonly string _path = Path.Combine(folder, "reserve");

    internal bool IsIntact => bytes == 0 || File.Exists(_path);

    /// <summary>Gives it up; false when there was nothing left, or the disk has room and giving up would not help.</summary>
    internal bool TryRelease()
    {
        if (bytes == 0 || !File.Exists(_path) || FreeBytes() > bytes)
            return false;
        File.Delete(_path);
        return true;
    }

    /// <summary>Takes it again when the disk has three times as much to spare.</summary>
    internal void TryRestore()
    {
        if (IsIntact || FreeBytes() < 3 * bytes)
            return;
        try
        {
            using var file = DurableFile.Create(_path, preallocate: bytes);
        }
        catch (IOException)
        {
            // Someone else took the room: the next maintenance tries again, and health says that the reserve is gone.
            File.Delete(_path);
        }
    }

    internal long FreeBytes() => new DriveInfo(folder).AvailableFreeSpace;
}
