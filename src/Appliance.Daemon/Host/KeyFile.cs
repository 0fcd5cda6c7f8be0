using System.Security.Cryptography;

namespace Appliance.Daemon.Host;

/// <summary>Private keys on disk: P-256, PEM, mode 0600, whole or not there at all.</summary>
internal static class KeyFile
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>The key in <paramref name="file"/>; a new one where there is none.</summary>
    /// <exception cref="CryptographicException">The file holds no key.</exception>
    /// <exception cref="ArgumentException">The file is no PEM.</exception>
    /// <exception cref="IOException">It cannot be read or written.</exception>
    public static ECDsa LoadOrMake(string file)
    {
        var key = ECDsa.Create();
        try
        {
            if (File.Exists(file))
            {
                key.ImportFromPem(File.ReadAllText(file));
            }
            else
            {
                key.GenerateKey(ECCurve.NamedCurves.nistP256);
                Write(file, key.ExportPkcs8PrivateKeyPem());
            }

            return key;
        }
        catch
        {
            key.Dispose();
            throw;
        }
    }

    /// <summary>Writes beside the file, to the disk, and puts it in place: a power cut leaves the old one or the new one.</summary>
    public static void Write(string file, string text)
    {
        var fresh = file + ".new";
        File.Delete(fresh);
        using (var stream = new FileStream(fresh, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = Private,
        }))
        using (var writer = new StreamWriter(stream))
        {
            writer.Write(text);
            writer.Flush();
            stream.Flush(flushToDisk: true);
        }

        File.Move(fresh, file, overwrite: true);
    }
}
