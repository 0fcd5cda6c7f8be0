using System.Globalization;
using System.Text;
using Appliance.Store.Database;

namespace Appliance.Store.Keys;

/// <summary>
/// Where the keys come from: the systemd credential <c>watchpost.key</c> (base64 lines, the first is active, the others only
/// open), else files <c>keys/NNNNNN.key</c> of mode 0600 in the data folder, the highest number active.
/// </summary>
internal sealed class KeyFiles
{
    private const string CredentialName = "watchpost.key";

    private readonly string _folder;
    private readonly Dictionary<string, string> _files = [];

    private KeyFiles(string folder, KeyRing ring, bool fromCredential)
    {
        (_folder, Ring, FromCredential) = (folder, ring, fromCredential);
    }

    internal KeyRing Ring { get; }

    /// <summary>The operator provides the keys; the program makes and destroys none.</summary>
    internal bool FromCredential { get; }

    /// <param name="dataDirectory">The keys lie in its folder <c>keys</c>, made when absent.</param>
    /// <param name="credentials">systemd's credentials folder; null = none.</param>
    /// <param name="made">Told the name of a key that had to be made.</param>
    /// <exception cref="StoreException">A key file is open to others, unreadable or not a key.</exception>
    internal static KeyFiles Open(string dataDirectory, string? credentials, Action<string> made)
    {
        var folder = Path.Combine(dataDirectory, "keys");
        Directory.CreateDirectory(folder, DurableFile.OwnerFolder);
        var files = Directory.EnumerateFiles(folder, "*.key").OrderDescending(StringComparer.Ordinal)
            .Select(path => (Path: path, Key: ReadFile(path))).ToList();
        var credential = credentials is null ? null : Path.Combine(credentials, CredentialName);
        if (credential is not null && File.Exists(credential))
        {
            var given = Parse(File.ReadAllText(credential), credential);
            var ring = new KeyRing(given[0], [.. given.Skip(1), .. files.Select(file => file.Key)]);
            return new KeyFiles(folder, ring, true).With(files);
        }

        if (files.Count > 0)
            return new KeyFiles(folder, new KeyRing(files[0].Key, files.Skip(1).Select(file => file.Key)), false).With(files);

        var key = StoreKey.Make();
        var keys = new KeyFiles(folder, new KeyRing(key, []), false);
        keys.Save(key);
        made(key.Name);
        return keys;
    }

    /// <summary>Writes the next key; it is active from the next start on at the latest.</summary>
    internal void Save(StoreKey key)
    {
        var last = Directory.EnumerateFiles(_folder, "*.key").Select(Path.GetFileNameWithoutExtension).Max(StringComparer.Ordinal);
        var number = last is null ? 1 : int.Parse(last, CultureInfo.InvariantCulture) + 1;
        var path = Path.Combine(_folder, number.ToString("D6", CultureInfo.InvariantCulture) + ".key");
        DurableFile.Write(path, Encoding.ASCII.GetBytes(key.ToText() + "\n"));
        _files[key.Name] = path;
    }

    /// <summary>Destroys the file of a key that no record needs any more; a key of the credential is only forgotten.</summary>
    internal void Destroy(StoreKey key)
    {
        if (_files.Remove(key.Name, out var path))
            DurableFile.Destroy(path);
        Ring.Forget(key);
    }

    private KeyFiles With(IEnumerable<(string Path, StoreKey Key)> files)
    {
        foreach (var (path, key) in files)
            _files[key.Name] = path;
        return this;
    }

    private static StoreKey ReadFile(string path)
    {
        var mode = File.GetUnixFileMode(path);
        const UnixFileMode others = ~(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        if ((mode & others) != 0)
        {
            throw new StoreException(
                StoreFault.KeyMissing, $"{path} is open to others (mode {Convert.ToString((int)mode, 8)}): chmod 600, and change the key");
        }

        return Parse(File.ReadAllText(path), path)[0];
    }

    private static List<StoreKey> Parse(string text, string path)
    {
        try
        {
            var keys = text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
                .Select(line => new StoreKey(Convert.FromBase64String(line))).ToList();
            if (keys.Count > 0)
                return keys;
        }
        catch (Exception error) when (error is FormatException or ArgumentException)
        {
            // Told below, without the line: it may be half a key.
        }

        throw new StoreException(StoreFault.KeyMissing, $"{path} is not a key (32 bytes in base64)");
    }
}
