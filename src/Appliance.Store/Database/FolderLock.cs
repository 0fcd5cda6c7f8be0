namespace Appliance.Store.Database;

/// <summary>Keeps a second process out of the data folder; the kernel lets go when this one dies.</summary>
internal sealed class FolderLock : IDisposable
{
    // errno of EWOULDBLOCK from flock, as .NET keeps it in HResult on Linux.
    private const int WouldBlock = 11;

    private readonly FileStream _file;

    private FolderLock(FileStream file) => _file = file;

    /// <exception cref="StoreException"><see cref="StoreFault.InUse"/>, <see cref="StoreFault.ReadOnly"/>.</exception>
    internal static FolderLock Take(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder, DurableFile.OwnerFolder);
            return new(new FileStream(Path.Combine(folder, "lock"), new FileStreamOptions
            {
                Mode = FileMode.OpenOrCreate,
                Access = FileAccess.ReadWrite,
                Share = FileShare.None,
                UnixCreateMode = DurableFile.OwnerFile,
            }));
        }
        catch (IOException error) when (error.HResult == WouldBlock)
        {
            throw new StoreException(StoreFault.InUse, $"{folder} is in use by another process (is the daemon running?)", error);
        }
        catch (Exception error) when (StoreErrors.From(error, folder) is { } fault)
        {
            throw fault;
        }
    }

    public void Dispose() => _file.Dispose();
}
