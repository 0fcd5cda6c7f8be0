using System.Security.Cryptography;
using Appliance.Daemon.Host;
using Appliance.Store.Audit;
using Appliance.Store.Evidence;

namespace Appliance.Daemon.Evidence.Keys;

/// <summary>
/// The box's evidence key: the systemd credential <c>watchpost-evidence.key</c> (the first line signs, a second one is the key
/// before it, for the overlap), else the file <c>evidence.key</c> of mode 0600 in the data folder. It is who the box is: a damaged one
/// is not replaced, evidence then goes unsigned and health says why.
/// </summary>
internal sealed class EvidenceKeys(string dataDirectory, EvidenceStore store)
{
    private const string Credential = "watchpost-evidence.key";
    private const UnixFileMode Others = ~(UnixFileMode.UserRead | UnixFileMode.UserWrite);

    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly string _file = Path.Combine(dataDirectory, "evidence.key");

    /// <summary>Why nothing is signed; null = it is.</summary>
    public string? WhyNot { get; private set; } = "the evidence key is not loaded yet";

    private string Next => _file + ".next";

    /// <summary>Reads or makes the key and signs with it from now on; ends a rotation that was cut off.</summary>
    public async Task Load(string? credentials, CancellationToken cancel)
    {
        try
        {
            var credential = credentials is null ? null : Path.Combine(credentials, Credential);
            if (credential is not null && File.Exists(credential))
            {
                var lines = (await File.ReadAllLinesAsync(credential, cancel)).Where(line => line.Trim().Length > 0).Take(2).Select(EvidenceKey.Parse).ToList();
                if (lines.Count == 0)
                    throw new CryptographicException($"the credential {Credential} is empty");
                await store.Use(lines[0], lines.ElementAtOrDefault(1), Actor.System, cancel);
            }
            else
            {
                await FinishRotation(cancel);
                await store.Use(ReadOrMake(), null, Actor.System, cancel);
            }

            WhyNot = null;
        }
        catch (Exception error) when (error is CryptographicException or IOException or UnauthorizedAccessException)
        {
            WhyNot = $"evidence is not signed: {error.Message}";
        }
    }

    /// <summary>
    /// A new key from the next batch on: the open batch is closed by the old key, the change is signed by both, the old key is
    /// destroyed. Cut off anywhere, the next start ends it or undoes it.
    /// </summary>
    /// <returns>Null = done; else why not.</returns>
    public async Task<string?> Rotate(Actor by, CancellationToken cancel)
    {
        await _gate.WaitAsync(cancel);
        try
        {
            if (WhyNot is not null)
                return WhyNot;
            if (!File.Exists(_file))
                return "the key comes from a systemd credential: put the new key on its first line, the old one below, and restart";

            var (old, fresh) = (Read(_file), EvidenceKey.Make());
            KeyFile.Write(Next, fresh.ToText() + "\n");
            await store.Use(fresh, old, by, cancel);
            Take();
            old.Dispose();
            return null;
        }
        finally
        {
            _gate.Release();
        }
    }

    private async Task FinishRotation(CancellationToken cancel)
    {
        if (!File.Exists(Next))
            return;

        using var next = Read(Next);
        var keys = await store.Keys(cancel);
        if (keys.Count > 0 && keys[^1].Address == next.Address.Value)
            Take();
        else
            File.Delete(Next);
    }

    /// <summary>Overwrites the old key where it lies, then puts the new one in its place.</summary>
    private void Take()
    {
        using (var old = new FileStream(_file, FileMode.Open, FileAccess.Write))
        {
            old.Write(new byte[old.Length]);
            old.Flush(flushToDisk: true);
        }

        File.Move(Next, _file, overwrite: true);
    }

    private EvidenceKey ReadOrMake()
    {
        if (File.Exists(_file))
            return Read(_file);

        var key = EvidenceKey.Make();
        KeyFile.Write(_file, key.ToText() + "\n");
        return key;
    }

    private static EvidenceKey Read(string file)
    {
        if ((File.GetUnixFileMode(file) & Others) != 0)
            throw new CryptographicException($"{file} is open to others: chmod 600, and rotate it");
        try
        {
            return EvidenceKey.Parse(File.ReadAllText(file));
        }
        catch (CryptographicException error)
        {
            throw new CryptographicException($"{file}: {error.Message}", error);
        }
    }
}
