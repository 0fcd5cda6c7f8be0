namespace Appliance.Store.Database;

/// <summary>Keeps a second process out of the data folder; the kernel lets go when this one dies.</summary>
internal sealed class FolderLock : IDisposable
{
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
        catch (IOException error) when (error is not (DirectoryNotFoundException or PathTooLongException) && File.Exists(Path.Combine(folder, "lock")))
        {
            if (StoreErrors.IsDiskFull(error))
                throw StoreErrors.From(error, folder)!;
            throw new StoreException(StoreFault.InUse, $"{folder} is in use by another process (is the daemon running?)", error);
        }
        catch (Exception error) when (StoreErrors.From(error, folder) is { } fault)
        {
            throw fault;
        }
    }

    public void Dispose() => _file.Dispose();
}
